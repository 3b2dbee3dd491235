//! The files of a pass, and which of them are open.

use super::{RecordFormat, Scan};
use crate::load::block::{Block, BlockReader, Cutter, Next};
use crate::load::csv::CsvCutter;
use crate::load::json::JsonCutter;
use crate::load::source::{Charset, decompress};
use std::fmt;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, TryLockError};

/// Gives a file's bytes.
pub(crate) trait FileSource: Send + Sync {
    /// The bytes from the first one. An error whose [`FileFailure`] says so ends the file, any other one the load.
    fn open(&self) -> io::Result<Box<dyn Read + Send>>;

    /// Where the bytes lie on this machine, if they do.
    fn local_path(&self) -> Option<PathBuf> {
        None
    }

    /// Starts to fetch, so that `open` need not wait. Costs memory until the file is read.
    fn prefetch(&self) {}
}

/// One file of a load.
#[derive(Clone)]
pub(crate) struct LoadFile {
    /// METADATA$FILENAME: the path within the bucket.
    pub(crate) path: String,
    /// METADATA$FILE_CONTENT_KEY: the etag.
    pub(crate) content_key: String,
    /// METADATA$FILE_LAST_MODIFIED, microseconds of UTC.
    pub(crate) last_modified_micros: i64,
    /// Its bytes.
    pub(crate) source: Arc<dyn FileSource>,
}

/// Why a file as a whole cannot be loaded. It travels inside an [`io::Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileFailure {
    /// It is not there any more.
    Missing,
    /// It is not the one that was listed: it was written again meanwhile.
    Changed,
    /// Its compression is broken or cut short.
    Damaged(String),
}

impl fmt::Display for FileFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileFailure::Missing => f.write_str("the file is not there any more"),
            FileFailure::Changed => f.write_str("the file was changed while it was loaded"),
            FileFailure::Damaged(reason) => write!(f, "the file is damaged: {reason}"),
        }
    }
}

impl std::error::Error for FileFailure {}

impl FileFailure {
    /// Takes the failure out of an error, or gives the error back if it is not the file's fault.
    fn of(error: io::Error) -> Result<Self, io::Error> {
        if let Some(failure) = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<FileFailure>())
        {
            return Ok(failure.clone());
        }
        match error.kind() {
            io::ErrorKind::NotFound => Ok(FileFailure::Missing),
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof => Ok(FileFailure::Damaged(error.to_string())),
            // What decoders raise without a kind of their own.
            io::ErrorKind::Other
                if error
                    .get_ref()
                    .is_none_or(|inner| !inner.is::<crate::bucket::BucketError>()) =>
            {
                Ok(FileFailure::Damaged(error.to_string()))
            }
            _ => Err(error),
        }
    }
}

/// A file that is being read.
pub(super) struct OpenFile {
    pub(super) index: usize,
    reader: Mutex<BlockReader>,
}

/// Which files are open, and which come next.
#[derive(Default)]
pub(super) struct Slots {
    next: usize,
    prefetched: usize,
    open: Vec<Arc<OpenFile>>,
}

/// Files whose bytes are asked for before a thread is free to read them.
const PREFETCHED_FILES: usize = 16;

impl Scan {
    /// One of its files.
    pub(crate) fn file(&self, index: usize) -> &LoadFile {
        &self.files[index]
    }

    /// The next block for a thread, preferably of the file that it was reading.
    pub(super) fn next_block(&self, current: &mut Option<Arc<OpenFile>>) -> Option<Block> {
        while !self.is_stopped() {
            if let Some(file) = current {
                let next = crate::lock(&file.reader).next_block();
                match self.given(file, next) {
                    Given::Block(block) => return Some(block),
                    Given::Busy => {}
                    Given::Nothing => {}
                }
                *current = None;
            }
            if let Some(file) = self.open_next() {
                *current = Some(file);
                continue;
            }
            return self.help(current);
        }
        None
    }

