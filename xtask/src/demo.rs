//! `cargo xtask demo`: from a fresh clone to the whole pipeline on generated data. Arguments go to `snowmelt demo`.

use crate::workspace::{Workspace, pass_on};
use crate::{Result, duckdb_library};

/// Gets the library, builds `snowmelt` in the one profile, and runs its demo.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let library = duckdb_library::ensure(workspace)?;
    let mut cargo = workspace.cargo();
    cargo
        .args(["run", "--package", "snowmelt"])
        .args(library.features());
    pass_on(cargo.args(["--", "demo"]).args(arguments))
}
