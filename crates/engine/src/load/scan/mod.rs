//! One pass over the files of a load, as a DuckDB table function.
//!
//! In: files, a format, a target, and how many bad records a file may have. Out: rows, to the statement that selects
//! them; and an [`Outcome`] for each file. A pass only reads. Whether its rows stay is decided after it, when it is known
//! which files are good: a pass that finds that it was for nothing (a file to skip, a column to widen) says so, and the
//! caller runs another one.

mod files;
mod metadata;
mod sample;
mod table_function;
#[cfg(test)]
mod tests;
mod worker;

pub(crate) use files::{FileFailure, FileSource, LoadFile};
pub(crate) use sample::Sample;
pub(crate) use table_function::{RegisteredScan, ScanRegistry, register};

use super::block::BufferPool;
use super::container::Container;
use super::csv::CsvDialect;
use super::reject::{Reject, Rejects};
use super::source::Charset;
use super::target::{CellType, Target};
use super::value::Fault;
use files::Slots;
use metadata::MetadataCells;
use snowmelt_sql::object::Compression;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use worker::Worker;

/// The form of the files.
#[derive(Debug, Clone)]
pub(crate) struct ScanFormat {
    /// What takes the records out of the files; `None`: they are the files' text.
    pub(crate) container: Option<Container>,
    /// CSV or JSON, with what its reader needs.
    pub(crate) records: RecordFormat,
    /// COMPRESSION.
    pub(crate) compression: Compression,
    /// SKIP_BYTE_ORDER_MARK.
    pub(crate) skip_byte_order_mark: bool,
    /// REPLACE_INVALID_CHARACTERS.
    pub(crate) replace_invalid_characters: bool,
}

/// How records look.
#[derive(Debug, Clone)]
pub(crate) enum RecordFormat {
    /// CSV.
    Csv {
        /// Delimiters and the like.
        dialect: Arc<CsvDialect>,
        /// ENCODING.
        charset: Charset,
    },
    /// JSON.
    Json {
        /// STRIP_OUTER_ARRAY.
        strip_outer_array: bool,
        /// ALLOW_DUPLICATE.
        allow_duplicate: bool,
        /// MULTI_LINE.
        multi_line: bool,
    },
}

/// How many bad records make a file bad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Tolerance {
    /// Any number is fine (CONTINUE).
    Any,
    /// The file is skipped when it has so many (SKIP_FILE, SKIP_FILE_n).
    Fewer(u64),
    /// The file is skipped when it has this share of them, in percent, rounded down but at least one record.
    FewerPercent(f64),
    /// One ends the load (ABORT_STATEMENT).
    None,
}

impl Tolerance {
    /// The number of bad records at which a file of so many records is skipped: Snowflake's ERROR_LIMIT.
    pub(crate) fn error_limit(self, rows_parsed: u64) -> u64 {
        match self {
            Tolerance::Any => rows_parsed.max(1),
            Tolerance::Fewer(limit) => limit,
            Tolerance::FewerPercent(percent) => {
                ((rows_parsed as f64 * percent / 100.0) as u64).max(1)
            }
            Tolerance::None => 1,
        }
    }
}

/// One pass.
pub(crate) struct Scan {
    target: Arc<Target>,
    types: Vec<CellType>,
    format: ScanFormat,
    files: Vec<LoadFile>,
    tolerance: Tolerance,
    metadata: MetadataCells,
    not_null: Vec<usize>,
    /// Blocks of a file are read one after the other, because its records cannot be counted otherwise.
    in_order: bool,
    threads: usize,
    block_bytes: usize,
    pool: Arc<BufferPool>,
    slots: Mutex<Slots>,
    progress: Vec<Progress>,
    rejects: Rejects,
    workers: Mutex<Vec<Worker>>,
    /// Blocks that were given out and are not read to their end.
    unfinished_blocks: AtomicU64,
    verdict: Mutex<Verdict>,
    /// No more rows are given: they would not stay.
    silent: AtomicBool,
    /// No more blocks are read.
    stopped: AtomicBool,
}

/// What is known about one file.
#[derive(Default)]
struct Progress {
    rows: AtomicU64,
    rejected: AtomicU64,
    blank: AtomicU64,
    state: Mutex<FileState>,
}

#[derive(Default)]
struct FileState {
    first_reject: Option<Reject>,
    failure: Option<FileFailure>,
    irregular: bool,
}

/// Why a pass was for nothing.
#[derive(Default)]
struct Verdict {
    widen: BTreeSet<usize>,
    /// ABORT_STATEMENT: the bad record, and its block.
    abort: Option<(usize, u64, Box<Reject>)>,
    /// A bucket does not answer.
    unavailable: Option<std::io::Error>,
    recount: bool,
}

