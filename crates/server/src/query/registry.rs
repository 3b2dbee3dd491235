//! All statements of clients, running and done, by query id and by request id. The oldest results are forgotten when
//! there are too many.

use crate::failure::Failure;
use crate::result::StoredRows;
use crate::session::DriverSession;
use crate::wire::login::{NameValue, SessionInfo};
use crate::wire::query::RowType;
use serde_json::{Map, Value};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// Most statements that are remembered.
const MOST_KEPT: usize = 10_000;
/// Most bytes of kept results that are in memory: the first rows of each.
const MOST_MEMORY_BYTES: u64 = 64 << 20;

/// How often a statement that waits looks whether it is to stop.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// What stands for the session of requests that have none in common.
const NO_SESSION: u64 = u64::MAX;

/// How a statement ended.
pub(crate) type Outcome = Result<Arc<Finished>, Failure>;

/// A statement that went well, and all that its answer says.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) columns: Vec<RowType>,
    pub(crate) rows: StoredRows,
    /// What `total` says: rows of the result, or rows changed.
    pub(crate) total: u64,
    pub(crate) kind: u64,
    pub(crate) info: SessionInfo,
    pub(crate) parameters: Arc<[NameValue]>,
    pub(crate) bind_count: u64,
    /// Query ids and kinds of the statements of one request.
    pub(crate) several: Option<(String, String)>,
    /// What the client has to upload or download.
    pub(crate) transfer: Option<Map<String, Value>>,
    /// Rows changed, by how.
    pub(crate) stats: Option<Value>,
}

/// Why a statement is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The client asked.
    Cancelled = 1,
    /// It ran for too long.
    TimedOut = 2,
}

/// A statement.
pub(crate) struct Query {
    pub(crate) id: String,
    pub(crate) session: Arc<DriverSession>,
    pub(crate) sql: String,
    /// What the client, or the server for it, calls the request.
    pub(crate) request_id: Option<String>,
    pub(crate) started_at_micros: i64,
    ended_at_micros: AtomicI64,
    stop: AtomicU8,
    /// Whether it has begun to run.
    running: AtomicU8,
    outcome: watch::Sender<Option<Outcome>>,
}

impl Query {
    pub(crate) fn new(
        id: String,
        session: Arc<DriverSession>,
        sql: String,
        request_id: Option<String>,
        started_at_micros: i64,
    ) -> Self {
        Self {
            id,
            session,
            sql,
            request_id,
            started_at_micros,
            ended_at_micros: AtomicI64::new(0),
            stop: AtomicU8::new(0),
            running: AtomicU8::new(0),
            outcome: watch::Sender::new(None),
        }
    }

    /// How it ended, if it has.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        self.outcome.borrow().clone()
    }

    /// Waits for its end.
    pub(crate) async fn wait(&self) -> Outcome {
        let mut receiver = self.outcome.subscribe();
        match receiver.wait_for(Option::is_some).await {
            Ok(outcome) => outcome
                .clone()
                .unwrap_or_else(|| Err(Failure::internal("a statement ended without an outcome"))),
            Err(_) => Err(Failure::internal("a statement was lost")),
        }
    }

    pub(crate) fn end(&self, outcome: Outcome, now_micros: i64) {
        self.ended_at_micros.store(now_micros, Ordering::Relaxed);
        self.outcome.send_replace(Some(outcome));
    }

    pub(crate) fn ended_at_micros(&self) -> Option<i64> {
        Some(self.ended_at_micros.load(Ordering::Relaxed)).filter(|ended| *ended != 0)
    }

    pub(crate) fn start(&self) {
        self.running.store(1, Ordering::SeqCst);
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.load(Ordering::SeqCst) == 1
    }

    /// Asks it to stop; the first reason counts.
    pub(crate) fn stop(&self, reason: Stop) {
        let _ = self
            .stop
            .compare_exchange(0, reason as u8, Ordering::SeqCst, Ordering::SeqCst);
        if self.is_running() && self.outcome().is_none() {
            self.session.interrupt.interrupt();
        }
    }

    /// Waits until it is to stop.
    pub(crate) async fn until_stopped(&self) {
        while self.stopped().is_none() {
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
        }
    }

    pub(crate) fn stopped(&self) -> Option<Stop> {
        match self.stop.load(Ordering::SeqCst) {
            1 => Some(Stop::Cancelled),
            2 => Some(Stop::TimedOut),
            _ => None,
        }
    }
}

