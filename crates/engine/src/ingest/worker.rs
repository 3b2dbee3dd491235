//! Loads the files of one pipe, until it is gone. In: its backlog. Out: commits of whole files, and what became of each.
//!
//! A file that is bad is in the ledger as failed and is not tried again. A file on which a load breaks for another reason
//! steps back, alone, and is tried again later; those behind it go on.

use super::Shared;
use super::backlog::Waiting;
use super::observer::IngestEvent;
use crate::catalog::Entry;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::ledger::{self, LoadStatus};
use crate::load::{FileFailure, FileReport, Loader};
use crate::pipe::{ChannelProgress, prepare};
use crate::session::Session;
use crate::stage::StagedFile;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a worker waits at most before it looks whether its pipe was resumed, or its table came back.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How long a pipe rests whose files cannot be loaded at all.
const REST: Duration = Duration::from_secs(2);

/// Works until the pipe is gone or the process ends.
pub(super) fn work(shared: &Arc<Shared>, pipe_id: i64) {
    let mut session = None;
    loop {
        let Some((entry, name, batch)) = next_batch(shared, pipe_id) else {
            return;
        };
        if batch.is_empty() {
            continue;
        }
        let result = match ready(shared, &mut session) {
            Ok(session) => load(shared, session, &entry, &batch),
            Err(error) => Err(error),
        };
        match result {
            Ok(Some(reports)) => {
                settle(shared, &entry, &name, batch, reports);
                shared.recovered(&name);
                shared.engine.shared.loading.pipes.channel(pipe_id, works);
            }
            // Paused: they wait.
            Ok(None) => {
                give_back(shared, pipe_id, batch);
                shared.wait(LOOK_AGAIN);
            }
            Err(error) => {
                // A connection that has failed in the middle of something is not used again.
                session = None;
                after_error(shared, pipe_id, &name, batch, &error);
            }
        }
    }
}

/// Waits for files. `None`: there is no more work.
fn next_batch(shared: &Arc<Shared>, pipe_id: i64) -> Option<(Arc<Entry>, String, Vec<Waiting>)> {
    let mut pipes = crate::lock(&shared.pipes);
    loop {
        if shared.is_stopping() {
            return None;
        }
        let now = Instant::now();
        let pipe = pipes.by_id.get_mut(&pipe_id)?;
        let batch = pipe.backlog.take(now);
        if !batch.is_empty() {
            return Some((Arc::clone(&pipe.entry), pipe.name.clone(), batch));
        }
        let until_next = pipe
            .backlog
            .next_try()
            .map_or(LOOK_AGAIN, |then| then.saturating_duration_since(now));
        pipes = shared
            .changed
            .wait_timeout(pipes, until_next.min(LOOK_AGAIN))
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .0;
    }
}

fn ready<'s>(shared: &Shared, session: &'s mut Option<Session>) -> Result<&'s mut Session> {
    match session {
        Some(session) => Ok(session),
        None => Ok(session.insert(shared.engine.session()?)),
    }
}

/// Loads a batch in one commit. `None`: the pipe is paused.
fn load(
    shared: &Shared,
    session: &mut Session,
    entry: &Arc<Entry>,
    batch: &[Waiting],
) -> Result<Option<Vec<FileReport>>> {
    session.start_statement();
    if ledger::is_paused(&session.connection, entry.id)? {
        return Ok(None);
    }
    let received = batch
        .iter()
        .map(|waiting| waiting.queued_at_micros)
        .min()
        .unwrap_or_default();
    let (loader, table_id) = prepare(session, entry, received)?;
    let files: Vec<StagedFile> = batch.iter().map(|waiting| waiting.file.clone()).collect();
    crate::lock(&shared.loads).insert(entry.id, session.interrupt_handle());
    let reports = loader.load(session, &files);
    crate::lock(&shared.loads).remove(&entry.id);
    let reports = reports?;
    flag_changed(shared, session, entry, &loader, table_id, &files, &reports)?;
    Ok(Some(reports))
}

/// Files that the pipe has loaded under the same name with other content are flagged.
fn flag_changed(
    shared: &Shared,
    session: &mut Session,
    entry: &Entry,
    loader: &Loader,
    table_id: i64,
    files: &[StagedFile],
    reports: &[FileReport],
) -> Result<()> {
    let again: Vec<StagedFile> = files
        .iter()
        .zip(reports)
        .filter(|(_, report)| matches!(report, FileReport::AlreadyLoaded))
        .map(|(file, _)| file.clone())
        .collect();
    if again.is_empty() {
        return Ok(());
    }
    let loaded = loader.seen_of(&session.connection, table_id, &again)?;
    let changed: Vec<&StagedFile> = again
        .iter()
        .filter(|file| loaded.is_changed(file))
        .collect();
    note_changed(shared, session, entry, &changed)
}

/// Writes down that files have other content than when they were loaded; those that are news are told of.
pub(super) fn note_changed(
    shared: &Shared,
    session: &mut Session,
    entry: &Entry,
    changed: &[&StagedFile],
) -> Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    let pairs: Vec<(String, String)> = changed
        .iter()
        .map(|file| (file.location.clone(), file.object.etag.clone()))
        .collect();
    let news = session.write(|writer| ledger::flag_changed(writer.connection, entry.id, &pairs))?;
    let name = crate::pipe::pipe_of(entry)?.name.to_string();
    for file in changed.iter().filter(|file| news.contains(&file.location)) {
        shared.tell(IngestEvent::Changed {
            pipe: &name,
            file: &file.relative,
        });
    }
    Ok(())
}

