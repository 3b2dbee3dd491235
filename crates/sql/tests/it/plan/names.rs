//! Names against the current database and schema, and what does not exist.

use crate::session::Session;
use snowmelt_sql::object::ObjectPath;
use snowmelt_sql::plan::{Plan, UsePlan};

#[test]
fn names_are_completed() {
    let mut session = Session::new();
    session.run("create table t (a int); create table public.t (a int); create schema db.\"low\"; create table \"low\".t (a int)").unwrap();
    for (name, full) in [
        ("t", "DB.RAW.T"),
        ("raw.t", "DB.RAW.T"),
        ("public.t", "DB.PUBLIC.T"),
        ("db..t", "DB.PUBLIC.T"),
        ("Db.Raw.\"T\"", "DB.RAW.T"),
        ("\"low\".t", "DB.\"low\".T"),
        ("identifier('db.raw.t')", "DB.RAW.T"),
    ] {
        match session.last(&format!("truncate table {name}")) {
            Plan::Truncate(Some(table)) => assert_eq!(table.to_string(), full, "{name}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_missing_is_named() {
    let mut session = Session::new();
    for (script, code, sqlstate, message) in [
        (
            "truncate table t",
            "002003",
            "42S02",
            "Table 'DB.RAW.T' does not exist or not authorized.",
        ),
        (
            "drop table x.y.t",
            "002003",
            "42S02",
            "Table 'X.Y.T' does not exist or not authorized.",
        ),
        (
            "create table x.y.t (a int)",
            "002003",
            "02000",
            "Database 'X' does not exist or not authorized.",
        ),
        (
            "create table nope.t (a int)",
            "002003",
            "02000",
            "Schema 'DB.NOPE' does not exist or not authorized.",
        ),
        (
            "create schema x.y",
            "002003",
            "02000",
            "Database 'X' does not exist or not authorized.",
        ),
        (
            "list @s",
            "002003",
            "02000",
            "Stage 'DB.RAW.S' does not exist or not authorized.",
        ),
        (
            "alter pipe p refresh",
            "002003",
            "02000",
            "Pipe 'DB.RAW.P' does not exist or not authorized.",
        ),
        (
            "create stage s url='s3://b/' storage_integration=i",
            "002003",
            "02000",
            "Integration 'I' does not exist or not authorized.",
        ),
        (
            "create stage s file_format=(format_name=f)",
            "002003",
            "02000",
            "File format 'DB.RAW.F' does not exist or not authorized.",
        ),
        (
            "use database x",
            "002043",
            "02000",
            "Object does not exist, or operation cannot be performed.",
        ),
        (
            "use warehouse x",
            "002043",
            "02000",
            "Object does not exist, or operation cannot be performed.",
        ),
        (
            "describe stage s",
            "002003",
            "02000",
            "Stage 'DB.RAW.S' does not exist or not authorized.",
        ),
        (
            "show tables in schema nope",
            "002043",
            "02000",
            "Object does not exist, or operation cannot be performed.",
        ),
        (
            "comment on table t is 'x'",
            "002003",
            "42S02",
            "Table 'DB.RAW.T' does not exist or not authorized.",
        ),
        (
            "alter table t add column a int",
            "002003",
            "42S02",
            "Table 'DB.RAW.T' does not exist or not authorized.",
        ),
        (
            "alter warehouse w suspend",
            "002003",
            "02000",
            "Warehouse 'W' does not exist or not authorized.",
        ),
    ] {
        let error = session.error(script);
        assert_eq!(
            (error.code, error.sqlstate, error.message.as_str()),
            (code, sqlstate, message),
            "{script}"
        );
    }
}

#[test]
fn if_exists_does_nothing() {
    let mut session = Session::new();
    for script in [
        "alter pipe if exists p refresh",
        "alter table if exists t add column a int",
        "comment if exists on table t is 'x'",
        "comment if exists on column t.a is 'x'",
        "alter warehouse if exists w suspend",
    ] {
        assert!(matches!(session.last(script), Plan::Nothing), "{script}");
    }
    assert!(matches!(
        session.last("truncate table if exists t"),
        Plan::Truncate(None)
    ));
    assert!(matches!(
        session.last("drop table if exists t"),
        Plan::Drop {
            if_exists: true,
            ..
        }
    ));
}

#[test]
fn nothing_is_current_at_first() {
    let mut session = Session::default();
    let error = session.error("create table t (a int)");
    assert_eq!((error.code, error.sqlstate), ("090105", "22000"));
    assert!(error.message.contains("does not have a current database"));
    session.run("create database db").unwrap();
    session.context.database = Some("DB".to_owned());
    let error = session.error("create table t (a int)");
    assert!(error.message.contains("does not have a current schema"));
}

#[test]
fn use_finds_databases_and_schemas() {
    let mut session = Session::new();
    session.run("create warehouse w").unwrap();
    for (script, database) in [("use db", true), ("use raw", false)] {
        let result = session.run(script);
        assert_eq!(result.is_ok(), database, "{script}");
    }
    assert!(matches!(
        session.last("use schema public"),
        Plan::Use(UsePlan::Schema(..))
    ));
    assert!(matches!(
        session.last("use db.raw"),
        Plan::Use(UsePlan::Schema(..))
    ));
    assert!(matches!(
        session.last("use warehouse w"),
        Plan::Use(UsePlan::Warehouse(_))
    ));
    assert!(matches!(
        session.last("use role sysadmin"),
        Plan::Use(UsePlan::Role(_))
    ));
    session.error("use role analyst");
}

#[test]
fn show_looks_where_it_is_told() {
    let mut session = Session::new();
    session.run("create table t (a int)").unwrap();
    for (script, database, schema, table) in [
        ("show tables", Some("DB"), None, None),
        ("show tables in account", None, None, None),
        ("show tables in database", Some("DB"), None, None),
        ("show tables in schema", Some("DB"), Some("RAW"), None),
        (
            "show tables in schema public",
            Some("DB"),
            Some("PUBLIC"),
            None,
        ),
        ("show tables in db.public", Some("DB"), Some("PUBLIC"), None),
        ("show tables in public", Some("DB"), Some("PUBLIC"), None),
        ("show schemas in db", Some("DB"), None, None),
        (
            "show columns in t",
            Some("DB"),
            Some("RAW"),
            Some("DB.RAW.T"),
        ),
        (
            "show primary keys in table t",
            Some("DB"),
            Some("RAW"),
            Some("DB.RAW.T"),
        ),
        ("show databases", None, None, None),
    ] {
        let Plan::Show {
            database: d,
            schema: s,
            table: t,
            ..
        } = session.last(script)
        else {
            panic!("{script}")
        };
        assert_eq!(
            (
                d.as_deref(),
                s.as_deref(),
                t.map(|table| table.to_string()).as_deref()
            ),
            (database, schema, table),
            "{script}"
        );
    }
}

#[test]
fn comments_find_their_object() {
    let mut session = Session::new();
    session.run("create table t (a int)").unwrap();
    let Plan::Comment { path, column, .. } = session.last("comment on column t.a is 'x'") else {
        panic!()
    };
    assert!(matches!(path, ObjectPath::Full(name) if name.to_string() == "DB.RAW.T"));
    assert_eq!(column.as_deref(), Some("A"));
    assert_eq!(
        session.error("comment on column t.b is 'x'").message,
        "invalid identifier 'B'"
    );
}
