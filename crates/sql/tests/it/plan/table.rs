//! CREATE TABLE.

use crate::session::Session;
use snowmelt_sql::object::{DefaultValue, Object, Table, TableKind};

fn table(script: &str) -> Table {
    let mut session = Session::new();
    session
        .run("create sequence seq; create table other (id int primary key)")
        .unwrap();
    match session.object(script) {
        Object::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

#[test]
fn columns_have_types_keys_and_defaults() {
    let table = table(
        "create transient table t (
            id int autoincrement start 10 increment 5 constraint pk primary key,
            name varchar(20) not null default  'x' || 'y'  comment 'its name',
            n number(10, 2) default 0, s int default seq.nextval, d timestamp_ntz(3), v variant,
            o int references other (id), unique (name, n)
         ) cluster by (to_date(d), id) comment = 'c' data_retention_time_in_days = 3",
    );
    assert_eq!(table.kind, TableKind::Transient);
    let types: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.data_type.to_string())
        .collect();
    assert_eq!(
        types,
        [
            "NUMBER(38,0)",
            "VARCHAR(20)",
            "NUMBER(10,2)",
            "NUMBER(38,0)",
            "TIMESTAMP_NTZ(3)",
            "VARIANT",
            "NUMBER(38,0)"
        ]
    );
    assert!(!table.columns[0].nullable && !table.columns[1].nullable && table.columns[2].nullable);
    assert!(
        matches!(table.columns[0].default, Some(DefaultValue::Identity(identity)) if identity.start == 10 && identity.increment == 5)
    );
    assert_eq!(
        table.columns[1].default,
        Some(DefaultValue::Expression("'x' || 'y'".to_owned()))
    );
    assert_eq!(
        table.columns[3].default,
        Some(DefaultValue::Expression("DB.RAW.SEQ.NEXTVAL".to_owned()))
    );
    assert!(table.columns[0].narrow && !table.columns[2].narrow);
    let key = table.primary_key.unwrap();
    assert_eq!(
        (key.name.as_deref(), key.columns.as_slice()),
        (Some("PK"), &["ID".to_owned()][..])
    );
    assert_eq!(table.unique_keys[0].columns, ["NAME", "N"]);
    assert_eq!(table.foreign_keys[0].table.to_string(), "DB.RAW.OTHER");
    assert_eq!(table.comment.as_deref(), Some("c"));
    assert_eq!(
        table.properties.keys().collect::<Vec<_>>(),
        ["CLUSTER_BY", "DATA_RETENTION_TIME_IN_DAYS"]
    );
}

#[test]
fn like_and_clone_copy_the_definition() {
    for form in ["like", "clone"] {
        let table = table(&format!("create table t {form} other"));
        assert_eq!(table.name.to_string(), "DB.RAW.T");
        assert_eq!(table.primary_key.unwrap().columns, ["ID"]);
    }
}

#[test]
fn wrong_definitions_are_refused() {
    let mut session = Session::new();
    for (script, message) in [
        (
            "create table t (a int, A string)",
            "duplicate column name 'A'",
        ),
        (
            "create table t (a int, primary key (b))",
            "invalid identifier 'B'",
        ),
        (
            "create table t (a int primary key, b int primary key)",
            "primary key already exists for table 'T'",
        ),
        (
            "create table t (a int references nope (x))",
            "Table 'DB.RAW.NOPE' does not exist or not authorized.",
        ),
        (
            "create table t (a int default nope.nextval)",
            "Sequence 'DB.RAW.NOPE' does not exist or not authorized.",
        ),
        (
            "create table t like nope",
            "Table 'DB.RAW.NOPE' does not exist or not authorized.",
        ),
    ] {
        assert_eq!(session.error(script).message, message, "{script}");
    }
}
