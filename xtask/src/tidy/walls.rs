//! The walls between the crates. In: each package's direct dependencies, as `cargo metadata` tells them. Out: findings
//! for every dependency, of any kind, that crosses a wall.

use serde_json::Value;

use crate::Result;

/// Which of our crates may use which of our crates.
const MAY_USE: &[(&str, &[&str])] = &[
    (
        "snowmelt",
        &[
            "snowmelt-server",
            "snowmelt-pipeline",
            "snowmelt-engine",
            "snowmelt-shop",
            "snowmelt-sql",
        ],
    ),
    ("snowmelt-server", &["snowmelt-engine", "snowmelt-sql"]),
    ("snowmelt-engine", &["snowmelt-sql"]),
    ("snowmelt-pipeline", &["snowmelt-sql"]),
    ("snowmelt-shop", &[]),
    ("snowmelt-sql", &[]),
    ("xtask", &[]),
];

/// Libraries that one of our crates keeps to itself.
const ONLY_IN: &[(&str, &str)] = &[
    ("sqlparser", "snowmelt-sql"),
    ("duckdb", "snowmelt-engine"),
    ("libduckdb-sys", "snowmelt-engine"),
    ("object_store", "snowmelt-engine"),
    ("axum", "snowmelt-server"),
    ("clap", "snowmelt"),
    ("comfy-table", "snowmelt"),
    ("indicatif", "snowmelt"),
    ("rustyline", "snowmelt"),
];

/// Libraries that the pure crates do without: no threads of their own, no network, no engine.
const NOT_IN: &[(&str, &[&str])] = &[
    ("tokio", &["snowmelt-sql", "snowmelt-shop"]),
    ("futures", &["snowmelt-sql", "snowmelt-shop"]),
];

pub(super) fn check(metadata: &Value, findings: &mut Vec<String>) -> Result<()> {
    for package in metadata["packages"]
        .as_array()
        .ok_or("`cargo metadata` lists no packages")?
    {
        let name = package["name"].as_str().ok_or("a package without a name")?;
        let Some((_, may_use)) = MAY_USE.iter().find(|(user, _)| *user == name) else {
            findings.push(format!(
                "{name}: a crate without walls; add it to `xtask/src/tidy/walls.rs`"
            ));
            continue;
        };
        let dependencies = package["dependencies"]
            .as_array()
            .ok_or("a package without dependencies")?;
        for dependency in dependencies
            .iter()
            .filter_map(|dependency| dependency["name"].as_str())
        {
            let is_ours = MAY_USE.iter().any(|(ours, _)| *ours == dependency);
            if is_ours && !may_use.contains(&dependency) && dependency != name {
                findings.push(format!("{name}: may not depend on {dependency}"));
            }
            if let Some((_, owner)) = ONLY_IN.iter().find(|(library, _)| *library == dependency)
                && *owner != name
            {
                findings.push(format!(
                    "{name}: may not depend on {dependency}, which only {owner} uses"
                ));
            }
            if NOT_IN
                .iter()
                .any(|(library, without)| *library == dependency && without.contains(&name))
            {
                findings.push(format!(
                    "{name}: may not depend on {dependency}; it is pure"
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn findings(name: &str, dependencies: &[&str]) -> Vec<String> {
        let dependencies: Vec<Value> = dependencies
            .iter()
            .map(|name| json!({ "name": name }))
            .collect();
        let metadata = json!({ "packages": [{ "name": name, "dependencies": dependencies }] });
        let mut findings = Vec::new();
        check(&metadata, &mut findings).unwrap();
        findings
    }

    #[test]
    fn walls_stand() {
        assert_eq!(
            findings("snowmelt-engine", &["snowmelt-sql", "duckdb", "tokio"]),
            Vec::<String>::new()
        );
        assert_eq!(findings("snowmelt-pipeline", &["snowmelt-engine"]).len(), 1);
        assert_eq!(findings("snowmelt-engine", &["sqlparser"]).len(), 1);
        assert_eq!(findings("snowmelt-sql", &["tokio"]).len(), 1);
        assert_eq!(findings("snowmelt-utils", &[]).len(), 1);
    }
}
