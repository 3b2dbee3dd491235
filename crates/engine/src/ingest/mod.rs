//! Auto-ingest: keeps the pipes with AUTO_INGEST = TRUE going while the process runs.
//!
//! In: an engine, and where each bucket's events come from. Out: files in tables, each whole and once, soon after they
//! appear; what happens is told to an observer and shown by SYSTEM$PIPE_STATUS.
//!
//! Files are found by events (`folders` watches local folders, `sqs` reads queues) and by listings at an interval
//! (`listing`), so that a lost, doubled or late event changes nothing: the ledger decides what is loaded. Each pipe has a
//! `backlog` and a `worker` of its own. Events are hints; nothing depends on their order.

mod backlog;
mod folders;
mod listing;
mod observer;
mod pipes;
mod receipt;
mod sqs;
mod worker;

pub use observer::{IngestEvent, Observer};

use crate::bucket::BucketLocation;
use crate::engine::Engine;
use crate::error::{EngineError, Result};
use crate::session::InterruptHandle;
use pipes::Pipes;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How auto-ingest works.
#[derive(Clone)]
pub struct IngestOptions {
    /// How often each pipe's place is listed, whatever events come.
    pub reconcile_every: Duration,
    /// A file of a local folder that was written just now, and not by a rename, is loaded once it has not changed for so
    /// long, unless its writer is seen to close it.
    pub settle: Duration,
    /// The URL of the SQS queue that receives a bucket's event notifications, by the bucket's name.
    pub queues: BTreeMap<String, String>,
    /// Is told what happens; from several threads.
    pub observer: Observer,
}

impl IngestOptions {
    /// The usual intervals.
    pub fn new(observer: Observer) -> Self {
        Self {
            reconcile_every: Duration::from_secs(60),
            settle: Duration::from_secs(2),
            queues: BTreeMap::new(),
            observer,
        }
    }
}

/// Auto-ingest that runs; [`Ingest::stop`] ends it.
pub struct Ingest {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// What the threads share.
struct Shared {
    engine: Engine,
    options: IngestOptions,
    stop: AtomicBool,
    pipes: Mutex<Pipes>,
    /// Files of local folders that may still be written.
    writing: Mutex<folders::Writing>,
    /// Something changed that a thread may wait for: files to load, a listing to make, the end.
    changed: Condvar,
    /// The loads under way, by pipe.
    loads: Mutex<HashMap<i64, InterruptHandle>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

/// How often the catalog is looked at for pipes that came or went.
const CATALOG_EVERY: Duration = Duration::from_millis(200);
/// How often a load that is to stop is told so.
const INTERRUPT_EVERY: Duration = Duration::from_millis(20);

impl Ingest {
    /// Starts the threads. Pipes that are made, changed or dropped later are noticed.
    ///
    /// # Errors
    /// The system gives no more threads.
    pub fn start(engine: &Engine, options: IngestOptions) -> Result<Ingest> {
        let shared = Arc::new(Shared {
            engine: engine.clone(),
            options,
            stop: AtomicBool::new(false),
            pipes: Mutex::default(),
            writing: Mutex::default(),
            changed: Condvar::new(),
            loads: Mutex::default(),
            workers: Mutex::default(),
        });
        let mut ingest = Ingest {
            shared,
            threads: Vec::new(),
        };
        let started = ingest
            .spawn("ingest-pipes", pipes::watch_catalog)
            .and_then(|()| ingest.spawn("ingest-folders", folders::watch))
            .and_then(|()| ingest.spawn("ingest-listing", listing::reconcile))
            .and_then(|()| ingest.read_queues());
        match started {
            Ok(()) => Ok(ingest),
            Err(error) => {
                ingest.stop(Duration::ZERO);
                Err(error)
            }
        }
    }

    fn spawn(&mut self, name: &str, work: fn(&Arc<Shared>)) -> Result<()> {
        let thread = spawn(&self.shared, name, work)?;
        self.threads.push(thread);
        Ok(())
    }

    /// A thread for each queue.
    fn read_queues(&mut self) -> Result<()> {
        let mut queues: BTreeMap<&str, sqs::Queue> = BTreeMap::new();
        for (bucket, url) in &self.shared.options.queues {
            let region = match self.shared.engine.options().buckets.get(bucket) {
                Some(BucketLocation::S3 { region, .. }) => region.clone(),
                Some(BucketLocation::Folder(_)) | None => None,
            };
            let queue = queues.entry(url.as_str()).or_insert_with(|| sqs::Queue {
                url: url.clone(),
                buckets: Vec::new(),
                region,
            });
            queue.buckets.push(bucket.clone());
        }
        let queues: Vec<sqs::Queue> = queues.into_values().collect();
        for queue in queues {
            let thread = spawn(&self.shared, "ingest-queue", move |shared| {
                sqs::read(shared, &queue);
            })?;
            self.threads.push(thread);
        }
        Ok(())
    }

    /// Ends it: no load is begun, one under way may commit within `grace`; after that it is interrupted and leaves no trace.
    pub fn stop(self, grace: Duration) {
        let shared = &self.shared;
        shared.stop.store(true, Ordering::SeqCst);
        let until = Instant::now() + grace;
        shared.wake();
        let threads = self.threads.into_iter();
        // In this order: the first thread is the one that starts workers.
        for thread in threads.chain(std::iter::from_fn(|| crate::lock(&shared.workers).pop())) {
            while !thread.is_finished() {
                if Instant::now() >= until {
                    let loads: Vec<_> = crate::lock(&shared.loads).values().cloned().collect();
                    loads.iter().for_each(InterruptHandle::interrupt);
                }
                std::thread::sleep(INTERRUPT_EVERY);
            }
            // A thread that panicked has said so; there is nothing to add.
            let _ = thread.join();
        }
    }
}

fn spawn(
    shared: &Arc<Shared>,
    name: &str,
    work: impl FnOnce(&Arc<Shared>) + Send + 'static,
) -> Result<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || work(&shared))
        .map_err(|error| {
            EngineError::new(
                crate::error::EngineErrorKind::Resources,
                "300005",
                "53000",
                "the system gives this process no more threads",
            )
            .with_detail(error.to_string())
        })
}

impl Shared {
    fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Makes every thread that waits look again.
    fn wake(&self) {
        // Taking the lock first leaves no gap between a waiter's look and its wait.
        drop(crate::lock(&self.pipes));
        self.changed.notify_all();
    }

    /// Waits until something changes, or for `time`.
    fn wait(&self, time: Duration) {
        let pipes = crate::lock(&self.pipes);
        if !self.is_stopping() {
            drop(
                self.changed
                    .wait_timeout(pipes, time)
                    .unwrap_or_else(PoisonError::into_inner),
            );
        }
    }

    fn tell(&self, event: IngestEvent<'_>) {
        (self.options.observer)(event);
    }
}