/// What a pass found in one file.
#[derive(Debug, Clone)]
pub(crate) struct FileOutcome {
    /// Records that fit.
    pub(crate) rows: u64,
    /// Records that do not.
    pub(crate) rejected: u64,
    /// Blank lines that were passed over.
    pub(crate) blank: u64,
    /// The bad record that comes first in the file.
    pub(crate) first_reject: Option<Reject>,
    /// The file as a whole cannot be read.
    pub(crate) failure: Option<FileFailure>,
    /// It has too many bad records.
    pub(crate) is_bad: bool,
}

/// What a pass found.
pub(crate) enum Outcome {
    /// It read everything. The rows may stay if no file is bad or failed.
    Read(Vec<FileOutcome>),
    /// These columns of the target must be held in more than 64 bits first.
    Widen(Vec<usize>),
    /// It must be done again with the files read in order.
    Recount,
    /// ABORT_STATEMENT, and there is a bad record.
    Abort(Box<Reject>),
    /// A bucket does not answer.
    Unavailable(std::io::Error),
    /// The statement did not select all rows.
    Unfinished,
}

/// What a pass is made of.
#[derive(Clone)]
pub(crate) struct ScanPlan {
    /// The columns.
    pub(crate) target: Arc<Target>,
    /// The form of the files.
    pub(crate) format: ScanFormat,
    /// The files.
    pub(crate) files: Vec<LoadFile>,
    /// How many bad records make a file bad.
    pub(crate) tolerance: Tolerance,
    /// METADATA$START_SCAN_TIME, microseconds of UTC.
    pub(crate) started_at_micros: i64,
    /// The session's time zone.
    pub(crate) zone: jiff::tz::TimeZone,
    /// Threads that read.
    pub(crate) threads: usize,
    /// See [`Outcome::Recount`].
    pub(crate) in_order: bool,
    /// Bytes that a thread reads at a time.
    pub(crate) block_bytes: usize,
}

impl Scan {
    /// A pass, ready to be selected from.
    pub(crate) fn new(plan: ScanPlan) -> Self {
        let types = cell_types(&plan.target);
        let not_null = (plan.target.columns.iter().enumerate())
            .filter(|(_, column)| !column.nullable)
            .map(|(index, _)| index)
            .collect();
        Self {
            metadata: MetadataCells::new(&plan.target, plan.started_at_micros, &plan.zone),
            types,
            not_null,
            progress: plan.files.iter().map(|_| Progress::default()).collect(),
            slots: Mutex::new(Slots::default()),
            target: plan.target,
            format: plan.format,
            files: plan.files,
            tolerance: plan.tolerance,
            in_order: plan.in_order,
            threads: plan.threads.max(1),
            block_bytes: plan.block_bytes,
            pool: Arc::default(),
            rejects: Rejects::default(),
            workers: Mutex::default(),
            unfinished_blocks: AtomicU64::new(0),
            verdict: Mutex::default(),
            silent: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
        }
    }

    /// The rejects of the whole pass.
    pub(crate) fn rejects(&self) -> &Rejects {
        &self.rejects
    }

    /// The first reject, and how many records there are up to it, as far as files were read.
    pub(crate) fn first_reject(&self) -> Option<(u64, Reject)> {
        let mut before = 0;
        for file in &self.progress {
            if let Some(reject) = &crate::lock(&file.state).first_reject {
                return Some((before + reject.row_number, reject.clone()));
            }
            before += file.rows.load(Ordering::Relaxed);
        }
        None
    }

    /// Why a query over the files cannot go on: a bad record, or a file that cannot be read. To be asked only when no
    /// bad record is tolerated.
    fn failure(&self) -> Option<String> {
        if !self.is_silent() {
            return None;
        }
        let verdict = crate::lock(&self.verdict);
        if let Some((_, _, reject)) = &verdict.abort {
            let file = &self.files[reject.file].path;
            return Some(format!(
                "[{} {}] {}\n  File '{file}', line {}, character {}\n  Row {}",
                reject.code,
                reject.sqlstate,
                reject.error,
                reject.line,
                reject.character,
                reject.row_number
            ));
        }
        if let Some(error) = &verdict.unavailable {
            return Some(format!(
                "[091016 22000] a staged file cannot be read: {error}"
            ));
        }
        let failed = self
            .progress
            .iter()
            .zip(&self.files)
            .find_map(|(file, name)| {
                let state = crate::lock(&file.state);
                Some(format!(
                    "[091016 22000] `{}`: {}",
                    name.path,
                    state.failure.as_ref()?
                ))
            });
        Some(failed.unwrap_or_else(|| {
            "[300005 XX000] the staged files changed while they were read".to_owned()
        }))
    }

