//! What no compiler checks. In: the files that git knows. Out: one line per finding, and failure if there is any.

mod features;
mod markdown;
mod sources;
mod walls;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::workspace::Workspace;
use crate::{Result, refuse_arguments};

/// A text file of the repository.
struct TextFile {
    /// From the root, with `/`.
    path: String,
    text: String,
}

/// `cargo xtask tidy`.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    refuse_arguments(arguments)?;
    let files = text_files(workspace)?;
    let mut findings = Vec::new();
    markdown::check(workspace, &files, &mut findings)?;
    sources::check(&files, &mut findings);
    walls::check(&workspace.metadata(&["--no-deps"])?, &mut findings)?;
    features::check(workspace, &mut findings)?;
    for finding in &findings {
        eprintln!("tidy: {finding}");
    }
    eprintln!("tidy: {} files, {} findings", files.len(), findings.len());
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Every text file that is in the repository or about to be added to it.
fn text_files(workspace: &Workspace) -> Result<Vec<TextFile>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(workspace.root())
        .output()
        .map_err(|error| format!("cannot run `git`: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "`git ls-files` failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let listing = String::from_utf8(output.stdout)?;
    let mut files = Vec::new();
    for path in listing.split_terminator('\0') {
        // Deleted but not yet committed, a link, or not text: nothing to read.
        let full: PathBuf = workspace.path(path);
        if full.is_symlink() || !full.is_file() {
            continue;
        }
        if let Ok(text) = String::from_utf8(fs::read(&full)?) {
            files.push(TextFile {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(files)
}
