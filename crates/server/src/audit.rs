//! The audit log: who did what, when, with how many rows, and how it ended. In: events. Out: one JSON object a line, in a
//! file a day, which no secret gets into.
//!
//! It is a file and not a table: it costs no commit for a SELECT, it is there when the warehouse is not, and whoever can
//! write the warehouse cannot rewrite it by SQL.

use serde::Serialize;
use snowmelt_sql::parse::without_secrets;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use tracing_appender::rolling::{RollingFileAppender, Rotation};

/// How many days are kept.
const DAYS_KEPT: usize = 90;
/// How much of a statement is written, in bytes.
const LONGEST_STATEMENT: usize = 8 * 1024;

/// Something that somebody did.
#[derive(Debug, Default, Serialize)]
pub(crate) struct AuditEvent<'a> {
    /// When it ended.
    pub(crate) at: String,
    /// `login`, `logout`, `statement`, `users`.
    pub(crate) what: &'static str,
    pub(crate) user: &'a str,
    /// `owner`, `reader`; empty for somebody who was not let in.
    pub(crate) role: &'static str,
    pub(crate) address: Option<String>,
    pub(crate) request_id: Option<&'a str>,
    pub(crate) session_id: Option<u64>,
    pub(crate) query_id: Option<&'a str>,
    pub(crate) statement: Option<String>,
    pub(crate) rows: Option<u64>,
    pub(crate) seconds: Option<f64>,
    /// `ok`, or the error's code.
    pub(crate) outcome: &'a str,
}

/// Where the events go.
#[derive(Default)]
pub(crate) struct Audit {
    file: Option<Mutex<RollingFileAppender>>,
}

impl Audit {
    /// Into `audit.DAY.jsonl` in that folder, or nowhere.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn open(folder: Option<&Path>) -> io::Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self::default());
        };
        std::fs::create_dir_all(folder)?;
        let file = RollingFileAppender::builder()
            .rotation(Rotation::DAILY)
            .filename_prefix("audit")
            .filename_suffix("jsonl")
            .max_log_files(DAYS_KEPT)
            .build(folder)
            .map_err(io::Error::other)?;
        Ok(Self {
            file: Some(Mutex::new(file)),
        })
    }

    /// Whether events go anywhere.
    pub(crate) fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// Writes an event down, at that time.
    pub(crate) fn write(&self, now_micros: i64, mut event: AuditEvent<'_>) {
        let Some(file) = &self.file else { return };
        event.at = jiff::Timestamp::from_microsecond(now_micros)
            .map(|at| at.to_string())
            .unwrap_or_default();
        let Ok(mut line) = serde_json::to_vec(&event) else {
            return;
        };
        line.push(b'\n');
        // In one write, so that lines stay whole.
        if let Err(error) = crate::lock(file).write_all(&line) {
            tracing::error!(%error, "the audit log cannot be written");
        }
    }
}

/// A statement as it may be written down: without secrets, and not all of a long one.
pub(crate) fn shown(statement: &str) -> String {
    let mut text = without_secrets(statement).into_owned();
    if text.len() > LONGEST_STATEMENT {
        let mut end = LONGEST_STATEMENT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}
