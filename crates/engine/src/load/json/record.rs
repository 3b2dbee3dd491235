//! One record of a JSON file into one row.
//!
//! Keys are matched to columns by guessing: the keys of a file come in the same order in nearly every record, so the key
//! that followed last time is compared first, bytes against bytes. Only a key that comes out of turn is looked up.

use super::fault::{Document, JsonFault};
use super::text::skip_blanks;
use super::value::{JsonString, JsonValue, read_key, read_value, value_after_key};
use crate::load::cell::{CellError, write_json};
use crate::load::record::{ErrorColumn, RecordOutcome};
use crate::load::target::{CellType, ColumnSource, Target};
use crate::load::value::Fault;
use crate::load::vector::RowWriter;
use std::collections::HashMap;
use std::sync::Arc;

/// Reads records of JSON blocks. One a worker: it remembers the keys it has seen.
pub(crate) struct JsonRecords {
    target: Arc<Target>,
    types: Vec<CellType>,
    allow_duplicate: bool,
    multi_line: bool,
    keys: Vec<Key>,
    by_text: HashMap<Box<[u8]>, usize>,
    /// The key that is expected next.
    expected: usize,
    /// The number of the current record: keys that carry it were in the record.
    stamp: u64,
    /// The column that takes whole records.
    whole: Option<usize>,
    scratch: Vec<u8>,
}

struct Key {
    /// The key as written, quotes and colon included.
    text: Box<[u8]>,
    column: Option<usize>,
    stamp: u64,
    /// The first key that means the same (another way of escaping it); usually the key itself.
    same_as: usize,
}

/// Keys that are remembered; more than that are looked at one by one.
const MAX_KEYS: usize = 10_000;

impl JsonRecords {
    /// A reader for files of a format with these options.
    pub(crate) fn new(target: Arc<Target>, allow_duplicate: bool, multi_line: bool) -> Self {
        let types = target
            .columns
            .iter()
            .map(|column| CellType::of(column.data_type, column.narrow))
            .collect();
        let whole = target
            .columns
            .iter()
            .position(|column| column.source == ColumnSource::Record);
        Self {
            target,
            types,
            allow_duplicate,
            multi_line,
            keys: Vec::new(),
            by_text: HashMap::new(),
            expected: 0,
            stamp: 0,
            whole,
            scratch: Vec::new(),
        }
    }

    /// Reads the record at `at` (no blanks before it) into the writer's current row, and gives the offset after it.
    #[inline]
    pub(crate) fn read(
        &mut self,
        block: &[u8],
        at: usize,
        writer: &mut RowWriter,
    ) -> (RecordOutcome, usize) {
        let limit = if self.multi_line {
            block.len()
        } else {
            memchr::memchr(b'\n', &block[at..]).map_or(block.len(), |newline| at + newline)
        };
        let document = Document {
            bytes: &block[..limit],
            start: at,
        };
        self.stamp += 1;
        writer.begin();
        let result = match self.whole {
            Some(column) => self.read_whole(document, at, column, writer),
            None => self.read_members(document, at, writer),
        };
        match result {
            Ok(end) => (RecordOutcome::Row, end),
            Err(Stop::Syntax(fault)) => {
                let end = if self.multi_line {
                    resynchronize(block, at)
                } else {
                    limit
                };
                let at = fault.at.min(end.max(at + 1) - 1);
                let outcome = RecordOutcome::Rejected {
                    fault: fault.fault,
                    column: ErrorColumn::None,
                    at,
                };
                (outcome, end)
            }
            Err(Stop::Cell {
                error,
                column,
                at: value_at,
            }) => {
                // The value does not fit, but the record's own end is where its text says.
                let end = match read_value(document, at, true) {
                    Ok((_, end)) => end,
                    Err(_) if self.multi_line => resynchronize(block, at),
                    Err(_) => limit,
                };
                let outcome = match error {
                    CellError::Fault(fault) => RecordOutcome::Rejected {
                        fault,
                        column: ErrorColumn::Column(column),
                        at: value_at,
                    },
                    CellError::Widen => RecordOutcome::Widen(column),
                };
                (outcome, end)
            }
        }
    }

    fn read_whole(
        &mut self,
        document: Document<'_>,
        at: usize,
        column: usize,
        writer: &mut RowWriter,
    ) -> Result<usize, Stop> {
        let (value, end) = read_value(document, at, self.allow_duplicate)?;
        self.write(writer, column, &value, at)?;
        Ok(end)
    }

    fn read_members(
        &mut self,
        document: Document<'_>,
        at: usize,
        writer: &mut RowWriter,
    ) -> Result<usize, Stop> {
        let bytes = document.bytes;
        if bytes.get(at) != Some(&b'{') {
            let (value, _) = read_value(document, at, self.allow_duplicate)?;
            let fault = Fault::variant_cast(&value.rendered(), "OBJECT");
            return Err(Stop::Cell {
                error: fault.into(),
                column: 0,
                at,
            });
        }
        self.expected = 0;
        let mut at = skip_blanks(bytes, at + 1);
        loop {
            if bytes.get(at) == Some(&b'}') {
                return Ok(at + 1);
            }
            let key_start = at;
            let (column, value_start) = self.read_key(document, at)?;
            at = value_start;
            if at >= bytes.len() {
                return Err(document.incomplete(b'{').into());
            }
            let (value, end) = read_value(document, at, self.allow_duplicate)?;
            if let Some(column) = column {
                self.write(writer, column, &value, at)?;
            }
            debug_assert!(end > key_start);
            at = skip_blanks(bytes, end);
            match bytes.get(at) {
                Some(b',') => {
                    at = skip_blanks(bytes, at + 1);
                    if bytes.get(at) == Some(&b',') {
                        return Err(document.unexpected(at).into());
                    }
                }
                Some(b'}') => {}
                None => return Err(document.incomplete(b'{').into()),
                Some(b'"') => return Err(document.missing_comma(at).into()),
                Some(_) => return Err(document.unexpected(at).into()),
            }
        }
    }

