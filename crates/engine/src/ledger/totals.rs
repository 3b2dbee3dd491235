//! The ledger in numbers, for whoever watches the warehouse. Out: what was loaded and rejected by table and pipe, and what
//! each pipe waits for.

use crate::engine::Engine;
use crate::error::Result;

/// What was loaded into a table, by one pipe or by COPY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadTotals {
    /// The table's full name.
    pub table: String,
    /// The pipe's full name; `None` for COPY.
    pub pipe: Option<String>,
    /// Files of which something was loaded.
    pub files_loaded: u64,
    /// Files of which nothing was, because of errors.
    pub files_failed: u64,
    /// Rows in the table.
    pub rows_loaded: u64,
    /// Records that are not.
    pub rows_rejected: u64,
}

/// How a pipe is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipeTotals {
    /// Its full name.
    pub pipe: String,
    /// Files that wait to be loaded.
    pub files_pending: u64,
    /// When it last loaded a file.
    pub last_loaded_at_micros: Option<i64>,
}

const LOADS: &str = "
    SELECT h.table_database || '.' || h.table_schema || '.' || h.table_name,
        p.database_name || '.' || p.schema_name || '.' || p.name,
        CAST(count(*) FILTER (h.status <> 'LOAD_FAILED') AS UBIGINT),
        CAST(count(*) FILTER (h.status = 'LOAD_FAILED') AS UBIGINT),
        CAST(sum(h.rows_loaded) AS UBIGINT), CAST(sum(h.rows_rejected) AS UBIGINT)
    FROM snowmelt.load_history AS h LEFT JOIN snowmelt.objects AS p ON p.id = h.pipe_id AND p.kind = 'PIPE'
    GROUP BY 1, 2 ORDER BY 1, 2";

const PIPES: &str = "
    SELECT p.database_name || '.' || p.schema_name || '.' || p.name,
        CAST(coalesce(any_value(CAST(g.fields->>'$.pendingFileCount' AS BIGINT)), 0) AS UBIGINT),
        max(h.loaded_at_micros) FILTER (h.status <> 'LOAD_FAILED')
    FROM snowmelt.objects AS p LEFT JOIN snowmelt.load_history AS h ON h.pipe_id = p.id
        LEFT JOIN snowmelt_pipe_progress() AS g ON g.pipe_id = p.id
    WHERE p.kind = 'PIPE' GROUP BY 1 ORDER BY 1";

impl Engine {
    /// What was loaded, by table and pipe. What belonged to a table that was dropped is not counted any more.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn load_totals(&self) -> Result<Vec<LoadTotals>> {
        let connection = self.connect()?;
        let mut statement = connection.prepare(LOADS)?;
        let rows = statement.query_map([], |row| {
            Ok(LoadTotals {
                table: row.get(0)?,
                pipe: row.get(1)?,
                files_loaded: row.get(2)?,
                files_failed: row.get(3)?,
                rows_loaded: row.get(4)?,
                rows_rejected: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// How each pipe is doing.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn pipe_totals(&self) -> Result<Vec<PipeTotals>> {
        let connection = self.connect()?;
        let mut statement = connection.prepare(PIPES)?;
        let rows = statement.query_map([], |row| {
            Ok(PipeTotals {
                pipe: row.get(0)?,
                files_pending: row.get(1)?,
                last_loaded_at_micros: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }
}
