//! `IDENTIFIER($variable)` in any statement.

use crate::session::Session;
use snowmelt_sql::plan::{Plan, UsePlan};

fn session() -> Session {
    let mut session = Session::new();
    session.run("create table t (a int)").unwrap();
    for (name, literal) in [
        ("TAB", "'db.raw.t'"),
        ("ODD", "'\"my table\"'"),
        ("N", "5"),
        ("SCH", "'raw'"),
    ] {
        session
            .context
            .variables
            .insert(name.to_owned(), literal.to_owned());
    }
    session
}

#[test]
fn a_variable_names_an_object() {
    let mut session = session();
    assert!(
        matches!(session.last("truncate table identifier($tab)"), Plan::Truncate(Some(name)) if name.to_string() == "DB.RAW.T")
    );
    assert!(matches!(
        session.last("use schema identifier( $SCH )"),
        Plan::Use(UsePlan::Schema(..))
    ));
    let object = session.object("create table identifier($odd) (a int)");
    assert_eq!(object.path().to_string(), "DB.RAW.\"my table\"");
    assert!(
        matches!(session.last("select a from identifier($tab) where a > 1"), Plan::Query(query) if query.reads.len() == 1)
    );
    assert!(matches!(
        session.last("insert into identifier($tab) values (1)"),
        Plan::Insert(_)
    ));
}

#[test]
fn errors_stand_in_the_users_text() {
    let mut session = session();
    for (script, message, at) in [
        (
            "select 1; drop table identifier($nope)",
            "Session variable '$NOPE' does not exist",
            "identifier($nope)",
        ),
        (
            "drop table identifier($n)",
            "invalid identifier '5'",
            "identifier($n)",
        ),
        (
            "select z from identifier($tab)",
            "invalid identifier 'Z'",
            "z",
        ),
        (
            "drop table identifier($odd)",
            "Table 'DB.RAW.\"my table\"' does not exist or not authorized.",
            "identifier($odd)",
        ),
        (
            "drop table identifier($tab) now",
            "unexpected 'now'.",
            "now",
        ),
        (
            "create view w as select * from identifier($tab)",
            "unsupported feature `IDENTIFIER() of a variable in a view or pipe`",
            "select * from identifier($tab)",
        ),
    ] {
        let error = session.error(script);
        assert_eq!(
            (error.message.as_str(), error.span.of(script)),
            (message, at),
            "{script}"
        );
    }
}
