//! Writing the ledger.

use crate::error::{EngineError, Result};
use crate::load::Reject;
use duckdb::{Connection, params};
use snowmelt_sql::QualifiedName;
use std::collections::HashMap;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoadStatus {
    /// All of it was loaded.
    Loaded,
    /// All but its bad records.
    PartiallyLoaded,
    /// Nothing of it.
    LoadFailed,
}

impl LoadStatus {
    /// As COPY's result shows it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            LoadStatus::Loaded => "LOADED",
            LoadStatus::PartiallyLoaded => "PARTIALLY_LOADED",
            LoadStatus::LoadFailed => "LOAD_FAILED",
        }
    }
}

/// Whose history a load is in.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    /// The table.
    pub(crate) table_id: i64,
    /// Its name.
    pub(crate) table: QualifiedName,
    /// The pipe that loads it; `None`: a COPY.
    pub(crate) pipe_id: Option<i64>,
    /// The statement.
    pub(crate) query_id: String,
    /// When the pipe was told of the files.
    pub(crate) received_at_micros: Option<i64>,
}

/// One file's entry.
#[derive(Debug, Clone)]
pub(crate) struct FileRecord {
    /// Unique for good.
    pub(crate) id: i64,
    /// What the file is known by.
    pub(crate) location: String,
    /// The stage.
    pub(crate) stage_location: String,
    /// The path below the stage.
    pub(crate) file_name: String,
    /// Which content it had.
    pub(crate) etag: String,
    /// Bytes as stored.
    pub(crate) size_bytes: u64,
    /// When it was written.
    pub(crate) last_modified_micros: i64,
    /// What became of it.
    pub(crate) status: LoadStatus,
    /// Records in it.
    pub(crate) rows_parsed: u64,
    /// Blank lines that were passed over: Snowflake counts them among the records in COPY's result, the ledger does not.
    pub(crate) rows_blank: u64,
    /// Records that are in the table now.
    pub(crate) rows_loaded: u64,
    /// Records that are not: all of them, if the file was skipped.
    pub(crate) rows_rejected: u64,
    /// Records that are bad in themselves.
    pub(crate) error_count: u64,
    /// ERROR_LIMIT.
    pub(crate) error_limit: u64,
    /// The first error's message; of a file that cannot be read, why.
    pub(crate) first_error: Option<String>,
    /// Its line, character and column.
    pub(crate) first_error_line: Option<u64>,
    pub(crate) first_error_character: Option<u64>,
    pub(crate) first_error_column: Option<String>,
}

/// Writes the entries of some files and their rejects into the open transaction.
///
/// # Errors
/// Kind `Internal` if a file's records do not add up: then nothing of it may be committed.
pub(crate) fn record(
    connection: &Connection,
    owner: &Owner,
    files: &[FileRecord],
    rejects: impl FnOnce(&mut dyn FnMut(usize, Reject) -> Result<()>) -> Result<()>,
    loaded_at_micros: i64,
) -> Result<()> {
    for file in files {
        if file.rows_parsed != file.rows_loaded + file.rows_rejected {
            return Err(EngineError::internal(format!(
                "the records of `{}` do not add up: {} parsed, {} loaded, {} rejected",
                file.location, file.rows_parsed, file.rows_loaded, file.rows_rejected
            )));
        }
    }
    replace_old_rejects(connection, owner, files)?;
    append_files(connection, owner, files, loaded_at_micros)?;
    let mut rows = connection.appender_to_db("rejects", "snowmelt")?;
    let mut appended = false;
    rejects(&mut |file, reject| {
        appended = true;
        let Some(file) = files.get(file) else {
            return Err(EngineError::internal("a reject belongs to no file"));
        };
        Ok(rows.append_row(params![
            file.id,
            reject.row_number,
            reject.row_start_line,
            reject.line,
            reject.character,
            reject.byte_offset,
            reject.column_name,
            reject.category,
            i64::from(reject.code),
            reject.sqlstate,
            reject.error,
            reject.record,
            reject.is_cut,
        ])?)
    })?;
    if appended {
        rows.flush()?;
    }
    Ok(())
}

fn append_files(
    connection: &Connection,
    owner: &Owner,
    files: &[FileRecord],
    loaded_at_micros: i64,
) -> Result<()> {
    let mut rows = connection.appender_to_db("load_history", "snowmelt")?;
    for file in files {
        rows.append_row(params![
            file.id,
            owner.table_id,
            owner.pipe_id,
            owner.table.database,
            owner.table.schema,
            owner.table.name,
            file.location,
            file.stage_location,
            file.file_name,
            file.etag,
            file.size_bytes,
            file.last_modified_micros,
            file.status.as_str(),
            file.rows_parsed,
            file.rows_loaded,
            file.rows_rejected,
            file.error_count,
            file.error_limit,
            file.first_error,
            file.first_error_line,
            file.first_error_character,
            file.first_error_column,
            owner.received_at_micros,
            loaded_at_micros,
            owner.query_id,
            false,
            None::<String>,
        ])?;
    }
    Ok(rows.flush()?)
}

/// A file that is loaded again replaces the rejects of its earlier loads into the same table.
fn replace_old_rejects(connection: &Connection, owner: &Owner, files: &[FileRecord]) -> Result<()> {
    let mut earlier: HashMap<String, Vec<i64>> = HashMap::new();
    {
        let mut statement = connection.prepare_cached(
            "SELECT location, id FROM snowmelt.load_history WHERE table_id = ? AND error_count > 0",
        )?;
        let mut rows = statement.query([owner.table_id])?;
        while let Some(row) = rows.next()? {
            earlier.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
    }
    let ids: Vec<String> = files
        .iter()
        .filter_map(|file| earlier.get(&file.location))
        .flatten()
        .map(i64::to_string)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    Ok(connection.execute_batch(&format!(
        "DELETE FROM snowmelt.rejects WHERE load_id IN ({})",
        ids.join(", ")
    ))?)
}

/// Notes that files which a pipe has loaded have other content now, under the same names. Gives those that were not noted
/// before.
pub(crate) fn flag_changed(
    connection: &Connection,
    pipe_id: i64,
    changed: &[(String, String)],
) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "UPDATE snowmelt.load_history SET changed_etag = ?
         WHERE pipe_id = ? AND location = ? AND changed_etag IS DISTINCT FROM ?",
    )?;
    let mut news = Vec::new();
    for (location, etag) in changed {
        if statement.execute(params![etag, pipe_id, location, etag])? > 0 {
            news.push(location.clone());
        }
    }
    Ok(news)
}
