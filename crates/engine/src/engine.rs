//! The engine: one open warehouse, shared by its sessions.

use crate::error::Result;
use crate::open::{EngineOptions, LockFile, open_database};
use crate::session::Session;
use duckdb::Connection;
use std::sync::{Arc, Mutex};

/// One open warehouse. Cloning it gives another handle to the same one; it closes with its last handle and session.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

/// What all handles and sessions share. The database closes before the lock file is given up.
pub(crate) struct Shared {
    database: Mutex<Connection>,
    pub(crate) options: EngineOptions,
    _lock: Option<LockFile>,
}

impl Engine {
    /// Opens the warehouse, and makes it if there is none.
    ///
    /// # Errors
    /// Kind `Warehouse`: the folder is missing, the file is not a warehouse, another process has it (named), or a newer
    /// snowmelt wrote it.
    pub fn open(options: EngineOptions) -> Result<Engine> {
        let lock = match &options.path {
            Some(path) => Some(LockFile::acquire(path, &options.owner)?),
            None => None,
        };
        let database = open_database(&options)?;
        Ok(Engine {
            shared: Arc::new(Shared {
                database: Mutex::new(database),
                options,
                _lock: lock,
            }),
        })
    }

    /// Starts a session: a connection of its own, no current database.
    ///
    /// # Errors
    /// Only when DuckDB cannot give another connection.
    pub fn session(&self) -> Result<Session> {
        Session::new(self.clone())
    }

    /// What the engine was opened with.
    pub fn options(&self) -> &EngineOptions {
        &self.shared.options
    }

    /// Another connection to the database.
    pub(crate) fn connect(&self) -> Result<Connection> {
        Ok(crate::lock(&self.shared.database).try_clone()?)
    }
}