    /// A block of a file that another thread is reading.
    fn help(&self, current: &mut Option<Arc<OpenFile>>) -> Option<Block> {
        loop {
            let open = crate::lock(&self.slots).open.clone();
            let mut waiting = None;
            for file in &open {
                let next = match file.reader.try_lock() {
                    Ok(mut reader) => reader.next_block(),
                    Err(TryLockError::Poisoned(reader)) => reader.into_inner().next_block(),
                    Err(TryLockError::WouldBlock) => {
                        waiting.get_or_insert(file);
                        continue;
                    }
                };
                if let Given::Block(block) = self.given(file, next) {
                    *current = Some(Arc::clone(file));
                    return Some(block);
                }
            }
            let file = waiting?;
            let next = crate::lock(&file.reader).next_block();
            if let Given::Block(block) = self.given(file, next) {
                *current = Some(Arc::clone(file));
                return Some(block);
            }
            if self.is_stopped() {
                return None;
            }
        }
    }

    /// Opens the next file that no thread has opened yet.
    fn open_next(&self) -> Option<Arc<OpenFile>> {
        loop {
            let index = {
                let mut slots = crate::lock(&self.slots);
                let index = slots.next;
                if index >= self.files.len() || self.is_past_abort(index, 0) {
                    return None;
                }
                slots.next += 1;
                while slots.prefetched < self.files.len().min(index + 1 + PREFETCHED_FILES) {
                    self.files[slots.prefetched].source.prefetch();
                    slots.prefetched += 1;
                }
                index
            };
            match self.reader(index) {
                Ok(reader) => {
                    let file = Arc::new(OpenFile {
                        index,
                        reader: Mutex::new(reader),
                    });
                    crate::lock(&self.slots).open.push(Arc::clone(&file));
                    return Some(file);
                }
                Err(error) => self.broken(index, error),
            }
            if self.is_stopped() {
                return None;
            }
        }
    }

    pub(super) fn reader(&self, index: usize) -> io::Result<BlockReader> {
        let file = &self.files[index];
        let source = match &self.format.container {
            None => decompress(file.source.open()?, self.format.compression, &file.path)?,
            Some(container) => container.lines(file)?,
        };
        let (source, cutter): (_, Box<dyn Cutter>) = match &self.format.records {
            RecordFormat::Csv { dialect, charset } => (
                charset.decode(source),
                Box::new(CsvCutter::new(Arc::clone(dialect))),
            ),
            RecordFormat::Json {
                strip_outer_array,
                multi_line,
                ..
            } => (
                source,
                Box::new(JsonCutter::new(*strip_outer_array, *multi_line)),
            ),
        };
        let skip_mark = self.format.skip_byte_order_mark
            && matches!(
                self.format.records,
                RecordFormat::Json { .. }
                    | RecordFormat::Csv {
                        charset: Charset::Utf8 | Charset::Utf32 { .. },
                        ..
                    }
            );
        Ok(BlockReader::new(
            source,
            cutter,
            Arc::clone(&self.pool),
            skip_mark,
            self.in_order,
            self.block_bytes,
        ))
    }

    /// Whether every file was opened and read to its end.
    pub(super) fn is_drained(&self) -> bool {
        let slots = crate::lock(&self.slots);
        slots.next >= self.files.len() && slots.open.is_empty()
    }

    /// Sorts what a reader gave; a file that is read or broken is closed.
    fn given(&self, file: &Arc<OpenFile>, next: io::Result<Next>) -> Given {
        match next {
            Ok(Next::Block(block)) if self.is_past_abort(file.index, block.index) => {
                self.close(file);
                Given::Nothing
            }
            Ok(Next::Block(block)) => Given::Block(block),
            Ok(Next::Busy) => Given::Busy,
            Ok(Next::End) => {
                self.close(file);
                Given::Nothing
            }
            Err(error) => {
                self.close(file);
                self.broken(file.index, error);
                Given::Nothing
            }
        }
    }

    fn broken(&self, index: usize, error: io::Error) {
        match FileFailure::of(error) {
            Ok(failure) => self.failed(index, failure),
            Err(error) => self.unavailable(error),
        }
    }

    fn close(&self, file: &Arc<OpenFile>) {
        crate::lock(&self.slots)
            .open
            .retain(|open| !Arc::ptr_eq(open, file));
    }
}

impl OpenFile {
    /// Tells the reader how many records a block really had.
    pub(super) fn completed(&self, records: u64, expected: u64) {
        crate::lock(&self.reader).completed(records, expected);
    }
}

enum Given {
    Block(Block),
    Busy,
    Nothing,
}
