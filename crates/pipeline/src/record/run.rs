//! `SNOWMELT.RUNS`: a row a run.

use super::SCHEMA;
use crate::report::{Outcome, RunReport};
use crate::session::Session;
use crate::status::LastRun;
use crate::target::TargetError;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::parse::quote_string;

pub(super) const TABLE: &str = "RUNS";
pub(super) const COLUMNS: &str = "PROJECT STRING, STARTED_AT_MICROS NUMBER(38,0), SECONDS FLOAT, OUTCOME STRING, \
     OBJECTS_CHANGED NUMBER(38,0), FILES_LOADED NUMBER(38,0), ROWS_LOADED NUMBER(38,0), ROWS_REJECTED NUMBER(38,0), \
     MODELS_REBUILT NUMBER(38,0), FAILED NUMBER(38,0), CHECKS_FAILED NUMBER(38,0)";

/// Adds a run.
pub(super) fn write(
    session: &mut Session<'_>,
    home: &str,
    report: &RunReport,
) -> Result<(), TargetError> {
    let totals = &report.totals;
    session
        .execute(&format!(
            "INSERT INTO {}.{SCHEMA}.{TABLE} SELECT {}, {}, {:.3}, {}, {}, {}, {}, {}, {}, {}, {}",
            quote_if_needed(home),
            quote_string(&report.project),
            report.started_at_micros,
            report.seconds,
            quote_string(word(report.outcome)),
            totals.objects_changed,
            totals.files_loaded,
            totals.rows_loaded,
            totals.rows_rejected,
            totals.models_rebuilt,
            totals.failed,
            totals.checks_failed,
        ))
        .map(drop)
}

/// The run that began last.
pub(super) fn last(
    session: &mut Session<'_>,
    home: &str,
    project: &str,
) -> Result<Option<LastRun>, TargetError> {
    let rows = session.execute(&format!(
        "SELECT STARTED_AT_MICROS, SECONDS, OUTCOME FROM {}.{SCHEMA}.{TABLE} WHERE PROJECT = {} \
         ORDER BY STARTED_AT_MICROS DESC LIMIT 1",
        quote_if_needed(home),
        quote_string(project)
    ))?;
    Ok((!rows.rows.is_empty()).then(|| LastRun {
        started_at_micros: rows
            .value(0, "STARTED_AT_MICROS")
            .and_then(|value| value.parse().ok())
            .unwrap_or_default(),
        seconds: rows
            .value(0, "SECONDS")
            .and_then(|value| value.parse().ok())
            .unwrap_or_default(),
        outcome: rows.value(0, "OUTCOME").unwrap_or_default().to_owned(),
    }))
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::CheckFailed => "check_failed",
        Outcome::UserFault => "user_fault",
        Outcome::Failed => "failed",
        Outcome::Cancelled => "cancelled",
    }
}
