//! A pipe as it stands in the catalog, made ready to load.

use crate::catalog::{Definition, Entry, Key};
use crate::error::{EngineError, Result};
use crate::load::{Loader, ValueSettings, tolerance};
use crate::session::Session;
use crate::stage::StagedPlace;
use snowmelt_sql::object::OnError;
use snowmelt_sql::object::Pipe;
use snowmelt_sql::{SessionContext, Span, SqlError};
use std::sync::Arc;

/// The pipe of a catalog entry.
///
/// # Errors
/// The entry is another object's: a defect.
pub(crate) fn pipe_of(entry: &Entry) -> Result<&Arc<Pipe>> {
    match &entry.definition {
        Definition::Pipe(pipe) => Ok(pipe),
        _ => Err(EngineError::internal("a pipe is no pipe")),
    }
}

/// Resolves everything that the pipe's COPY names; gives what loads its files, and the table's id.
///
/// # Errors
/// The table, the stage or the file format is gone; the bucket cannot be opened; the COPY does not fit the table any more.
pub(crate) fn prepare(
    session: &Session,
    entry: &Entry,
    received_at_micros: i64,
) -> Result<(Loader, i64)> {
    let copy = pipe_of(entry)?.copy.clone();
    let table_id = session
        .catalog()
        .entry(&Key::relation(&copy.table))
        .map(|entry| entry.id)
        .ok_or_else(|| SqlError::does_not_exist("Table", &copy.table, Span::default()))?;
    let place = StagedPlace::resolve(session, &copy.source.path)?;
    let format = place.file_format(session, copy.file_format.as_ref())?;
    let loader = Loader {
        tolerance: tolerance(copy.options.on_error.unwrap_or(OnError::SkipFile)),
        // What a session has set does not change what a pipe loads.
        settings: ValueSettings::of(&SessionContext::default())?,
        pipe_id: Some(entry.id),
        received_at_micros: Some(received_at_micros),
        query_id: session.query_id(),
        copy,
        format,
        place,
    };
    loader.check(session)?;
    Ok((loader, table_id))
}
