//! Loads: a pipe is refreshed and awaited, a COPY statement is run. In: a [`Load`]. Out: its line of the report.

use super::{Run, seconds_between};
use crate::declare::{Load, Sent};
use crate::error::PipelineError;
use crate::plan::loss::{copy_history, of_pipe};
use crate::report::{LineAction, LineKind, ReportLine};
use crate::session::Session;
use crate::target::Rows;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::parse::quote_string;
use std::time::Duration;

/// How long to wait before a pipe's status is asked for again: at first, and at most.
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// What a load did.
#[derive(Debug, Default)]
struct Loaded {
    files: u64,
    rows: u64,
    rejected: u64,
    files_failed: u64,
    first_error: Option<String>,
}

impl Run<'_> {
    /// Runs a load to its end.
    pub(crate) fn load(&self, load: &Load, session: &mut Session<'_>) -> ReportLine {
        if !load.is_pipe {
            let sql = load.statement.place.text();
            return self.copy(&load.name, &load.statement, sql, session);
        }
        let started = self.clock.now_micros();
        session.is_for(&load.statement.place);
        let result = self.refresh(load, session);
        self.line(LineKind::Pipe, &load.name, result, started)
    }

    /// Runs a COPY INTO statement, which stands in, or is, that statement of the files.
    pub(crate) fn copy(
        &self,
        name: &QualifiedName,
        statement: &Sent,
        sql: &str,
        session: &mut Session<'_>,
    ) -> ReportLine {
        let started = self.clock.now_micros();
        session.is_for(&statement.place);
        let result = session.send_made(statement, sql).map(|rows| copied(&rows));
        self.line(LineKind::Copy, name, result, started)
    }

    /// The line of a load that has ended.
    fn line(
        &self,
        kind: LineKind,
        name: &QualifiedName,
        result: Result<Loaded, PipelineError>,
        started: i64,
    ) -> ReportLine {
        let mut line = ReportLine {
            kind,
            name: name.to_string(),
            action: LineAction::Unchanged,
            rows: None,
            rows_rejected: None,
            files: None,
            seconds: 0.0,
            why: None,
            error: None,
        };
        match result {
            Ok(Loaded {
                files: 0,
                files_failed: 0,
                ..
            }) => line.why = Some("no new files".to_owned()),
            Ok(loaded) => {
                line.action = LineAction::Loaded;
                line.files = Some(loaded.files);
                line.rows = Some(loaded.rows);
                line.rows_rejected = Some(loaded.rejected);
                line.why = loaded.why();
            }
            Err(error) => {
                line.action = if error.kind == crate::error::ErrorKind::Cancelled {
                    LineAction::Skipped
                } else {
                    LineAction::Failed
                };
                line.error = Some(error);
            }
        }
        line.seconds = seconds_between(started, self.clock.now_micros());
        line
    }

    fn refresh(&self, load: &Load, session: &mut Session<'_>) -> Result<Loaded, PipelineError> {
        let pipe = &load.name;
        let own = |session: &mut Session<'_>, sql: &str| {
            session.execute(sql).map_err(|error| {
                PipelineError::from_target(error)
                    .with_statement(sql)
                    .at(load.statement.place.clone())
            })
        };
        let clock = own(
            session,
            "SELECT DATE_PART(EPOCH_MICROSECOND, CURRENT_TIMESTAMP()) AS NOW_MICROS",
        )?;
        let since_micros: i64 = clock
            .value(0, "NOW_MICROS")
            .and_then(|micros| micros.parse().ok())
            .unwrap_or_default();
        let sent = own(session, &format!("ALTER PIPE {pipe} REFRESH"))?;
        let mut is_new = sent.columns.len() > 1 && !sent.rows.is_empty();
        let mut wait = FIRST_WAIT;
        loop {
            let status = own(session, &format!("SELECT {} AS STATUS", pipe_status(pipe)))?;
            let status = PipeStatus::parse(status.value(0, "STATUS").unwrap_or_default());
            if status.files_pending == 0 {
                break;
            }
            is_new = true;
            if status.state != "RUNNING" {
                let files = status.files_pending;
                return Err(PipelineError::environment(format!(
                    "the pipe is {} with {files} files to load",
                    status.state.to_lowercase()
                ))
                .with_detail(status.error.unwrap_or_default())
                .with_hint(format!("see `SELECT SYSTEM$PIPE_STATUS('{pipe}')`"))
                .at(load.statement.place.clone()));
            }
            if self.options.is_cancelled() {
                return Err(PipelineError::cancelled());
            }
            self.clock.sleep(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        if !is_new {
            return Ok(Loaded::default());
        }
        let since = format!("TO_TIMESTAMP_LTZ({since_micros}, 6)");
        let history = copy_history(&load.table, &since);
        let files = own(
            session,
            &format!(
                "SELECT STATUS, COUNT(*) AS FILES, SUM(ROW_COUNT) AS LOADED, SUM(ROW_PARSED) AS PARSED, \
                 SUM(ERROR_COUNT) AS ERRORS FROM TABLE({history}) WHERE {} GROUP BY STATUS",
                of_pipe(pipe)
            ),
        )?;
        let mut loaded = Loaded::default();
        for row in 0..files.rows.len() {
            let number = |column| {
                files
                    .value(row, column)
                    .and_then(|value| value.parse::<u64>().ok())
                    .unwrap_or(0)
            };
            if is_failed(files.value(row, "STATUS").unwrap_or_default()) {
                loaded.files_failed += number("FILES");
                loaded.rejected += number("ERRORS");
            } else {
                loaded.files += number("FILES");
                loaded.rows += number("LOADED");
                loaded.rejected += number("ERRORS");
            }
        }
        if loaded.rejected > 0 || loaded.files_failed > 0 {
            let errors = own(
                session,
                &format!(
                    "SELECT FILE_NAME, FIRST_ERROR_MESSAGE, FIRST_ERROR_LINE_NUMBER FROM TABLE({history}) \
                     WHERE {} AND FIRST_ERROR_MESSAGE IS NOT NULL ORDER BY FILE_NAME LIMIT 1",
                    of_pipe(pipe)
                ),
            )?;
            loaded.first_error = first_error(
                &errors,
                "FILE_NAME",
                "FIRST_ERROR_LINE_NUMBER",
                "FIRST_ERROR_MESSAGE",
            );
        }
        Ok(loaded)
    }
}

