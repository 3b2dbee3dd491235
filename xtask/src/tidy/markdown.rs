//! The docs keep their word: a path that a `.md` file names exists, and so does a command.

use std::fs;
use std::path::Path;

use super::TextFile;
use crate::workspace::Workspace;
use crate::{COMMANDS, Result};

/// Stand for any name in a path: `bench/NAME.py`.
const PLACEHOLDERS: &[&str] = &["NAME", "FAMILY", "NNNN", "*", "…"];

/// Folders of the root that are there only after a build.
const MADE_BY_BUILDS: &[&str] = &["target", "vendor", "dist"];

pub(super) fn check(
    workspace: &Workspace,
    files: &[TextFile],
    findings: &mut Vec<String>,
) -> Result<()> {
    let names = Names {
        root: entries(workspace.root())?,
        crates: entries(&workspace.path("crates"))?,
        snowmelt_commands: snowmelt_commands(files),
    };
    for file in files.iter().filter(|file| file.path.ends_with(".md")) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (line, piece) in pieces(&file.text) {
            let wrong = match &piece {
                Piece::Code(code) => names
                    .wrong_command(code)
                    .or_else(|| names.wrong_path(workspace, code)),
                Piece::Block(code) => names.wrong_command(code),
                Piece::Link(target) => wrong_link(workspace, folder, target),
            };
            if let Some(wrong) = wrong {
                findings.push(format!("{}:{line}: {wrong}", file.path));
            }
        }
    }
    Ok(())
}

/// What a doc may name.
struct Names {
    root: Vec<String>,
    crates: Vec<String>,
    /// Empty as long as `snowmelt` has no commands: then none is checked.
    snowmelt_commands: Vec<String>,
}

impl Names {
    /// The first word after `snowmelt` or `cargo xtask` must be a command of it.
    fn wrong_command(&self, code: &str) -> Option<String> {
        let code = code.trim().trim_start_matches("$ ");
        let is_command = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && !word.contains(['=', '.', '/', ':'])
        };
        if let Some(word) = code
            .strip_prefix("cargo xtask ")
            .and_then(first_word)
            .filter(is_command)
        {
            let known = word == "help" || COMMANDS.iter().any(|command| command.name == word);
            return (!known).then(|| format!("there is no command `cargo xtask {word}`"));
        }
        let word = code
            .strip_prefix("snowmelt ")
            .and_then(first_word)
            .filter(is_command)?;
        let known = word == "help"
            || self.snowmelt_commands.is_empty()
            || self.snowmelt_commands.iter().any(|name| name == word);
        (!known).then(|| format!("there is no command `snowmelt {word}`"))
    }

    /// A code span that looks like a path from the root (`xtask/src/main.rs`) or from `crates` (`sql/src/lib.rs`) must be
    /// one. Anything else in code spans is not taken for a path.
    fn wrong_path(&self, workspace: &Workspace, code: &str) -> Option<String> {
        let path = code.trim_end_matches('/');
        if path.contains(|c: char| c.is_whitespace() || "<>{}$\"'(),;".contains(c)) {
            return None;
        }
        let mut parts = path.split('/');
        let (first, second) = (parts.next()?, parts.next());
        if MADE_BY_BUILDS.contains(&first) {
            return None;
        }
        let is_from_root = second.is_some() && self.root.iter().any(|name| name == first);
        let is_from_crates = matches!(second, Some("src" | "tests" | "build.rs" | "Cargo.toml"))
            && self.crates.iter().any(|name| name == first);
        let is_document = second.is_none()
            && first.ends_with(".md")
            && first == first.to_uppercase().replace(".MD", ".md");
        if !(is_from_root || is_from_crates || is_document) {
            return None;
        }
        // Of a pattern the folder must be there: `docs/decisions/NNNN-*.md`.
        let is_pattern = |part: &str| PLACEHOLDERS.iter().any(|word| part.contains(word));
        let fixed = path.split('/').take_while(|part| !is_pattern(part));
        let fixed = fixed.collect::<Vec<_>>().join("/");
        let exists =
            workspace.path(&fixed).exists() || workspace.path("crates").join(&fixed).exists();
        (!exists).then(|| format!("`{path}` does not exist"))
    }
}

