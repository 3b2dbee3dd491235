//! What can be wrong with a project or its surroundings: each is told with its place, and nothing is lost.

use crate::sandbox::{Sandbox, Transcript, session};
use insta::assert_snapshot;
use snowmelt_engine::{CountingIds, Engine, EngineOptions, ManualClock};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

const SMALL: &[&str] = &[
    "--customers",
    "50",
    "--products",
    "20",
    "--sales",
    "500",
    "--files",
    "2",
];

#[test]
fn a_config_that_is_wrong() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["init"]);
    let good = sandbox.read("snowmelt.toml");
    let with = |from: &str, to: &str| -> Transcript {
        assert!(good.contains(from), "{from}");
        sandbox.write("snowmelt.toml", &good.replacen(from, to, 1));
        sandbox.run(&["run"])
    };
    assert_snapshot!(session(&[
        with("[warehouse]", "[warehouse\n"),
        with("path = \"warehouse.duckdb\"", "pth = \"warehouse.duckdb\""),
        with("path = \"warehouse.duckdb\"", "path = 7"),
        with("sql/silver.sql", "sql/silber.sql"),
        with("checks = \"checks\"", "checks = \"chekcs\""),
        with("path = \"lake\"", "path = \"lake\"\nregion = \"eu-west-1\""),
    ]));
}

#[test]
fn sql_files_that_are_wrong() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["init", "shop"]);
    let good = sandbox.read("shop/sql/gold.sql");
    let with = |text: &[u8]| -> Transcript {
        fs::write(sandbox.path("shop/sql/gold.sql"), text).unwrap();
        sandbox.run(&["run", "--project", "shop"])
    };
    let mut transcripts = vec![
        with(good.replacen("COUNT(*)  ", "COUNT(*  ", 1).as_bytes()),
        with(
            good.replacen("    country,\n", "    contry,\n", 1)
                .as_bytes(),
        ),
        with(
            good.replacen("silver.sales_enriched", "silver.sales_enrichd", 1)
                .as_bytes(),
        ),
        with(b"SELECT '\xe9';\n"),
        with(b"CREATE PROCEDURE ecommerce_db.gold.f() RETURNS INT AS '1';\n"),
    ];
    fs::remove_file(sandbox.path("shop/sql/gold.sql")).unwrap();
    fs::create_dir(sandbox.path("shop/sql/gold.sql")).unwrap();
    transcripts.push(sandbox.run(&["run", "--project", "shop"]));
    assert_snapshot!(session(&transcripts));
}

#[test]
fn a_check_that_is_wrong_or_finds_something() {
    let sandbox = Sandbox::with_shop(SMALL);
    sandbox.succeed(&["upload"]);
    sandbox.succeed(&["run"]);
    sandbox.write(
        "checks/zz_wrong.sql",
        "-- severity: error\n-- message: x\nselect nothing from ecommerce_db.gold.top_products;\n",
    );
    let wrong = sandbox.run(&["check"]);
    sandbox.write(
        "checks/zz_wrong.sql",
        "-- severity: error\n-- message: a rank is odd\nselect sales_rank from ecommerce_db.gold.top_products where sales_rank in (1, 3) order by 1;\n",
    );
    let found = sandbox.run(&["check"]);
    let in_run = sandbox.run(&["run"]);
    assert_eq!(
        [wrong.code, found.code, in_run.code],
        [Some(2), Some(1), Some(1)]
    );
    assert_snapshot!(session(&[wrong, found, in_run]));
}

#[test]
fn a_second_run_at_the_same_time_is_told_who_has_the_warehouse() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["init"]);
    let _held = hold(&sandbox.path("warehouse.duckdb"));
    let transcript = sandbox.run(&["run"]);
    assert_eq!(transcript.code, Some(3));
    assert_snapshot!(
        transcript
            .to_string()
            .replace(&std::process::id().to_string(), "[PID]")
    );
}

/// Opens a warehouse in this process, as a `snowmelt run` would.
fn hold(path: &Path) -> Engine {
    let options = EngineOptions::in_memory(
        path.with_extension("stages"),
        Arc::new(ManualClock::new(0, 1)),
        Arc::new(CountingIds::default()),
    );
    let options = EngineOptions {
        path: Some(path.to_owned()),
        owner: "snowmelt run".to_owned(),
        ..options
    };
    Engine::open(options).unwrap()
}

#[test]
fn a_bucket_that_does_not_answer() {
    let sandbox = Sandbox::with_shop(SMALL);
    let config = sandbox.read("snowmelt.toml");
    // Nobody listens at port 1, and if somebody did, it would not be S3.
    let endpoint = "endpoint = \"http://127.0.0.1:1\"\nregion = \"us-east-1\"";
    sandbox.write(
        "snowmelt.toml",
        &config.replacen("path = \"lake\"", endpoint, 1),
    );
    let run = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command
            .env("AWS_ACCESS_KEY_ID", "nobody")
            .env("AWS_SECRET_ACCESS_KEY", "nothing");
        let output = command.output().unwrap();
        sandbox.transcript(arguments, &output)
    };
    let transcripts = [run(&["upload"]), run(&["run"])];
    assert_eq!(
        transcripts.each_ref().map(|transcript| transcript.code),
        [Some(3), Some(3)]
    );
    assert_snapshot!(session(&transcripts));
}

#[test]
fn a_full_disk_loses_nothing() {
    let sandbox = Sandbox::with_shop(&[
        "--customers",
        "2000",
        "--products",
        "100",
        "--sales",
        "40000",
        "--files",
        "4",
    ]);
    sandbox.succeed(&["upload"]);
    // A limit on the size of a file is as good as a full disk: writes fail at the same places.
    let mut limited = Command::new("sh");
    let shell = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" run";
    limited
        .args(["-c", shell, env!("CARGO_BIN_EXE_snowmelt")])
        .current_dir(sandbox.path(""));
    let output = limited.output().unwrap();
    let talk = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{talk}");
    assert!(talk.contains("error"), "{talk}");
    sandbox.succeed(&["run"]);
    sandbox.assert_loads_are_right();
    sandbox.assert_tables_are_right();
}
