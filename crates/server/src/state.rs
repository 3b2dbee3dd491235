//! What all requests share.

use crate::options::ServerOptions;
use crate::query::Queries;
use crate::result::Results;
use crate::session::Sessions;
use crate::transfer::Tickets;
use snowmelt_engine::Engine;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// A handle to what all requests share.
pub(crate) type App = Arc<Shared>;

pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) options: ServerOptions,
    pub(crate) sessions: Sessions,
    pub(crate) queries: Queries,
    pub(crate) results: Results,
    pub(crate) tickets: Tickets,
    /// A permit for each statement that may run now.
    pub(crate) running: Arc<Semaphore>,
    /// Statements that wait for their turn.
    waiting: AtomicUsize,
}

/// A statement that waits; it does no more when this is dropped.
pub(crate) struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Shared {
    /// # Errors
    /// The folder for results cannot be made.
    pub(crate) fn new(engine: Engine, options: ServerOptions) -> io::Result<Self> {
        Ok(Self {
            sessions: Sessions::default(),
            queries: Queries::default(),
            tickets: Tickets::default(),
            results: Results::open(&options.results_dir, options.most_result_bytes)?,
            running: Arc::new(Semaphore::new(options.most_running)),
            waiting: AtomicUsize::new(0),
            engine,
            options,
        })
    }

    /// A statement begins to wait.
    pub(crate) fn wait(&self) -> Waiting<'_> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.waiting)
    }

    /// How many statements wait.
    pub(crate) fn queued(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(crate) fn now_micros(&self) -> i64 {
        self.engine.options().clock.now_micros()
    }

    /// 256 bits that nobody can guess, as 64 digits.
    pub(crate) fn new_secret(&self) -> String {
        let ids = &self.engine.options().ids;
        format!("{:032x}{:032x}", ids.next_id(), ids.next_id())
    }
}
