//! ALTER TABLE: the definition afterwards, and DuckDB's way there.

use crate::session::Session;
use snowmelt_sql::object::Table;
use snowmelt_sql::plan::{AlterTableStep, Plan};

fn session() -> Session {
    let mut session = Session::new();
    session
        .run("create table t (a int primary key, b varchar(10), c number(10, 2), constraint u unique (b, c)); create table other (x int)")
        .unwrap();
    session
}

fn altered(change: &str) -> (Table, Vec<String>) {
    match session().last(&format!("alter table t {change}")) {
        Plan::AlterTable { steps, .. } => match steps.into_iter().next() {
            Some(AlterTableStep::Change { table, sql }) => (table, sql),
            other => panic!("{change}: {other:?}"),
        },
        other => panic!("{change}: {other:?}"),
    }
}

#[test]
fn duckdb_alters_what_it_can() {
    for (change, sql) in [
        (
            "add column d int",
            vec![r#"ALTER TABLE "DB.RAW"."T" ADD COLUMN "D" BIGINT"#],
        ),
        (
            "add d int, e string",
            vec![
                r#"ALTER TABLE "DB.RAW"."T" ADD COLUMN "D" BIGINT"#,
                r#"ALTER TABLE "DB.RAW"."T" ADD COLUMN "E" VARCHAR"#,
            ],
        ),
        (
            "drop column b",
            vec![r#"ALTER TABLE "DB.RAW"."T" DROP COLUMN "B""#],
        ),
        (
            "rename column b to \"new\"",
            vec![r#"ALTER TABLE "DB.RAW"."T" RENAME COLUMN "B" TO "new~7""#],
        ),
        ("alter b set data type varchar(20)", vec![]),
        (
            "alter c type number(20, 2)",
            vec![
                r#"ALTER TABLE "DB.RAW"."T" ALTER COLUMN "C" SET DATA TYPE DECIMAL(20,2) USING "C""#,
            ],
        ),
        (
            "alter a drop not null",
            vec![r#"ALTER TABLE "DB.RAW"."T" ALTER COLUMN "A" DROP NOT NULL"#],
        ),
        (
            "alter b not null",
            vec![r#"ALTER TABLE "DB.RAW"."T" ALTER COLUMN "B" SET NOT NULL"#],
        ),
        (
            "rename to t2",
            vec![r#"ALTER TABLE "DB.RAW"."T" RENAME TO "T2""#],
        ),
        ("set comment = 'x'", vec![]),
        ("cluster by (a)", vec![]),
    ] {
        assert_eq!(altered(change).1, sql, "{change}");
    }
}

#[test]
fn the_rest_is_rebuilt() {
    for (change, create, insert) in [
        (
            "add column d int not null default 5",
            r#"CREATE TABLE "DB.RAW"."T~rebuilt" ("A" BIGINT NOT NULL, "B" VARCHAR, "C" DECIMAL(10,2), "D" BIGINT NOT NULL)"#,
            r#"INSERT INTO "DB.RAW"."T~rebuilt" SELECT "A", "B", "C", ("#,
        ),
        (
            "alter b set not null, c set not null",
            r#"CREATE TABLE "DB.RAW"."T~rebuilt" ("A" BIGINT NOT NULL, "B" VARCHAR NOT NULL, "C" DECIMAL(10,2) NOT NULL)"#,
            r#"INSERT INTO "DB.RAW"."T~rebuilt" SELECT "A", "B", "C" FROM "DB.RAW"."T""#,
        ),
    ] {
        let (_, sql) = altered(change);
        assert_eq!(sql[0], create, "{change}");
        assert!(sql[1].starts_with(insert), "{change}: {}", sql[1]);
        assert_eq!(
            sql[2..],
            [
                r#"DROP TABLE "DB.RAW"."T""#,
                r#"ALTER TABLE "DB.RAW"."T~rebuilt" RENAME TO "T""#
            ]
        );
    }
    let (table, sql) = altered("rename to public.t");
    assert_eq!(table.name.to_string(), "DB.PUBLIC.T");
    assert_eq!(sql.len(), 3);
    assert!(sql[0].starts_with(r#"CREATE TABLE "DB.PUBLIC"."T" "#));
}

#[test]
fn keys_follow_their_columns() {
    let (table, _) = altered("rename column a to z");
    assert_eq!(table.primary_key.unwrap().columns, ["Z"]);
    let (table, _) = altered("drop column b");
    assert!(table.unique_keys.is_empty());
    let (table, _) = altered("drop constraint u");
    assert!(table.unique_keys.is_empty());
    let (table, _) = altered("drop primary key");
    assert!(table.primary_key.is_none());
    let (table, _) = altered("rename constraint u to w");
    assert_eq!(table.unique_keys[0].name.as_deref(), Some("W"));
}

#[test]
fn fewer_digits_are_checked_row_by_row() {
    let (table, sql) = altered("alter c type number(4, 2)");
    assert_eq!(table.columns[2].data_type.to_string(), "NUMBER(4,2)");
    assert!(
        sql[0].contains("abs(\"C\") >= 100 THEN error("),
        "{}",
        sql[0]
    );
}

#[test]
fn what_snowflake_refuses_is_refused() {
    for (change, message) in [
        ("add column a int", "column 'A' already exists"),
        ("rename column b to a", "column 'A' already exists"),
        ("drop column z", "invalid identifier 'Z'"),
        (
            "alter b type varchar(5)",
            "cannot change column B from type VARCHAR(10) to VARCHAR(5) because reducing the byte-length of a varchar is not supported.",
        ),
        (
            "alter b type int",
            "cannot change column B from type VARCHAR(10) to NUMBER(38,0)",
        ),
        (
            "alter c type number(10, 3)",
            "cannot change column C from type NUMBER(10,2) to NUMBER(10,3)",
        ),
        ("rename to other", "Object 'DB.RAW.OTHER' already exists."),
        ("drop column a, b, c", "Cannot drop all columns in a table"),
        (
            "drop constraint nope",
            "Constraint 'NOPE' does not exist or not authorized.",
        ),
        (
            "swap with nope",
            "Table 'DB.RAW.NOPE' does not exist or not authorized.",
        ),
    ] {
        let error = session().error(&format!("alter table t {change}"));
        assert_eq!(error.message, message, "{change}");
    }
}

#[test]
fn conditions_make_it_do_nothing() {
    for change in [
        "add column if not exists a int",
        "drop column if exists z",
        "resume recluster",
    ] {
        assert!(
            matches!(session().last(&format!("alter table t {change}")), Plan::AlterTable { steps, .. } if steps.is_empty()),
            "{change}"
        );
    }
}

#[test]
fn create_or_alter_finds_the_difference() {
    let mut session = session();
    let same = "create or alter table t (a int primary key, b varchar(10), c number(10, 2), constraint u unique (b, c))";
    assert!(matches!(session.last(same), Plan::AlterTable { steps, .. } if steps.is_empty()));
    let Plan::AlterTable { steps, .. } = session.last(
        "create or alter table t (a int primary key, c number(12, 2), d string) comment = 'x'",
    ) else {
        panic!()
    };
    let [AlterTableStep::Change { table, sql }] = steps.as_slice() else {
        panic!()
    };
    assert_eq!(sql.len(), 3, "{sql:?}");
    assert_eq!(table.columns.len(), 3);
    assert_eq!(table.comment.as_deref(), Some("x"));
    assert!(matches!(
        session.last("create or alter table new (a int)"),
        Plan::Create { .. }
    ));
    session.error("create or alter table t (d string, a int primary key, c number(12, 2))");
}
