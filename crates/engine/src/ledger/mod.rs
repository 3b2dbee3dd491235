//! The ledger: which files were loaded, with what result, and every record that did not fit.
//!
//! In: what a load found, file by file, written in the transaction that holds the file's rows. Out: which files were
//! loaded before, and the views of COPY_HISTORY, VALIDATE_PIPE_LOAD and SNOWMELT.REJECTS. It never expires; it goes with
//! the table or the pipe it belongs to.

mod record;
mod seen;
mod totals;
mod views;

pub(crate) use record::{FileRecord, LoadStatus, Owner, flag_changed, record};
pub(crate) use seen::{Seen, copied_files, piped_files};
pub use totals::{LoadTotals, PipeTotals};
pub(crate) use views::{MACROS, rejects_view};

use crate::error::Result;
use duckdb::Connection;

/// One row a file and load; one a rejected record. `is_truncated`: the table was emptied by TRUNCATE since, which makes
/// COPY forget the file, but not a pipe. `changed_etag`: what a listing showed later under the same name.
const CREATE: &str = "
    CREATE TABLE IF NOT EXISTS snowmelt.load_history (
        id BIGINT NOT NULL,
        table_id BIGINT NOT NULL,
        pipe_id BIGINT,
        table_database VARCHAR NOT NULL,
        table_schema VARCHAR NOT NULL,
        table_name VARCHAR NOT NULL,
        location VARCHAR NOT NULL,
        stage_location VARCHAR NOT NULL,
        file_name VARCHAR NOT NULL,
        etag VARCHAR NOT NULL,
        size_bytes BIGINT NOT NULL,
        last_modified_micros BIGINT NOT NULL,
        status VARCHAR NOT NULL,
        rows_parsed BIGINT NOT NULL,
        rows_loaded BIGINT NOT NULL,
        rows_rejected BIGINT NOT NULL,
        error_count BIGINT NOT NULL,
        error_limit BIGINT NOT NULL,
        first_error VARCHAR,
        first_error_line BIGINT,
        first_error_character BIGINT,
        first_error_column VARCHAR,
        received_at_micros BIGINT,
        loaded_at_micros BIGINT NOT NULL,
        query_id VARCHAR NOT NULL,
        is_truncated BOOLEAN NOT NULL,
        changed_etag VARCHAR
    );
    CREATE TABLE IF NOT EXISTS snowmelt.rejects (
        load_id BIGINT NOT NULL,
        row_number BIGINT NOT NULL,
        row_start_line BIGINT NOT NULL,
        line BIGINT NOT NULL,
        character BIGINT NOT NULL,
        byte_offset BIGINT NOT NULL,
        column_name VARCHAR,
        category VARCHAR NOT NULL,
        code BIGINT NOT NULL,
        sql_state VARCHAR NOT NULL,
        error VARCHAR NOT NULL,
        record VARCHAR NOT NULL,
        is_cut BOOLEAN NOT NULL
    );
    CREATE TABLE IF NOT EXISTS snowmelt.paused_pipes (pipe_id BIGINT NOT NULL);
";

/// Makes the ledger's tables where they are not there yet.
pub(crate) fn create(connection: &Connection) -> Result<()> {
    Ok(connection.execute_batch(CREATE)?)
}

/// The first id that no load has had.
pub(crate) fn next_load_id(connection: &Connection) -> Result<i64> {
    let sql = "SELECT coalesce(max(id), 0) + 1 FROM snowmelt.load_history";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// An object is gone: its history goes with it. Loads of a pipe belong to the pipe, whatever becomes of the table.
pub(crate) fn forget(connection: &Connection, object_id: i64) -> Result<()> {
    let own = format!("pipe_id = {object_id} OR (pipe_id IS NULL AND table_id = {object_id})");
    let known: bool = connection.query_row(
        &format!("SELECT count(*) > 0 FROM snowmelt.load_history WHERE {own}"),
        [],
        |row| row.get(0),
    )?;
    if known {
        connection.execute_batch(&format!(
            "DELETE FROM snowmelt.rejects WHERE load_id IN (SELECT id FROM snowmelt.load_history WHERE {own});
             DELETE FROM snowmelt.load_history WHERE {own};"
        ))?;
    }
    Ok(connection.execute_batch(&format!(
        "DELETE FROM snowmelt.paused_pipes WHERE pipe_id = {object_id}"
    ))?)
}

/// TRUNCATE: COPY may load the table's files again; COPY_HISTORY starts anew.
pub(crate) fn truncate(connection: &Connection, table_id: i64) -> Result<()> {
    Ok(connection.execute_batch(&format!(
        "UPDATE snowmelt.load_history SET is_truncated = true WHERE table_id = {table_id} AND NOT is_truncated"
    ))?)
}

/// Whether the pipe is paused.
pub(crate) fn is_paused(connection: &Connection, pipe_id: i64) -> Result<bool> {
    let sql = "SELECT count(*) > 0 FROM snowmelt.paused_pipes WHERE pipe_id = ?";
    Ok(connection.query_row(sql, [pipe_id], |row| row.get(0))?)
}

/// Pauses a pipe or lets it run.
pub(crate) fn set_paused(connection: &Connection, pipe_id: i64, paused: bool) -> Result<()> {
    connection.execute(
        "DELETE FROM snowmelt.paused_pipes WHERE pipe_id = ?",
        [pipe_id],
    )?;
    if paused {
        connection.execute("INSERT INTO snowmelt.paused_pipes VALUES (?)", [pipe_id])?;
    }
    Ok(())
}
