//! Kept results: the first rows with the answer, the rest in files of a folder. The oldest go when there are too many.

use super::{Format, Shown, arrow, json};
use crate::failure::Failure;
use axum::body::Bytes;
use snowmelt_engine::arrow::record_batch::RecordBatch;
use snowmelt_engine::{EngineError, EngineErrorKind, Result, Rows};
use snowmelt_sql::plan::OutputColumn;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Rows that come with the answer, in bytes.
const FIRST_BYTES: usize = 1 << 20;
/// Bytes of a file that are in memory while it is sent.
const READ_BYTES: usize = 1 << 20;
/// A further part, in bytes.
const PART_BYTES: usize = 16 << 20;

/// The folder of kept results.
#[derive(Debug)]
pub(crate) struct Results {
    dir: PathBuf,
    most_result_bytes: u64,
}

impl Results {
    /// Where a file may be while it is received.
    pub(crate) fn new_file(&self, name: &str) -> PathBuf {
        self.dir.join(format!("upload-{name}"))
    }

    /// Takes the folder, and empties it of what an earlier server left.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub(crate) fn open(dir: &Path, most_result_bytes: u64) -> io::Result<Self> {
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(dir)?;
        Ok(Self {
            dir: dir.to_owned(),
            most_result_bytes,
        })
    }
}

/// The rows of a statement, kept.
#[derive(Debug)]
pub(crate) struct StoredRows {
    pub(crate) format: Format,
    /// JSON rows, or an IPC stream in base64.
    pub(crate) first: String,
    pub(crate) first_count: u64,
    pub(crate) total: u64,
    pub(crate) parts: Vec<StoredPart>,
    /// What a client must know to read the parts.
    pub(crate) secret: String,
    dir: Option<PathBuf>,
}

/// A part in a file.
#[derive(Debug)]
pub(crate) struct StoredPart {
    pub(crate) path: PathBuf,
    pub(crate) row_count: u64,
    pub(crate) bytes: u64,
}

impl StoredRows {
    /// No rows at all.
    pub(crate) fn none(format: Format) -> Self {
        Self {
            format,
            first: match format {
                Format::Json => "[]".to_owned(),
                Format::Arrow => String::new(),
            },
            first_count: 0,
            total: 0,
            parts: Vec::new(),
            secret: String::new(),
            dir: None,
        }
    }

    /// Rows of texts, as JSON.
    pub(crate) fn of_texts(rows: &[Vec<String>]) -> Self {
        let mut stored = Self::none(Format::Json);
        stored.first = serde_json::json!(rows).to_string();
        stored.first_count = rows.len() as u64;
        stored.total = rows.len() as u64;
        stored
    }

    pub(crate) fn memory_bytes(&self) -> u64 {
        self.first.len() as u64
    }

    pub(crate) fn disk_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }
}

impl Drop for StoredRows {
    fn drop(&mut self) {
        if let Some(dir) = &self.dir {
            // What stays is removed when a server starts.
            let _ = fs::remove_dir_all(dir);
        }
    }
}

/// Where and how the rows of a statement are kept.
pub(crate) struct Keeping<'a> {
    pub(crate) results: &'a Results,
    pub(crate) format: Format,
    /// How values are written as JSON, if not as drivers read them.
    pub(crate) shown: Option<Shown>,
    pub(crate) query_id: &'a str,
    pub(crate) secret: String,
}

/// Reads all rows of a statement and keeps them.
///
/// # Errors
/// What the running query says; a result that is larger than the server allows; a full disk.
pub(crate) fn store(
    keeping: Keeping<'_>,
    columns: &[OutputColumn],
    mut rows: Rows<'_>,
) -> Result<StoredRows> {
    let Keeping {
        results,
        format,
        shown,
        query_id,
        secret,
    } = keeping;
    let mut stored = StoredRows::none(format);
    stored.secret = secret;
    let mut writer = Writer {
        results,
        stored,
        dir: results.dir.join(query_id),
        part: Part::new(format, columns),
        shown,
        columns,
        has_first: false,
        bytes: 0,
    };
    while let Some(batch) = rows.next_batch()? {
        writer.push(&rows, &batch)?;
    }
    writer.end()
}

enum Part {
    Arrow(Box<arrow::Part>),
    Json { text: String, row_count: usize },
}

