//! How far the refreshes under way are, for other sessions to see.
//!
//! In: what a refresh still has to load. Out: the part of SYSTEM$PIPE_STATUS that is in no table, through the DuckDB table
//! function `snowmelt_pipe_progress()`.

use crate::error::Result;
use crate::load::{CellType, RowWriter};
use duckdb::Connection;
use duckdb::core::{DataChunkHandle, LogicalTypeId};
use duckdb::vtab::{BindInfo, InitInfo, TableFunctionInfo, VTab};
use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex};

/// What each pipe still has to load.
#[derive(Clone, Default)]
pub(crate) struct PipeProgress {
    pending: Arc<Mutex<HashMap<i64, Pending>>>,
}

#[derive(Debug, Clone)]
struct Pending {
    files: usize,
    oldest_path: String,
    queued_at_micros: i64,
}

impl PipeProgress {
    /// So many files wait, the next one at that path; none: the pipe has nothing to do.
    pub(crate) fn set(
        &self,
        pipe_id: i64,
        files: usize,
        oldest_path: Option<&str>,
        queued_at_micros: i64,
    ) {
        let mut pending = crate::lock(&self.pending);
        match oldest_path.filter(|_| files > 0) {
            None => {
                pending.remove(&pipe_id);
            }
            Some(path) => {
                let oldest_path = path.to_owned();
                pending.insert(
                    pipe_id,
                    Pending {
                        files,
                        oldest_path,
                        queued_at_micros,
                    },
                );
            }
        }
    }

    /// Each pipe that has something to do, with its fields of SYSTEM$PIPE_STATUS as a JSON object.
    fn rows(&self) -> Vec<(i64, String)> {
        let pending = crate::lock(&self.pending);
        pending
            .iter()
            .map(|(id, pending)| (*id, pending.fields()))
            .collect()
    }
}

impl Pending {
    fn fields(&self) -> String {
        let queued_at = jiff::Timestamp::from_microsecond(self.queued_at_micros)
            .map(|timestamp| format!("{timestamp:.3}"))
            .unwrap_or_default();
        serde_json::json!({
            "pendingFileCount": self.files,
            "oldestPendingFilePath": self.oldest_path,
            "oldestFileTimestamp": queued_at,
        })
        .to_string()
    }
}

/// Makes the table function known to a database.
///
/// # Errors
/// DuckDB's.
pub(crate) fn register_progress(connection: &Connection, progress: &PipeProgress) -> Result<()> {
    let name = "snowmelt_pipe_progress";
    Ok(
        connection
            .register_table_function_with_extra_info::<ProgressFunction, _>(name, progress)?,
    )
}

/// `snowmelt_pipe_progress()`: columns `pipe_id` and `fields`.
struct ProgressFunction;

const COLUMNS: [(&str, LogicalTypeId, CellType); 2] = [
    (
        "pipe_id",
        LogicalTypeId::Bigint,
        CellType::Integer {
            precision: 18,
            widens: false,
        },
    ),
    (
        "fields",
        LogicalTypeId::Varchar,
        CellType::Text { length: u32::MAX },
    ),
];

impl VTab for ProgressFunction {
    type InitData = Mutex<Vec<(i64, String)>>;
    type BindData = PipeProgress;

    fn bind(bind: &BindInfo) -> Result<Self::BindData, Box<dyn Error>> {
        for (name, id, _) in COLUMNS {
            bind.add_result_column(name, id.into());
        }
        // SAFETY: the function was registered with a `PipeProgress` as its extra information.
        let progress = unsafe { &*bind.get_extra_info::<PipeProgress>() };
        Ok(progress.clone())
    }

    fn init(init: &InitInfo) -> Result<Self::InitData, Box<dyn Error>> {
        // SAFETY: DuckDB gives the bind data that `bind` returned.
        let progress = unsafe { &*init.get_bind_data::<PipeProgress>() };
        Ok(Mutex::new(progress.rows()))
    }

    fn func(
        info: &TableFunctionInfo<Self>,
        output: &mut DataChunkHandle,
    ) -> Result<(), Box<dyn Error>> {
        let types = COLUMNS.map(|(_, _, cell_type)| cell_type);
        // SAFETY: DuckDB gives an empty chunk of the columns that `bind` added, for this call alone.
        let mut writer = unsafe { RowWriter::new(output.get_ptr(), &types) };
        let mut rows = crate::lock(info.get_init_data());
        while !writer.is_full()
            && let Some((pipe_id, fields)) = rows.pop()
        {
            writer.begin();
            writer.int64(0, pipe_id);
            writer.text(1, &fields);
            writer.commit();
        }
        writer.finish();
        Ok(())
    }
}
