//! Users: what is kept of them, and what a reader may not do.

use crate::support::{engine, on_disk, run};
use snowmelt_engine::Engine;
use snowmelt_engine::users::UserRole;

#[test]
fn users_move_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let options = on_disk(&folder.path().join("w"));
    let engine = Engine::open(options.clone()).unwrap();
    let users = engine.users();
    assert!(!users.are_any().unwrap());
    users.add("ana", UserRole::Owner).unwrap();
    users.add("Bo", UserRole::Reader).unwrap();
    let taken = users.add("ANA", UserRole::Reader).unwrap_err();
    assert_eq!(taken.message, "user `ANA` exists already");
    assert!(users.add(" ", UserRole::Reader).is_err());
    users.set_password_hash("bo", "$argon2id$x").unwrap();
    for key in ["k1", "k2", "k3"] {
        users.set_public_key("bo", key, false).unwrap();
    }
    users.set_disabled("bo", true).unwrap();
    users.add_access_token("bo", "ci", "h", i64::MAX).unwrap();
    drop(engine);
    let engine = Engine::open(options).unwrap();
    let users = engine.users();
    let bo = users.find("BO").unwrap().unwrap();
    assert_eq!(bo.public_keys, ["k3", "k2"]);
    assert_eq!(bo.password_hash.as_deref(), Some("$argon2id$x"));
    assert!(bo.is_disabled && bo.role == UserRole::Reader);
    assert_eq!(format!("{bo:?}"), "User(BO, reader)");
    assert_eq!(users.of_access_token("h", 0).unwrap(), Some(bo));
    assert_eq!(users.of_access_token("h", i64::MAX).unwrap(), None);
    users.remove("bo").unwrap();
    assert_eq!(users.of_access_token("h", 0).unwrap(), None);
    assert!(users.remove("bo").is_err());
    assert_eq!(users.list().unwrap().len(), 1);
}

#[test]
fn a_reader_looks_and_changes_nothing() {
    let engine = engine();
    run(
        &mut engine.session().unwrap(),
        "CREATE DATABASE d; CREATE TABLE d.public.t (a INT); INSERT INTO d.public.t VALUES (1);
         CREATE STAGE d.public.s; CREATE PIPE d.public.p AS COPY INTO d.public.t FROM @d.public.s;",
    )
    .unwrap();
    let mut reader = engine.session_of("BO", UserRole::Reader).unwrap();
    for allowed in [
        "USE DATABASE d",
        "SELECT a FROM t",
        "SHOW TABLES",
        "DESCRIBE TABLE t",
        "SET x = 1",
        "ALTER SESSION SET TIMEZONE = 'UTC'",
        "USE ROLE READER",
    ] {
        run(&mut reader, allowed).unwrap_or_else(|error| panic!("{allowed}: {error}"));
    }
    assert_eq!(
        run(&mut reader, "SELECT CURRENT_USER(), CURRENT_ROLE()").unwrap(),
        [["BO", "READER"]]
    );
    for refused in [
        "INSERT INTO t VALUES (2)",
        "UPDATE t SET a = 2",
        "DELETE FROM t",
        "TRUNCATE TABLE t",
        "MERGE INTO t USING t AS s ON t.a = s.a WHEN MATCHED THEN DELETE",
        "CREATE TABLE u (a INT)",
        "CREATE TEMPORARY TABLE u (a INT)",
        "CREATE TABLE u AS SELECT 1 AS a",
        "CREATE TABLE u CLONE t",
        "CREATE VIEW v AS SELECT 1 AS a",
        "ALTER TABLE t ADD COLUMN b INT",
        "DROP TABLE t",
        "COMMENT ON TABLE t IS 'x'",
        "COPY INTO t FROM @s",
        "ALTER PIPE p REFRESH",
        "LIST @s",
        "CREATE DATABASE e",
    ] {
        let error = run(&mut reader, refused).expect_err(refused);
        assert_eq!(
            (error.code, error.sqlstate),
            ("003001", "42501"),
            "{refused}: {error}"
        );
    }
    let error = run(&mut reader, "USE ROLE ACCOUNTADMIN").unwrap_err();
    assert_eq!(error.code, "003013");
    let mut owner = engine.session().unwrap();
    assert_eq!(
        run(&mut owner, "SELECT COUNT(*) FROM d.public.t").unwrap(),
        [["1"]]
    );
    assert_eq!(
        run(&mut owner, "USE ROLE READER").unwrap_err().code,
        "003013"
    );
    for refused in [
        "CREATE USER bo",
        "GRANT SELECT ON TABLE d.public.t TO ROLE x",
        "ALTER USER bo SET DISABLED = TRUE",
    ] {
        let error = run(&mut owner, refused).unwrap_err();
        assert!(
            error.message.contains("unsupported feature"),
            "{refused}: {error}"
        );
    }
}
