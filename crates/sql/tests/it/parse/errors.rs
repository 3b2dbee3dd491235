//! What is refused, in which words and where.

use snowmelt_sql::parse::parse_script;
use snowmelt_sql::{ErrorKind, SqlError};

fn error(script: &str) -> SqlError {
    match parse_script(script) {
        Err(error) => error,
        Ok(_) => panic!("parses: {script}"),
    }
}

#[test]
fn syntax_errors_name_the_token_and_its_place() {
    for (script, message, text) in [
        ("selec 1", "unexpected 'selec'.", "selec"),
        ("select 1 frm t, u", "unexpected 't'.", "t"),
        ("select é", "unexpected 'é'.", "é"),
        ("select 'é' from where", "unexpected 'where'.", "where"),
        ("select 1 from", "unexpected '<EOF>'.", ""),
        ("select (1", "unexpected '<EOF>'.", ""),
        ("create table t (a int,)", "unexpected ')'.", ")"),
        ("create table t (a int b)", "unexpected 'b'.", "b"),
        ("create table t (a)", "unexpected 'A'.", "a"),
        ("create table t", "unexpected '<EOF>'.", ""),
        ("create stage s url s3", "unexpected 'url'.", "url"),
        ("copy into t from s", "unexpected 's'.", "s"),
        ("use", "unexpected '<EOF>'.", ""),
        (
            "drop table a.b.c.d",
            "name 'a.b.c.d' has too many parts",
            "a.b.c.d",
        ),
        ("select 1 2", "unexpected '2'.", "2"),
        ("commit x", "unexpected 'x'.", "x"),
        ("select 'abc", "unexpected '<EOF>'.", "'abc"),
        (")", "unexpected ')'.", ")"),
    ] {
        let error = error(script);
        assert_eq!(
            (error.message.as_str(), error.span.of(script)),
            (message, text),
            "{script}"
        );
    }
}

#[test]
fn the_message_reads_as_snowflakes() {
    let script = "select 1;\nselect 'é', from x y z";
    assert_eq!(
        error(script).snowflake_message(script),
        "SQL compilation error:\nsyntax error line 2 at position 21 unexpected 'z'."
    );
}

#[test]
fn what_we_do_not_run_is_refused_by_name() {
    for (script, name) in [
        ("create stream s on table t", "CREATE STREAM"),
        (
            "create or replace task t warehouse = w as select 1",
            "CREATE TASK",
        ),
        (
            "create dynamic table t target_lag = '1 minute' warehouse = w as select 1",
            "CREATE DYNAMIC TABLE",
        ),
        (
            "create or replace external function f() returns int as 'https://x'",
            "CREATE EXTERNAL FUNCTION",
        ),
        (
            "create procedure p() returns int language sql as begin return 1; end",
            "CREATE PROCEDURE",
        ),
        ("create role r", "CREATE ROLE"),
        ("create user u", "CREATE USER"),
        (
            "create notification integration n",
            "CREATE NOTIFICATION INTEGRATION",
        ),
        ("grant select on table t to role r", "GRANT"),
        ("revoke select on table t from role r", "REVOKE"),
        ("call p()", "CALL"),
        ("execute task t", "EXECUTE TASK"),
        ("undrop table t", "UNDROP"),
        ("alter stage s refresh", "ALTER STAGE … REFRESH"),
        ("show streams", "SHOW STREAMS"),
        ("show grants to role r", "SHOW GRANTS"),
        ("drop task t", "DROP TASK"),
        ("describe procedure f(int)", "DESCRIBE PROCEDURE"),
        ("create temporary sequence s", "CREATE TEMPORARY SEQUENCE"),
        ("create table t (a int masking policy p)", "MASKING POLICY"),
        ("create table t (a string collate 'en')", "COLLATE"),
        (
            "create stage s url='s3://b/' credentials=(aws_role='r')",
            "CREDENTIALS = (AWS_ROLE = …)",
        ),
        ("explain select 1", "EXPLAIN"),
        ("select coalesce(** [1, 2])", "spread operator `**`"),
    ] {
        let error = error(script);
        assert_eq!(error.kind, ErrorKind::Unsupported, "{script}");
        assert_eq!(
            error.message,
            format!("unsupported feature `{name}`"),
            "{script}"
        );
        assert!(
            !error.span.is_nowhere() || script.starts_with(&name.to_lowercase()),
            "{script}"
        );
    }
}

#[test]
fn an_unknown_option_is_named_with_its_neighbour() {
    for (script, message, hint) in [
        (
            "create stage s storage_intergration = x",
            "invalid property 'STORAGE_INTERGRATION' for 'STAGE'",
            Some("did you mean `STORAGE_INTEGRATION`?"),
        ),
        (
            "create pipe p auto_ingst = true as copy into t from @s",
            "invalid property 'AUTO_INGST' for 'PIPE'",
            Some("did you mean `AUTO_INGEST`?"),
        ),
        (
            "copy into t from @s on_eror = continue",
            "invalid property 'ON_EROR' for 'COPY'",
            Some("did you mean `ON_ERROR`?"),
        ),
        (
            "create warehouse w zzz = 1",
            "invalid property 'ZZZ' for 'WAREHOUSE'",
            None,
        ),
        (
            "create pipe p auto_ingest = perhaps as copy into t from @s",
            "invalid value [perhaps] for parameter 'AUTO_INGEST'",
            None,
        ),
    ] {
        let error = error(script);
        assert_eq!(
            (error.message.as_str(), error.hint.as_deref()),
            (message, hint),
            "{script}"
        );
    }
}

/// No depth and no length overflows the stack, whether it parses or not.
#[test]
fn deep_nesting_is_refused() {
    let nest = |open: &str, middle: &str, close: &str, times: usize| {
        format!(
            "select {}{middle}{}",
            open.repeat(times),
            close.repeat(times)
        )
    };
    for script in [
        nest("(", "1", ")", 100_000),
        nest("f(", "1", ")", 100_000),
        nest("[", "1", "]", 100_000),
        nest("(select ", "1", ")", 100_000),
        nest("case when true then ", "1", " end", 100_000),
        nest("- ", "1", "", 100_000),
        nest("not ", "true", "", 100_000),
        nest("1 + ", "1", "", 100_000),
        nest("a and ", "b", "", 100_000),
        nest("1 union all select ", "1", "", 100_000),
        nest("", "a", "::int", 100_000),
        nest("", "a", ":b", 100_000),
        nest("", "a", ".b", 100_000),
        nest("", "a", "[0]", 100_000),
        nest("cast(", "1", " as int)", 100_000),
        nest("((", "1", "", 100_000),
        format!(
            "select * from {}t{}",
            "(".repeat(100_000),
            ")".repeat(100_000)
        ),
        format!("select * from t {}", "join u on true ".repeat(100_000)),
        format!("select 1 x from t where a in ({})", "1,".repeat(100_000)),
        format!("create stage s encryption = {}", "(a = ".repeat(100_000)),
    ] {
        std::hint::black_box(parse_script(&script).is_ok());
    }
    assert_eq!(
        error(&nest("(", "1", ")", 1_000)).message,
        "unsupported feature `expression or query nested this deep`"
    );
    parse_script(&nest("(", "1", ")", 60)).unwrap();
    parse_script(&nest("1 + ", "1", "", 1_500)).unwrap();
}
