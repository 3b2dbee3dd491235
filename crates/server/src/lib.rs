//! Snowflake's driver protocol over the embedded engine.
//!
//! [`Server::start`] takes an open engine and answers HTTP until [`Server::stop`]. A request travels: `routes` (HTTP in
//! and out) → `session` (whose it is) → `query` (run it, cancel it, wait for it) → `result` (rows as Arrow or JSON, big
//! ones on disk). The words of the protocol are in `wire` alone; who may come in is decided in `access`.

pub mod access;
mod audit;
mod failure;
mod listen;
pub mod local;
mod log;
mod metrics;
mod options;
mod query;
mod result;
mod routes;
mod server;
mod session;
mod state;
mod transfer;
mod wire;

pub use listen::{BindRefusal, CertificateFiles};
pub use log::{Log, LogFormat, LogLevel, start_log};
pub use options::ServerOptions;
pub use server::{ServeError, Server};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex whose data stays whole when a holder panics: every writer here replaces values in one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
