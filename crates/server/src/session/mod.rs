//! Sessions of clients: a token comes in, the session it stands for goes out.

mod parameters;
mod registry;
mod token;

use parameters::client_parameters;
pub(crate) use parameters::{result_format, text};
pub(crate) use registry::Sessions;

use crate::access::Identity;
use crate::result::Shown;
use crate::wire::login::{NameValue, SessionInfo};
use serde_json::Value;
use snowmelt_engine::{InterruptHandle, Session};
use snowmelt_sql::SessionContext;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What the SQL API's own sessions are called.
pub(crate) const SQL_API: &str = "sql_api";

/// What a client calls itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Client {
    /// `PythonConnector`, `JavaScript`, `Go`, `JDBC`, …
    pub(crate) app_id: String,
    pub(crate) version: String,
}

impl Client {
    /// Whether it is a driver on Snowflake's common core in Rust: the Python connector from version 5 on.
    pub(crate) fn has_rust_core(&self) -> bool {
        let major = self.version.split('.').next().unwrap_or_default();
        self.app_id == "PythonConnector" && major.parse::<u32>().is_ok_and(|major| major >= 5)
    }
}

/// A session of a client.
pub(crate) struct DriverSession {
    pub(crate) id: u64,
    pub(crate) identity: Identity,
    /// Where the client is.
    pub(crate) address: IpAddr,
    pub(crate) client: Client,
    /// Statements run one after the other, in the order in which they asked for this; `None` once the session has ended.
    pub(crate) engine: Arc<tokio::sync::Mutex<Option<Session>>>,
    pub(crate) interrupt: InterruptHandle,
    /// As of the end of the last statement.
    context: Mutex<Arc<SessionContext>>,
    /// What the client is told of its parameters, as of then.
    told: Mutex<Arc<[NameValue]>>,
    /// Parameters that the client gave and the engine does not know: they are the driver's own.
    pub(crate) own_parameters: BTreeMap<String, Value>,
    last_used_micros: AtomicI64,
    /// Statements that run or wait.
    busy: AtomicUsize,
    /// For the names of bind stages and the like.
    statements: AtomicU64,
}

impl DriverSession {
    /// What the session has set, as of the end of its last statement.
    pub(crate) fn context(&self) -> Arc<SessionContext> {
        Arc::clone(&crate::lock(&self.context))
    }

    /// After a statement: what it may have changed.
    pub(crate) fn note_context(&self, context: &SessionContext) {
        let known = SessionContext {
            database: context.database.clone(),
            schema: context.schema.clone(),
            warehouse: context.warehouse.clone(),
            role: context.role.clone(),
            user: context.user.clone(),
            parameters: context.parameters.clone(),
            session_id: context.session_id,
            ..SessionContext::default()
        };
        if known.parameters != self.context().parameters || self.parameters().is_empty() {
            *crate::lock(&self.told) = client_parameters(self, &known).into();
        }
        *crate::lock(&self.context) = Arc::new(known);
    }

    /// The parameters as the client is told of them.
    pub(crate) fn parameters(&self) -> Arc<[NameValue]> {
        Arc::clone(&crate::lock(&self.told))
    }

    /// What it came through, in numbers and logs.
    pub(crate) fn api(&self) -> &'static str {
        match self.client.app_id.as_str() {
            SQL_API => SQL_API,
            _ => "driver",
        }
    }

    /// How values are written for a client that asked for them as people read them: snowmelt's own commands.
    pub(crate) fn shown(&self) -> Option<Shown> {
        self.own_parameters
            .contains_key("SNOWMELT_VALUES_AS_TEXT")
            .then(Shown::as_people_read)
    }

    /// Where the session stands.
    pub(crate) fn info(&self) -> SessionInfo {
        let context = self.context();
        SessionInfo {
            database_name: context.database.clone(),
            schema_name: context.schema.clone(),
            warehouse_name: context.warehouse.clone(),
            role_name: Some(context.role.clone()),
        }
    }

    /// Closes the connection to the engine, once the statement that runs has ended.
    pub(crate) async fn close(&self) {
        let mut engine = Arc::clone(&self.engine).lock_owned().await;
        // It may take a moment.
        tokio::task::spawn_blocking(move || drop(engine.take()));
    }

    /// The client has been heard of.
    pub(crate) fn touch(&self, now_micros: i64) {
        self.last_used_micros.store(now_micros, Ordering::Relaxed);
    }

    /// A statement begins to wait; it is over when what this gives is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        self.statements.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    fn last_used_micros(&self) -> i64 {
        self.last_used_micros.load(Ordering::Relaxed)
    }

    fn is_idle_since(&self, micros: i64) -> bool {
        self.busy.load(Ordering::Relaxed) == 0
            && self.last_used_micros.load(Ordering::Relaxed) < micros
    }
}

/// A statement of a session that runs or waits.
pub(crate) struct Busy(Arc<DriverSession>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}