/// A session's number and the request id that its client gave.
type RequestKey = (u64, String);

/// All statements.
#[derive(Default)]
pub(crate) struct Queries(Mutex<Registry>);

#[derive(Default)]
struct Registry {
    by_id: HashMap<String, Arc<Query>>,
    by_request: HashMap<RequestKey, Arc<Query>>,
    /// In the order of their beginning, with the request id.
    order: VecDeque<(Arc<Query>, Option<RequestKey>)>,
    /// Bytes of the results that are kept, in memory and on disk.
    memory_bytes: u64,
    disk_bytes: u64,
}

impl Queries {
    /// A statement begins.
    pub(crate) fn add(&self, query: &Arc<Query>, request_id: Option<&str>) {
        self.add_as(
            query,
            request_id.map(|id| (query.session.id, id.to_owned())),
        );
    }

    /// A statement of the SQL API begins. Its requests have no session in common: `request` names user and request.
    pub(crate) fn add_api(&self, query: &Arc<Query>, request: Option<String>) {
        self.add_as(query, request.map(|request| (NO_SESSION, request)));
    }

    fn add_as(&self, query: &Arc<Query>, request: Option<RequestKey>) {
        let mut registry = crate::lock(&self.0);
        registry.by_id.insert(query.id.clone(), Arc::clone(query));
        if let Some(key) = &request {
            registry.by_request.insert(key.clone(), Arc::clone(query));
        }
        registry.order.push_back((Arc::clone(query), request));
        while registry.order.len() > MOST_KEPT && registry.forget_oldest() {}
    }

    /// A result is kept; old ones go if they are more than `most_disk_bytes` together.
    pub(crate) fn keep(&self, rows: &StoredRows, most_disk_bytes: u64) {
        let mut registry = crate::lock(&self.0);
        registry.memory_bytes += rows.memory_bytes();
        registry.disk_bytes += rows.disk_bytes();
        while (registry.memory_bytes > MOST_MEMORY_BYTES || registry.disk_bytes > most_disk_bytes)
            && registry.forget_oldest()
        {}
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<Query>> {
        crate::lock(&self.0).by_id.get(id).cloned()
    }

    /// The statements of a session that have not ended.
    pub(crate) fn open_of(&self, session: u64) -> Vec<Arc<Query>> {
        let registry = crate::lock(&self.0);
        let queries = registry.order.iter().map(|(query, _)| query);
        queries
            .filter(|query| query.session.id == session && query.outcome().is_none())
            .cloned()
            .collect()
    }

    pub(crate) fn find_request(&self, session: u64, request_id: &str) -> Option<Arc<Query>> {
        crate::lock(&self.0)
            .by_request
            .get(&(session, request_id.to_owned()))
            .cloned()
    }

    /// The statement of a request of the SQL API.
    pub(crate) fn find_api_request(&self, request: &str) -> Option<Arc<Query>> {
        self.find_request(NO_SESSION, request)
    }

    /// Whether any statement has not ended.
    pub(crate) fn are_open(&self) -> bool {
        crate::lock(&self.0)
            .order
            .iter()
            .any(|(query, _)| query.outcome().is_none())
    }
}

impl Registry {
    /// Forgets the oldest statement that has ended. Says whether there was one.
    fn forget_oldest(&mut self) -> bool {
        let Some(at) = self
            .order
            .iter()
            .position(|(query, _)| query.outcome().is_some())
        else {
            return false;
        };
        let Some((query, request)) = self.order.remove(at) else {
            return false;
        };
        self.by_id.remove(&query.id);
        if let Some(request) = request {
            self.by_request.remove(&request);
        }
        if let Some(Ok(finished)) = query.outcome() {
            let rows = &finished.rows;
            self.memory_bytes = self.memory_bytes.saturating_sub(rows.memory_bytes());
            self.disk_bytes = self.disk_bytes.saturating_sub(rows.disk_bytes());
        }
        true
    }
}
