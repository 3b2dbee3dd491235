//! A look at the records of one file as they are, without a target. In: a pass whose columns do not matter. Out: records,
//! one by one.

use super::worker::next_value;
use super::{RecordFormat, Scan};
use crate::load::block::Next;
use crate::load::csv::{CsvHeader, fields_of};
use crate::load::json::{Document, JsonValue, read_value};
use std::io;
use std::sync::Arc;

/// A record as it stands in its file.
pub(crate) enum Sample<'a> {
    /// The fields of a CSV record; `None`: NULL.
    Fields(Vec<Option<String>>),
    /// A JSON value.
    Document(JsonValue<'a>),
}

impl Scan {
    /// Gives the first records of a file, at most so many, to `each`; and the names in its header, if it has one. A record
    /// that is no JSON is passed over.
    ///
    /// # Errors
    /// The source's, and of a file that cannot be read.
    pub(crate) fn sample(
        &self,
        file: usize,
        most: u64,
        each: &mut dyn FnMut(Sample<'_>),
    ) -> io::Result<Option<Arc<CsvHeader>>> {
        let mut reader = self.reader(file)?;
        let mut header = None;
        let mut left = most;
        while left > 0 {
            let block = match reader.next_block()? {
                Next::Block(block) => block,
                Next::Busy | Next::End => break,
            };
            header = header.or_else(|| block.header.clone());
            let bytes = block.bytes();
            let mut at = block.skip;
            let mut in_array = block.in_array;
            match &self.format.records {
                RecordFormat::Csv { dialect, .. } => {
                    while at < bytes.len() && left > 0 {
                        let (fields, end) = fields_of(dialect, bytes, at);
                        at = end.max(at + 1);
                        left -= 1;
                        each(Sample::Fields(fields));
                    }
                }
                RecordFormat::Json { .. } => {
                    while left > 0
                        && let Some(start) = next_value(&block, at, &mut in_array)
                        && start < bytes.len()
                    {
                        let document = Document { bytes, start };
                        match read_value(document, start, true) {
                            Ok((value, end)) => {
                                each(Sample::Document(value));
                                at = end;
                            }
                            Err(_) => {
                                let newline = memchr::memchr(b'\n', &bytes[start..]);
                                at = newline.map_or(bytes.len(), |newline| start + newline + 1);
                            }
                        }
                        left -= 1;
                    }
                }
            }
            self.pool.give_back(block);
        }
        Ok(header)
    }
}
