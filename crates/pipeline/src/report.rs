//! What a run did, one line an object. In: the lines as they are done. Out: totals, an outcome, an exit code, JSON.

use crate::check::CheckResult;
use crate::error::{ErrorKind, PipelineError};
use crate::plan::{Note, ObjectChange, RunPlan};
use serde::Serialize;

/// What a run did, or with `dry_run` would do.
#[derive(Debug, Clone, Serialize)]
pub struct RunReport {
    /// The project's name.
    pub project: String,
    /// The target's name.
    pub target: String,
    /// When it began, in microseconds since 1970-01-01T00:00:00Z.
    pub started_at_micros: i64,
    /// How long it took.
    pub seconds: f64,
    /// Whether nothing was to be written.
    pub dry_run: bool,
    /// What it set out to do; empty if it did not come so far.
    pub plan: RunPlan,
    /// One line an object, in the order in which the project declares them.
    pub lines: Vec<ReportLine>,
    /// The checks, by name.
    pub checks: Vec<CheckResult>,
    /// What is worth knowing and no error.
    pub notes: Vec<Note>,
    /// What stopped the run as a whole. An object's own error is in its line.
    pub errors: Vec<PipelineError>,
    /// The sums over the lines.
    pub totals: Totals,
    /// How it ended.
    pub outcome: Outcome,
}

/// What was done with one object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportLine {
    /// What kind of object.
    pub kind: LineKind,
    /// Its full name as Snowflake SQL; for a COPY statement the table's.
    pub name: String,
    /// What was done.
    pub action: LineAction,
    /// Rows loaded, or rows the table has after it was built.
    pub rows: Option<u64>,
    /// Rows rejected by a load.
    pub rows_rejected: Option<u64>,
    /// Files loaded.
    pub files: Option<u64>,
    /// How long it took.
    pub seconds: f64,
    /// Why it was done, or was not: `an input changed: DB.RAW.SALES`, `skipped: DB.SILVER.X failed`.
    pub why: Option<String>,
    /// What went wrong: for [`LineAction::Failed`], or a file of a load that was not loaded.
    pub error: Option<PipelineError>,
}

impl ReportLine {
    /// A line about a planned change that says nothing yet but what was done.
    pub(crate) fn of(change: &ObjectChange, action: LineAction) -> Self {
        Self {
            kind: change.kind,
            name: change.name.clone(),
            action,
            rows: None,
            rows_rejected: None,
            files: None,
            seconds: 0.0,
            why: None,
            error: None,
        }
    }
}

/// What kind of object a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "Snowflake's own nouns")]
pub enum LineKind {
    Warehouse,
    Integration,
    Database,
    Schema,
    Sequence,
    /// A user-defined function.
    Function,
    FileFormat,
    Stage,
    Table,
    Pipe,
    /// A COPY INTO statement.
    Copy,
    /// A table that the project builds from other tables.
    Model,
    View,
}

/// What was done with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineAction {
    /// Made; it was not there.
    Created,
    /// Changed in place; nothing lost.
    Altered,
    /// Dropped and made again.
    Replaced,
    /// Dropped.
    Dropped,
    /// New files were loaded.
    Loaded,
    /// Built from its inputs.
    Rebuilt,
    /// Left alone.
    Unchanged,
    /// Not done; `why` says why.
    Skipped,
    /// Tried and failed; `error` says why.
    Failed,
}

/// The sums over a report's lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Objects made, changed, replaced or dropped.
    pub objects_changed: u64,
    /// Files loaded by pipes and COPY statements.
    pub files_loaded: u64,
    /// Rows loaded by pipes and COPY statements.
    pub rows_loaded: u64,
    /// Rows that did not fit.
    pub rows_rejected: u64,
    /// Models built.
    pub models_rebuilt: u64,
    /// Models left alone because nothing changed.
    pub models_unchanged: u64,
    /// Lines and checks that were skipped.
    pub skipped: u64,
    /// Lines that failed.
    pub failed: u64,
    /// Checks without a bad row.
    pub checks_passed: u64,
    /// Checks of severity `warn` with bad rows.
    pub checks_warned: u64,
    /// Checks of severity `error` with bad rows, or that could not run.
    pub checks_failed: u64,
}

