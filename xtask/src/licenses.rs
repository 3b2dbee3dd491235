//! The licences of everything inside the `snowmelt` binary. In: cargo's word on what is linked. Out: one text to ship
//! beside the binary, each distinct licence once, under the names of the crates that carry it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::Result;
use crate::workspace::Workspace;

/// The text for a binary built for `target` with these feature arguments.
pub(crate) fn text(workspace: &Workspace, target: &str, features: &[&str]) -> Result<String> {
    let linked = linked_packages(workspace, target, features)?;
    let metadata = workspace.metadata(&["--filter-platform", target])?;
    let mut crates_by_text: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"]
        .as_array()
        .ok_or("`cargo metadata` lists no packages")?
    {
        let (Some(name), Some(version)) = (package["name"].as_str(), package["version"].as_str())
        else {
            continue;
        };
        // Our own licences are shipped as they are.
        if package["source"].is_null() || !linked.contains(&format!("{name} v{version}")) {
            continue;
        }
        let expression = package["license"].as_str().unwrap_or("see its source");
        let folder = package["manifest_path"]
            .as_str()
            .and_then(|path| Path::new(path).parent());
        let mut texts = folder.map(license_files).transpose()?.unwrap_or_default();
        if texts.is_empty() {
            texts.push(format!(
                "(the crate ships no text; it is under {expression})"
            ));
        }
        for text in texts {
            crates_by_text
                .entry(text)
                .or_default()
                .insert(format!("{name} {version} ({expression})"));
        }
    }
    let mut all = String::from(
        "snowmelt is made with the work of others. DuckDB (libduckdb) is under the MIT licence,\n\
         copyright Stichting DuckDB Foundation. The Rust crates inside the binary, with their licences:\n",
    );
    for (text, crates) in &crates_by_text {
        all.push_str(&format!("\n{}\n", "=".repeat(80)));
        for name in crates {
            all.push_str(&format!("{name}\n"));
        }
        all.push_str(&format!("{}\n{}\n", "-".repeat(80), text.trim_end()));
    }
    Ok(all)
}

/// `name vVERSION` of each crate in the binary: build-time and test-time ones are not in it.
fn linked_packages(
    workspace: &Workspace,
    target: &str,
    features: &[&str],
) -> Result<BTreeSet<String>> {
    let output = workspace
        .cargo()
        .args([
            "tree",
            "--package",
            "snowmelt",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .args(["--target", target])
        .args(features)
        .output()?;
    if !output.status.success() {
        return Err(format!(
            "`cargo tree` failed: {}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let tree = String::from_utf8(output.stdout)?;
    Ok(tree
        .lines()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect())
}

fn license_files(folder: &Path) -> Result<Vec<String>> {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT"]
            .iter()
            .any(|start| name.starts_with(start))
            && entry.file_type()?.is_file()
        {
            texts.insert(
                name,
                String::from_utf8_lossy(&fs::read(entry.path())?).into_owned(),
            );
        }
    }
    Ok(texts.into_values().collect())
}
