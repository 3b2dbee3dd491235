//! Which files were loaded before.

use crate::error::Result;
use duckdb::{Connection, params};
use std::collections::HashMap;

/// The files that a table or a pipe has had, each with the content that it had last.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    etags: HashMap<String, String>,
}

impl Seen {
    /// Whether the file was there, with whatever content.
    pub(crate) fn has_location(&self, location: &str) -> bool {
        self.etags.contains_key(location)
    }

    /// Whether the file was there with just this content.
    pub(crate) fn has_content(&self, location: &str, etag: &str) -> bool {
        self.etags.get(location).is_some_and(|known| known == etag)
    }
}

/// The files that COPY has loaded into the table: those that failed may be loaded again.
pub(crate) fn copied_files(connection: &Connection, table_id: i64) -> Result<Seen> {
    read(
        connection,
        "SELECT location, etag FROM snowmelt.load_history
         WHERE table_id = ? AND pipe_id IS NULL AND NOT is_truncated AND status <> 'LOAD_FAILED' ORDER BY id",
        table_id,
    )
}

/// The files that the pipe has loaded, or tried to.
pub(crate) fn piped_files(connection: &Connection, pipe_id: i64) -> Result<Seen> {
    read(
        connection,
        "SELECT location, etag FROM snowmelt.load_history WHERE pipe_id = ? ORDER BY id",
        pipe_id,
    )
}

fn read(connection: &Connection, sql: &str, id: i64) -> Result<Seen> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![id])?;
    let mut seen = Seen::default();
    while let Some(row) = rows.next()? {
        seen.etags.insert(row.get(0)?, row.get(1)?);
    }
    Ok(seen)
}
