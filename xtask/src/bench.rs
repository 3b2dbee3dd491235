//! `cargo xtask bench NAME`: runs `bench/NAME.py` against a freshly built `snowmelt`. Arguments go to the script.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::workspace::{Workspace, binary, must_succeed, pass_on};
use crate::{Result, duckdb_library};

/// Builds `snowmelt` in the one profile, unless a `--binary` is given, and runs the script.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let names = scripts(workspace)?;
    let Some((name, rest)) = arguments.split_first() else {
        return Err(format!("which benchmark? one of: {}", names.join(", ")).into());
    };
    if !names.contains(name) {
        return Err(format!("unknown benchmark `{name}`; one of: {}", names.join(", ")).into());
    }
    let mut script = Command::new("python3");
    script.arg(script_path(workspace, name));
    if !rest.iter().any(|argument| argument.starts_with("--binary")) {
        let library = duckdb_library::ensure(workspace)?;
        let mut build = workspace.cargo();
        must_succeed(
            build
                .args(["build", "--package", "snowmelt"])
                .args(library.features()),
        )?;
        script
            .arg("--binary")
            .arg(binary(&workspace.metadata(&["--no-deps"])?, "dev")?);
    }
    pass_on(script.args(rest).current_dir(workspace.root()))
}

fn script_path(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.path("bench").join(format!("{name}.py"))
}

fn scripts(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workspace.path("bench"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".py").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}