    /// What the pass found, once the statement that selected from it has ended.
    pub(crate) fn outcome(&self) -> Outcome {
        let verdict = std::mem::take(&mut *crate::lock(&self.verdict));
        if let Some(error) = verdict.unavailable {
            return Outcome::Unavailable(error);
        }
        if !verdict.widen.is_empty() {
            return Outcome::Widen(verdict.widen.into_iter().collect());
        }
        if let Some((_, _, reject)) = verdict.abort {
            return Outcome::Abort(reject);
        }
        if verdict.recount {
            return Outcome::Recount;
        }
        if self.unfinished_blocks.load(Ordering::Relaxed) > 0 || !self.is_drained() {
            return Outcome::Unfinished;
        }
        let outcomes: Vec<FileOutcome> = self
            .progress
            .iter()
            .map(|file| self.file_outcome(file))
            .collect();
        let miscounted = self
            .progress
            .iter()
            .zip(&outcomes)
            .any(|(file, outcome)| outcome.rejected > 0 && crate::lock(&file.state).irregular);
        if miscounted && !self.in_order {
            return Outcome::Recount;
        }
        Outcome::Read(outcomes)
    }

    fn file_outcome(&self, file: &Progress) -> FileOutcome {
        let (rows, rejected) = (
            file.rows.load(Ordering::Relaxed),
            file.rejected.load(Ordering::Relaxed),
        );
        let mut state = crate::lock(&file.state);
        let limit = self.tolerance.error_limit(rows + rejected);
        FileOutcome {
            rows,
            rejected,
            blank: file.blank.load(Ordering::Relaxed),
            first_reject: state.first_reject.clone(),
            failure: state.failure.take(),
            is_bad: match self.tolerance {
                Tolerance::Any | Tolerance::None => false,
                Tolerance::Fewer(_) | Tolerance::FewerPercent(_) => rejected >= limit,
            },
        }
    }

    /// Notes that a column must be widened. The pass ends.
    fn needs_wider(&self, column: usize) {
        crate::lock(&self.verdict).widen.insert(column);
        self.stop();
    }

    /// Notes a bad record.
    fn reject(&self, reject: Reject, block: u64) {
        let file = &self.progress[reject.file];
        let rejected = file.rejected.fetch_add(1, Ordering::Relaxed) + 1;
        {
            let mut state = crate::lock(&file.state);
            if state
                .first_reject
                .as_ref()
                .is_none_or(|first| reject.row_number < first.row_number)
            {
                state.first_reject = Some(reject.clone());
            }
        }
        match self.tolerance {
            Tolerance::None => {
                let mut verdict = crate::lock(&self.verdict);
                let earlier = match &verdict.abort {
                    Some((file, _, first)) => {
                        (reject.file, reject.row_number) < (*file, first.row_number)
                    }
                    None => true,
                };
                if earlier {
                    verdict.abort = Some((reject.file, block, Box::new(reject)));
                }
                drop(verdict);
                self.silent.store(true, Ordering::Relaxed);
                return;
            }
            Tolerance::Fewer(limit) if rejected >= limit => {
                self.silent.store(true, Ordering::Relaxed)
            }
            Tolerance::Any | Tolerance::Fewer(_) | Tolerance::FewerPercent(_) => {}
        }
        self.rejects.push(reject);
    }

    /// Notes that a file cannot be read to its end.
    fn failed(&self, file: usize, failure: FileFailure) {
        self.silent.store(true, Ordering::Relaxed);
        crate::lock(&self.progress[file].state).failure = Some(failure);
    }

    /// Notes that a block did not have the records that it was thought to have.
    fn miscounted(&self, file: usize) {
        crate::lock(&self.progress[file].state).irregular = true;
        if self.target.needs_row_numbers() && !self.in_order {
            crate::lock(&self.verdict).recount = true;
            self.stop();
        }
    }

    fn unavailable(&self, error: std::io::Error) {
        crate::lock(&self.verdict).unavailable.get_or_insert(error);
        self.stop();
    }

    fn stop(&self) {
        self.silent.store(true, Ordering::Relaxed);
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn is_silent(&self) -> bool {
        self.silent.load(Ordering::Relaxed)
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Whether an abort makes reading this block useless: it comes after the bad record that is known.
    fn is_past_abort(&self, file: usize, block: u64) -> bool {
        if self.tolerance != Tolerance::None || !self.is_silent() {
            return false;
        }
        match &crate::lock(&self.verdict).abort {
            Some((bad_file, bad_block, _)) => (file, block) > (*bad_file, *bad_block),
            None => false,
        }
    }
}

/// How DuckDB holds the columns of a target.
fn cell_types(target: &Target) -> Vec<CellType> {
    let columns = target.columns.iter();
    columns
        .map(|column| CellType::of(column.data_type, column.narrow))
        .collect()
}

impl Reject {
    /// A reject of the file at this place, not yet filled in.
    fn empty(file: usize) -> Self {
        Self {
            file,
            row_number: 0,
            row_start_line: 0,
            line: 0,
            character: 0,
            byte_offset: 0,
            column_name: None,
            error: String::new(),
            code: 0,
            sqlstate: String::new(),
            category: String::new(),
            record: String::new(),
            is_cut: false,
        }
    }
}

/// A record that is longer than any may be.
fn oversized() -> Box<Fault> {
    let limit = super::block::MAX_RECORD_BYTES;
    Fault::other(
        100_082,
        format!("Max LOB size ({limit}) exceeded, the record is longer"),
    )
}
