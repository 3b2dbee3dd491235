//! `snowmelt sql`, without a project.

use crate::sandbox::{Sandbox, session};
use insta::assert_snapshot;
use snowmelt_engine::{CountingIds, Engine, EngineOptions, ManualClock};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

const VALUES: &str =
    "select column1 as id, column2 as name, column3 as price, column4 as since, column5 as ok
    from values (1, 'Ann', 12.50, '2026-11-24'::date, true), (22, null, -0.05, null, false)";

#[test]
fn rows_in_each_format() {
    let sandbox = Sandbox::new();
    let in_format = |format| sandbox.run(&["sql", "-q", VALUES, "--output", format]);
    assert_snapshot!(session(&["table", "json", "csv"].map(in_format)));
}

#[test]
fn a_script_shows_each_result_and_talks_about_the_rest() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "script.sql",
        "-- makes a table\ncreate database d; use schema d.public;\n\
         create table t(a int, b string);\ninsert into t values (1, 'x'), (2, 'y');\n\
         select * from t order by a; select count(*) from t where a > 5;\n\
         select 'no status' as \"status\";\n",
    );
    assert_snapshot!(session(&[
        sandbox.run(&["sql", "-f", "script.sql"]),
        sandbox.run(&["sql", "-f", "script.sql", "--output", "csv", "--quiet"]),
    ]));
}

#[test]
fn a_script_comes_from_stdin() {
    let sandbox = Sandbox::new();
    let arguments = ["sql", "-f", "-", "--output", "csv", "--quiet"];
    let mut child = sandbox
        .command(&arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"\xef\xbb\xbfselect 7 as n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "N\n7\n");
}

#[test]
fn what_is_kept_in_a_warehouse_file_is_there_next_time() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&[
        "sql",
        "--warehouse",
        "w.duckdb",
        "-q",
        "create database d; create table d.public.t as select 5 as n",
    ]);
    let transcript = sandbox.succeed(&[
        "sql",
        "--warehouse",
        "w.duckdb",
        "-q",
        "select n from d.public.t",
        "--output",
        "csv",
    ]);
    assert_eq!(transcript.stdout, "N\n5\n");
}

#[test]
fn errors_point_into_the_users_text() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "script.sql",
        "create database d;\nuse schema d.public;\n\ncreate table t(a int);\n  select\n\ta, bb\n  from t;\nselect 1;\n",
    );
    sandbox.write("broken.sql", "select 1;\nselect (1;\n");
    assert_snapshot!(session(&[
        sandbox.run(&["sql", "-f", "script.sql"]),
        sandbox.run(&["sql", "-f", "broken.sql"]),
        sandbox.run(&["sql", "-q", "select * from nowhere"]),
        sandbox.run(&["sql", "-q", "select 1; select to_number('x')"]),
        sandbox.run(&["sql", "-q", "create procedure f() returns int as '1'"]),
        sandbox.run(&["sql", "-q", "select 'never closed"]),
    ]));
}

#[test]
fn files_that_cannot_be_read() {
    let sandbox = Sandbox::new();
    sandbox.write("empty.sql", "");
    fs::write(sandbox.path("latin1.sql"), b"select 1;\nselect '\xe9';\n").unwrap();
    fs::create_dir(sandbox.path("folder.sql")).unwrap();
    assert_snapshot!(session(&[
        sandbox.run(&["sql", "-f", "missing.sql"]),
        sandbox.run(&["sql", "-f", "folder.sql"]),
        sandbox.run(&["sql", "-f", "latin1.sql"]),
        sandbox.run(&["sql", "-f", "empty.sql"]),
        sandbox.run(&["sql", "-q", "select 1", "-f", "empty.sql"]),
        sandbox.run(&[
            "sql",
            "--warehouse",
            "no/such/folder/w.duckdb",
            "-q",
            "select 1"
        ]),
        sandbox.run(&["sql", "--warehouse", "empty.sql/w.duckdb", "-q", "select 1"]),
    ]));
}

#[test]
fn a_file_that_is_no_warehouse() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "notes.txt",
        &"not a warehouse, just a text that somebody wrote\n".repeat(200),
    );
    let transcript = sandbox.run(&["sql", "--warehouse", "notes.txt", "-q", "select 1"]);
    assert_snapshot!(transcript);
    assert!(sandbox.read("notes.txt").starts_with("not a warehouse"));
}

#[test]
fn a_warehouse_in_use_names_the_process() {
    let sandbox = Sandbox::new();
    let _held = hold(&sandbox.path("w.duckdb"));
    let transcript = sandbox.run(&["sql", "--warehouse", "w.duckdb", "-q", "select 1"]);
    let shown = transcript
        .to_string()
        .replace(&std::process::id().to_string(), "[PID]");
    assert_snapshot!(shown);
}

/// Opens a warehouse in this process, as `snowmelt run`.
fn hold(path: &Path) -> Engine {
    let options = EngineOptions::in_memory(
        path.with_extension("stages"),
        Arc::new(ManualClock::new(0, 1)),
        Arc::new(CountingIds::default()),
    );
    Engine::open(EngineOptions {
        path: Some(path.to_owned()),
        owner: "snowmelt run".to_owned(),
        ..options
    })
    .unwrap()
}

/// A query over 10 to the power of `digits` rows.
fn rows_of_digits(digits: usize, columns: &str) -> String {
    let values: Vec<String> = (0..10).map(|digit| format!("({digit})")).collect();
    let tables: Vec<String> = (0..digits)
        .map(|table| format!("digits a{table}"))
        .collect();
    format!(
        "with digits as (select column1 as n from values {}) select {columns} from {}",
        values.join(", "),
        tables.join(", ")
    )
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let sandbox = Sandbox::new();
    let query = rows_of_digits(6, "a0.n");
    for format in ["csv", "json", "table"] {
        let mut child = sandbox
            .command(&["sql", "-q", &query, "--output", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: {first}");
        let talk = String::from_utf8(output.stderr).unwrap();
        assert!(!talk.contains("error"), "{talk}");
    }
}

#[test]
fn ctrl_c_stops_a_statement() {
    let sandbox = Sandbox::new();
    let endless = rows_of_digits(18, "sum(a0.n + a17.n)");
    let arguments = ["sql", "--verbose", "-q", &endless];
    let mut child = sandbox
        .command(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut talk = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("with digits") {
        assert!(talk.read_line(&mut said).unwrap() > 0, "{said}");
    }
    sandbox.signal("INT", child.id());
    talk.read_to_string(&mut said).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(3), "{said}");
    assert!(said.contains("stopping"), "{said}");
    assert!(said.contains("canceled"), "{said}");
}

#[test]
fn escape_sequences_in_data_do_not_reach_a_table() {
    let sandbox = Sandbox::new();
    let transcript = sandbox.succeed(&["sql", "-q", "select 'a\\u001b[31mred\\nline' as x"]);
    assert_snapshot!(transcript);
}

#[test]
fn colours_come_when_asked_for() {
    let sandbox = Sandbox::new();
    let red = |arguments: &[&str]| sandbox.run(arguments).stderr.contains("\u{1b}[");
    assert!(red(&["--color", "always", "sql", "-q", "selec 1"]));
    assert!(!red(&["sql", "-q", "selec 1"]));
    let mut command = sandbox.command(&["--color", "auto", "sql", "-q", "selec 1"]);
    let output = command
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(!String::from_utf8(output.stderr).unwrap().contains('\u{1b}'));
}
