//! `cargo xtask compat`: runs the probes and writes COMPAT.md.

use crate::workspace::{Workspace, must_succeed};
use crate::{Result, duckdb_library, refuse_arguments};
use std::process::ExitCode;

/// Runs the test that compares COMPAT.md, and lets it write instead.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    refuse_arguments(arguments)?;
    let library = duckdb_library::ensure(workspace)?;
    must_succeed(
        workspace
            .cargo()
            .args(["test", "--package", "snowmelt-engine", "--test", "it"])
            .args(library.features())
            .args(["--", "compat::"])
            .env("COMPAT_WRITE", "1"),
    )?;
    Ok(ExitCode::SUCCESS)
}
