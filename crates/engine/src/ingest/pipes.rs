//! The pipes that are looked after. In: the catalog. Out: a backlog and a worker for each pipe with AUTO_INGEST = TRUE, as
//! long as it is there; files that are offered go to the pipes that want them.

use super::backlog::Backlog;
use super::observer::IngestEvent;
use super::receipt::Receipt;
use super::{CATALOG_EVERY, Shared, spawn, worker};
use crate::bucket::{Bucket, ObjectInfo};
use crate::catalog::{Entry, Namespace};
use crate::error::EngineError;
use crate::pipe::{self, pipe_of};
use crate::session::Session;
use crate::stage::{StagedFile, StagedPlace, pattern};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

/// All of them, by id.
#[derive(Default)]
pub(super) struct Pipes {
    pub(super) by_id: BTreeMap<i64, AutoPipe>,
    /// What does not work now, by the name of the pipe or the source.
    troubles: HashMap<String, String>,
}

/// A pipe with AUTO_INGEST = TRUE.
pub(super) struct AutoPipe {
    pub(super) entry: Arc<Entry>,
    /// Its full name.
    pub(super) name: String,
    /// Where its files are; `None`: that cannot be told now.
    pub(super) place: Option<Arc<PipePlace>>,
    pub(super) backlog: Backlog,
    /// When its place is to be listed.
    pub(super) list_at: Instant,
}

/// Where a pipe's files are, and which of them it wants.
pub(super) struct PipePlace {
    pub(super) place: StagedPlace,
    pattern: Option<regex::Regex>,
}

impl PipePlace {
    /// The file, if the pipe wants it.
    pub(super) fn wanted(&self, object: &ObjectInfo) -> Option<StagedFile> {
        if !self.wants(&object.path) {
            return None;
        }
        Some(self.place.staged(object.clone()))
    }

    /// Whether the pipe wants what is at a path in its bucket.
    pub(super) fn wants(&self, path: &str) -> bool {
        path.strip_prefix(self.place.prefix.as_str())
            .is_some_and(|subject| {
                self.pattern
                    .as_ref()
                    .is_none_or(|pattern| pattern.is_match(subject))
            })
    }
}

impl Pipes {
    /// Whether any pipe wants what is at a path in a bucket.
    pub(super) fn want(&self, bucket: &str, path: &str) -> bool {
        self.by_id.values().any(|pipe| pipe.wants(bucket, path))
    }

    /// Notes that something does not work; whether that is news.
    fn trouble(&mut self, place: &str, message: &str) -> bool {
        let before = self.troubles.insert(place.to_owned(), message.to_owned());
        before.as_deref() != Some(message)
    }

    /// The buckets of the pipes, each once.
    pub(super) fn buckets(&self) -> BTreeMap<String, Bucket> {
        self.by_id
            .values()
            .filter_map(|pipe| pipe.place.as_ref())
            .map(|place| {
                let bucket = &place.place.bucket;
                (bucket.name().to_owned(), bucket.clone())
            })
            .collect()
    }
}

impl AutoPipe {
    fn wants(&self, bucket: &str, path: &str) -> bool {
        self.place
            .as_ref()
            .is_some_and(|place| place.place.bucket.name() == bucket && place.wants(path))
    }
}

impl Shared {
    /// An object of a bucket is there: each pipe that wants it gets it. `receipt` is settled when all of them are done.
    pub(super) fn offer(
        &self,
        bucket: &str,
        object: &ObjectInfo,
        at_micros: i64,
        receipt: Option<&Arc<Receipt>>,
    ) {
        let now_micros = self.engine.now_micros();
        let mut pipes = crate::lock(&self.pipes);
        for (id, pipe) in &mut pipes.by_id {
            if !pipe.wants(bucket, &object.path) {
                continue;
            }
            let Some(file) = pipe.place.as_ref().and_then(|place| place.wanted(object)) else {
                continue;
            };
            let path = file.relative.clone();
            pipe.backlog.push(file, at_micros, now_micros, receipt);
            self.show(*id, pipe);
            self.engine.shared.loading.pipes.channel(*id, |channel| {
                channel.last_forwarded = Some((now_micros, path));
            });
        }
        drop(pipes);
        self.changed.notify_all();
    }