/// A link that leads into the repository must lead to something.
fn wrong_link(workspace: &Workspace, folder: &str, target: &str) -> Option<String> {
    let path = target.split('#').next().unwrap_or_default();
    if path.is_empty() || path.contains(':') {
        return None;
    }
    (!workspace.path(folder).join(path).exists())
        .then(|| format!("the link to `{path}` leads nowhere"))
}

/// A piece of a Markdown text that names something.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// A span between backticks.
    Code(String),
    /// A line of a code block, fenced or indented.
    Block(String),
    /// Where a link goes.
    Link(String),
}

/// The pieces with their line numbers, from 1.
fn pieces(text: &str) -> Vec<(usize, Piece)> {
    let mut pieces = Vec::new();
    let mut is_fenced = false;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced || line.starts_with("    ") {
            pieces.push((number, Piece::Block(line.trim().to_owned())));
        } else {
            // Odd parts lie between backticks.
            for (part, piece) in line.split('`').enumerate() {
                if part % 2 == 1 {
                    pieces.push((number, Piece::Code(piece.to_owned())));
                } else {
                    let links = piece
                        .split("](")
                        .skip(1)
                        .filter_map(|rest| rest.split(')').next());
                    pieces.extend(links.map(|target| (number, Piece::Link(target.to_owned()))));
                }
            }
        }
    }
    pieces
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

fn entries(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(names)
}

/// One file, or folder, per command: `crates/snowmelt/src/commands/<command>.rs`.
fn snowmelt_commands(files: &[TextFile]) -> Vec<String> {
    let paths = files
        .iter()
        .filter_map(|file| file.path.strip_prefix("crates/snowmelt/src/commands/"));
    let names = paths.map(|path| {
        path.split('/')
            .next()
            .unwrap_or(path)
            .trim_end_matches(".rs")
    });
    names
        .filter(|name| *name != "mod")
        .map(|name| name.replace('_', "-"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            root: vec!["xtask".to_owned(), "docs".to_owned()],
            crates: vec!["sql".to_owned()],
            snowmelt_commands: vec!["run".to_owned()],
        }
    }

    #[test]
    fn pieces_are_spans_block_lines_and_links() {
        let text =
            "See `a b` and [the docs](docs/x.md).\n\n    snowmelt run\n\n```sh\ncargo build\n```\n";
        let expected = vec![
            (1, Piece::Code("a b".to_owned())),
            (1, Piece::Link("docs/x.md".to_owned())),
            (3, Piece::Block("snowmelt run".to_owned())),
            (6, Piece::Block("cargo build".to_owned())),
        ];
        assert_eq!(pieces(text), expected);
    }

    #[test]
    fn commands_must_exist() {
        for right in [
            "cargo xtask demo",
            "$ snowmelt run --dry-run",
            "snowmelt 0.1.0",
            "snowmelt --help",
            "cargo build",
        ] {
            assert_eq!(names().wrong_command(right), None, "{right}");
        }
        for wrong in ["cargo xtask dmeo", "snowmelt rnu"] {
            assert!(names().wrong_command(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn paths_must_exist() {
        let workspace = Workspace::find().unwrap();
        for right in [
            "xtask/src/main.rs",
            "sql/src/lib.rs",
            "docs/decisions/NNNN-*.md",
            "xtask/src/NAME.rs",
            "sql/bronze.sql",
            "a/b",
            "x.rs",
            "s3://b/c",
        ] {
            assert_eq!(names().wrong_path(&workspace, right), None, "{right}");
        }
        for wrong in [
            "xtask/src/mian.rs",
            "sql/src/bil.rs",
            "docs/decision/NNNN-*.md",
            "MISSING.md",
        ] {
            assert!(names().wrong_path(&workspace, wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn links_lead_somewhere() {
        let workspace = Workspace::find().unwrap();
        assert_eq!(wrong_link(&workspace, "xtask", "src/main.rs#L1"), None);
        assert_eq!(wrong_link(&workspace, "", "https://example.com"), None);
        assert!(wrong_link(&workspace, "xtask", "src/nothing.rs").is_some());
    }
}
