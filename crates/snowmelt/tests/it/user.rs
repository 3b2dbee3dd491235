//! `snowmelt user`, as a person sees it: no secret is an argument, none is shown but a new token.

use crate::sandbox::{Sandbox, Transcript, session};
use insta::assert_snapshot;
use regex::Regex;
use std::io::Write;
use std::process::Stdio;

const KEY: &str = include_str!("../../../server/tests/keys/rsa.pub");

fn with_stdin(sandbox: &Sandbox, arguments: &[&str], stdin: &str) -> Transcript {
    let mut child = sandbox
        .command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(stdin.as_bytes())
        .unwrap();
    sandbox.transcript(arguments, &child.wait_with_output().unwrap())
}

#[test]
fn users_are_made_shown_and_removed() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "snowmelt.toml",
        "[project]\nname = \"p\"\nsql = [\"a.sql\"]\n",
    );
    sandbox.write("a.sql", "CREATE DATABASE d;\n");
    sandbox.write("rsa_key.pub", KEY);
    let run = |arguments: &[&str]| sandbox.run(arguments);
    let transcripts = [
        run(&["user", "list"]),
        with_stdin(&sandbox, &["user", "add", "ana"], "correct horse\n"),
        with_stdin(&sandbox, &["user", "add", "bo"], "short\n"),
        with_stdin(&sandbox, &["user", "add", "Ana"], "correct horse\n"),
        run(&[
            "user",
            "add",
            "bo",
            "--role",
            "reader",
            "--key",
            "rsa_key.pub",
        ]),
        run(&["user", "add", "cy", "--key", "a.sql"]),
        run(&["user", "add", "cy", "--role", "boss"]),
        with_stdin(
            &sandbox,
            &["user", "set-password", "ana"],
            "another horse\n",
        ),
        run(&["user", "set-key", "ana", "rsa_key.pub"]),
        run(&["user", "token", "bo", "--name", "ci", "--days", "30"]),
        run(&["user", "disable", "bo"]),
        run(&["user", "list"]),
        run(&["user", "enable", "bo"]),
        run(&["user", "revoke-token", "bo", "ci"]),
        run(&["user", "revoke-token", "bo", "ci"]),
        run(&["user", "list", "--output", "csv"]),
        run(&["user", "remove", "nobody"]),
        run(&["user", "remove", "bo"]),
        run(&["user", "remove", "ana"]),
    ];
    let text = session(&transcripts);
    let token = Regex::new("snowmelt_pat_[-_A-Za-z0-9]{43}").unwrap();
    assert_eq!(token.find_iter(&text).count(), 1);
    assert!(!text.contains("horse"), "{text}");
    let text = token.replace(&text, "snowmelt_pat_[TOKEN]");
    let day = Regex::new(r"until \d{4}-\d\d-\d\d").unwrap();
    assert_snapshot!(day.replace_all(&text, "until [DAY]"));
}