    /// An event came for a bucket, whether or not a pipe wants its file.
    pub(super) fn note_received(&self, bucket: &str) {
        let now_micros = self.engine.now_micros();
        let pipes = crate::lock(&self.pipes);
        for (id, pipe) in &pipes.by_id {
            let place = pipe.place.as_ref();
            if place.is_some_and(|place| place.place.bucket.name() == bucket) {
                let progress = &self.engine.shared.loading.pipes;
                progress.channel(*id, |channel| {
                    channel.last_received_micros = Some(now_micros)
                });
            }
        }
    }

    /// The places in that bucket are listed as soon as possible.
    pub(super) fn list_soon(&self, bucket: &str) {
        let mut pipes = crate::lock(&self.pipes);
        for pipe in pipes.by_id.values_mut() {
            if let Some(place) = &pipe.place
                && place.place.bucket.name() == bucket
            {
                pipe.list_at = Instant::now();
            }
        }
        drop(pipes);
        self.changed.notify_all();
    }

    /// Brings SYSTEM$PIPE_STATUS up to date.
    pub(super) fn show(&self, id: i64, pipe: &AutoPipe) {
        let files = pipe.backlog.len();
        let backlog = pipe.backlog.oldest().map(|oldest| pipe::Backlog {
            files,
            oldest_path: oldest.file.relative.clone(),
            queued_at_micros: oldest.queued_at_micros,
        });
        self.engine.shared.loading.pipes.set_ingest(id, backlog);
    }

    /// Something does not work: said once, until it does again.
    pub(super) fn trouble(&self, place: &str, error: &EngineError) {
        let mut said = error.message.clone();
        said.extend(error.detail.iter().flat_map(|detail| [": ", detail]));
        if crate::lock(&self.pipes).trouble(place, &said) {
            self.tell(IngestEvent::Trouble {
                place,
                message: &error.message,
                detail: error.detail.as_deref(),
                hint: error.hint.as_deref(),
            });
        }
    }

    /// It works: said if it did not before.
    pub(super) fn recovered(&self, place: &str) {
        let was_troubled = crate::lock(&self.pipes).troubles.remove(place).is_some();
        if was_troubled {
            self.tell(IngestEvent::Recovered { place });
        }
    }
}

/// Follows the catalog until the end.
pub(super) fn watch_catalog(shared: &Arc<Shared>) {
    let mut session = None;
    let mut seen = None;
    while !shared.is_stopping() {
        if session.is_none() {
            session = match shared.engine.session() {
                Ok(opened) => Some(opened),
                Err(error) => {
                    shared.trouble("auto-ingest", &error);
                    None
                }
            };
        }
        let image = shared.engine.image();
        let is_new = !seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, &image));
        // A place that cannot be resolved may be there by now, though the catalog is the same.
        let has_lost = crate::lock(&shared.pipes)
            .by_id
            .values()
            .any(|pipe| pipe.place.is_none());
        if let Some(session) = session.as_ref().filter(|_| is_new || has_lost) {
            let entries: Vec<Arc<Entry>> = image
                .namespace(Namespace::Pipe)
                .filter(|entry| pipe_of(entry).is_ok_and(|pipe| pipe.auto_ingest))
                .cloned()
                .collect();
            follow(shared, session, &entries, is_new);
            seen = Some(image);
        }
        std::thread::sleep(CATALOG_EVERY);
    }
}

