//! What a run is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a run is to be done.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Build every selected model, fresh or not.
    pub full_refresh: bool,
    /// `--select`: names of pipes, tables and models, each with `+` before for what it is built from and `+` after for
    /// what is built from it, and `*` for any characters; empty means all.
    pub select: Vec<String>,
    /// Do also what loses data or load history.
    pub allow_destructive: bool,
    /// Make the plan, write nothing.
    pub dry_run: bool,
    /// How many statements may run side by side; 0 means 4.
    pub sessions: usize,
    /// Set to stop: no further statement is begun, and the report says what is done.
    pub cancel: Arc<AtomicBool>,
}

impl RunOptions {
    /// Whether the run is to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
