//! How a project's objects stand on a target. In: the declarations and what the target answers. Out: a [`StatusReport`].

mod read;

pub use read::status;

use serde::Serialize;

/// How the objects of a project stand.
#[derive(Debug, Clone, Serialize)]
pub struct StatusReport {
    /// The project's name.
    pub project: String,
    /// The target's name.
    pub target: String,
    /// Tables, models and views by schema, in the order in which the project declares the schemas.
    pub layers: Vec<Layer>,
    /// The pipes, in order.
    pub pipes: Vec<PipeState>,
    /// The last run that was recorded.
    pub last_run: Option<LastRun>,
}

/// A schema and what is in it.
#[derive(Debug, Clone, Serialize)]
pub struct Layer {
    /// `DB.SCHEMA`.
    pub name: String,
    /// Its tables, models and views.
    pub objects: Vec<ObjectState>,
}

/// A table, model or view.
#[derive(Debug, Clone, Serialize)]
pub struct ObjectState {
    /// Its own name.
    pub name: String,
    /// `table`, `model` or `view`.
    pub kind: crate::report::LineKind,
    /// Rows; unknown for a view or a missing object.
    pub rows: Option<u64>,
    /// When its data last changed, in microseconds since 1970-01-01T00:00:00Z.
    pub changed_at_micros: Option<i64>,
    /// When the model was last built, in microseconds since 1970-01-01T00:00:00Z.
    pub built_at_micros: Option<i64>,
    /// How it stands.
    pub freshness: Freshness,
}

/// Whether an object is as the project declares it and built from the newest data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "why")]
pub enum Freshness {
    /// It is.
    Fresh,
    /// A model that the next run would build, and why.
    Stale(String),
    /// Not there yet.
    Missing,
}

/// A pipe.
#[derive(Debug, Clone, Serialize)]
pub struct PipeState {
    /// Its full name.
    pub name: String,
    /// The table it loads.
    pub table: String,
    /// `executionState` of SYSTEM$PIPE_STATUS, e.g. `RUNNING`; `MISSING` if the pipe is not there.
    pub state: String,
    /// The file loaded last.
    pub last_file: Option<String>,
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    pub last_load_at_micros: Option<i64>,
    /// Files seen and not yet loaded.
    pub files_pending: u64,
    /// Files loaded, as far as the load history goes back.
    pub files_loaded: u64,
    /// Files of which nothing was loaded.
    pub files_failed: u64,
    /// Rows loaded.
    pub rows_loaded: u64,
    /// Rows that did not fit.
    pub rows_rejected: u64,
    /// The newest error of a load.
    pub last_error: Option<String>,
}

/// A run as it was recorded.
#[derive(Debug, Clone, Serialize)]
pub struct LastRun {
    /// When it began, in microseconds since 1970-01-01T00:00:00Z.
    pub started_at_micros: i64,
    /// How long it took.
    pub seconds: f64,
    /// `ok`, `check_failed`, ….
    pub outcome: String,
}
