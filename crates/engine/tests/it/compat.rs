//! COMPAT.md is what the probes of `conformance/compat.txt` and the registry of functions say. `cargo xtask compat` writes
//! it; this test fails when it is out of date.

use crate::support;
use snowmelt_engine::{Engine, EngineErrorKind, Session};
use snowmelt_sql::functions::{builtin_functions, refused_functions};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Set: COMPAT.md is written instead of compared.
const WRITE: &str = "COMPAT_WRITE";

const HEAD: &str = "# What runs

Written by `cargo xtask compat` from the probes of `conformance/compat.txt`, each of which was run, and from the registry of
functions. **yes** runs as Snowflake's documentation says; **refused** is refused by name, with a code and a place; a difference
is told. What is in neither list is an error too.
";

#[test]
fn compat_md_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let probes = std::fs::read_to_string(root.join("conformance/compat.txt")).unwrap();
    let text = format!(
        "{HEAD}{}{}",
        features(&probes),
        functions(&root.join("conformance"))
    );
    let broken: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("BROKEN"))
        .collect();
    assert!(
        broken.is_empty(),
        "probes that neither run nor are refused:\n{}",
        broken.join("\n")
    );
    let path = root.join("COMPAT.md");
    #[expect(
        clippy::disallowed_methods,
        reason = "a developer's switch, not an input of the engine"
    )]
    let writes = std::env::var_os(WRITE).is_some();
    if writes {
        std::fs::write(path, text).unwrap();
        return;
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    let differs = text
        .lines()
        .zip(written.lines())
        .find(|(now, then)| now != then);
    assert!(
        text == written,
        "COMPAT.md is out of date: run `cargo xtask compat` and read what changed; first: {differs:?}"
    );
}

/// A table a section.
fn features(probes: &str) -> String {
    let stages = tempfile::tempdir().unwrap();
    let engine = Engine::open(support::in_memory(stages.path())).unwrap();
    let mut session = engine.session().unwrap();
    support::run(&mut session, "CREATE DATABASE compat").unwrap();
    let (mut text, mut is_setup) = (String::new(), false);
    for line in probes.lines().filter(|line| !line.is_empty()) {
        if let Some(section) = line.strip_prefix("## ") {
            is_setup = section == "setup";
            if !is_setup {
                write!(text, "\n## {section}\n\n| feature | here |\n|---|---|\n").unwrap();
            }
            continue;
        }
        if line.starts_with("# ") {
            continue;
        }
        let mut parts = line.split(":: ");
        let name = parts.next().unwrap().trim();
        let statements = parts
            .next()
            .unwrap_or_else(|| panic!("no statements: {line}"));
        let note = parts.next();
        if is_setup {
            support::run(&mut session, statements).unwrap();
            continue;
        }
        let here = probe(&mut session, statements);
        let here = match note {
            Some("absent") => here.replace("BROKEN PROBE", "no"),
            Some(note) => format!("{here}; {note}"),
            None => here,
        };
        writeln!(text, "| {} | {} |", cell(name), cell(&here)).unwrap();
    }
    text
}

/// What the last statement gives.
fn probe(session: &mut Session, statements: &str) -> String {
    let result = support::run(session, statements);
    // A transaction that a probe left open.
    let _ = support::run(session, "ROLLBACK");
    match result {
        Ok(_) => "yes".to_owned(),
        Err(error) if error.kind == EngineErrorKind::Unsupported => {
            format!("refused: {}", error.message)
        }
        Err(error) => format!("BROKEN PROBE: {statements}: {error}"),
    }
}

/// Snowflake's functions: those we have, with where they are tried, and those refused by name.
fn functions(transcripts: &Path) -> String {
    let mut tried = String::new();
    gather(transcripts, &mut tried);
    let tried = tried.to_uppercase();
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    let builtin = builtin_functions();
    // Operators are in the registry too.
    for function in builtin.filter(|function| function.name.starts_with(char::is_alphabetic)) {
        let call = format!("{}(", function.name);
        known.insert(
            function.name,
            tried.contains(&call) || tried.contains(function.name),
        );
    }
    let list = |wanted: bool| {
        let names: Vec<&str> = known
            .iter()
            .filter(|(_, tried)| **tried == wanted)
            .map(|(name, _)| *name)
            .collect();
        names.join(", ")
    };
    let mut text = format!(
        "\n## Functions\n\nyes, each with transcripts in `conformance/`:\n\n{}\n",
        list(true)
    );
    let untried = list(false);
    if !untried.is_empty() {
        write!(
            text,
            "\nyes, without a transcript of their own yet:\n\n{untried}\n"
        )
        .unwrap();
    }
    let (names, prefixes) = refused_functions();
    let prefixes: Vec<String> = prefixes.iter().map(|prefix| format!("{prefix}…")).collect();
    write!(
        text,
        "\nrefused by name: {}, {}\n",
        names.join(", "),
        prefixes.join(", ")
    )
    .unwrap();
    text
}

fn gather(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "slt") {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Text as it stands in a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