impl Part {
    fn new(format: Format, columns: &[OutputColumn]) -> Self {
        match format {
            Format::Arrow => Part::Arrow(Box::new(arrow::Part::new(columns))),
            Format::Json => Part::Json {
                text: String::new(),
                row_count: 0,
            },
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Part::Arrow(part) => part.bytes(),
            Part::Json { text, .. } => text.len(),
        }
    }

    fn row_count(&self) -> usize {
        match self {
            Part::Arrow(part) => part.row_count(),
            Part::Json { row_count, .. } => *row_count,
        }
    }

    fn push(
        &mut self,
        rows: &Rows<'_>,
        columns: &[OutputColumn],
        batch: &RecordBatch,
        shown: Option<Shown>,
    ) -> Result<()> {
        match self {
            Part::Arrow(part) => part.push(rows, batch),
            Part::Json { text, row_count } => {
                for row in 0..batch.num_rows() {
                    if *row_count > 0 {
                        text.push(',');
                    }
                    json::write_row(text, rows, columns, batch, row, shown)?;
                    *row_count += 1;
                }
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<Vec<u8>> {
        match self {
            Part::Arrow(part) => part.finish(),
            Part::Json { text, .. } => Ok(text.into_bytes()),
        }
    }
}

struct Writer<'a> {
    results: &'a Results,
    stored: StoredRows,
    dir: PathBuf,
    part: Part,
    shown: Option<Shown>,
    columns: &'a [OutputColumn],
    has_first: bool,
    bytes: u64,
}

impl Writer<'_> {
    fn push(&mut self, rows: &Rows<'_>, batch: &RecordBatch) -> Result<()> {
        self.part.push(rows, self.columns, batch, self.shown)?;
        let most = if self.has_first {
            PART_BYTES
        } else {
            FIRST_BYTES
        };
        if self.part.bytes() >= most {
            self.close()?;
        }
        Ok(())
    }

    /// Ends the part that is being written.
    fn close(&mut self) -> Result<()> {
        let new = Part::new(self.stored.format, self.columns);
        let part = std::mem::replace(&mut self.part, new);
        let row_count = part.row_count() as u64;
        self.stored.total += row_count;
        if !self.has_first {
            self.has_first = true;
            self.stored.first_count = row_count;
            let is_empty = row_count == 0;
            self.stored.first = match part {
                Part::Json { text, .. } => format!("[{text}]"),
                // Readers take an empty stream for broken, and no stream for no rows.
                Part::Arrow(_) if is_empty => String::new(),
                Part::Arrow(part) => STANDARD.encode(part.finish()?),
            };
            return Ok(());
        }
        let bytes = part.finish()?;
        self.bytes += bytes.len() as u64;
        if self.bytes > self.results.most_result_bytes {
            return Err(EngineError::new(
                EngineErrorKind::Resources,
                "100078",
                "53000",
                format!(
                    "the result is larger than {} bytes, which is the server's limit",
                    self.results.most_result_bytes
                ),
            )
            .with_hint("store it with CREATE TABLE … AS, or ask for fewer rows"));
        }
        if self.stored.dir.is_none() {
            fs::create_dir_all(&self.dir).map_err(full)?;
            self.stored.dir = Some(self.dir.clone());
        }
        let path = self.dir.join(self.stored.parts.len().to_string());
        fs::write(&path, &bytes).map_err(full)?;
        self.stored.parts.push(StoredPart {
            path,
            row_count,
            bytes: bytes.len() as u64,
        });
        Ok(())
    }

    fn end(mut self) -> Result<StoredRows> {
        if !self.has_first || self.part.row_count() > 0 {
            self.close()?;
        }
        Ok(self.stored)
    }
}

fn full(error: io::Error) -> EngineError {
    EngineError::new(
        EngineErrorKind::Resources,
        "100078",
        "53100",
        "the rows of the result cannot be written to disk",
    )
    .with_detail(error.to_string())
    .with_source(error)
}

/// A part that is asked for and is not there.
pub(crate) fn no_such_part() -> Failure {
    Failure::new(
        "000709",
        "02000",
        "Statement result is not there, or no longer",
    )
}

/// A file's bytes, read as fast as they are taken.
pub(crate) fn read(file: fs::File) -> impl futures::Stream<Item = io::Result<Bytes>> {
    futures::stream::try_unfold(file, |mut file| async move {
        let work = move || {
            let mut bytes = vec![0; READ_BYTES];
            let length = file.read(&mut bytes)?;
            bytes.truncate(length);
            Ok((length > 0).then(|| (Bytes::from(bytes), file)))
        };
        tokio::task::spawn_blocking(work)
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
    })
}
