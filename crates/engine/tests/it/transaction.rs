//! Transactions: what other sessions see and when, what a failed statement does, who waits for whom.

use crate::support::{engine, run, value};
use snowmelt_engine::{Engine, EngineErrorKind, Session};

fn with_table() -> (Engine, Session, Session) {
    let engine = engine();
    let mut first = engine.session().unwrap();
    run(
        &mut first,
        "CREATE DATABASE d; CREATE TABLE t (a INT); INSERT INTO t VALUES (1)",
    )
    .unwrap();
    let mut second = engine.session().unwrap();
    run(&mut second, "USE SCHEMA d.public").unwrap();
    (engine, first, second)
}

const COUNT: &str = "SELECT COUNT(*) FROM t";

#[test]
fn writes_show_when_they_are_committed() {
    let (_engine, mut first, mut second) = with_table();
    run(&mut first, "BEGIN; INSERT INTO t VALUES (2)").unwrap();
    assert_eq!(
        (value(&mut first, COUNT), value(&mut second, COUNT)),
        ("2".to_owned(), "1".to_owned())
    );
    run(&mut first, "COMMIT").unwrap();
    assert_eq!(value(&mut second, COUNT), "2");
    run(&mut first, "BEGIN; DELETE FROM t; ROLLBACK").unwrap();
    assert_eq!(value(&mut first, COUNT), "2");
    // As in Snowflake, these are no errors outside of a transaction.
    run(&mut first, "COMMIT; ROLLBACK").unwrap();
}

#[test]
fn a_definition_commits_the_open_transaction() {
    let (_engine, mut first, mut second) = with_table();
    run(
        &mut first,
        "BEGIN; INSERT INTO t VALUES (2); CREATE TABLE u (a INT); ROLLBACK",
    )
    .unwrap();
    assert_eq!(value(&mut second, COUNT), "2");
    assert_eq!(value(&mut second, "SELECT COUNT(*) FROM u"), "0");
}

#[test]
fn without_autocommit_a_write_begins_a_transaction() {
    let (_engine, mut first, mut second) = with_table();
    run(
        &mut first,
        "ALTER SESSION SET AUTOCOMMIT = FALSE; INSERT INTO t VALUES (2)",
    )
    .unwrap();
    assert_eq!(value(&mut second, COUNT), "1");
    run(&mut first, "COMMIT").unwrap();
    assert_eq!(value(&mut second, COUNT), "2");
}

#[test]
fn a_statement_that_does_not_compile_leaves_the_transaction_open() {
    let (_engine, mut first, mut second) = with_table();
    run(&mut first, "BEGIN; INSERT INTO t VALUES (2)").unwrap();
    run(&mut first, "SELECT nosuch FROM t").unwrap_err();
    run(&mut first, "COMMIT").unwrap();
    assert_eq!(value(&mut second, COUNT), "2");
}

#[test]
fn a_statement_that_fails_while_it_runs_ends_the_transaction() {
    let (_engine, mut first, mut second) = with_table();
    run(&mut first, "BEGIN; INSERT INTO t VALUES (2)").unwrap();
    run(&mut first, "INSERT INTO t SELECT 1 / (a - a) FROM t").unwrap_err();
    let refused = run(&mut first, "INSERT INTO t VALUES (3)").unwrap_err();
    assert_eq!(
        (refused.kind, refused.sqlstate),
        (EngineErrorKind::Conflict, "25P02")
    );
    run(&mut first, "ROLLBACK; INSERT INTO t VALUES (4)").unwrap();
    assert_eq!(value(&mut second, "SELECT SUM(a) FROM t"), "5");
}

#[test]
fn a_query_that_fails_while_it_is_read_ends_the_transaction() {
    let (_engine, mut first, mut second) = with_table();
    run(&mut first, "BEGIN; INSERT INTO t VALUES (2)").unwrap();
    run(&mut first, "SELECT 1 / (a - a) FROM t").unwrap_err();
    assert_eq!(run(&mut first, "COMMIT").unwrap_err().sqlstate, "25P02");
    assert_eq!(value(&mut second, COUNT), "1");
    assert_eq!(value(&mut first, COUNT), "1");
}

