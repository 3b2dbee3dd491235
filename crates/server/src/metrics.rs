//! Numbers for Prometheus. In: what the server does, as it happens; at each scrape, what the ledger says of loads and
//! pipes. Out: the text of `/metrics`.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use snowmelt_engine::{Engine, EngineError};
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

type Labels = Vec<(&'static str, String)>;
type Counters = Family<Labels, Counter>;
type Gauges = Family<Labels, Gauge>;
type Seconds = Family<Labels, Histogram, fn() -> Histogram>;

/// The upper ends of the latency's classes, in seconds.
const SECONDS: [f64; 14] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0,
];

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    queries: Counters,
    query_seconds: Seconds,
    logins: Counters,
    sessions: Gauge,
    load_files: Counters,
    load_rows: Counters,
    load_rejects: Counters,
    backlog: Gauges,
    last_loaded: Gauges,
    /// One scrape at a time.
    scrape: Mutex<()>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("snowmelt");
        let queries = Counters::default();
        let query_seconds = Seconds::new_with_constructor(|| Histogram::new(SECONDS));
        let logins = Counters::default();
        let sessions = Gauge::default();
        let (load_files, load_rows, load_rejects) = <(Counters, Counters, Counters)>::default();
        let (backlog, last_loaded) = <(Gauges, Gauges)>::default();
        registry.register("queries", "Statements that ended, by how", queries.clone());
        registry.register(
            "query_duration_seconds",
            "How long statements took",
            query_seconds.clone(),
        );
        registry.register("logins", "Logins, by how they ended", logins.clone());
        registry.register("sessions", "Sessions of clients now", sessions.clone());
        registry.register(
            "load_files",
            "Files read by COPY and pipes",
            load_files.clone(),
        );
        registry.register("load_rows", "Rows loaded", load_rows.clone());
        registry.register(
            "load_rejected_rows",
            "Records that were not loaded",
            load_rejects.clone(),
        );
        registry.register(
            "pipe_backlog_files",
            "Files that a pipe has still to load",
            backlog.clone(),
        );
        registry.register(
            "pipe_last_load_timestamp_seconds",
            "When a pipe last loaded a file: now minus this is how old its data is",
            last_loaded.clone(),
        );
        Self {
            registry,
            queries,
            query_seconds,
            logins,
            sessions,
            load_files,
            load_rows,
            load_rejects,
            backlog,
            last_loaded,
            scrape: Mutex::default(),
        }
    }
}

impl Metrics {
    /// A statement ended. `outcome` is `ok` or an error's code.
    pub(crate) fn query(&self, api: &'static str, outcome: &str, took: Duration) {
        let labels = vec![("api", api.to_owned()), ("outcome", outcome.to_owned())];
        self.queries.get_or_create(&labels).inc();
        self.query_seconds
            .get_or_create(&vec![("api", api.to_owned())])
            .observe(took.as_secs_f64());
    }

    /// Somebody tried to log in. `outcome` is `ok` or a refusal's code.
    pub(crate) fn login(&self, outcome: &str) {
        self.logins
            .get_or_create(&vec![("outcome", outcome.to_owned())])
            .inc();
    }

    /// The text of a scrape.
    ///
    /// # Errors
    /// The warehouse cannot be read.
    pub(crate) fn text(&self, engine: &Engine, sessions: usize) -> Result<String, EngineError> {
        let _turn = crate::lock(&self.scrape);
        self.sessions
            .set(i64::try_from(sessions).unwrap_or(i64::MAX));
        // Tables and pipes may be gone since the last scrape.
        for family in [&self.load_files, &self.load_rows, &self.load_rejects] {
            family.clear();
        }
        self.backlog.clear();
        self.last_loaded.clear();
        for totals in engine.load_totals()? {
            let labels: Labels = vec![
                ("table", totals.table),
                ("pipe", totals.pipe.unwrap_or_default()),
            ];
            for (status, files) in [
                ("loaded", totals.files_loaded),
                ("failed", totals.files_failed),
            ] {
                let labels = [labels.clone(), vec![("status", status.to_owned())]].concat();
                set(&self.load_files, &labels, files);
            }
            set(&self.load_rows, &labels, totals.rows_loaded);
            set(&self.load_rejects, &labels, totals.rows_rejected);
        }
        for totals in engine.pipe_totals()? {
            let labels: Labels = vec![("pipe", totals.pipe)];
            let files = i64::try_from(totals.files_pending).unwrap_or(i64::MAX);
            self.backlog.get_or_create(&labels).set(files);
            if let Some(micros) = totals.last_loaded_at_micros {
                self.last_loaded
                    .get_or_create(&labels)
                    .set(micros.div_euclid(1_000_000));
            }
        }
        let mut text = String::new();
        // Writing into a text does not fail.
        let _ = encode(&mut text, &self.registry);
        Ok(text)
    }
}

/// Sets a counter to what the ledger has counted.
fn set(family: &Counters, labels: &Labels, value: u64) {
    family
        .get_or_create(labels)
        .inner()
        .store(value, Ordering::Relaxed);
}
