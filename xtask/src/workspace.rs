//! The workspace that the commands work on, and the cargo that they call in it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use crate::Result;

/// The folder with the root `Cargo.toml`.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace whose `xtask` is running. Asked of cargo at run time, since clones may share one target directory.
    pub(crate) fn find() -> Result<Self> {
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as `cargo xtask`")?;
        let root = Path::new(&manifest_dir)
            .parent()
            .ok_or("xtask has no parent folder")?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// The root folder, absolute.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// `path`, given from the root.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// A cargo command in the root, as if typed into a shell: without the variables that the cargo which runs xtask has
    /// set, because build scripts that look at them would run again.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            let is_cargos = name.to_str().is_some_and(|name| {
                [
                    "CARGO_PKG_",
                    "CARGO_MANIFEST_",
                    "CARGO_BIN_",
                    "CARGO_CRATE_NAME",
                    "CARGO_PRIMARY_PACKAGE",
                ]
                .iter()
                .any(|prefix| name.starts_with(prefix))
            });
            if is_cargos {
                command.env_remove(name);
            }
        }
        // `vendor/duckdb` is linked to it by now; see `duckdb_library`.
        command.env_remove("DUCKDB_LIB_DIR");
        command
    }

    /// The target directory and the packages, as `cargo metadata` tells them.
    pub(crate) fn metadata(&self, arguments: &[&str]) -> Result<serde_json::Value> {
        let output = self
            .cargo()
            .args(["metadata", "--format-version", "1"])
            .args(arguments)
            .output()?;
        if !output.status.success() {
            return Err(format!(
                "`cargo metadata` failed: {}",
                String::from_utf8_lossy(&output.stderr)
            )
            .into());
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// Where cargo puts the `snowmelt` binary of a profile; `metadata` is what [`Workspace::metadata`] gives.
pub(crate) fn binary(metadata: &serde_json::Value, profile: &str) -> Result<PathBuf> {
    let target_directory = metadata["target_directory"]
        .as_str()
        .ok_or("cargo names no target directory")?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(Path::new(target_directory).join(folder).join("snowmelt"))
}

/// Runs `command` with the terminal passed through, and gives its exit code on.
pub(crate) fn pass_on(command: &mut Command) -> Result {
    let status = command
        .status()
        .map_err(|error| cannot_run(command, &error))?;
    Ok(exit_code(status))
}

/// Runs `command` with the terminal passed through; anything but success is an error.
pub(crate) fn must_succeed(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .map_err(|error| cannot_run(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status})", words(command)).into())
    }
}

fn cannot_run(command: &Command, error: &std::io::Error) -> String {
    format!("cannot run `{}`: {error}", command.get_program().display())
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default();
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn exit_code(status: ExitStatus) -> ExitCode {
    // Killed by a signal: no code of its own.
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from)
}
