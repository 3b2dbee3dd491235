//! How far refreshes and auto-ingest are, for other sessions to see.
//!
//! In: what still has to be loaded, and what the channels say. Out: the part of SYSTEM$PIPE_STATUS that is in no table, through the DuckDB table
//! function `snowmelt_pipe_progress()`.

use crate::error::Result;
use crate::load::{CellType, RowWriter};
use duckdb::Connection;
use duckdb::core::{DataChunkHandle, LogicalTypeId};
use duckdb::vtab::{BindInfo, InitInfo, TableFunctionInfo, VTab};
use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex};

/// What each pipe still has to load, and what its channel says.
#[derive(Clone, Default)]
pub(crate) struct PipeProgress {
    pipes: Arc<Mutex<HashMap<i64, Progress>>>,
}

/// One pipe's.
#[derive(Debug, Clone, Default)]
struct Progress {
    refresh: Option<Backlog>,
    ingest: Option<Backlog>,
    channel: ChannelProgress,
}

/// Files that wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// How many.
    pub(crate) files: usize,
    /// The next one's path.
    pub(crate) oldest_path: String,
    /// Since when it waits.
    pub(crate) queued_at_micros: i64,
}

/// What auto-ingest knows of a pipe; times in microseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChannelProgress {
    /// Where events come from: the queue's URL, or the folder that is watched.
    pub(crate) name: Option<String>,
    /// When an event of whatever file came last.
    pub(crate) last_received_micros: Option<i64>,
    /// When one of the pipe's own files came last, and which.
    pub(crate) last_forwarded: Option<(i64, String)>,
    /// Why the channel cannot be read, and since when.
    pub(crate) channel_error: Option<(i64, String)>,
    /// Why the pipe's COPY cannot be run, and since when.
    pub(crate) error: Option<(i64, String)>,
    /// Why its files cannot be loaded though the COPY can be run, and since when.
    pub(crate) fault: Option<(i64, String)>,
    /// What the pipe does instead of running: an `executionState`.
    pub(crate) state: Option<&'static str>,
}

impl PipeProgress {
    /// A refresh has so many files left, the next one at that path; none: it has nothing to do.
    pub(crate) fn set_refresh(
        &self,
        pipe_id: i64,
        files: usize,
        oldest_path: Option<&str>,
        queued_at_micros: i64,
    ) {
        let backlog = oldest_path.filter(|_| files > 0).map(|path| Backlog {
            files,
            oldest_path: path.to_owned(),
            queued_at_micros,
        });
        self.change(pipe_id, |progress| progress.refresh = backlog);
    }

    /// Auto-ingest has these files left for the pipe.
    pub(crate) fn set_ingest(&self, pipe_id: i64, backlog: Option<Backlog>) {
        self.change(pipe_id, |progress| progress.ingest = backlog);
    }

    /// Changes what is known of a pipe's channel.
    pub(crate) fn channel(&self, pipe_id: i64, change: impl FnOnce(&mut ChannelProgress)) {
        self.change(pipe_id, |progress| change(&mut progress.channel));
    }

    /// Auto-ingest does not care for the pipe any more.
    pub(crate) fn end_ingest(&self, pipe_id: i64) {
        self.change(pipe_id, |progress| {
            progress.ingest = None;
            progress.channel = ChannelProgress::default();
        });
    }

    fn change(&self, pipe_id: i64, change: impl FnOnce(&mut Progress)) {
        let mut pipes = crate::lock(&self.pipes);
        let progress = pipes.entry(pipe_id).or_default();
        change(progress);
        if progress.refresh.is_none()
            && progress.ingest.is_none()
            && progress.channel == ChannelProgress::default()
        {
            pipes.remove(&pipe_id);
        }
    }

    /// Each pipe that something is known of, with its fields of SYSTEM$PIPE_STATUS as a JSON object.
    fn rows(&self) -> Vec<(i64, String)> {
        let pipes = crate::lock(&self.pipes);
        pipes
            .iter()
            .map(|(id, progress)| (*id, progress.fields()))
            .collect()
    }
}

impl Progress {
    fn fields(&self) -> String {
        let mut fields = serde_json::Map::new();
        let mut put = |key: &str, value: serde_json::Value| {
            fields.insert(key.to_owned(), value);
        };
        // A refresh and auto-ingest may wait for the same files.
        let backlog = [&self.refresh, &self.ingest]
            .into_iter()
            .flatten()
            .max_by_key(|backlog| backlog.files);
        if let Some(backlog) = backlog {
            put("pendingFileCount", backlog.files.into());
            put("oldestPendingFilePath", backlog.oldest_path.as_str().into());
            put("oldestFileTimestamp", instant(backlog.queued_at_micros));
        }
        let channel = &self.channel;
        if let Some(state) = channel.state {
            put("stalledState", state.into());
        }
        if let Some(name) = &channel.name {
            put("notificationChannelName", name.as_str().into());
        }
        if let Some(micros) = channel.last_received_micros {
            put("lastReceivedMessageTimestamp", instant(micros));
            put("lastPulledFromChannelTimestamp", instant(micros));
        }
        if let Some((micros, path)) = &channel.last_forwarded {
            put("lastForwardedMessageTimestamp", instant(*micros));
            put("lastForwardedFilePath", path.as_str().into());
        }
        for (message_key, time_key, value) in [
            (
                "channelErrorMessage",
                "lastErrorRecordTimestamp",
                &channel.channel_error,
            ),
            ("error", "lastPipeErrorTimestamp", &channel.error),
            ("fault", "lastPipeFaultTimestamp", &channel.fault),
        ] {
            if let Some((micros, message)) = value {
                put(message_key, message.as_str().into());
                put(time_key, instant(*micros));
            }
        }
        serde_json::Value::Object(fields).to_string()
    }
}

fn instant(micros: i64) -> serde_json::Value {
    jiff::Timestamp::from_microsecond(micros)
        .map(|timestamp| format!("{timestamp:.3}"))
        .unwrap_or_default()
        .into()
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
