//! `snowmelt run`, from files to gold, held against the oracle.

use crate::sandbox::{Sandbox, files_below, session};
use insta::assert_snapshot;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};

const SMALL: &[&str] = &[
    "--customers",
    "300",
    "--products",
    "40",
    "--sales",
    "3000",
    "--days",
    "60",
    "--files",
    "4",
    "--dirty",
    "0.02",
];

/// Without a dirty record.
const CLEAN: &[&str] = &[
    "--customers",
    "300",
    "--products",
    "40",
    "--sales",
    "3000",
    "--files",
    "4",
];

/// One more day, in files of other names.
const ANOTHER_DAY: &[&str] = &[
    "--customers",
    "330",
    "--products",
    "42",
    "--sales",
    "200",
    "--days",
    "1",
    "--files",
    "2",
    "--dirty",
    "0.05",
    "--seed",
    "7",
];

#[test]
fn gold_is_what_the_files_say() {
    let sandbox = Sandbox::with_shop(&[SMALL, &["--seed", "3"]].concat());
    sandbox.succeed(&["upload"]);
    sandbox.succeed(&["run"]);
    sandbox.assert_loads_are_right();
    sandbox.assert_tables_are_right();
}

#[test]
fn a_second_run_does_nothing() {
    let sandbox = Sandbox::with_shop(CLEAN);
    sandbox.succeed(&["upload"]);
    let transcripts = [
        sandbox.run(&["run"]),
        sandbox.run(&["upload"]),
        sandbox.run(&["run"]),
        sandbox.run(&["run", "--dry-run"]),
    ];
    assert_snapshot!(session(&transcripts));
    let report = report(&sandbox.succeed(&["run", "--output", "json"]).stdout);
    let touched: Vec<_> = lines(&report)
        .filter(|line| line.1 != "unchanged")
        .collect();
    assert_eq!(touched, []);
    sandbox.assert_tables_are_right();
}

#[test]
fn new_files_change_only_what_depends_on_them() {
    let sandbox = Sandbox::with_shop(SMALL);
    sandbox.succeed(&["upload"]);
    sandbox.succeed(&["run"]);

    sandbox.generate(ANOTHER_DAY);
    sandbox.succeed(&["upload"]);
    let next = report(&sandbox.succeed(&["run", "--output", "json"]).stdout);
    assert_eq!(next["totals"]["objects_changed"], 0);
    assert_eq!(next["totals"]["files_loaded"], 4);
    sandbox.assert_loads_are_right();
    sandbox.assert_tables_are_right();

    // Only sales: what is made of customers and products alone is left as it is.
    sandbox.generate(&[
        "--customers",
        "300",
        "--products",
        "40",
        "--sales",
        "100",
        "--days",
        "1",
        "--files",
        "2",
        "--seed",
        "9",
    ]);
    for entry in files_below(&sandbox.path("data")) {
        if entry.contains("seed9") && !entry.starts_with("sales") {
            fs::remove_file(sandbox.path("data").join(entry)).unwrap();
        }
    }
    sandbox.succeed(&["upload"]);
    let next = report(&sandbox.succeed(&["run", "--output", "json"]).stdout);
    let kept: Vec<_> = lines(&next)
        .filter(|line| line.1 == "unchanged" && line.2 == "model")
        .map(|line| line.0)
        .collect();
    assert_eq!(
        kept,
        [
            "ECOMMERCE_DB.SILVER.CUSTOMERS_CLEAN",
            "ECOMMERCE_DB.SILVER.PRODUCTS_CLEAN"
        ]
    );
    sandbox.assert_tables_are_right();
}

#[test]
fn killed_at_any_statement_a_rerun_gives_the_same_gold() {
    let sandbox = Sandbox::with_shop(SMALL);
    sandbox.succeed(&["upload"]);
    for announced in [3, 20, 45, 60, 70, 80, 90, 100, 110, 120] {
        let mut child = verbose_run(&sandbox);
        let mut talk = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        for _ in 0..announced {
            line.clear();
            if talk.read_line(&mut line).unwrap() == 0 {
                break;
            }
        }
        // It may have ended by itself by now.
        _ = child.kill();
        child.wait().unwrap();
    }
    sandbox.succeed(&["run"]);
    sandbox.assert_loads_are_right();
    sandbox.assert_tables_are_right();
}

#[test]
fn ctrl_c_in_the_middle_of_a_load_leaves_nothing_half() {
    let sandbox = Sandbox::with_shop(SMALL);
    sandbox.succeed(&["upload"]);
    let mut child = verbose_run(&sandbox);
    let mut talk = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.to_lowercase().contains("refresh") {
        assert!(
            talk.read_line(&mut said).unwrap() > 0,
            "no pipe was refreshed: {said}"
        );
    }
    sandbox.signal("INT", child.id());
    talk.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{said}");
    assert!(said.contains("stopping"), "{said}");

    sandbox.succeed(&["run"]);
    sandbox.assert_loads_are_right();
    sandbox.assert_tables_are_right();
}

fn verbose_run(sandbox: &Sandbox) -> Child {
    sandbox
        .command(&["run", "--verbose"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn report(json: &str) -> serde_json::Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

/// Name, action and kind of each line of a report.
fn lines(report: &serde_json::Value) -> impl Iterator<Item = (&str, &str, &str)> {
    report["lines"].as_array().unwrap().iter().map(|line| {
        (
            line["name"].as_str().unwrap(),
            line["action"].as_str().unwrap(),
            line["kind"].as_str().unwrap(),
        )
    })
}