#[test]
fn writers_of_one_table_wait_for_each_other() {
    let (_engine, mut first, mut second) = with_table();
    run(&mut first, "BEGIN; UPDATE t SET a = 10").unwrap();
    let waiter = std::thread::spawn(move || {
        run(&mut second, "UPDATE t SET a = a + 1").unwrap();
        value(&mut second, "SELECT a FROM t")
    });
    run(&mut first, "COMMIT").unwrap();
    let seen = waiter.join().unwrap();
    assert_eq!(seen, "11");
}

#[test]
fn a_deadlock_is_refused() {
    let (_engine, mut first, mut second) = with_table();
    run(
        &mut first,
        "CREATE TABLE u (a INT); INSERT INTO u VALUES (1)",
    )
    .unwrap();
    run(&mut first, "BEGIN; UPDATE t SET a = 2").unwrap();
    run(&mut second, "BEGIN; UPDATE u SET a = 2").unwrap();
    let waiter = std::thread::spawn(move || {
        let result = run(&mut second, "UPDATE t SET a = 3").map_err(|error| error.code);
        run(&mut second, "ROLLBACK").unwrap();
        result
    });
    // Whoever comes second is refused; the other one goes on.
    let mine = run(&mut first, "UPDATE u SET a = 3").map_err(|error| error.code);
    run(&mut first, "ROLLBACK").unwrap();
    let theirs = waiter.join().unwrap();
    let outcomes = [mine, theirs].map(|outcome| outcome.err());
    assert!(
        [[None, Some("000625")], [Some("000625"), None]].contains(&outcomes),
        "{outcomes:?}"
    );
}

#[test]
fn a_widened_column_takes_large_numbers_in_a_transaction() {
    let (_engine, mut first, mut second) = with_table();
    let large = "12345678901234567890123456789012345678";
    run(
        &mut first,
        &format!("BEGIN; INSERT INTO t VALUES (2); INSERT INTO t VALUES ({large})"),
    )
    .unwrap();
    assert_eq!(value(&mut first, "SELECT MAX(a) FROM t"), large);
    run(&mut first, "ROLLBACK").unwrap();
    assert_eq!(value(&mut second, "SELECT MAX(a) FROM t"), "1");
    run(&mut second, &format!("INSERT INTO t VALUES ({large})")).unwrap();
    assert_eq!(value(&mut first, "SELECT MAX(a) FROM t"), large);
    assert_eq!(value(&mut first, "SELECT MIN(a) FROM t"), "1");
}

#[test]
fn temporary_tables_are_a_sessions_own() {
    let (_engine, mut first, mut second) = with_table();
    run(
        &mut first,
        "CREATE TEMPORARY TABLE t (a INT, b INT); INSERT INTO t VALUES (7, 8)",
    )
    .unwrap();
    assert_eq!(run(&mut first, "SELECT * FROM t").unwrap(), [["7", "8"]]);
    assert_eq!(run(&mut second, "SELECT * FROM t").unwrap(), [["1"]]);
    let kinds = "SELECT table_type FROM information_schema.tables WHERE table_name = 'T'";
    assert_eq!(
        value(&mut first, &format!("{kinds} AND is_temporary = 'YES'")),
        "TEMPORARY TABLE"
    );
    assert_eq!(value(&mut second, kinds), "BASE TABLE");
    run(&mut first, "DROP TABLE t").unwrap();
    assert_eq!(run(&mut first, "SELECT * FROM t").unwrap(), [["1"]]);
}

#[test]
fn sessions_work_side_by_side() {
    let (engine, mut first, _second) = with_table();
    run(
        &mut first,
        "CREATE TABLE shared (a INT); CREATE SCHEMA d.other; USE SCHEMA d.public",
    )
    .unwrap();
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let engine = &engine;
            scope.spawn(move || {
                let mut session = engine.session().unwrap();
                run(&mut session, "USE SCHEMA d.public").unwrap();
                for round in 0..20 {
                    let script = format!(
                        "CREATE OR REPLACE TABLE own_{worker} AS SELECT a + {round} AS a FROM t;
                        CREATE OR REPLACE TABLE contended AS SELECT {worker} AS a;
                        INSERT INTO shared SELECT a FROM own_{worker};
                        ALTER TABLE own_{worker} ADD COLUMN b INT;
                        COMMENT ON TABLE contended IS 'of worker {worker}'"
                    );
                    run(&mut session, &script).unwrap();
                }
            });
        }
    });
    assert_eq!(value(&mut first, "SELECT COUNT(*) FROM shared"), "80");
    let tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'PUBLIC'";
    assert_eq!(value(&mut first, tables), "7");
}
