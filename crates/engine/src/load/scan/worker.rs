//! One thread's part of a pass: blocks in, rows out.

use super::files::OpenFile;
use super::{RecordFormat, Scan, oversized};
use crate::load::block::Block;
use crate::load::cell::CellError;
use crate::load::csv::{CsvRecords, RecordPlace};
use crate::load::json::{JsonRecords, skip_blanks};
use crate::load::record::{ErrorColumn, RecordOutcome};
use crate::load::reject::{Reject, raw_record};
use crate::load::value::Fault;
use crate::load::vector::RowWriter;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a thread keeps from one chunk to the next.
pub(super) struct Worker {
    records: Records,
    file: Option<Arc<OpenFile>>,
    active: Option<Active>,
}

enum Records {
    Csv(CsvRecords),
    Json(JsonRecords),
}

/// The block in hand.
struct Active {
    block: Block,
    file: Arc<OpenFile>,
    at: usize,
    /// Records read, of any kind.
    records: u64,
    rows: u64,
    blank: u64,
    /// Valid UTF-8.
    valid: bool,
    /// Inside of an array whose brackets are taken off.
    in_array: bool,
    /// Lines are counted up to here.
    counted: usize,
    line: u64,
}

/// What was read at a place of a block.
struct Reading {
    outcome: RecordOutcome,
    start: usize,
    end: usize,
}

impl Scan {
    /// Fills the writer's chunk; with no rows when there are no more.
    pub(super) fn fill(&self, writer: &mut RowWriter) {
        let mut worker = crate::lock(&self.workers)
            .pop()
            .unwrap_or_else(|| self.worker());
        while !writer.is_full() && !self.is_stopped() {
            if worker.active.is_none() {
                match self.next_block(&mut worker.file).zip(worker.file.clone()) {
                    Some((block, file)) => worker.active = Some(self.activate(block, file)),
                    None => match self.take_over(worker) {
                        Some(other) => worker = other,
                        None => return,
                    },
                }
            }
            self.read_block(&mut worker, writer);
        }
        crate::lock(&self.workers).push(worker);
    }

    /// Gives an idle worker back for one that was left with records in its block. A worker that is in use now goes on by
    /// itself: its chunk has rows, so that its thread comes again.
    fn take_over(&self, idle: Worker) -> Option<Worker> {
        let mut workers = crate::lock(&self.workers);
        workers.push(idle);
        let left = workers.iter().position(|worker| worker.active.is_some())?;
        Some(workers.swap_remove(left))
    }

    fn worker(&self) -> Worker {
        let target = Arc::clone(&self.target);
        let records = match &self.format.records {
            RecordFormat::Csv { dialect, .. } => {
                Records::Csv(CsvRecords::new(target, Arc::clone(dialect)))
            }
            RecordFormat::Json {
                allow_duplicate,
                multi_line,
                ..
            } => Records::Json(JsonRecords::new(target, *allow_duplicate, *multi_line)),
        };
        Worker {
            records,
            file: None,
            active: None,
        }
    }

    fn activate(&self, mut block: Block, file: Arc<OpenFile>) -> Active {
        self.unfinished_blocks.fetch_add(1, Ordering::Relaxed);
        let mut valid = std::str::from_utf8(block.bytes()).is_ok();
        if !valid && self.format.replace_invalid_characters {
            let skip = block.skip;
            let mut text = block.bytes()[..skip].to_vec();
            replace_invalid(&block.bytes()[skip..], &mut text);
            block.replace(text);
            valid = true;
        }
        Active {
            at: block.skip,
            records: 0,
            rows: 0,
            blank: 0,
            valid,
            in_array: block.in_array,
            counted: 0,
            line: block.first_line,
            block,
            file,
        }
    }

