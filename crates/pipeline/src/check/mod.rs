//! Data checks: a check is a query that returns the bad rows. In: the files of `checks/`. Out: a result each.

mod header;
mod plan;
mod run;

pub use header::{Check, Severity};
pub(crate) use plan::plan_all;
pub use run::check;
pub(crate) use run::run_planned;

use crate::error::PipelineError;
use crate::report::Outcome;
use serde::Serialize;

/// How many bad rows a result shows.
pub const SHOWN_ROWS: usize = 5;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckResult {
    /// The file's name without `.sql`.
    pub name: String,
    /// The file, relative to the project's folder.
    pub file: String,
    /// How bad it is when there are bad rows.
    pub severity: Severity,
    /// What the bad rows mean.
    pub message: String,
    /// How many bad rows there are.
    pub bad_rows: u64,
    /// The names of the columns of `first_rows`.
    pub columns: Vec<String>,
    /// The first bad rows, at most [`SHOWN_ROWS`]; `None` is NULL.
    pub first_rows: Vec<Vec<Option<String>>>,
    /// How long it took.
    pub seconds: f64,
    /// Whether it was not run again: it passed on this very data.
    pub unchanged: bool,
    /// Why it was not run: what it reads failed.
    pub skipped: Option<String>,
    /// Why it could not run.
    pub error: Option<PipelineError>,
}

impl CheckResult {
    /// Whether it found bad rows that are an error, or could not run.
    pub fn is_failure(&self) -> bool {
        self.error.is_some() || (self.bad_rows > 0 && self.severity == Severity::Error)
    }
}

/// What the checks of a project found.
#[derive(Debug, Clone, Serialize)]
pub struct CheckReport {
    /// The project's name.
    pub project: String,
    /// The results, by name.
    pub checks: Vec<CheckResult>,
    /// How long all took.
    pub seconds: f64,
    /// How it ended.
    pub outcome: Outcome,
}
