//! ALTER PIPE: REFRESH loads what the pipe has not loaded yet; the rest changes the pipe.

use crate::catalog::{Entry, Key, Namespace};
use crate::error::{EngineError, Result};
use crate::ledger;
use crate::pipe::{QueuedFiles, batches, modified_after, prepare, queue};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::object::Object;
use snowmelt_sql::statement::AlterPipeAction;
use snowmelt_sql::{DataType, QualifiedName, Span, SqlError};
use std::sync::Arc;

/// The columns of ALTER PIPE … REFRESH.
const REFRESH_COLUMNS: &[ListingColumn] = &[("File", DataType::TEXT), ("Status", DataType::TEXT)];

/// ALTER PIPE.
pub(super) fn alter_pipe(
    session: &mut Session,
    name: &QualifiedName,
    action: AlterPipeAction,
) -> Result<Listing> {
    let entry = pipe_entry(session, name)?;
    match action {
        AlterPipeAction::Refresh {
            prefix,
            modified_after: after,
        } => {
            let after = after.as_deref().map(modified_after).transpose()?;
            return refresh(session, &entry, prefix.as_deref().unwrap_or(""), after);
        }
        AlterPipeAction::SetPaused(paused) => set_paused(session, &entry, paused)?,
        AlterPipeAction::UnsetPaused => set_paused(session, &entry, false)?,
        AlterPipeAction::SetComment(comment) => set_comment(session, &entry, Some(comment))?,
        AlterPipeAction::UnsetComment => set_comment(session, &entry, None)?,
    }
    Ok(Listing::executed())
}

fn pipe_entry(session: &Session, name: &QualifiedName) -> Result<Arc<Entry>> {
    let catalog = session.catalog();
    match catalog.entry(&Key::full(Namespace::Pipe, name)) {
        Some(entry) => Ok(Arc::clone(entry)),
        None => Err(SqlError::does_not_exist("Pipe", name, Span::default()).into()),
    }
}

fn set_paused(session: &mut Session, entry: &Entry, paused: bool) -> Result<()> {
    let id = entry.id;
    session.write(|writer| ledger::set_paused(writer.connection, id, paused))
}

fn set_comment(session: &mut Session, entry: &Arc<Entry>, comment: Option<String>) -> Result<()> {
    session.lock(&entry.key())?;
    session.define(|writer| {
        let Object::Pipe(mut pipe) = entry.definition.to_object() else {
            return Err(EngineError::internal("a pipe is no pipe"));
        };
        pipe.comment = comment;
        writer.redefine(entry, Object::Pipe(pipe));
        Ok(())
    })
}

/// Loads the files that neither the pipe nor the table has seen, oldest first, in commits of whole files. A file that is
/// bad does not hold up those after it. The client gets the files' names, as if they had been sent to a queue.
fn refresh(
    session: &mut Session,
    entry: &Arc<Entry>,
    prefix: &str,
    modified_after: Option<i64>,
) -> Result<Listing> {
    let now = session.engine.now_micros();
    let (loader, table_id) = prepare(session, entry, now)?;
    let loaded = loader.seen(&session.connection, table_id)?;
    let queued = queue(&loader, &loaded, prefix, modified_after)?;
    flag_changed(session, entry.id, &queued)?;
    let mut listing = Listing::new(REFRESH_COLUMNS);
    for file in &queued.files {
        listing
            .rows
            .push(vec![Cell::from(file.relative.as_str()), Cell::from("SENT")]);
    }
    let progress = session.engine.shared.loading.pipes.clone();
    let mut left = queued.files.as_slice();
    let show = |left: &[crate::stage::StagedFile]| {
        progress.set_refresh(
            entry.id,
            left.len(),
            left.first().map(|file| file.relative.as_str()),
            now,
        );
    };
    show(left);
    if ledger::is_paused(&session.connection, entry.id)? {
        return Ok(listing);
    }
    let result = batches(&queued.files).try_for_each(|batch| {
        loader.load(session, batch)?;
        left = &left[batch.len()..];
        show(left);
        Ok(())
    });
    show(&[]);
    result.map(|()| listing)
}

fn flag_changed(session: &mut Session, pipe_id: i64, queued: &QueuedFiles) -> Result<()> {
    if queued.changed.is_empty() {
        return Ok(());
    }
    session
        .write(|writer| ledger::flag_changed(writer.connection, pipe_id, &queued.changed))
        .map(drop)
}
