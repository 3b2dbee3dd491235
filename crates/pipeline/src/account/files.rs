//! Snowflake's own configuration files. In: the environment. Out: the keys of one connection, from `connections.toml`, else
//! from `[connections]` of `config.toml`, with what the environment says instead.
//!
//! The search path, the names and their order are those of the Snowflake CLI:
//! <https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections>.

use super::credential::Secret;
use crate::error::PipelineError;
use crate::project::nearest;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use toml::Table;

/// What the process was given: variables, and where the user's own files are.
#[derive(Clone, Default)]
pub struct Environment {
    /// By name.
    pub variables: BTreeMap<String, String>,
    /// The home folder.
    pub home: Option<PathBuf>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may be secrets.
        let names: Vec<_> = self.variables.keys().collect();
        f.debug_struct("Environment")
            .field("variables", &names)
            .field("home", &self.home)
            .finish()
    }
}

/// The keys of one connection. A value may be a secret, so `Debug` shows none.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    values: BTreeMap<String, Secret>,
    /// The file it stands in, if it stands in one.
    pub(super) file: Option<PathBuf>,
}

/// Names that are also taken from `SNOWFLAKE_<NAME>`, when nothing else gives a value.
const GENERIC: &[&str] = &[
    "account",
    "user",
    "password",
    "database",
    "schema",
    "role",
    "warehouse",
    "authenticator",
    "host",
    "port",
    "protocol",
    "private_key_file",
    "private_key_path",
    "private_key_raw",
    "token",
    "token_file_path",
];

impl Environment {
    /// A variable that is set and not empty.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The folders in which Snowflake's tools look for their files; the first that exists counts.
    fn folders(&self) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        if let Some(folder) = self.variable("SNOWFLAKE_HOME") {
            folders.push(self.expand(folder));
        }
        if let Some(home) = &self.home {
            folders.push(home.join(".snowflake"));
            match self.variable("XDG_CONFIG_HOME") {
                Some(config) => folders.push(Path::new(config).join("snowflake")),
                None => folders.push(home.join(".config/snowflake")),
            }
            folders.push(home.join("Library/Application Support/snowflake"));
        }
        folders
    }

    /// `~/key.p8` from the home folder.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }

    /// The keys of a connection.
    ///
    /// # Errors
    /// When no file and no variable knows it, or a file is wrong or can be read by others.
    pub(super) fn keys(&self, name: &str) -> Result<Keys, PipelineError> {
        let folder = self.folders().into_iter().find(|folder| folder.is_dir());
        let mut keys = Keys::default();
        let mut known = Vec::new();
        if let Some(folder) = &folder {
            let own = folder.join("connections.toml");
            let (file, table) = if own.is_file() {
                (own.clone(), Some(read(&own)?))
            } else {
                let config = folder.join("config.toml");
                let table = match config.is_file() {
                    true => match read(&config)?.remove("connections") {
                        Some(toml::Value::Table(table)) => Some(table),
                        _ => None,
                    },
                    false => None,
                };
                (config, table)
            };
            if let Some(table) = table {
                for (connection, value) in table {
                    known.push(connection.clone());
                    if let (true, toml::Value::Table(values)) = (connection == name, value) {
                        keys.file = Some(file.clone());
                        keys.values.extend(values.into_iter().filter_map(text));
                    }
                }
            }
        }
        let prefix = format!("SNOWFLAKE_CONNECTIONS_{}_", name.to_uppercase());
        let mut is_known = keys.file.is_some();
        for (variable, value) in &self.variables {
            if let Some(key) = variable.strip_prefix(&prefix) {
                is_known = true;
                keys.values
                    .insert(key.to_lowercase(), Secret::new(value.clone()));
            }
        }
        if !is_known {
            return Err(self.unknown(name, folder.as_deref(), &known));
        }
        for key in GENERIC {
            if let Some(value) = self.variable(&format!("SNOWFLAKE_{}", key.to_uppercase())) {
                keys.values
                    .entry((*key).to_owned())
                    .or_insert_with(|| Secret::new(value));
            }
        }
        Ok(keys)
    }

    fn unknown(&self, name: &str, folder: Option<&Path>, known: &[String]) -> PipelineError {
        let error = PipelineError::user(format!("there is no connection `{name}`"));
        let Some(folder) = folder else {
            let looked: Vec<String> = self
                .folders()
                .iter()
                .map(|folder| folder.display().to_string())
                .collect();
            return error
                .with_detail(format!("none of these folders exists: {}", looked.join(", ")))
                .with_hint(format!(
                    "write `connections.toml` with a section [{name}] into the first of them, or set SNOWFLAKE_HOME"
                ));
        };
        let candidates: Vec<&str> = known.iter().map(String::as_str).collect();
        let error = error.with_detail(format!(
            "looked in `connections.toml`, then in [connections] of `config.toml`, in `{}`",
            folder.display()
        ));
        match nearest(name, &candidates) {
            Some(near) => error.with_hint(format!("did you mean `{near}`?")),
            None if known.is_empty() => error.with_hint(format!("add a section [{name}] to it")),
            None => error.with_hint(format!("the connections are: {}", known.join(", "))),
        }
    }
}

impl Keys {
    /// A value that is not empty.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.values
            .get(key)
            .map(Secret::expose)
            .filter(|value| !value.is_empty())
    }

    /// The first of several names for one thing.
    pub(super) fn any(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.get(key))
    }
}

/// Reads a file that may hold secrets: nobody else may be able to read it.
///
/// # Errors
/// When it cannot be read, or others can.
pub(super) fn read_secret(path: &Path, what: &str) -> Result<String, PipelineError> {
    refuse_if_open(path)?;
    std::fs::read_to_string(path).map_err(|error| {
        let error = error.to_string();
        let reason = error.split(" (os error").next().unwrap_or_default();
        PipelineError::user(format!("cannot read {what} `{}`: {reason}", path.display()))
    })
}

/// One table of strings, numbers and booleans.
fn text((key, value): (String, toml::Value)) -> Option<(String, Secret)> {
    let value = match value {
        toml::Value::String(text) => text,
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(flag) => flag.to_string(),
        // What else there is belongs to other tools.
        _ => return None,
    };
    Some((key.to_lowercase(), Secret::new(value)))
}

fn read(path: &Path) -> Result<Table, PipelineError> {
    let text = read_secret(path, "the connections in")?;
    text.parse::<Table>().map_err(|error| {
        // Not the text around the mistake, which the error would quote: it may be a password.
        let line = error.span().map_or(1, |span| {
            text.bytes()
                .take(span.start)
                .filter(|byte| *byte == b'\n')
                .count()
                + 1
        });
        PipelineError::user(format!("wrong TOML in `{}`, line {line}", path.display()))
            .with_detail(error.message().to_owned())
    })
}

#[cfg(unix)]
fn refuse_if_open(path: &Path) -> Result<(), PipelineError> {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = std::fs::metadata(path) else {
        return Ok(());
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(PipelineError::user(format!(
        "others can read `{}`, which may hold secrets",
        path.display()
    ))
    .with_detail(format!("its permissions are {mode:04o}"))
    .with_hint(format!("chmod 600 '{}'", path.display())))
}

#[cfg(not(unix))]
fn refuse_if_open(_: &Path) -> Result<(), PipelineError> {
    Ok(())
}