/// What became of each file of a batch that was committed.
fn settle(
    shared: &Shared,
    entry: &Entry,
    name: &str,
    batch: Vec<Waiting>,
    reports: Vec<FileReport>,
) {
    for (waiting, report) in batch.iter().zip(&reports) {
        if let FileReport::Read(record) = report {
            shared.tell(IngestEvent::Read {
                pipe: name,
                file: &waiting.file.relative,
                rows_loaded: record.rows_loaded,
                rows_rejected: record.rows_rejected,
                is_failed: record.status == LoadStatus::LoadFailed,
                error: record.first_error.as_deref(),
            });
        }
    }
    let mut pipes = crate::lock(&shared.pipes);
    let Some(pipe) = pipes.by_id.get_mut(&entry.id) else {
        return;
    };
    let now = Instant::now();
    for (waiting, report) in batch.into_iter().zip(reports) {
        match report {
            // It is looked at anew by then: what it is now has come as an event, or shows in the next listing.
            FileReport::Unavailable(FileFailure::Changed) => {
                let refreshed = pipe
                    .place
                    .as_ref()
                    .and_then(|place| place.place.bucket.head(&waiting.file.object.path).ok());
                match refreshed.flatten() {
                    Some(object) => {
                        let mut again = waiting;
                        again.file.object = object;
                        pipe.backlog.put_back(again, now);
                    }
                    None => pipe.backlog.settle(&waiting.file.location),
                }
            }
            FileReport::Read(_) | FileReport::AlreadyLoaded | FileReport::Unavailable(_) => {
                pipe.backlog.settle(&waiting.file.location);
            }
        }
    }
    shared.show(entry.id, pipe);
}

fn give_back(shared: &Shared, pipe_id: i64, batch: Vec<Waiting>) {
    let mut pipes = crate::lock(&shared.pipes);
    if let Some(pipe) = pipes.by_id.get_mut(&pipe_id) {
        for waiting in batch {
            pipe.backlog.return_to_queue(waiting);
        }
        shared.show(pipe_id, pipe);
    }
}

/// Nothing of the batch was loaded.
fn after_error(
    shared: &Shared,
    pipe_id: i64,
    name: &str,
    batch: Vec<Waiting>,
    error: &EngineError,
) {
    if error.kind == EngineErrorKind::Cancelled {
        return give_back(shared, pipe_id, batch);
    }
    shared.trouble(name, error);
    let now_micros = shared.engine.now_micros();
    shared
        .engine
        .shared
        .loading
        .pipes
        .channel(pipe_id, |channel| {
            fails(channel, error, now_micros);
        });
    let is_everyones = match error.kind {
        // The table, the stage or the format is not there, or does not fit; the bucket does not answer; the disk is full.
        EngineErrorKind::Syntax
        | EngineErrorKind::Compilation
        | EngineErrorKind::Unsupported
        | EngineErrorKind::Cancelled
        | EngineErrorKind::Conflict
        | EngineErrorKind::Warehouse => true,
        // These may be one file's fault.
        EngineErrorKind::Storage
        | EngineErrorKind::Data
        | EngineErrorKind::Resources
        | EngineErrorKind::Internal => false,
    };
    if is_everyones {
        give_back(shared, pipe_id, batch);
        rest(shared, pipe_id);
        return;
    }
    let mut pipes = crate::lock(&shared.pipes);
    if let Some(pipe) = pipes.by_id.get_mut(&pipe_id) {
        let now = Instant::now();
        // From now on each of them is loaded alone, until the one that breaks the load is found.
        for waiting in batch {
            pipe.backlog.put_back(waiting, now);
        }
        shared.show(pipe_id, pipe);
    }
}

/// Waits, unless the pipe or the process ends.
fn rest(shared: &Shared, pipe_id: i64) {
    let until = Instant::now() + REST;
    while Instant::now() < until && !shared.is_stopping() {
        if !crate::lock(&shared.pipes).by_id.contains_key(&pipe_id) {
            return;
        }
        shared.wait(REST / 10);
    }
}

fn works(channel: &mut ChannelProgress) {
    channel.error = None;
    channel.fault = None;
    channel.state = None;
}

fn fails(channel: &mut ChannelProgress, error: &EngineError, now_micros: i64) {
    let said = Some((now_micros, error.message.clone()));
    let state = match error.kind {
        EngineErrorKind::Syntax | EngineErrorKind::Compilation | EngineErrorKind::Unsupported => {
            channel.error = said;
            "STALLED_COMPILATION_ERROR"
        }
        EngineErrorKind::Storage => {
            channel.fault = said;
            "STALLED_STAGE_PERMISSION_ERROR"
        }
        EngineErrorKind::Internal => {
            channel.fault = said;
            "STALLED_INTERNAL_ERROR"
        }
        EngineErrorKind::Data
        | EngineErrorKind::Cancelled
        | EngineErrorKind::Conflict
        | EngineErrorKind::Resources
        | EngineErrorKind::Warehouse => {
            channel.fault = said;
            "STALLED_EXECUTION_ERROR"
        }
    };
    channel.state = Some(state);
}
