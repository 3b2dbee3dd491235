//! A session: its connection, its current database and schema, its variables and parameters, its transaction.

use crate::engine::Engine;
use crate::error::{EngineError, Result};
use crate::result::ResultSet;
use duckdb::Connection;
use snowmelt_sql::{SessionContext, Span};
use std::sync::Arc;

/// One session on a warehouse. One statement runs at a time; its rows are read before the next one starts.
pub struct Session {
    // Before the engine: connections close before the database does.
    connection: Connection,
    context: SessionContext,
    engine: Engine,
}

/// Stops what a session is running, from another thread.
#[derive(Clone)]
pub struct InterruptHandle(Arc<duckdb::InterruptHandle>);

impl InterruptHandle {
    /// Stops the statement that is running now, if any: it fails with kind `Cancelled`.
    pub fn interrupt(&self) {
        self.0.interrupt();
    }
}

/// A script that runs statement by statement.
pub struct Script<'session> {
    _session: &'session mut Session,
    statements: std::vec::IntoIter<Span>,
}

impl Session {
    pub(crate) fn new(engine: Engine) -> Result<Self> {
        let connection = engine.connect()?;
        let context = SessionContext {
            role: "ACCOUNTADMIN".to_owned(),
            user: "SNOWMELT".to_owned(),
            session_id: (engine.options().ids.next_id() >> 65) as u64,
            ..SessionContext::default()
        };
        Ok(Self {
            connection,
            context,
            engine,
        })
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// Every error of the statement; spans point into `statement`.
    pub fn execute(&mut self, statement: &str) -> Result<ResultSet<'_>> {
        Err(EngineError::internal(format!(
            "not wired up yet: {} bytes, {:?}",
            statement.len(),
            self.connection.path()
        )))
    }

    /// Parses a script and gives it back ready to run, one statement at each [`Script::next`].
    ///
    /// # Errors
    /// The script does not parse: then nothing of it runs.
    pub fn execute_script<'session>(
        &'session mut self,
        script: &'session str,
    ) -> Result<Script<'session>> {
        let _ = script;
        Ok(Script {
            _session: self,
            statements: Vec::new().into_iter(),
        })
    }

    /// A handle that stops what this session is running.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle(self.connection.interrupt_handle())
    }

    /// What the session has set.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// The warehouse.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl Script<'_> {
    /// Runs the next statement; `None` after the last one. Its rows are read before the next call.
    ///
    /// # Errors
    /// The statement's; the script then ends. `span` and `statement` of the error point into the script.
    #[expect(
        clippy::should_implement_trait,
        reason = "the result borrows from the script, which Iterator does not allow"
    )]
    pub fn next(&mut self) -> Option<Result<ResultSet<'_>>> {
        self.statements
            .next()
            .map(|_| Err(EngineError::internal("not wired up yet")))
    }
}
