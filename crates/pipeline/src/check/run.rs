//! Runs checks, several side by side. In: planned checks. Out: a result each, in order.

use super::plan::{PlannedCheck, plan_all};
use super::{CheckReport, CheckResult, SHOWN_ROWS};
use crate::declare::ProjectCatalog;
use crate::error::PipelineError;
use crate::plan::prepare::Prepared;
use crate::project::Project;
use crate::record::{CheckRecord, Inputs};
use crate::report::Outcome;
use crate::run::{Run, RunOptions, Silent, seconds_between};
use crate::session::Session;
use crate::target::{Clock, Rows, Target, TargetError};
use snowmelt_sql::Span;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The column that counts the bad rows, beside those of the query.
const COUNT_COLUMN: &str = "SNOWMELT_BAD_ROWS";

/// What came of the checks of a run.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) results: Vec<CheckResult>,
    /// What went wrong beside the checks themselves.
    pub(crate) errors: Vec<PipelineError>,
}

/// Runs the checks of a project alone, all of them.
///
/// # Errors
/// Every error in the check files.
pub fn check(
    project: &Project,
    target: &dyn Target,
    clock: &dyn Clock,
    options: &RunOptions,
) -> Result<CheckReport, Vec<PipelineError>> {
    let started = clock.now_micros();
    let checks = plan_all(&project.checks, &mut ProjectCatalog::default())?;
    let run = Run {
        target,
        clock,
        options,
        observer: &Silent,
    };
    let all: Vec<usize> = (0..checks.len()).collect();
    let results = run_all(&run, &checks, &all);
    let results: Vec<CheckResult> = results.into_iter().map(|(_, result)| result).collect();
    Ok(CheckReport {
        project: project.config.name.clone(),
        outcome: Outcome::of([], &results),
        checks: results,
        seconds: seconds_between(started, clock.now_micros()),
    })
}

/// Runs the checks after a run: those whose query or data changed since they passed. `failed` names tables that are not
/// as they should be.
pub(crate) fn run_planned(
    run: &Run<'_>,
    checks: &[PlannedCheck],
    prepared: &mut Prepared,
    failed: &BTreeSet<String>,
    session: &mut Session<'_>,
) -> Checked {
    let tables = &prepared.inventory.tables;
    let mut results: Vec<Option<CheckResult>> = Vec::new();
    let mut inputs = Vec::new();
    for planned in checks {
        let now = planned
            .reads
            .as_ref()
            .and_then(|reads| Inputs::of(reads, tables));
        let record = prepared.records.checks.get(&*planned.check.file.path);
        let blocked = planned
            .relations
            .iter()
            .map(ToString::to_string)
            .find(|name| failed.contains(name));
        let done = if let Some(name) = blocked {
            Some(CheckResult {
                skipped: Some(format!("{name} failed")),
                ..result(planned)
            })
        } else {
            let passed = match (&now, record) {
                (Some(now), Some(record)) => {
                    !run.options.full_refresh
                        && record.definition == planned.definition
                        && record.inputs == *now
                }
                _ => false,
            };
            passed.then(|| CheckResult {
                unchanged: true,
                ..result(planned)
            })
        };
        results.push(done);
        inputs.push(now);
    }
    let due: Vec<usize> = (0..checks.len())
        .filter(|index| results[*index].is_none())
        .collect();
    let started = run.clock.now_micros();
    let mut passed = Vec::new();
    for (index, result) in run_all(run, checks, &due) {
        if let (Some(now), true) = (
            inputs[index].take(),
            result.error.is_none() && result.bad_rows == 0,
        ) {
            let record = CheckRecord {
                definition: checks[index].definition.clone(),
                inputs: now,
                passed_at_micros: started,
            };
            passed.push((checks[index].check.file.path.to_string(), record));
        }
        results[index] = Some(result);
    }
    let mut checked = Checked {
        results: results.into_iter().flatten().collect(),
        errors: Vec::new(),
    };
    if let Some(home) = prepared.home()
        && let Err(error) = prepared.record_tables.write_checks(session, &home, &passed)
    {
        let error =
            PipelineError::from_target(error).with_detail("the checks could not be put on record");
        checked.errors.push(error);
    }
    checked
}

/// Runs those of the checks, each with its index, in order.
fn run_all(run: &Run<'_>, checks: &[PlannedCheck], due: &[usize]) -> Vec<(usize, CheckResult)> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(due.len()));
    std::thread::scope(|scope| {
        for _ in 0..run.sessions().min(due.len()) {
            scope.spawn(|| {
                let mut session = Session::new(run.target, &[]);
                while let Some(&index) = due.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = if run.options.is_cancelled() {
                        CheckResult {
                            error: Some(PipelineError::cancelled()),
                            ..result(&checks[index])
                        }
                    } else {
                        run_one(run, &checks[index], &mut session)
                    };
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((index, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done
}

fn run_one(run: &Run<'_>, planned: &PlannedCheck, session: &mut Session<'_>) -> CheckResult {
    let started = run.clock.now_micros();
    let mut result = result(planned);
    let head = format!("SELECT *, COUNT(*) OVER () AS {COUNT_COLUMN} FROM (\n");
    let sql = format!("{head}{}\n) LIMIT {SHOWN_ROWS}", planned.query.text());
    match session.execute(&sql) {
        Ok(rows) => take_rows(&mut result, rows),
        Err(error) => result.error = Some(in_file(error, planned, head.len())),
    }
    result.seconds = seconds_between(started, run.clock.now_micros());
    result
}

/// The last column counts, the others are the query's.
fn take_rows(result: &mut CheckResult, rows: Rows) {
    let counted = rows
        .rows
        .first()
        .and_then(|row| row.last()?.as_deref()?.parse().ok());
    result.bad_rows = counted.unwrap_or(rows.rows.len() as u64);
    result.columns = rows.columns;
    result.columns.pop();
    result.first_rows = rows.rows;
    for row in &mut result.first_rows {
        row.pop();
    }
}

/// The target's error, its position moved from what was sent to what the file says.
fn in_file(mut error: TargetError, planned: &PlannedCheck, head: usize) -> PipelineError {
    error.span = error
        .span
        .filter(|span| span.start >= head)
        .map(|span| Span::new(span.start - head, span.end - head));
    PipelineError::from_target_at(error, &planned.query)
}

fn result(planned: &PlannedCheck) -> CheckResult {
    CheckResult {
        name: planned.check.name.clone(),
        file: planned.check.file.path.to_string(),
        severity: planned.check.severity,
        message: planned.check.message.clone(),
        bad_rows: 0,
        columns: Vec::new(),
        first_rows: Vec::new(),
        seconds: 0.0,
        unchanged: false,
        skipped: None,
        error: None,
    }
}
