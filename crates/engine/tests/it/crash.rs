//! `kill -9` of a process in the middle of definitions and writes: afterwards catalog and tables agree, and a
//! transaction is there whole or not at all.
//!
//! The child is this test binary again, told by its environment which warehouse to work on.

use crate::support::{on_disk, rows, run, value};
use snowmelt_engine::Engine;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const WAREHOUSE: &str = "SNOWMELT_CRASH_TEST_WAREHOUSE";

/// The child's work: without its variable there is none.
#[test]
fn child() {
    #[expect(
        clippy::disallowed_methods,
        reason = "how the parent test tells this process that it is the child"
    )]
    let Some(path) = std::env::var_os(WAREHOUSE) else {
        return;
    };
    let mut session = Engine::open(on_disk(Path::new(&path)))
        .unwrap()
        .session()
        .unwrap();
    run(
        &mut session,
        "CREATE DATABASE IF NOT EXISTS d; USE SCHEMA d.public",
    )
    .unwrap();
    for round in 0.. {
        run(
            &mut session,
            &format!(
                "CREATE OR REPLACE TABLE pairs (a INT, b INT);
                BEGIN; INSERT INTO pairs VALUES (1, {round}); INSERT INTO pairs VALUES (2, {round}); COMMIT;
                CREATE OR REPLACE TABLE whole AS {};
                CREATE OR REPLACE SCHEMA d.other; CREATE TABLE d.other.x AS SELECT {round} AS n;
                ALTER TABLE d.other.x ADD COLUMN m INT; USE SCHEMA d.public",
                rows(&format!("{round} AS n"), 10_000)
            ),
        )
        .unwrap();
        println!("round {round}");
    }
}

#[test]
fn catalog_and_tables_agree_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.snowmelt");
    for kill_after in [1, 3, 4] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child", "--nocapture"])
            .env(WAREHOUSE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let rounds = lines
            .map_while(Result::ok)
            .filter(|line| line.starts_with("round"))
            .take(kill_after)
            .count();
        // It is at work on the next round now.
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(rounds, kill_after, "the child ended by itself");
        check(&path);
    }
}

fn check(path: &Path) {
    let engine = Engine::open(on_disk(path)).unwrap();
    let mut session = engine.session().unwrap();
    run(&mut session, "USE SCHEMA d.public").unwrap();
    let tables = run(
        &mut session,
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema <> 'INFORMATION_SCHEMA'",
    )
    .unwrap();
    for table in &tables {
        // Every table of the catalog is there, with the columns that the catalog says.
        let (schema, name) = (&table[0], &table[1]);
        run(&mut session, &format!("SELECT * FROM {schema}.{name}")).unwrap();
    }
    let pairs = value(&mut session, "SELECT COUNT(*) FROM pairs");
    assert!(["0", "2"].contains(&pairs.as_str()), "{pairs}");
    if tables.iter().any(|table| table[1] == "WHOLE") {
        assert_eq!(
            run(&mut session, "SELECT COUNT(*), MAX(n) - MIN(n) FROM whole").unwrap(),
            [["10000", "0"]]
        );
    }
    // And every DuckDB table belongs to one of the catalog: none is left over.
    drop(session);
    drop(engine);
    let connection = duckdb::Connection::open(path).unwrap();
    let held: i64 = connection
        .query_row(
            "SELECT count(*) FROM duckdb_tables() WHERE schema_name <> 'snowmelt'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(held, tables.len() as i64);
}
