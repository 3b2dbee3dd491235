//! What Snowflake would have done: findings in the project's SQL, with no engine and no data.
//! In: the project's files. Out: [`Finding`]s, in the order of the files.

mod finding;
mod input;
mod rules;

pub use finding::{Finding, FindingSeverity};

use crate::declare::{Nowhere, read};
use crate::project::Project;
use input::Input;

/// Reads the project's SQL without running anything.
pub fn lint(project: &Project) -> Vec<Finding> {
    // Nothing is asked of anybody, so nothing can fail but the SQL, and that is in the reading.
    let Ok(reading) = read::read(&project.sql, &mut Nowhere) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    let input = Input::new(project, &reading);
    for rule in rules::ALL {
        rule(&input, &mut findings);
    }
    rules::after_sorting(project, reading, &mut findings);
    let order = |finding: &Finding| {
        let files = project.sql.iter().chain(&project.checks);
        let file = files
            .map(|file| &file.path)
            .position(|path| *path == finding.place.file.path);
        (file, finding.place.span.start, finding.code)
    };
    findings.sort_by_key(order);
    findings
}
