//! The server's own log: `tracing` events into a file a day. In: where, how much, in which form. Out: files, the oldest of
//! which go.

use std::io;
use std::path::Path;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;

/// How many days are kept.
const DAYS_KEPT: usize = 14;

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what is not as it should be.
    Warn,
    /// And each request and load.
    Info,
    /// And what is only of use to who mends snowmelt.
    Debug,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines to read.
    Text,
    /// A JSON object a line.
    Json,
}

/// A log that is being written; what is not written yet is when this is dropped.
pub struct Log {
    _writer: WorkerGuard,
}

/// Sends the process's events to `snowmelt.DAY.log` in that folder, from now on.
///
/// # Errors
/// The folder cannot be written, or the process has a log already.
pub fn start_log(folder: &Path, level: LogLevel, format: LogFormat) -> io::Result<Log> {
    std::fs::create_dir_all(folder)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("snowmelt")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(folder)
        .map_err(io::Error::other)?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let layer = fmt::layer().with_writer(writer).with_ansi(false);
    let registry = tracing_subscriber::registry().with(level);
    match format {
        LogFormat::Text => tracing::subscriber::set_global_default(registry.with(layer)),
        LogFormat::Json => {
            let layer = layer.json().flatten_event(true).with_current_span(true);
            tracing::subscriber::set_global_default(registry.with(layer))
        }
    }
    .map_err(io::Error::other)?;
    Ok(Log { _writer: guard })
}
