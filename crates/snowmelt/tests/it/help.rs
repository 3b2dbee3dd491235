//! What `--help` says, and what a command line that is not understood is answered.

use crate::sandbox::{Sandbox, session};
use insta::assert_snapshot;

/// Every command; the first test below fails when one is missing.
const COMMANDS: &[&str] = &[
    "demo", "init", "generate", "upload", "run", "serve", "user", "sql", "status", "rejects",
    "check", "lint", "plan", "deploy", "target", "move", "export",
];

#[test]
fn help_names_every_command() {
    let transcript = Sandbox::new().succeed(&["--help"]);
    let listed: Vec<&str> = transcript
        .stdout
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(listed, COMMANDS);
    assert_snapshot!("help", transcript);
}

#[test]
fn each_command_explains_itself() {
    let sandbox = Sandbox::new();
    for command in COMMANDS {
        let transcript = sandbox.succeed(&[command, "--help"]);
        assert!(transcript.stdout.contains("Examples:"), "{transcript}");
        assert_snapshot!(format!("help_{command}"), transcript);
    }
}

#[test]
fn arguments_that_are_not_understood() {
    let sandbox = Sandbox::new();
    let lines: [&[&str]; 6] = [
        &[],
        &["genrate"],
        &["generate", "--sale", "5"],
        &["generate", "--sales", "many"],
        &["generate", "--end-date", "24.11.2026"],
        &["init", "--verbose", "--quiet"],
    ];
    assert_snapshot!(session(&lines.map(|arguments| sandbox.run(arguments))));
}
