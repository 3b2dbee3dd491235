//! No text makes the front end panic, and every span lies in the text.

use crate::session::Session;
use proptest::collection::vec;
use proptest::prelude::*;
use snowmelt_sql::parse::parse_script_and_go_on;

/// Words and signs that statements are made of, so that random text gets past the first token.
const PIECES: &[&str] = &[
    "select",
    "from",
    "where",
    "group by",
    "order by",
    "qualify",
    "with",
    "as",
    "values",
    "insert into",
    "insert all",
    "overwrite",
    "update",
    "set",
    "delete from",
    "using",
    "merge into",
    "when matched then",
    "when not matched then",
    "on",
    "and",
    "or",
    "not",
    "in",
    "is null",
    "between",
    "like",
    "case",
    "when",
    "then",
    "else",
    "end",
    "cast(",
    "create",
    "or replace",
    "or alter",
    "if not exists",
    "if exists",
    "temporary",
    "transient",
    "secure",
    "database",
    "schema",
    "warehouse",
    "table",
    "view",
    "stage",
    "file format",
    "pipe",
    "sequence",
    "storage integration",
    "stream",
    "alter",
    "drop",
    "show",
    "tables",
    "describe",
    "use",
    "list",
    "copy into",
    "comment on",
    "truncate",
    "begin",
    "commit",
    "alter session set",
    "unset",
    "identifier(",
    "lateral flatten(input =>",
    "pivot(",
    "over (partition by",
    "int",
    "number(10, 2)",
    "varchar(5)",
    "timestamp_ntz",
    "variant",
    "default",
    "primary key",
    "references",
    "autoincrement",
    "type = csv",
    "file_format = (",
    "on_error = continue",
    "url = 's3://b/'",
    "add column",
    "rename to",
    "cluster by (",
    "clone",
    "union all",
    "join",
    "left join",
    "asof join",
    "match_condition (",
    "connect by",
    "a",
    "b",
    "t",
    "\"q\"",
    "db.raw.t",
    "@s",
    "@s/x/",
    "@~",
    "@%t",
    "'text'",
    "$$x$$",
    "'é'",
    "1",
    "2.5",
    "-1",
    "$1",
    "$v",
    "?",
    ":1",
    "*",
    "(",
    ")",
    ")",
    ",",
    ",",
    ";",
    "=",
    "=>",
    "->",
    "::",
    ":",
    ".",
    "[",
    "]",
    "{",
    "}",
    "+",
    "-",
    "/",
    "||",
    "<",
    ">",
    "!=",
    "--x\n",
    "/* y */",
    "//z\n",
    "'",
    "\"",
    "$$",
    "/*",
    "é",
    "\u{0}",
    "\u{feff}",
];

fn check(text: &str) {
    let mut last = 0;
    for result in parse_script_and_go_on(text) {
        let span = match &result {
            Ok(parsed) => {
                assert!(parsed.span.start >= last, "{text:?}");
                last = parsed.span.end;
                parsed.span
            }
            Err(error) => {
                let _ = error.snowflake_message(text);
                error.span
            }
        };
        assert!(
            text.get(span.start..span.end).is_some(),
            "{span:?} in {text:?}"
        );
    }
    let mut session = Session::new();
    session
        .run("create table t (a int, b string); create stage s; create view v as select a from t")
        .unwrap();
    for parsed in parse_script_and_go_on(text).into_iter().flatten() {
        if let Err(error) = snowmelt_sql::plan::plan(&parsed, text, &session, &session.context) {
            let _ = error.snowflake_message(text);
        }
    }
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_ascii(text in "[ -~\n]{0,60}") {
        check(&text);
    }

    #[test]
    fn any_pieces(pieces in vec(proptest::sample::select(PIECES), 0..30)) {
        check(&pieces.join(" "));
    }

    /// Half a statement, and a statement with a hole or something that does not belong there.
    #[test]
    fn broken_statements(
        start in 0usize..4000,
        length in 0usize..400,
        hole in 0usize..400,
        piece in proptest::sample::select(PIECES),
    ) {
        let text = concat!(
            include_str!("../../../../shop/template/sql/snowpipe.sql"),
            include_str!("../../../../shop/template/sql/silver.sql"),
        );
        let cut: String = text.chars().skip(start).take(length).collect();
        let (before, after): (String, String) = (
            cut.chars().take(hole).collect(),
            cut.chars().skip(hole + 3).collect(),
        );
        check(&format!("{before}{piece}{after}"));
    }
}
