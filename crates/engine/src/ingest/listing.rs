//! The reconciling listing. In: the pipes' places. Out: the files that the ledger does not know, into the backlogs; so that
//! nothing depends on an event arriving.

use super::pipes::PipePlace;
use super::worker::note_changed;
use super::{Shared, folders};
use crate::bucket::ObjectInfo;
use crate::catalog::Entry;
use crate::error::{EngineError, Result};
use crate::pipe::prepare;
use crate::session::Session;
use crate::stage::StagedFile;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the listing of a place that could not be listed waits at most before it is tried again.
const RETRY: Duration = Duration::from_secs(5);
/// Files that the ledger is asked about at a time.
const ASKED_AT_ONCE: usize = 1_000;

struct Due {
    id: i64,
    entry: Arc<Entry>,
    name: String,
    place: Arc<PipePlace>,
}

/// Lists each place when its time has come, until the end.
pub(super) fn reconcile(shared: &Arc<Shared>) {
    let mut session: Option<Session> = None;
    while let Some(due) = next(shared) {
        let listed = match &mut session {
            Some(session) => list(shared, session, &due),
            None => match shared.engine.session() {
                Ok(opened) => list(shared, session.insert(opened), &due),
                Err(error) => Err(error),
            },
        };
        let channel = folders::channel(&due.place.place.bucket);
        let wait = match listed {
            Ok(()) => {
                shared.recovered(&channel);
                shared.engine.shared.loading.pipes.channel(due.id, |shown| {
                    shown.channel_error = None;
                });
                shared.options.reconcile_every
            }
            Err(error) => {
                session = None;
                shared.trouble(&channel, &error);
                let now = shared.engine.now_micros();
                shared.engine.shared.loading.pipes.channel(due.id, |shown| {
                    shown.channel_error = Some((now, error.message.clone()));
                });
                shared.options.reconcile_every.min(RETRY)
            }
        };
        if let Some(pipe) = crate::lock(&shared.pipes).by_id.get_mut(&due.id) {
            // Someone may have asked for a listing meanwhile: then it is due already.
            pipe.list_at = pipe.list_at.min(Instant::now() + wait);
        }
    }
}

/// Waits until a place is to be listed. `None`: the end.
fn next(shared: &Shared) -> Option<Due> {
    let mut pipes = crate::lock(&shared.pipes);
    loop {
        if shared.is_stopping() {
            return None;
        }
        let now = Instant::now();
        let first = pipes
            .by_id
            .iter_mut()
            .filter(|(_, pipe)| pipe.place.is_some())
            .min_by_key(|(_, pipe)| pipe.list_at);
        let mut wait = Duration::from_secs(1);
        if let Some((id, pipe)) = first {
            if pipe.list_at <= now
                && let Some(place) = &pipe.place
            {
                // Never, until this listing has set the time of the next one.
                pipe.list_at = now + shared.options.reconcile_every.max(RETRY) * 100;
                return Some(Due {
                    id: *id,
                    entry: Arc::clone(&pipe.entry),
                    name: pipe.name.clone(),
                    place: Arc::clone(place),
                });
            }
            wait = wait.min(pipe.list_at.saturating_duration_since(now));
        }
        pipes = shared
            .changed
            .wait_timeout(pipes, wait)
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .0;
    }
}

/// An error of the bucket, or of the ledger.
enum Failure {
    Engine(EngineError),
    /// The pipe or the process ended meanwhile.
    Ended,
}

impl From<crate::bucket::BucketError> for Failure {
    fn from(error: crate::bucket::BucketError) -> Self {
        Failure::Engine(error.into())
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Failure::Engine(error)
    }
}

fn list(shared: &Shared, session: &mut Session, due: &Due) -> Result<()> {
    session.start_statement();
    // A pipe that cannot load now keeps what it finds: its worker says why.
    let bucket = &due.place.place.bucket;
    let prefix = due.place.place.prefix.as_str();
    let listed = bucket.list_pages(prefix, &mut |page: Vec<ObjectInfo>| {
        let wanted: Vec<StagedFile> = page
            .iter()
            .filter_map(|object| due.place.wanted(object))
            .collect();
        for files in wanted.chunks(ASKED_AT_ONCE) {
            if shared.is_stopping() {
                return Err(Failure::Ended);
            }
            take_in(shared, session, due, files)?;
        }
        Ok(())
    });
    match listed {
        Ok(()) | Err(Failure::Ended) => Ok(()),
        Err(Failure::Engine(error)) => Err(error),
    }
}

/// Queues the files that are not loaded yet, and flags those that were loaded with other content.
fn take_in(
    shared: &Shared,
    session: &mut Session,
    due: &Due,
    files: &[StagedFile],
) -> std::result::Result<(), Failure> {
    let now_micros = shared.engine.now_micros();
    let (loader, table_id) = match prepare(session, &due.entry, now_micros) {
        Ok(prepared) => prepared,
        Err(error) => {
            shared.trouble(&due.name, &error);
            return Err(Failure::Ended);
        }
    };
    let loaded = loader.seen_of(&session.connection, table_id, files)?;
    let changed: Vec<&StagedFile> = files
        .iter()
        .filter(|file| loaded.is_changed(file))
        .collect();
    note_changed(shared, session, &due.entry, &changed)?;
    let mut fresh: Vec<&StagedFile> = files
        .iter()
        .filter(|file| !loaded.is_loaded(file))
        .collect();
    {
        let pipes = crate::lock(&shared.pipes);
        let backlog = pipes.by_id.get(&due.id).map(|pipe| &pipe.backlog);
        fresh.retain(|file| backlog.is_some_and(|backlog| !backlog.has(file)));
    }
    if due.place.place.bucket.folder().is_some() {
        fresh.retain(|file| !shared.is_being_written(&due.place.place.bucket, &file.object));
    }
    let mut pipes = crate::lock(&shared.pipes);
    let Some(pipe) = pipes.by_id.get_mut(&due.id) else {
        return Err(Failure::Ended);
    };
    for file in fresh {
        if !pipe.backlog.has(file) {
            let at = file.object.last_modified_micros;
            pipe.backlog.push(file.clone(), at, now_micros, None);
        }
    }
    shared.show(due.id, pipe);
    drop(pipes);
    shared.changed.notify_all();
    Ok(())
}