    #[inline]
    fn write(
        &mut self,
        writer: &mut RowWriter,
        column: usize,
        value: &JsonValue<'_>,
        at: usize,
    ) -> Result<(), Stop> {
        let conversion = &self.target.conversion;
        write_json(
            writer,
            column,
            self.types[column],
            conversion,
            value,
            &mut self.scratch,
        )
        .map_err(|error| Stop::Cell { error, column, at })
    }

    /// The column of the key at `at`, and the start of the value.
    #[inline]
    fn read_key(
        &mut self,
        document: Document<'_>,
        at: usize,
    ) -> Result<(Option<usize>, usize), JsonFault> {
        let bytes = document.bytes;
        if let Some(key) = self.keys.get(self.expected)
            && bytes[at..].starts_with(&key.text)
        {
            let index = self.expected;
            let value_start = skip_blanks(bytes, at + key.text.len());
            self.expected = index + 1;
            let closing_quote = at + key.text.len() - 2;
            let column = self.meet(document, index, closing_quote)?;
            return Ok((column, value_start));
        }
        let (key, end) = read_key(document, at)?;
        let value_start = value_after_key(document, end)?;
        let index = self.look_up(key);
        let Some(index) = index else {
            return Ok((self.column_of(&key.text()), value_start));
        };
        self.expected = index + 1;
        let column = self.meet(document, index, end - 1)?;
        Ok((column, value_start))
    }

    /// Notes that the key is in the record.
    #[inline]
    fn meet(
        &mut self,
        document: Document<'_>,
        index: usize,
        closing_quote: usize,
    ) -> Result<Option<usize>, JsonFault> {
        let same_as = self.keys[index].same_as;
        if self.keys[same_as].stamp == self.stamp && !self.allow_duplicate {
            let key = &self.keys[index];
            let name = &key.text[1..key.text.len() - 2];
            return Err(document.duplicate_key(closing_quote, name));
        }
        self.keys[same_as].stamp = self.stamp;
        Ok(self.keys[index].column)
    }

    /// The number of a key; `None` when too many are known already.
    fn look_up(&mut self, key: JsonString<'_>) -> Option<usize> {
        let mut text = Vec::with_capacity(key.raw.len() + 3);
        text.push(b'"');
        text.extend_from_slice(key.raw);
        text.extend_from_slice(b"\":");
        if let Some(index) = self.by_text.get(&*text) {
            return Some(*index);
        }
        if self.keys.len() >= MAX_KEYS {
            return None;
        }
        let name = key.text();
        let index = self.keys.len();
        let same_as = self
            .keys
            .iter()
            .position(|other| {
                let raw = &other.text[1..other.text.len() - 2];
                let escaped = raw.contains(&b'\\');
                (key.escaped || escaped) && JsonString { raw, escaped }.text() == name
            })
            .unwrap_or(index);
        let text: Box<[u8]> = text.into();
        self.keys.push(Key {
            text: text.clone(),
            column: self.column_of(&name),
            stamp: 0,
            same_as,
        });
        self.by_text.insert(text, index);
        Some(index)
    }

    /// The column that takes the key's values.
    fn column_of(&self, name: &[u8]) -> Option<usize> {
        let named = self
            .target
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.source == ColumnSource::Name);
        let mut named = named;
        let name = std::str::from_utf8(name).ok()?;
        if self.target.case_sensitive {
            return named
                .find(|(_, column)| column.name == name)
                .map(|(index, _)| index);
        }
        let upper = name.to_uppercase();
        named
            .find(|(_, column)| column.name.to_uppercase() == upper)
            .map(|(index, _)| index)
    }
}

/// Why a record is not a row.
enum Stop {
    Syntax(JsonFault),
    Cell {
        error: CellError,
        column: usize,
        at: usize,
    },
}

impl From<JsonFault> for Stop {
    fn from(fault: JsonFault) -> Self {
        Stop::Syntax(fault)
    }
}

/// Where the next record starts after a broken one that started at `start`: at the next line that begins with a bracket,
/// or the next place where a block could be cut; after the line, if the record was not an object or array at all.
fn resynchronize(block: &[u8], start: usize) -> usize {
    let is_container = matches!(block.get(start), Some(b'{' | b'['));
    for newline in memchr::memchr_iter(b'\n', &block[start..]) {
        let newline = start + newline;
        if !is_container {
            return newline + 1;
        }
        if matches!(block.get(newline + 1), Some(b'{' | b'[')) {
            return newline + 1;
        }
        let before = block[start..newline].trim_ascii_end().last();
        let after = block.get(skip_blanks(block, newline + 1));
        if matches!(before, Some(b'}' | b']')) && matches!(after, Some(b'{' | b'[')) {
            return newline + 1;
        }
    }
    block.len()
}
