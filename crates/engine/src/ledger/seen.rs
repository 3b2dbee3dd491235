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

/// Locations that are asked for by name; for more, all of a table's or a pipe's are read.
const MOST_NAMED: usize = 2_000;

/// The files that COPY has loaded into the table: those that failed may be loaded again. `among`: only these locations are
/// asked for; an answer may hold others.
pub(crate) fn copied_files(
    connection: &Connection,
    table_id: i64,
    among: Option<&[&str]>,
) -> Result<Seen> {
    read(
        connection,
        "table_id = ? AND pipe_id IS NULL AND NOT is_truncated AND status <> 'LOAD_FAILED'",
        table_id,
        among,
    )
}

/// The files that the pipe has loaded, or tried to.
pub(crate) fn piped_files(
    connection: &Connection,
    pipe_id: i64,
    among: Option<&[&str]>,
) -> Result<Seen> {
    read(connection, "pipe_id = ?", pipe_id, among)
}

fn read(connection: &Connection, condition: &str, id: i64, among: Option<&[&str]>) -> Result<Seen> {
    let named = match among.filter(|among| among.len() <= MOST_NAMED) {
        None => String::new(),
        Some([]) => return Ok(Seen::default()),
        Some(among) => {
            let texts: Vec<String> = among
                .iter()
                .map(|location| format!("'{}'", location.replace('\'', "''")))
                .collect();
            format!(" AND location IN ({})", texts.join(", "))
        }
    };
    let mut statement = connection.prepare(&format!(
        "SELECT location, etag FROM snowmelt.load_history WHERE {condition}{named} ORDER BY id"
    ))?;
    let mut rows = statement.query(params![id])?;
    let mut seen = Seen::default();
    while let Some(row) = rows.next()? {
        seen.etags.insert(row.get(0)?, row.get(1)?);
    }
    Ok(seen)
}
