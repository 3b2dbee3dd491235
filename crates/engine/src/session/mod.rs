//! A session: its connection, its current database and schema, its variables and parameters, its transaction.

mod client;
mod immediate;
pub(crate) mod parameters;
mod run;
mod script;
mod staged;
mod transaction;
mod transfer;
mod variables;

use crate::catalog::{CatalogView, Definition, Entry, Key, PivotValues, StagedSources};
use crate::engine::Engine;
use crate::error::{EngineError, EngineErrorKind, Result, cancelled};
use crate::load::RegisteredScan;
use crate::result::{Formats, ResultSet, Results};
use crate::users::UserRole;
use duckdb::Connection;
pub use script::Script;
use snowmelt_sql::object::{Column, Credentials, View};
use snowmelt_sql::{QualifiedName, SessionContext, Span, SqlError};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use transaction::OpenTransaction;
pub(crate) use transaction::Writer;
pub use transfer::{Transfer, TransferFile};
pub(crate) use variables::Variable;

/// One session on a warehouse. One statement runs at a time; its rows are read before the next one starts.
pub struct Session {
    // Before the engine: connections close before the database does.
    pub(crate) connection: Connection,
    pub(crate) context: SessionContext,
    /// What the user may do, whatever role is current.
    user_role: UserRole,
    pub(crate) variables: BTreeMap<String, Variable>,
    /// CREDENTIALS of stages that this session made: they are never written down.
    pub(crate) credentials: BTreeMap<QualifiedName, Credentials>,
    temporary: BTreeMap<Key, Arc<Entry>>,
    transaction: Option<OpenTransaction>,
    /// The objects that the running statement's plan was made from.
    expected: run::Expected,
    /// The last statement's query id.
    query_id: Option<String>,
    /// The query id that the next statement shall have, if a server has given it away already.
    given_query_id: Option<String>,
    /// Rows of the last statements.
    results: Mutex<Results>,
    interrupted: Arc<AtomicBool>,
    /// The files that the running statement's query reads.
    staged_scans: Mutex<Vec<RegisteredScan>>,
    /// How many EXECUTE IMMEDIATE the running statement stands in.
    immediate_depth: u32,
    pub(crate) engine: Engine,
}

/// Stops what a session is running, from another thread.
#[derive(Clone)]
pub struct InterruptHandle {
    connection: Arc<duckdb::InterruptHandle>,
    interrupted: Arc<AtomicBool>,
    engine: Engine,
}

impl InterruptHandle {
    /// Stops the statement that is running now, if any: it fails with kind `Cancelled`.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Ordering::Relaxed);
        self.connection.interrupt();
        self.engine.shared.locks.wake();
    }
}

impl Session {
    /// A session on an open engine.
    pub(crate) fn new(engine: Engine, user: &str, role: UserRole) -> Result<Self> {
        let connection = engine.connect()?;
        let context = SessionContext {
            role: role.snowflake_role().to_owned(),
            user: user.to_owned(),
            // Positive as a signed number, and never that of another session of this engine.
            session_id: (engine.options().ids.next_id() as u64) & (u64::MAX >> 1),
            ..SessionContext::default()
        };
        let session = Self {
            connection,
            context,
            user_role: role,
            variables: BTreeMap::new(),
            credentials: BTreeMap::new(),
            temporary: BTreeMap::new(),
            transaction: None,
            expected: Vec::new(),
            query_id: None,
            given_query_id: None,
            results: Mutex::default(),
            interrupted: Arc::new(AtomicBool::new(false)),
            staged_scans: Mutex::default(),
            immediate_depth: 0,
            engine,
        };
        session.apply_time_zone()?;
        Ok(session)
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// Every error of the statement; spans point into `statement`. More than one statement is refused.
    pub fn execute(&mut self, statement: &str) -> Result<ResultSet<'_>> {
        let parsed = snowmelt_sql::parse::parse_script(statement)?;
        match parsed.as_slice() {
            [one] => self.run(one, statement),
            [] => {
                Err(SqlError::syntax("unexpected '<EOF>'.", Span::new(0, statement.len())).into())
            }
            several => Err(EngineError::new(
                EngineErrorKind::Syntax,
                "000008",
                "0A000",
                format!(
                    "Actual statement count {} did not match the desired statement count 1.",
                    several.len()
                ),
            )),
        }
    }

    /// Parses a script and gives it back ready to run, one statement at each [`Script::next`].
    ///
    /// # Errors
    /// The script does not parse: then nothing of it runs.
    pub fn execute_script<'session>(
        &'session mut self,
        script: &'session str,
    ) -> Result<Script<'session>> {
        Script::new(self, script)
    }

    /// A handle that stops what this session is running.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle {
            connection: self.connection.interrupt_handle(),
            interrupted: Arc::clone(&self.interrupted),
            engine: self.engine.clone(),
        }
    }

    /// What the session has set.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// The warehouse.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How the session's values are shown as text.
    pub fn formats(&self) -> Result<Formats> {
        Formats::new(&self.context)
    }

    /// The running statement's query id.
    pub(crate) fn query_id(&self) -> String {
        self.query_id.clone().unwrap_or_default()
    }

    /// Whether a transaction that BEGIN opened is open.
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// The catalog as this session sees it.
    pub(crate) fn catalog(&self) -> CatalogView {
        let mut image = self.engine.image();
        let mut temporary = self.temporary.clone();
        if let Some(open) = &self.transaction {
            open.pending.overlay(&mut image, &mut temporary);
        }
        CatalogView {
            image,
            temporary,
            pivot_values: PivotValues::default(),
            staged: StagedSources::default(),
            finds_columns: std::cell::Cell::new(false),
        }
    }

    /// The columns of a view, from its query.
    pub(crate) fn view_columns(&self, view: &View) -> Result<Vec<Column>> {
        self.catalog().view_columns(view, &self.context)
    }

    /// Whether the running statement was interrupted: to be asked between pieces of long work outside of DuckDB.
    ///
    /// # Errors
    /// Kind `Cancelled` if it was.
    pub(crate) fn check_interrupt(&self) -> Result<()> {
        if self.interrupted.load(Ordering::Relaxed) {
            Err(cancelled())
        } else {
            Ok(())
        }
    }

    /// Takes the write lock of an object until the end of the statement, or of the transaction that is open. Says
    /// whether it had to wait.
    pub(crate) fn lock(&self, key: &Key) -> Result<bool> {
        let timeout = Duration::from_secs(self.parameter_seconds("LOCK_TIMEOUT"));
        self.engine
            .shared
            .locks
            .acquire(key, self.context.session_id, timeout, &self.interrupted)
    }

    /// Gives up the locks that no open transaction needs.
    pub(crate) fn unlock(&self) {
        if self.transaction.is_none() {
            self.engine.shared.locks.release(self.context.session_id);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for entry in self.temporary.values() {
            if let Definition::Stage(_) = &entry.definition {
                crate::stage::forget(&self.engine, entry.id);
            }
        }
        // The connection rolls back what is open when it closes.
        self.engine.shared.locks.release(self.context.session_id);
    }
}
