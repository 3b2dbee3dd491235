//! The embedded warehouse: Snowflake SQL in, rows out, everything in one DuckDB file.
//!
//! [`Engine::open`] opens a warehouse, [`Engine::session`] starts a session on it, [`Session::execute`] runs a statement
//! and gives a [`ResultSet`]. Time and chance are passed in ([`Clock`], [`Ids`]).

pub mod bucket;
mod catalog;
mod clock;
mod engine;
mod error;
mod execute;
mod functions;
mod ids;
pub mod ingest;
mod ledger;
mod load;
mod locks;
mod macros;
mod moment;
mod open;
mod pipe;
mod result;
mod session;
mod stage;
pub mod users;
mod variant;

pub use clock::{Clock, ManualClock};
pub use duckdb::arrow;
pub use engine::Engine;
pub use error::{EngineError, EngineErrorKind, Result};
pub use ids::{CountingIds, Ids};
pub use ledger::{LoadTotals, PipeTotals};
pub use moment::zoned_parts;
pub use open::EngineOptions;
pub use result::{Formats, ResultSet, Rows, TextRows};
pub use session::{InterruptHandle, Script, Session, Transfer, TransferFile};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex whose data stays whole when a holder panics: every writer here replaces values in one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
