//! Reads the project's text files, each bounded in size and checked to be UTF-8.

use super::Config;
use crate::error::PipelineError;
use crate::place::SourceFile;
use snowmelt_sql::Span;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// The largest text file that is read, in bytes. Snowflake takes statements of up to 1 MB.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// The text of the file at `path`, called `shown` in messages, without a byte order mark.
pub(super) fn text(path: &Path, shown: &str) -> Result<String, PipelineError> {
    let failed = |error: std::io::Error| {
        let message = format!("cannot read `{shown}`: {}", reason(&error));
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::NotADirectory => {
                PipelineError::user(message)
            }
            ErrorKind::PermissionDenied => {
                PipelineError::environment(message).with_hint("let your user read the file")
            }
            _ => PipelineError::environment(message),
        }
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let message = format!("`{shown}` is larger than {} MiB", MAX_FILE_BYTES >> 20);
        return Err(
            PipelineError::user(message).with_hint("split it; data belongs in a stage, not in SQL")
        );
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let readable = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
        PipelineError::user(format!("`{shown}` is not UTF-8"))
            .with_hint("save it as UTF-8")
            .at(SourceFile::new(shown, readable).place(Span::new(valid, valid)))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// The `.sql` files in the folder of checks, by name. A folder that `snowmelt.toml` does not name may be missing.
pub(super) fn checks(root: &Path, config: &Config) -> Result<Vec<SourceFile>, PipelineError> {
    let (folder, place) = &config.checks;
    let failed = |error: std::io::Error| {
        let message = format!("cannot read the folder `{folder}`: {}", reason(&error));
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => PipelineError::user(message),
            _ => PipelineError::environment(message),
        }
    };
    let entries = match std::fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(error) => {
            return match place {
                None if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
                None => Err(failed(error)),
                Some(place) => Err(failed(error).at(place.clone())),
            };
        }
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        if let Some(name) = name.to_str().filter(|name| is_check(name)) {
            names.push(format!("{}/{name}", folder.trim_end_matches('/')));
        }
    }
    names.sort();
    names
        .into_iter()
        .map(|name| {
            Ok(SourceFile::new(
                name.as_str(),
                text(&root.join(&name), &name)?,
            ))
        })
        .collect()
}

fn is_check(name: &str) -> bool {
    name.ends_with(".sql") && !name.starts_with('.')
}

/// What an I/O error says, without the operating system's number.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => {
            let text = error.to_string();
            match text.find(" (os error") {
                Some(end) => text[..end].to_owned(),
                None => text,
            }
        }
    }
}
