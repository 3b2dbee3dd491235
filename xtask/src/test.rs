//! `cargo xtask test`: everything that must hold before a change lands, but for formatting and lints.

use crate::workspace::{Workspace, must_succeed};
use crate::{Result, duckdb_library, refuse_arguments, tidy};

/// Builds and runs every test of every crate, then the tidy checks.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    refuse_arguments(arguments)?;
    let library = duckdb_library::ensure(workspace)?;
    // xtask apart: in one build cargo would unite its dependencies' features with the product's, and compile those
    // crates once more than `cargo build` and the demo need.
    must_succeed(
        workspace
            .cargo()
            .args(["test", "--workspace", "--exclude", "xtask"])
            .args(library.features()),
    )?;
    must_succeed(workspace.cargo().args(["test", "--package", "xtask"]))?;
    tidy::run(workspace, &[])
}