    /// Reads records until the chunk is full or the block is done.
    fn read_block(&self, worker: &mut Worker, writer: &mut RowWriter) {
        let Some(active) = &mut worker.active else {
            return;
        };
        if active.block.oversized {
            let end = active.block.bytes().len();
            let reading = Reading {
                outcome: RecordOutcome::Rejected {
                    fault: oversized(),
                    column: ErrorColumn::None,
                    at: 0,
                },
                start: 0,
                end,
            };
            self.take(active, reading, writer);
            active.at = end;
        }
        let mut silent = self.is_silent();
        while !writer.is_full() {
            let Some(reading) = worker.records.read(active, writer) else {
                self.finish(worker);
                return;
            };
            active.at = reading.end;
            self.take(active, reading, writer);
            if silent != self.is_silent() {
                silent = true;
                if self.is_stopped() {
                    return;
                }
            }
        }
    }

    /// Keeps a row, or notes why it is none.
    #[inline]
    fn take(&self, active: &mut Active, reading: Reading, writer: &mut RowWriter) {
        active.records += 1;
        let row_number = active.block.first_record + active.records;
        match reading.outcome {
            RecordOutcome::Row => {
                if let Some((fault, column)) = self.complete(active, row_number, writer) {
                    self.take_reject(
                        active,
                        row_number,
                        &reading,
                        *fault,
                        ErrorColumn::Column(column),
                        reading.start,
                    );
                    return;
                }
                active.rows += 1;
                if !self.is_silent() {
                    writer.commit();
                }
            }
            RecordOutcome::Blank => active.blank += 1,
            RecordOutcome::Widen(column) => self.needs_wider(column),
            RecordOutcome::Rejected {
                ref fault,
                column,
                at,
            } => {
                let fault = Fault::clone(fault);
                self.take_reject(active, row_number, &reading, fault, column, at);
            }
        }
    }

    /// Adds what is known about the file, and checks that nothing is missing.
    #[inline]
    fn complete(
        &self,
        active: &Active,
        row_number: u64,
        writer: &mut RowWriter,
    ) -> Option<(Box<Fault>, usize)> {
        let file = &self.files[active.file.index];
        match self.metadata.write(&self.target, file, row_number, writer) {
            Ok(()) => {}
            Err((CellError::Fault(fault), column)) => return Some((fault, column)),
            Err((CellError::Widen, column)) => self.needs_wider(column),
        }
        let missing = self
            .not_null
            .iter()
            .find(|column| !writer.is_filled(**column))?;
        Some((Fault::null_in_not_null(), *missing))
    }

    fn take_reject(
        &self,
        active: &mut Active,
        row_number: u64,
        reading: &Reading,
        fault: Fault,
        column: ErrorColumn,
        at: usize,
    ) {
        let bytes = active.block.bytes();
        let newlines =
            |from: usize, to: usize| memchr::memchr_iter(b'\n', &bytes[from..to]).count() as u64;
        let at = at.min(bytes.len());
        let start_line = active.line + newlines(active.counted, reading.start);
        let (line_start, before) = match memchr::memrchr(b'\n', &bytes[..at]) {
            Some(newline) => (newline + 1, 0),
            None => (0, active.block.characters_before),
        };
        let characters = bytes[line_start..at]
            .iter()
            .filter(|byte| **byte & 0xC0 != 0x80)
            .count() as u64;
        let line = start_line + newlines(reading.start.min(at), at);
        let mut record = &bytes[reading.start..reading.end];
        if active.block.last && reading.end == bytes.len() {
            // A file's last record is shown without what ends it.
            record = record.strip_suffix(b"\n").unwrap_or(record);
        }
        let (record, is_cut) = raw_record(record);
        let offset = active.block.offset;
        let mut reject = Reject {
            row_number,
            row_start_line: start_line,
            line,
            character: before + characters + 1,
            byte_offset: offset + at as u64,
            column_name: match column {
                ErrorColumn::None => None,
                ErrorColumn::Column(column) => {
                    Some(self.target.column_label(&self.target.columns[column]))
                }
                ErrorColumn::Ordinal(ordinal) => {
                    Some(format!("\"{}\"[{ordinal}]", self.target.table))
                }
            },
            record,
            is_cut,
            ..Reject::empty(active.file.index)
        };
        reject.describe(fault);
        active.counted = reading.start;
        active.line = start_line;
        self.reject(reject, active.block.index);
    }

