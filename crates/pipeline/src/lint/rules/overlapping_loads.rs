//! SM103: two loads that would take the same files.

use super::super::finding::{FindingSeverity, Rule};
use super::super::{Finding, Input};

const RULE: Rule = Rule {
    code: "SM103",
    name: "overlapping-loads",
    severity: FindingSeverity::Warning,
};

pub(super) fn check(input: &Input<'_>, findings: &mut Vec<Finding>) {
    for (index, load) in input.loads.iter().enumerate() {
        for earlier in &input.loads[..index] {
            let (one, other) = (earlier.prefix(), load.prefix());
            let overlap = one.starts_with(&other) || other.starts_with(&one);
            // Two patterns may well tell the files apart, and so may two lists of files.
            let told_apart = match (&earlier.copy.pattern, &load.copy.pattern) {
                (Some(one), Some(other)) => one != other,
                _ => false,
            } || !earlier.copy.files.is_empty()
                || !load.copy.files.is_empty();
            let both_copy = earlier.pipe.is_none() && load.pipe.is_none();
            if !overlap || told_apart || both_copy && earlier.copy.table == load.copy.table {
                continue;
            }
            let effect = if earlier.copy.table == load.copy.table {
                format!(
                    "a file under `{}` is loaded twice into {}",
                    longer(one, other),
                    load.copy.table
                )
            } else {
                let (one_table, other_table) = (&earlier.copy.table, &load.copy.table);
                let place = longer(one, other);
                format!("a file under `{place}` is loaded into {one_table} and into {other_table}")
            };
            findings.push(RULE.found(
                load.place.clone(),
                format!(
                    "{} and {} take the same files",
                    earlier.title(),
                    load.title()
                ),
                effect,
                "give each a path of its own that ends in `/`, or PATTERNs that exclude each other",
            ));
        }
    }
}

fn longer(one: String, other: String) -> String {
    if one.len() > other.len() { one } else { other }
}
