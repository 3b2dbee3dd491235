//! SM104: a stage over a bucket of which `snowmelt.toml` does not say where it is.

use super::super::finding::{FindingSeverity, Rule};
use super::super::{Finding, Input};
use crate::project::{CONFIG_FILE, nearest};
use snowmelt_sql::object::{Object, StageLocation};
use snowmelt_sql::plan::Plan;
use snowmelt_sql::statement::Statement;

const RULE: Rule = Rule {
    code: "SM104",
    name: "unmapped-bucket",
    severity: FindingSeverity::Warning,
};

pub(super) fn check(input: &Input<'_>, findings: &mut Vec<Finding>) {
    let buckets = &input.project.config.buckets;
    for (statement, plan) in input.planned() {
        let Plan::Create {
            object: Object::Stage(stage),
            ..
        } = plan
        else {
            continue;
        };
        let StageLocation::External { url } = &stage.location else {
            continue;
        };
        let Some(bucket) = url
            .strip_prefix("s3://")
            .and_then(|rest| rest.split('/').next())
        else {
            continue;
        };
        if buckets.contains_key(bucket) {
            continue;
        }
        let span = match &statement.parsed.statement {
            Statement::CreateStage(create) => create
                .settings
                .url
                .as_ref()
                .map_or(statement.place.span, |(_, span)| *span),
            _ => statement.place.span,
        };
        let known: Vec<&str> = buckets.keys().map(String::as_str).collect();
        let meant = nearest(bucket, &known)
            .map(|near| format!(" (did you mean `{near}`?)"))
            .unwrap_or_default();
        findings.push(RULE.found(
            statement.place.file.place(span),
            format!("{CONFIG_FILE} does not say where the bucket `{bucket}` is{meant}"),
            "`snowmelt run` looks for it at AWS, with AWS's own credentials",
            format!(
                "add `[buckets.{bucket}]` with `path = \"lake\"`, or with `region` if it is at AWS"
            ),
        ));
    }
}
