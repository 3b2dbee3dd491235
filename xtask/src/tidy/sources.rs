//! Rust files stay small and say what they are for; no file names a machine that someone once worked on.

use super::TextFile;

/// A file is split before it gets longer.
const MAX_LINES: usize = 600;

/// Files that are too long and wait to be split, each with the length it has. It may get shorter, not longer; one that
/// fits is taken off the list.
const TO_SPLIT: &[(&str, usize)] = &[
    ("crates/engine/src/load/loader.rs", 700),
    ("crates/engine/src/load/scan/tests.rs", 642),
];

/// Starts of paths that exist on one machine only. (In parts, so that this file passes.)
const MACHINE_PATHS: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
];

/// Registries are named by their client (`npm`, `cargo`), whose settings say where they are.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("registry.np", "mjs.org"),
    concat!("py", "pi.org"),
    concat!("static.cra", "tes.io"),
];

pub(super) fn check(files: &[TextFile], findings: &mut Vec<String>) {
    for file in files {
        if file.path.ends_with(".rs") {
            check_rust(file, findings);
        }
        if file.path != "Cargo.lock" {
            check_words(file, findings);
        }
    }
}

fn check_rust(file: &TextFile, findings: &mut Vec<String>) {
    let lines = file.text.lines().count();
    let listed = TO_SPLIT.iter().find(|(path, _)| *path == file.path);
    let most = listed.map_or(MAX_LINES, |(_, length)| *length);
    if lines > most {
        findings.push(format!(
            "{}: {lines} lines; split it (at most {most})",
            file.path
        ));
    }
    if listed.is_some() && lines <= MAX_LINES {
        findings.push(format!("{}: fits; take it off `TO_SPLIT`", file.path));
    }
    if !file.text.starts_with("//!") {
        findings.push(format!(
            "{}: starts without a `//!` header (what comes in, what goes out)",
            file.path
        ));
    }
}

fn check_words(file: &TextFile, findings: &mut Vec<String>) {
    for (number, line) in file.text.lines().enumerate() {
        for word in MACHINE_PATHS
            .iter()
            .filter(|word| names_machine_path(line, word))
        {
            findings.push(format!(
                "{}:{}: a path of one machine (`{word}`)",
                file.path,
                number + 1
            ));
        }
        for word in REGISTRY_HOSTS.iter().filter(|word| line.contains(*word)) {
            findings.push(format!(
                "{}:{}: a registry's host (`{word}`)",
                file.path,
                number + 1
            ));
        }
    }
}

/// Whether `line` has an absolute path that starts with `start`; a longer path may well have such a part inside.
fn names_machine_path(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(position, _)| {
        let before = line[..position].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || ".-_}>*@".contains(before))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        check(
            &[TextFile {
                path: path.to_owned(),
                text: text.to_owned(),
            }],
            &mut findings,
        );
        findings
    }

    #[test]
    fn a_rust_file_needs_a_header_and_an_end() {
        assert_eq!(
            findings("a.rs", "//! What it does.\n"),
            Vec::<String>::new()
        );
        assert_eq!(findings("a.rs", "fn main() {}\n").len(), 1);
        let long = format!("//! Long.\n{}", "\n".repeat(MAX_LINES));
        assert!(findings("a.rs", &long)[0].contains("601 lines"));
    }

    #[test]
    fn paths_of_one_machine_are_found_and_other_paths_are_not() {
        let home = concat!("/ho", "me/");
        assert!(
            findings("a.md", &format!("see {home}someone"))[0]
                .starts_with("a.md:1: a path of one machine")
        );
        assert_eq!(
            findings("a.md", &format!("`src{home}mod.rs`")),
            Vec::<String>::new()
        );
        assert_eq!(
            findings("Cargo.lock", &format!("see {home}someone")),
            Vec::<String>::new()
        );
    }
}
