//! SM102: a pipe that nothing sets going.

use super::super::finding::{FindingSeverity, Rule};
use super::super::{Finding, Input};

const RULE: Rule = Rule {
    code: "SM102",
    name: "pipe-without-auto-ingest",
    severity: FindingSeverity::Warning,
};

pub(super) fn check(input: &Input<'_>, findings: &mut Vec<Finding>) {
    for load in input.loads.iter().filter(|load| !load.auto_ingest) {
        let Some(pipe) = &load.pipe else { continue };
        findings.push(RULE.found(
            load.place.clone(),
            format!("pipe {pipe} has no AUTO_INGEST"),
            "on an account it loads nothing by itself: each file has to be announced through Snowpipe's REST API, or \
             the pipe refreshed by hand (`snowmelt run` refreshes every pipe)",
            "write AUTO_INGEST = TRUE, and let the bucket announce its files",
        ));
    }
}