/// Starts and ends pipes, so that just these are looked after.
fn follow(shared: &Arc<Shared>, session: &Session, entries: &[Arc<Entry>], is_new: bool) {
    end_others(shared, entries);
    for entry in entries {
        let known = {
            let mut pipes = crate::lock(&shared.pipes);
            pipes.by_id.get_mut(&entry.id).map(|pipe| {
                pipe.entry = Arc::clone(entry);
                pipe.place.is_some()
            })
        };
        if known == Some(true) && !is_new {
            continue;
        }
        // A stage that was altered is elsewhere now.
        let place = place_of(session, entry);
        let name = pipe_of(entry).map_or_else(|_| String::new(), |pipe| pipe.name.to_string());
        let place = match place {
            Ok(place) => {
                shared.recovered(&name);
                Some(Arc::new(place))
            }
            Err(error) => {
                shared.trouble(&name, &error);
                let now = shared.engine.now_micros();
                shared
                    .engine
                    .shared
                    .loading
                    .pipes
                    .channel(entry.id, |channel| {
                        channel.error = Some((now, error.message.clone()));
                    });
                None
            }
        };
        let channel = place
            .as_ref()
            .map(|place| channel_name(shared, &place.place.bucket));
        shared
            .engine
            .shared
            .loading
            .pipes
            .channel(entry.id, |shown| {
                shown.name.clone_from(&channel);
                if place.is_some() {
                    shown.error = None;
                }
            });
        let mut pipes = crate::lock(&shared.pipes);
        if let Some(pipe) = pipes.by_id.get_mut(&entry.id) {
            let moved = match (&pipe.place, &place) {
                (Some(old), Some(new)) => {
                    old.place.prefix != new.place.prefix
                        || old.place.bucket.name() != new.place.bucket.name()
                }
                (old, new) => old.is_some() != new.is_some(),
            };
            if moved {
                pipe.list_at = Instant::now();
            }
            pipe.place = place;
            continue;
        }
        let pipe = AutoPipe {
            entry: Arc::clone(entry),
            name: name.clone(),
            place,
            backlog: Backlog::default(),
            list_at: Instant::now(),
        };
        pipes.by_id.insert(entry.id, pipe);
        drop(pipes);
        let id = entry.id;
        match spawn(shared, "ingest-worker", move |shared| {
            worker::work(shared, id)
        }) {
            Ok(thread) => {
                let mut workers = crate::lock(&shared.workers);
                workers.retain(|worker| !worker.is_finished());
                workers.push(thread);
            }
            Err(error) => {
                // Tried again with the next look.
                crate::lock(&shared.pipes).by_id.remove(&id);
                shared.trouble(&name, &error);
                continue;
            }
        }
        shared.tell(IngestEvent::Started {
            pipe: &name,
            channel: channel.as_deref().unwrap_or("nowhere"),
        });
    }
    shared.changed.notify_all();
}

fn end_others(shared: &Arc<Shared>, entries: &[Arc<Entry>]) {
    let mut ended = Vec::new();
    {
        let mut pipes = crate::lock(&shared.pipes);
        let gone: Vec<i64> = pipes
            .by_id
            .keys()
            .filter(|id| !entries.iter().any(|entry| entry.id == **id))
            .copied()
            .collect();
        for id in gone {
            if let Some(mut pipe) = pipes.by_id.remove(&id) {
                pipe.backlog.abandon();
                pipes.troubles.remove(&pipe.name);
                shared.engine.shared.loading.pipes.end_ingest(id);
                ended.push(pipe.name);
            }
        }
    }
    for pipe in &ended {
        shared.tell(IngestEvent::Ended { pipe });
    }
}

fn place_of(session: &Session, entry: &Entry) -> crate::error::Result<PipePlace> {
    let pipe = pipe_of(entry)?;
    Ok(PipePlace {
        place: StagedPlace::resolve(session, &pipe.copy.source.path)?,
        pattern: pipe.copy.pattern.as_deref().map(pattern).transpose()?,
    })
}

fn channel_name(shared: &Shared, bucket: &Bucket) -> String {
    match (bucket.folder(), shared.options.queues.get(bucket.name())) {
        (Some(folder), _) => format!("the folder `{}`", folder.display()),
        (None, Some(queue)) => queue.clone(),
        (None, None) => format!("s3://{}", bucket.name()),
    }
}