impl Loaded {
    fn why(&self) -> Option<String> {
        let mut parts = Vec::new();
        match self.files_failed {
            0 => {}
            1 => parts.push("1 file was not loaded".to_owned()),
            files => parts.push(format!("{files} files were not loaded")),
        }
        parts.extend(self.first_error.clone());
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// What a COPY statement answers: a row a file, or one row that says that there was none.
fn copied(rows: &Rows) -> Loaded {
    let mut loaded = Loaded::default();
    if rows.column("file").is_none() {
        return loaded;
    }
    for row in 0..rows.rows.len() {
        let number = |column| {
            rows.value(row, column)
                .and_then(|value| value.parse::<u64>().ok())
                .unwrap_or(0)
        };
        if is_failed(rows.value(row, "status").unwrap_or_default()) {
            loaded.files_failed += 1;
        } else {
            loaded.files += 1;
            loaded.rows += number("rows_loaded");
        }
        loaded.rejected += number("errors_seen");
    }
    loaded.first_error = first_error(rows, "file", "first_error_line", "first_error");
    loaded
}

/// LOADED, PARTIALLY_LOADED, LOAD_FAILED, and the same as words in COPY_HISTORY.
fn is_failed(status: &str) -> bool {
    status.to_uppercase().replace('_', " ") == "LOAD FAILED"
}

fn first_error(rows: &Rows, file: &str, line: &str, message: &str) -> Option<String> {
    let row = (0..rows.rows.len()).find(|row| rows.value(*row, message).is_some())?;
    let file = rows.value(row, file).unwrap_or_default();
    let line = rows
        .value(row, line)
        .map(|line| format!(" line {line}"))
        .unwrap_or_default();
    Some(format!(
        "{file}{line}: {}",
        rows.value(row, message).unwrap_or_default()
    ))
}

/// `SYSTEM$PIPE_STATUS('…')`.
pub(crate) fn pipe_status(pipe: &QualifiedName) -> String {
    format!("SYSTEM$PIPE_STATUS({})", quote_string(&pipe.to_string()))
}

/// What SYSTEM$PIPE_STATUS says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PipeStatus {
    /// `executionState`.
    pub(crate) state: String,
    /// `pendingFileCount`.
    pub(crate) files_pending: u64,
    /// `error`, `fault` or `channelErrorMessage`.
    pub(crate) error: Option<String>,
}

impl PipeStatus {
    pub(crate) fn parse(json: &str) -> Self {
        let value: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
        let text = |key: &str| {
            value
                .get(key)
                .and_then(|value| value.as_str())
                .map(str::to_owned)
        };
        Self {
            state: text("executionState").unwrap_or_default(),
            files_pending: value
                .get("pendingFileCount")
                .and_then(serde_json::Value::as_u64)
                .unwrap_or_default(),
            error: text("error")
                .or_else(|| text("fault"))
                .or_else(|| text("channelErrorMessage")),
        }
    }
}
