//! What a run tells while it goes on.

use crate::plan::RunPlan;
use crate::report::{LineKind, ReportLine};

/// Hears what a run is doing; called from several threads.
pub trait RunObserver: Send + Sync {
    /// Something happened.
    fn event(&self, event: &RunEvent<'_>);

    /// Whether [`RunEvent::Waiting`] is worth asking the target for: a progress bar is drawn.
    fn wants_progress(&self) -> bool {
        false
    }
}

/// Something that happened in a run.
#[derive(Debug)]
pub enum RunEvent<'a> {
    /// The plan is made; nothing is done yet.
    Planned(&'a RunPlan),
    /// Work on an object begins.
    Started {
        /// What kind.
        kind: LineKind,
        /// Its full name.
        name: &'a str,
    },
    /// A pipe has that many files still to load.
    Waiting {
        /// The pipe's full name.
        name: &'a str,
        /// Files not yet loaded.
        files_pending: u64,
    },
    /// Work on an object ended.
    Finished(&'a ReportLine),
    /// The checks begin.
    Checking {
        /// How many there are.
        checks: usize,
    },
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl RunObserver for Silent {
    fn event(&self, _: &RunEvent<'_>) {}
}
