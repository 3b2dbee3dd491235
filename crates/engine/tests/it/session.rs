//! Sessions: current objects, variables, parameters, query ids, interruption, errors with their places.

use crate::support::{engine, rows, run, value};
use snowmelt_engine::EngineErrorKind;

#[test]
fn what_is_created_becomes_current() {
    let mut session = engine().session().unwrap();
    run(
        &mut session,
        "CREATE DATABASE d; CREATE SCHEMA s; CREATE TABLE t (a INT); CREATE WAREHOUSE w",
    )
    .unwrap();
    let context = session.context();
    assert_eq!(context.database.as_deref(), Some("D"));
    assert_eq!(context.schema.as_deref(), Some("S"));
    assert_eq!(context.warehouse.as_deref(), Some("W"));
    run(&mut session, "DROP SCHEMA s").unwrap();
    assert_eq!(session.context().schema, None);
    assert_eq!(
        run(&mut session, "SELECT * FROM t").unwrap_err().code,
        "090105"
    );
}

#[test]
fn variables_keep_their_type() {
    let mut session = engine().session().unwrap();
    run(&mut session, "SET (n, t) = (41, 'it''s')").unwrap();
    assert_eq!(value(&mut session, "SELECT $n + 1"), "42");
    assert_eq!(value(&mut session, "SELECT $t"), "it's");
    run(&mut session, "UNSET n").unwrap();
    assert!(run(&mut session, "SELECT $n").is_err());
}

#[test]
fn the_time_zone_is_the_sessions() {
    let engine = engine();
    let mut session = engine.session().unwrap();
    let query = "SELECT '2024-01-01T00:00:00Z'::TIMESTAMP_LTZ";
    assert_eq!(value(&mut session, query), "2023-12-31 16:00:00.000 -0800");
    run(&mut session, "ALTER SESSION SET TIMEZONE = 'Europe/Berlin'").unwrap();
    assert_eq!(value(&mut session, query), "2024-01-01 01:00:00.000 +0100");
    assert_eq!(
        value(&mut engine.session().unwrap(), query),
        "2023-12-31 16:00:00.000 -0800"
    );
    assert_eq!(
        run(&mut session, "ALTER SESSION SET TIMEZONE = 'Mars'")
            .unwrap_err()
            .code,
        "001008"
    );
}

#[test]
fn an_error_says_where_in_the_script() {
    let mut session = engine().session().unwrap();
    let script = "SELECT 1;\nSELECT 2;\n  SELECT nosuch";
    let error = run(&mut session, script).unwrap_err();
    assert_eq!(error.statement.of(script), "SELECT nosuch");
    assert_eq!(error.span.of(script), "nosuch");
    assert!(error.query_id.is_some());
}

#[test]
fn an_interrupt_stops_a_long_query() {
    let mut session = engine().session().unwrap();
    let handle = session.interrupt_handle();
    let done = std::sync::atomic::AtomicBool::new(false);
    let error = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                handle.interrupt();
                std::thread::yield_now();
            }
        });
        let query = format!(
            "SELECT COUNT(*) FROM ({}) WHERE SIN(a) = 2",
            rows("t0.d * t1.d + t8.d AS a", 1_000_000_000)
        );
        let error = run(&mut session, &query).unwrap_err();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        error
    });
    assert_eq!(
        (error.kind, error.code),
        (EngineErrorKind::Cancelled, "000604")
    );
    assert_eq!(value(&mut session, "SELECT 1"), "1");
}

#[test]
fn last_altered_changes_with_every_write_and_with_nothing_else() {
    let engine = engine();
    let mut session = engine.session().unwrap();
    run(
        &mut session,
        "CREATE DATABASE d; CREATE TABLE t (a INT); CREATE TABLE u (a INT)",
    )
    .unwrap();
    let altered = "SELECT last_altered FROM information_schema.tables WHERE table_name = 'T'";
    let mut last = value(&mut session, altered);
    for (statement, changes) in [
        ("INSERT INTO t VALUES (1)", true),
        ("SELECT * FROM t", false),
        ("INSERT INTO u SELECT * FROM t", false),
        ("UPDATE t SET a = 2 WHERE FALSE", true),
        ("DELETE FROM t", true),
        ("TRUNCATE TABLE t", true),
        ("COMMENT ON TABLE t IS 'x'", true),
        ("SHOW TABLES", false),
        ("BEGIN; INSERT INTO t VALUES (2); ROLLBACK", false),
        ("BEGIN; INSERT INTO t VALUES (2); COMMIT", true),
        ("ALTER TABLE t ADD COLUMN b INT", true),
        ("CREATE OR REPLACE TABLE t AS SELECT 1 AS a", true),
    ] {
        run(&mut session, statement).unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        let now = value(&mut session, altered);
        assert_eq!(now > last, changes, "{statement}: {last} and {now}");
        last = now;
    }
}
