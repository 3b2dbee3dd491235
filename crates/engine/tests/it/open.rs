//! Opening: what is refused, and in which words; what is still there when a warehouse is opened again.

use crate::support::{on_disk, run, value};
use snowmelt_engine::{Engine, EngineErrorKind};

fn refusal(options: snowmelt_engine::EngineOptions) -> String {
    match Engine::open(options) {
        Ok(_) => panic!("opened"),
        Err(error) => {
            assert_eq!(error.kind, EngineErrorKind::Warehouse);
            error.message
        }
    }
}

#[test]
fn objects_and_rows_are_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.snowmelt");
    {
        let mut session = Engine::open(on_disk(&path)).unwrap().session().unwrap();
        run(&mut session, "CREATE DATABASE d; CREATE TABLE t (\"a\" INT, A INT); INSERT INTO t VALUES (1, 2), (3, 4)")
            .unwrap();
    }
    let mut session = Engine::open(on_disk(&path)).unwrap().session().unwrap();
    assert_eq!(
        run(&mut session, "SELECT \"a\", A FROM d.public.t ORDER BY 1").unwrap(),
        [["1", "2"], ["3", "4"]]
    );
    assert_eq!(
        value(
            &mut session,
            "SELECT COUNT(*) FROM d.information_schema.columns WHERE table_name = 'T'"
        ),
        "2"
    );
}

#[test]
fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let message = refusal(on_disk(&folder.path().join("no/such/w.snowmelt")));
    assert!(
        message.starts_with("the folder `") && message.ends_with("no/such` does not exist"),
        "{message}"
    );
}

#[test]
fn what_is_no_warehouse_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.snowmelt");
    std::fs::write(
        &text,
        "not a database, but long enough to be looked at ".repeat(100),
    )
    .unwrap();
    assert!(refusal(on_disk(&text)).ends_with("is not a warehouse file"));

    let other = folder.path().join("other.duckdb");
    let connection = duckdb::Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE t (a INT)").unwrap();
    drop(connection);
    assert!(refusal(on_disk(&other)).ends_with("is a DuckDB database, but not a warehouse"));
}

#[test]
fn a_newer_warehouse_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.snowmelt");
    drop(Engine::open(on_disk(&path)).unwrap());
    let connection = duckdb::Connection::open(&path).unwrap();
    connection
        .execute_batch("UPDATE snowmelt.meta SET value = '999' WHERE key = 'format_version'")
        .unwrap();
    drop(connection);
    assert!(refusal(on_disk(&path)).ends_with("was written by a newer snowmelt"));
}

#[test]
fn a_second_owner_is_told_who_has_the_warehouse() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.snowmelt");
    let engine = Engine::open(on_disk(&path)).unwrap();
    let message = refusal(on_disk(&path));
    let process = std::process::id();
    assert!(
        message.ends_with(&format!("is in use by process {process} (`snowmelt test`)")),
        "{message}"
    );
    drop(engine);
    Engine::open(on_disk(&path)).unwrap();
}
