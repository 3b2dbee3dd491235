//! Which local files go where. In: paths and destinations. Out: one line of the plan per file, or what is wrong with it.

use super::destination::{self, Destination};
use crate::failure::Failure;
use crate::printer::Printer;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A file and where it goes.
#[derive(Debug)]
pub(super) struct Planned {
    /// The local file.
    pub(super) source: PathBuf,
    /// Its size in bytes.
    pub(super) size: u64,
    /// The bucket's name.
    pub(super) bucket: String,
    /// The path within the bucket.
    pub(super) key: String,
}

/// A local file, and its path below the folder that was named.
struct Found {
    source: PathBuf,
    relative: String,
    size: u64,
    /// The user named this very file, not a folder it is in.
    is_named: bool,
}

/// Plans the files of `paths`: to `to`, or else each to the one of `destinations` that its name says.
///
/// # Errors
/// A path that is not there or cannot be read, a named file that belongs nowhere, two files that would get one key.
pub(super) fn plan(
    printer: &Printer,
    paths: &[PathBuf],
    to: Option<&Destination>,
    destinations: &[Destination],
) -> Result<Vec<Planned>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        find(path, &mut found)?;
    }
    let mut planned: Vec<Planned> = Vec::new();
    let mut taken: HashMap<(String, String), PathBuf> = HashMap::new();
    for file in found {
        let Some(destination) = to.or_else(|| destination::of_file(destinations, &file.relative))
        else {
            let message = format!(
                "no pipe loads files with a name like `{}`",
                file.source.display()
            );
            if file.is_named {
                return Err(Failure::user(message).with_detail(known(destinations)).with_hint(
                    "rename it to begin with one of these, or say where it goes: `--to s3://BUCKET/PREFIX/`",
                ));
            }
            printer.warn(format_args!("{message}; it stays here"));
            continue;
        };
        let key = format!(
            "{}{}",
            destination.prefix,
            below(&file.relative, &destination.word)
        );
        let place = (destination.bucket.clone(), key.clone());
        if let Some(other) = taken.insert(place, file.source.clone()) {
            return Err(Failure::user(format!(
                "`{}` and `{}` would both become `s3://{}/{key}`",
                other.display(),
                file.source.display(),
                destination.bucket
            ))
            .with_hint("rename one, or upload them apart"));
        }
        planned.push(Planned {
            source: file.source,
            size: file.size,
            bucket: destination.bucket.clone(),
            key,
        });
    }
    Ok(planned)
}

/// The path below a folder that is called like the destination: `sales/2026/1.json` goes to `raw/sales/2026/1.json`.
fn below<'a>(relative: &'a str, word: &str) -> &'a str {
    match relative.split_once('/') {
        Some((folder, rest)) if folder.to_lowercase() == word => rest,
        _ => relative,
    }
}

fn known(destinations: &[Destination]) -> String {
    match destinations.is_empty() {
        true => "the project has no pipe that loads from a bucket".to_owned(),
        false => {
            let words: Vec<String> = destinations
                .iter()
                .map(|to| format!("`{}`", to.word))
                .collect();
            format!("names begin with {}", words.join(", "))
        }
    }
}

fn find(path: &Path, found: &mut Vec<Found>) -> Result<(), Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::file("read", path, error))?;
    if metadata.is_dir() {
        return find_below(path, "", found);
    }
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    found.push(Found {
        source: path.to_owned(),
        relative: name,
        size: metadata.len(),
        is_named: true,
    });
    Ok(())
}

fn find_below(folder: &Path, prefix: &str, found: &mut Vec<Found>) -> Result<(), Failure> {
    let cannot = |error| Failure::file("read the folder", folder, error);
    let mut entries: Vec<_> = fs::read_dir(folder)
        .map_err(cannot)?
        .collect::<Result<_, _>>()
        .map_err(cannot)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        // Editors, version control and unfinished downloads keep theirs in hidden files.
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        let kind = entry
            .file_type()
            .map_err(|error| Failure::file("read", &path, error))?;
        if kind.is_dir() {
            find_below(&path, &format!("{prefix}{name}/"), found)?;
            continue;
        }
        // A link to a folder is not followed: it may lead back here.
        let metadata = fs::metadata(&path).map_err(|error| Failure::file("read", &path, error))?;
        if metadata.is_file() {
            found.push(Found {
                source: path,
                relative: format!("{prefix}{name}"),
                size: metadata.len(),
                is_named: false,
            });
        }
    }
    Ok(())
}