    /// The block is done.
    fn finish(&self, worker: &mut Worker) {
        let Some(active) = worker.active.take() else {
            return;
        };
        self.unfinished_blocks.fetch_sub(1, Ordering::Relaxed);
        let progress = &self.progress[active.file.index];
        progress.rows.fetch_add(active.rows, Ordering::Relaxed);
        progress.blank.fetch_add(active.blank, Ordering::Relaxed);
        let block = active.block;
        active.file.completed(active.records, block.records);
        if active.records != block.records && !block.last && !self.in_order {
            self.miscounted(active.file.index);
        }
        self.pool.give_back(block);
    }
}

impl Records {
    /// Reads the next record of the block; `None` when there is none.
    #[inline]
    fn read(&mut self, active: &mut Active, writer: &mut RowWriter) -> Option<Reading> {
        let bytes = active.block.bytes();
        match self {
            Records::Csv(records) => {
                let start = active.at;
                if start >= bytes.len() {
                    return None;
                }
                if let Some(header) = &active.block.header {
                    records.use_header(header);
                }
                let place = RecordPlace {
                    first: active.block.first_record + active.records == 0,
                    last: active.block.last,
                    valid: active.valid,
                };
                let (outcome, end) = records.read(bytes, start, place, writer);
                Some(Reading {
                    outcome,
                    start,
                    end,
                })
            }
            Records::Json(records) => {
                let start = next_json(active)?;
                let bytes = active.block.bytes();
                if start == bytes.len() {
                    // The array that was opened is not closed.
                    active.in_array = false;
                    let fault = Fault::json("incomplete array value");
                    let outcome = RecordOutcome::Rejected {
                        fault,
                        column: ErrorColumn::None,
                        at: start,
                    };
                    return Some(Reading {
                        outcome,
                        start,
                        end: start,
                    });
                }
                let (outcome, end) = records.read(bytes, start, writer);
                if !active.valid
                    && let Err(fault) = valid_text(&bytes[start..end])
                {
                    let outcome = RecordOutcome::Rejected {
                        fault,
                        column: ErrorColumn::None,
                        at: start,
                    };
                    return Some(Reading {
                        outcome,
                        start,
                        end,
                    });
                }
                Some(Reading {
                    outcome,
                    start,
                    end,
                })
            }
        }
    }
}

/// The start of the next JSON value of the block, past blanks and what separates the elements of a stripped array. The
/// block's end, when that array is not closed; `None` when there is nothing more.
fn next_json(active: &mut Active) -> Option<usize> {
    next_value(&active.block, active.at, &mut active.in_array)
}

/// The same from an offset of a block.
pub(super) fn next_value(block: &Block, at: usize, in_array: &mut bool) -> Option<usize> {
    let bytes = block.bytes();
    let mut at = skip_blanks(bytes, at);
    while *in_array {
        match bytes.get(at) {
            Some(b',') => at = skip_blanks(bytes, at + 1),
            Some(b']') => {
                *in_array = false;
                at = skip_blanks(bytes, at + 1);
            }
            Some(_) => return Some(at),
            None if block.last => return Some(bytes.len()),
            None => return None,
        }
    }
    (at < bytes.len()).then_some(at)
}

fn valid_text(record: &[u8]) -> Result<(), Box<Fault>> {
    match std::str::from_utf8(record) {
        Ok(_) => Ok(()),
        Err(_) => Err(Fault::invalid_utf8(record)),
    }
}

/// Appends the text with U+FFFD for each byte that is not valid UTF-8.
fn replace_invalid(bytes: &[u8], text: &mut Vec<u8>) {
    for chunk in bytes.utf8_chunks() {
        text.extend_from_slice(chunk.valid().as_bytes());
        for _ in chunk.invalid() {
            text.extend_from_slice("\u{FFFD}".as_bytes());
        }
    }
}
