//! The account as a [`Target`]. In: a [`Connection`]. Out: sessions on it.
//!
//! The driver is asynchronous and we are not: each session drives its own statement to the end on the runtime that the
//! target keeps.

use super::connection::Connection;
use super::failure;
use super::query_tag::QueryTag;
use super::session::AccountSession;
use crate::error::PipelineError;
use crate::target::{Target, TargetError, TargetSession};
use snowflake_connector_rs::{
    Client, ClientConfig, EndpointConfig, QueryCanceller, QueryConfig, SessionConfig,
};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How long a statement may run before we stop waiting: longer than an account lets it (STATEMENT_TIMEOUT_IN_SECONDS is
/// two days by default, and at most seven).
const LONGEST_STATEMENT: Duration = Duration::from_secs(8 * 24 * 3600);
/// How long a request to cancel may take.
const LONGEST_CANCEL: Duration = Duration::from_secs(30);

/// What snowmelt's own server is asked for: values as people read them. Snowflake knows no such parameter.
const VALUES_AS_TEXT: &str = "SNOWMELT_VALUES_AS_TEXT";

/// An account.
pub struct AccountTarget {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    /// The target's name in `snowmelt.toml`.
    pub(super) name: String,
    pub(super) connection: Connection,
    /// None for a server of ours.
    pub(super) tag: Option<QueryTag>,
    pub(super) runtime: Runtime,
    client: Client,
}

/// Cancels the statement that a session runs, from any thread.
#[derive(Clone)]
pub struct StatementCanceller {
    pub(super) shared: Arc<Shared>,
    pub(super) running: Arc<Mutex<Option<QueryCanceller>>>,
}

impl AccountTarget {
    /// An account, called `name` in `snowmelt.toml`. Nothing is sent yet.
    ///
    /// # Errors
    /// When the connection's address or the system does not allow a client.
    pub fn new(name: &str, connection: Connection, tag: QueryTag) -> Result<Self, PipelineError> {
        Self::with(name, connection, Some(tag))
    }

    /// The server that runs the project's own warehouse. It gives values as text, as the engine does in this process,
    /// and its statements carry no tag.
    ///
    /// # Errors
    /// As [`AccountTarget::new`].
    pub fn own_server(address: SocketAddr, token: &str) -> Result<Self, PipelineError> {
        Self::with("embedded", Connection::to_own_server(address, token)?, None)
    }

    fn with(
        name: &str,
        connection: Connection,
        tag: Option<QueryTag>,
    ) -> Result<Self, PipelineError> {
        let mut session = SessionConfig::new();
        session = match &tag {
            Some(tag) => session.with_session_parameter("QUERY_TAG", tag.text().into()),
            None => session.with_session_parameter(VALUES_AS_TEXT, true.into()),
        };
        if let Some(role) = &connection.role {
            session = session.with_role(role);
        }
        if let Some(warehouse) = &connection.warehouse {
            session = session.with_warehouse(warehouse);
        }
        if let Some(database) = &connection.database {
            session = session.with_database(database);
        }
        if let Some(schema) = &connection.schema {
            session = session.with_schema(schema);
        }
        let query = QueryConfig::new()
            .with_query_response_timeout(LONGEST_STATEMENT)
            .with_query_cancel_request_timeout(LONGEST_CANCEL);
        let config = ClientConfig::new(
            &connection.user,
            &connection.account,
            connection.credential.to_driver(),
        )
        .with_session(session)
        .with_query(query)
        .with_endpoint(EndpointConfig::CustomBaseUrl(connection.url.clone()));
        let client = Client::new(config)
            .map_err(|error| PipelineError::from_target(failure::of_login(&error, &connection)))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("account")
            .enable_all()
            .build()
            .map_err(|error| {
                PipelineError::environment(format!("cannot start threads for the account: {error}"))
            })?;
        Ok(Self {
            shared: Arc::new(Shared {
                name: name.to_owned(),
                connection,
                tag,
                runtime,
                client,
            }),
        })
    }

    /// Where it is.
    pub fn connection(&self) -> &Connection {
        &self.shared.connection
    }

    /// Like [`Target::session`], by its own type.
    ///
    /// # Errors
    /// When the account cannot be reached or does not let the user in.
    pub fn open(&self) -> Result<AccountSession, TargetError> {
        AccountSession::open(Arc::clone(&self.shared))
    }
}

impl Target for AccountTarget {
    fn name(&self) -> &str {
        &self.shared.name
    }

    fn is_account(&self) -> bool {
        self.shared.tag.is_some()
    }

    fn session(&self) -> Result<Box<dyn TargetSession>, TargetError> {
        Ok(Box::new(self.open()?))
    }
}

impl Shared {
    /// The tag of statements, those at a place or all; empty if they have none.
    pub(super) fn tag_text(&self, place: Option<&str>) -> String {
        match (&self.tag, place) {
            (None, _) => String::new(),
            (Some(tag), None) => tag.text(),
            (Some(tag), Some(place)) => tag.at(place).text(),
        }
    }

    /// Logs in.
    pub(super) fn login(&self) -> Result<snowflake_connector_rs::Session, TargetError> {
        self.runtime
            .block_on(self.client.create_session())
            .map_err(|error| failure::of_login(&error, &self.connection))
    }
}

impl StatementCanceller {
    /// Cancels the statement that runs now, if one does. Waits for the account to say that it heard.
    pub fn cancel(&self) {
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(canceller) = running {
            // If the account does not hear, the caller asks again, or the statement ends by itself.
            let _ = self.shared.runtime.block_on(canceller.cancel());
        }
    }
}