/// How a run, or the checks alone, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All good; warnings count as good.
    Ok,
    /// A check of severity `error` found bad rows.
    CheckFailed,
    /// The project's SQL or configuration is at fault, or data would be lost and that was not allowed.
    UserFault,
    /// Anything else.
    Failed,
    /// Stopped on request.
    Cancelled,
}

impl Outcome {
    /// The exit code of the process: 0 all good, 1 a check failed, 2 the user's fault, 3 anything else.
    pub fn exit_code(self) -> u8 {
        match self {
            Outcome::Ok => 0,
            Outcome::CheckFailed => 1,
            Outcome::UserFault => 2,
            Outcome::Failed | Outcome::Cancelled => 3,
        }
    }

    /// The outcome of something in which these errors occurred and these checks were made. A fault of the machine
    /// outweighs one of the user, and both outweigh a failed check.
    pub fn of<'a>(
        errors: impl IntoIterator<Item = &'a PipelineError>,
        checks: &'a [CheckResult],
    ) -> Self {
        let mut outcome = if checks.iter().any(CheckResult::is_failure) {
            Outcome::CheckFailed
        } else {
            Outcome::Ok
        };
        let rank = |outcome: Outcome| match outcome {
            Outcome::Ok => 0,
            Outcome::CheckFailed => 1,
            Outcome::UserFault => 2,
            Outcome::Failed => 3,
            Outcome::Cancelled => 4,
        };
        let of_checks = checks.iter().filter_map(|check| check.error.as_ref());
        for error in errors.into_iter().chain(of_checks) {
            let next = match error.kind {
                ErrorKind::User | ErrorKind::Destructive => Outcome::UserFault,
                ErrorKind::Environment => Outcome::Failed,
                ErrorKind::Cancelled => Outcome::Cancelled,
            };
            if rank(next) > rank(outcome) {
                outcome = next;
            }
        }
        outcome
    }
}

impl Totals {
    /// The sums over lines and checks.
    pub fn of(lines: &[ReportLine], checks: &[CheckResult]) -> Self {
        let mut totals = Totals::default();
        for line in lines {
            totals.rows_rejected += line.rows_rejected.unwrap_or(0);
            match line.action {
                LineAction::Created
                | LineAction::Altered
                | LineAction::Replaced
                | LineAction::Dropped => totals.objects_changed += 1,
                LineAction::Loaded => {
                    totals.files_loaded += line.files.unwrap_or(0);
                    totals.rows_loaded += line.rows.unwrap_or(0);
                }
                LineAction::Rebuilt => totals.models_rebuilt += 1,
                LineAction::Unchanged if line.kind == LineKind::Model => {
                    totals.models_unchanged += 1;
                }
                LineAction::Unchanged => {}
                LineAction::Skipped => totals.skipped += 1,
                LineAction::Failed => totals.failed += 1,
            }
        }
        for check in checks {
            if check.skipped.is_some() {
                totals.skipped += 1;
            } else if check.is_failure() {
                totals.checks_failed += 1;
            } else if check.bad_rows > 0 {
                totals.checks_warned += 1;
            } else {
                totals.checks_passed += 1;
            }
        }
        totals
    }
}

impl RunReport {
    /// Whether the run found nothing to change, load or build.
    pub fn did_nothing(&self) -> bool {
        self.lines
            .iter()
            .all(|line| line.action == LineAction::Unchanged)
    }
}

impl LineKind {
    /// The noun in a sentence: `file format`.
    pub fn noun(self) -> &'static str {
        match self {
            LineKind::Warehouse => "warehouse",
            LineKind::Integration => "integration",
            LineKind::Database => "database",
            LineKind::Schema => "schema",
            LineKind::Sequence => "sequence",
            LineKind::Function => "function",
            LineKind::FileFormat => "file format",
            LineKind::Stage => "stage",
            LineKind::Table => "table",
            LineKind::Pipe => "pipe",
            LineKind::Copy => "copy into",
            LineKind::Model => "model",
            LineKind::View => "view",
        }
    }
}
