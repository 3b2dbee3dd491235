//! What all requests share.

use crate::access::{Access, Identity, Proof, Refusal};
use crate::audit::{Audit, AuditEvent};
use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::options::ServerOptions;
use crate::query::Queries;
use crate::result::Results;
use crate::session::Sessions;
use crate::transfer::Tickets;
use ring::rand::{SecureRandom, SystemRandom};
use snowmelt_engine::Engine;
use std::fmt::Write;
use std::io;
use std::net::IpAddr;
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
    pub(crate) access: Access,
    pub(crate) metrics: Metrics,
    pub(crate) audit: Audit,
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
    /// The folder for results or that of the audit log cannot be made.
    pub(crate) fn new(engine: Engine, options: ServerOptions) -> io::Result<Self> {
        let is_open_without_users = options.address.ip().is_loopback();
        let access = Access::new(engine.clone(), is_open_without_users);
        Ok(Self {
            access: match &options.owner_token {
                Some(token) => access.with_owner_token(token),
                None => access,
            },
            metrics: Metrics::default(),
            audit: Audit::open(options.audit_dir.as_deref())?,
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

    /// 256 bits that nobody can guess, as 64 digits; they come from the system and nowhere else.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub(crate) fn new_secret(&self) -> Result<String, Failure> {
        let mut bytes = [0; 32];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| Failure::internal("the system has no random numbers"))?;
        let mut digits = String::with_capacity(64);
        for byte in bytes {
            // Writing into a text does not fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Ok(digits)
    }

    /// Refuses a statement that is too long.
    ///
    /// # Errors
    /// It is.
    pub(crate) fn check_length(&self, sql: &str) -> Result<(), Failure> {
        let most = self.options.most_statement_bytes;
        match sql.len() > most {
            true => Err(Failure::new(
                "000219",
                "54000",
                format!("the statement is longer than {most} bytes, which is the server's limit"),
            )),
            false => Ok(()),
        }
    }

    /// Lets somebody in or not, and takes note of it.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn log_in(
        &self,
        name: &str,
        proof: Proof<'_>,
        from: IpAddr,
    ) -> Result<Identity, Refusal> {
        let came = self.access.log_in(name, proof, Some(from));
        let outcome = came.as_ref().map_or_else(Refusal::code, |_| "ok");
        self.metrics.login(outcome);
        if let Err(refusal) = &came {
            tracing::warn!(user = name, %from, code = refusal.code(), "not let in");
        }
        let user = came.as_ref().map_or(name, |identity| &identity.user);
        self.audit.write(
            self.now_micros(),
            AuditEvent {
                what: "login",
                user,
                role: came.as_ref().map_or("", |identity| identity.role.name()),
                address: Some(from.to_string()),
                outcome,
                ..AuditEvent::default()
            },
        );
        came
    }
}
