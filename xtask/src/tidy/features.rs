//! Nothing is compiled twice. In: the features of each dependency as `cargo build` and as `cargo test` choose them. Out:
//! findings where a test's dependency adds a feature to a library of the product, which cargo then compiles once more, with
//! everything above it.

use std::collections::{BTreeMap, BTreeSet};

use crate::Result;
use crate::workspace::Workspace;

/// Each package's feature sets; more than one where build scripts and the product want different ones.
type FeatureSets = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(workspace: &Workspace, findings: &mut Vec<String>) -> Result<()> {
    let built = tree(workspace, &["--package", "snowmelt", "--edges", "normal"])?;
    let tested = tree(
        workspace,
        &["--workspace", "--exclude", "xtask", "--edges", "normal,dev"],
    )?;
    compare(&parse(&built), &parse(&tested), findings);
    Ok(())
}

fn tree(workspace: &Workspace, arguments: &[&str]) -> Result<String> {
    let output = workspace
        .cargo()
        .args(["tree", "--prefix", "none", "--format", "{p}|{f}"])
        .args(arguments)
        .output()?;
    if !output.status.success() {
        let reason = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`cargo tree` failed: {reason}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn parse(tree: &str) -> FeatureSets {
    let mut sets = FeatureSets::new();
    for line in tree.lines() {
        if let Some((package, features)) = line.split_once('|') {
            // Marks what the tree has shown before.
            let features = features.trim_end_matches("(*)").trim_end();
            let name = package.split(' ').take(2).collect::<Vec<_>>().join(" ");
            sets.entry(name).or_default().insert(features.to_owned());
        }
    }
    sets
}

fn compare(built: &FeatureSets, tested: &FeatureSets, findings: &mut Vec<String>) {
    for (name, sets) in built {
        let in_tests = tested.get(name);
        for set in sets {
            if in_tests.is_none_or(|in_tests| !in_tests.contains(set)) {
                let others = in_tests.into_iter().flatten().cloned().collect::<Vec<_>>();
                findings.push(format!(
                    "{name}: compiled with `{set}` for `cargo build` and again with `{}` for `cargo test`; \
                     give the dependency the same features in both",
                    others.join("` or `")
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_that_only_tests_want_is_found() {
        let built = parse("a v1.0.0|std\nb v1.0.0 (proc-macro)|std\n");
        let mut findings = Vec::new();
        compare(
            &built,
            &parse("a v1.0.0|std (*)\nb v1.0.0 (proc-macro)|std\nc v1.0.0|\n"),
            &mut findings,
        );
        assert_eq!(findings, Vec::<String>::new());
        compare(
            &built,
            &parse("a v1.0.0|fs,std\nb v1.0.0 (proc-macro)|std\n"),
            &mut findings,
        );
        assert_eq!(findings.len(), 1);
        assert!(
            findings[0].starts_with("a v1.0.0: compiled with `std`"),
            "{findings:?}"
        );
    }
}
