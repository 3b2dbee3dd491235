//! `snowmelt generate`.

use crate::sandbox::{Sandbox, files_below, session};
use insta::assert_snapshot;

const SMALL: [&str; 11] = [
    "generate",
    "--customers",
    "100",
    "--products",
    "20",
    "--sales",
    "1k",
    "--end-date",
    "2026-11-24",
    "--files",
    "2",
];

#[test]
fn generate_writes_into_the_projects_data_folder() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["init", "shop"]);
    let mut from_below = sandbox.command(&SMALL);
    let output = from_below
        .current_dir(sandbox.path("shop/sql"))
        .output()
        .unwrap();
    let transcript = sandbox.transcript(&SMALL, &output);
    let files = files_below(&sandbox.path("shop/data"));
    assert_snapshot!(format!("{transcript}{}\n", files.join("\n")));
}

#[test]
fn quiet_says_nothing() {
    let sandbox = Sandbox::new();
    let transcript =
        sandbox.succeed(&[&SMALL[..], &["--out", "data", "--dirty", "0.1", "--quiet"]].concat());
    assert_eq!(
        (transcript.stdout.as_str(), transcript.stderr.as_str()),
        ("", "")
    );
}

#[test]
fn generate_outside_of_a_project_and_with_bad_options() {
    let sandbox = Sandbox::new();
    sandbox.write("file", "");
    let transcripts = [
        sandbox.run(&["generate"]),
        sandbox.run(&["generate", "--project", "nowhere"]),
        sandbox.run(&["generate", "--out", "data", "--dirty", "2"]),
        sandbox.run(&["generate", "--out", "data", "--days", "0"]),
        sandbox.run(&["generate", "--out", "file", "--sales", "10"]),
    ];
    assert_snapshot!(session(&transcripts));
}
