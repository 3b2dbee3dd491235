//! SM007: what Snowflake would run and `snowmelt run` refuses, because it could not be run again and again.

use super::super::Finding;
use super::super::finding::{FindingSeverity, Rule};
use crate::declare::{Reading, sort};
use crate::error::PipelineError;
use crate::plan::prepare::work;
use crate::project::Project;

pub(super) const REFUSED: Rule = Rule {
    code: "SM007",
    name: "refused-by-run",
    severity: FindingSeverity::Error,
};

/// Sorts the statements as a run does, and adds what it refuses.
pub(in crate::lint) fn after_sorting(
    project: &Project,
    reading: Reading,
    findings: &mut Vec<Finding>,
) {
    let (declarations, mut errors) = sort(reading);
    if errors.is_empty()
        && let Err(error) = work(&declarations)
    {
        errors.push(error);
    }
    findings.extend(errors.into_iter().map(|error| finding(error, project)));
}

fn finding(error: PipelineError, project: &Project) -> Finding {
    let place = error
        .place
        .unwrap_or_else(|| project.sql[0].place(snowmelt_sql::Span::default()));
    let effect = match error.detail {
        Some(detail) => format!("`snowmelt run` refuses it: {detail}"),
        None => "`snowmelt run` refuses it".to_owned(),
    };
    REFUSED.found(place, error.message, effect, error.hint.unwrap_or_default())
}
