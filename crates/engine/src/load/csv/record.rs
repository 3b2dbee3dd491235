//! One record of a CSV file into one row.

use super::dialect::{CsvDialect, CsvHeader};
use super::special::Special;
use crate::load::cell::{CellError, write_text};
use crate::load::record::{ErrorColumn, RecordOutcome};
use crate::load::target::{CellType, ColumnSource, Target};
use crate::load::value::Fault;
use crate::load::vector::RowWriter;
use std::sync::Arc;

/// Reads records of CSV blocks. One a worker.
pub(crate) struct CsvRecords {
    target: Arc<Target>,
    dialect: Arc<CsvDialect>,
    special: Special,
    types: Vec<CellType>,
    /// Field → column of the scan.
    columns: Vec<Option<usize>>,
    /// The header that `columns` was made for.
    header: Option<Arc<CsvHeader>>,
    /// Fields that a record must have.
    expected: Option<usize>,
    /// A field's text when it is not what stands in the file: escapes resolved.
    text: Vec<u8>,
    scratch: Vec<u8>,
}

/// A field as it was found.
struct Field {
    /// Its text is `start..end` of the block, unless `resolved`.
    start: usize,
    end: usize,
    /// Its text is in `CsvRecords::text`.
    resolved: bool,
    enclosed: bool,
    /// The offset after it, and what is there.
    next: usize,
    stop: Stop,
    /// What is wrong with its form.
    fault: Option<(Box<Fault>, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// A field delimiter ends before `next`.
    Field,
    /// A record delimiter ends before `next`.
    Record,
    /// The block ends.
    End,
}

/// What is wrong with a record: the fault, the column, the offset.
type Wrong = (Box<Fault>, ErrorColumn, usize);

impl CsvRecords {
    /// A reader for files of this dialect.
    pub(crate) fn new(target: Arc<Target>, dialect: Arc<CsvDialect>) -> Self {
        let special = Special::new(
            (dialect.field_delimiter.first().copied().into_iter())
                .chain(dialect.record_delimiter.first().copied())
                .chain(dialect.escape_unenclosed),
        );
        let types = target
            .columns
            .iter()
            .map(|column| CellType::of(column.data_type, column.narrow))
            .collect();
        let mut columns = Vec::new();
        for (index, column) in target.columns.iter().enumerate() {
            if let ColumnSource::Field(field) = column.source {
                columns.resize(columns.len().max(field + 1), None);
                columns[field] = Some(index);
            }
        }
        Self {
            expected: target.expected_fields,
            target,
            dialect,
            special,
            types,
            columns,
            header: None,
            text: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Matches columns to the names in a file's header.
    pub(crate) fn use_header(&mut self, header: &Arc<CsvHeader>) {
        if self
            .header
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, header))
        {
            return;
        }
        self.header = Some(Arc::clone(header));
        self.columns = vec![None; header.names.len()];
        let same = |left: &str, right: &str| {
            left == right
                || (!self.target.case_sensitive && left.to_uppercase() == right.to_uppercase())
        };
        for (index, column) in self.target.columns.iter().enumerate() {
            if column.source == ColumnSource::Name
                && let Some(field) = header
                    .names
                    .iter()
                    .position(|name| same(name, &column.name))
            {
                self.columns[field] = Some(index);
            }
        }
        if self.expected.is_some() {
            self.expected = Some(header.names.len());
        }
    }

    /// Reads the record at `at` into the writer's current row, and gives the offset after it. `first`: it is the file's
    /// first record. `last`: nothing follows the block in the file. `valid`: the block is valid UTF-8.
    pub(crate) fn read(
        &mut self,
        block: &[u8],
        at: usize,
        place: RecordPlace,
        writer: &mut RowWriter,
    ) -> (RecordOutcome, usize) {
        writer.begin();
        let data = if self.dialect.multi_line {
            block
        } else {
            self.one_line(block, at)
        };
        if self.dialect.skip_blank_lines
            && let Some(end) = self.blank_line(data, at)
        {
            return (RecordOutcome::Blank, end);
        }
        let mut wrong: Option<Wrong> = None;
        let mut widen = None;
        let mut fields = 0;
        let mut position = at;
        let (end, content_end) = loop {
            let field = self.field(data, position);
            if let Some((fault, fault_at)) = field.fault {
                wrong.get_or_insert((fault, self.column_at(fields), fault_at));
            } else if wrong.is_none()
                && let Some(Some(column)) = self.columns.get(fields).copied()
            {
                match self.write(block, &field, column, place.valid, writer) {
                    Ok(()) => {}
                    Err(CellError::Fault(fault)) => {
                        wrong = Some((fault, ErrorColumn::Column(column), position))
                    }
                    Err(CellError::Widen) => widen = Some(column),
                }
            }
            fields += 1;
            if field.stop == Stop::Field && Some(fields) == self.expected && !place.first {
                let fault = self.surplus();
                let delimiter = field.next - self.dialect.field_delimiter.len();
                wrong.get_or_insert((fault, self.column_at(fields - 1), delimiter));
            }
            match field.stop {
                Stop::Field => position = field.next,
                Stop::Record => break (field.next, self.content_end(data, at, field.next)),
                Stop::End => break (field.next, field.next),
            }
        };
        if let Some(expected) = self.expected
            && fields != expected
        {
            if place.first && self.header.is_none() {
                let past = if place.last && end == block.len() {
                    content_end
                } else {
                    end
                };
                wrong = Some((
                    count_mismatch(fields, expected),
                    self.column_at(fields - 1),
                    past,
                ));
            } else if fields < expected {
                wrong.get_or_insert((self.too_short(fields), self.column_at(fields), content_end));
            } else if place.first {
                wrong.get_or_insert((self.surplus(), ErrorColumn::None, content_end));
            }
        }
        let outcome = match (wrong, widen) {
            (Some((fault, column, at)), _) => RecordOutcome::Rejected { fault, column, at },
            (None, Some(column)) => RecordOutcome::Widen(column),
            (None, None) => RecordOutcome::Row,
        };
        (outcome, end)
    }

    /// With MULTI_LINE = FALSE a record never goes beyond its line.
    fn one_line<'a>(&self, block: &'a [u8], at: usize) -> &'a [u8] {
        let mut from = at;
        loop {
            from = self.special.find(block, from);
            let Some(&byte) = block.get(from) else {
                return block;
            };
            if Some(byte) == self.dialect.escape_unenclosed {
                from += 2;
            } else if let Some(end) = self.dialect.record_end(block, from) {
                return &block[..end];
            } else {
                from += 1;
            }
        }
    }

    /// The offset after the record at `at`, if there is nothing in it.
    fn blank_line(&self, data: &[u8], at: usize) -> Option<usize> {
        let mut content = at;
        if self.dialect.newline && data.get(content) == Some(&b'\r') {
            content += 1;
        }
        if content == data.len() {
            return Some(content);
        }
        self.dialect.record_end(data, content)
    }

    /// The end of a record without its delimiter.
    fn content_end(&self, data: &[u8], start: usize, end: usize) -> usize {
        let content = end - self.dialect.record_delimiter.len();
        if self.dialect.newline && content > start && data[content - 1] == b'\r' {
            content - 1
        } else {
            content
        }
    }

    /// Finds the field that starts at `start`.
    #[inline]
    fn field(&mut self, data: &[u8], start: usize) -> Field {
        let mut from = start;
        if self.dialect.trim_space {
            while data
                .get(from)
                .is_some_and(|byte| self.dialect.is_space(*byte))
            {
                from += 1;
            }
        }
        if self.dialect.enclosure.is_some() && data.get(from).copied() == self.dialect.enclosure {
            self.enclosed(data, from)
        } else {
            self.unenclosed(data, from)
        }
    }

    #[inline]
    fn unenclosed(&mut self, data: &[u8], start: usize) -> Field {
        let (mut end, next, stop, escaped) = self.find_stop(data, start);
        if stop == Stop::Record && self.dialect.newline && end > start && data[end - 1] == b'\r' {
            end -= 1;
        }
        if self.dialect.trim_space {
            while end > start && self.dialect.is_space(data[end - 1]) {
                end -= 1;
            }
        }
        if escaped {
            self.text.clear();
            resolve_escapes(
                &data[start..end],
                self.dialect.escape_unenclosed,
                &mut self.text,
            );
        }
        Field {
            start,
            end,
            resolved: escaped,
            enclosed: false,
            next,
            stop,
            fault: None,
        }
    }

    /// From `start` to the delimiter that ends the field: its offset, the offset after it, what it is, and whether there
    /// was an escape before it.
    #[inline]
    fn find_stop(&self, data: &[u8], start: usize) -> (usize, usize, Stop, bool) {
        let dialect = &*self.dialect;
        let mut escaped = false;
        let mut at = start;
        loop {
            at = self.special.find(data, at);
            let Some(&byte) = data.get(at) else {
                return (data.len(), data.len(), Stop::End, escaped);
            };
            if Some(byte) == dialect.escape_unenclosed {
                escaped = true;
                at = (at + 2).min(data.len());
                continue;
            }
            let delimiter = &dialect.field_delimiter;
            if !delimiter.is_empty()
                && delimiter[0] == byte
                && (delimiter.len() == 1 || data[at..].starts_with(delimiter))
            {
                return (at, at + delimiter.len(), Stop::Field, escaped);
            }
            if let Some(end) = dialect.record_end(data, at) {
                return (at, end, Stop::Record, escaped);
            }
            at += 1;
        }
    }

    fn enclosed(&mut self, data: &[u8], open: usize) -> Field {
        let enclosure = data[open];
        let escape = self
            .dialect
            .escape_enclosed
            .filter(|escape| *escape != enclosure);
        let start = open + 1;
        let mut at = start;
        let mut resolved = false;
        let mut copied = start;
        self.text.clear();
        let end = loop {
            let rest = &data[at..];
            let found = match escape {
                Some(escape) => memchr::memchr2(enclosure, escape, rest),
                None => memchr::memchr(enclosure, rest),
            };
            let Some(offset) = found else {
                let fault = Fault::parsing(
                    100_067,
                    "End of file reached while expecting the end of an enclosed field",
                );
                return Field {
                    start,
                    end: data.len(),
                    resolved: false,
                    enclosed: true,
                    next: data.len(),
                    stop: Stop::End,
                    fault: Some((fault, open)),
                };
            };
            at += offset;
            if data[at] == enclosure && data.get(at + 1) != Some(&enclosure) {
                break at;
            }
            resolved = true;
            self.text.extend_from_slice(&data[copied..at]);
            if data[at] == enclosure {
                self.text.push(enclosure);
            } else if let Some(next) = data.get(at + 1) {
                self.text.push(escape_meaning(*next));
            }
            at = (at + 2).min(data.len());
            copied = at;
        };
        if resolved {
            self.text.extend_from_slice(&data[copied..end]);
        }
        let mut after = end + 1;
        if self.dialect.trim_space {
            while data
                .get(after)
                .is_some_and(|byte| self.dialect.is_space(*byte))
            {
                after += 1;
            }
        }
        let (stop_at, next, stop, _) = self.find_stop(data, after);
        let nothing_between = stop_at == after
            || (self.dialect.newline && stop == Stop::Record && &data[after..stop_at] == b"\r");
        let fault = (!nothing_between).then(|| (self.not_a_delimiter(data, after), after));
        Field {
            start,
            end,
            resolved,
            enclosed: true,
            next,
            stop,
            fault,
        }
    }

    #[inline]
    fn write(
        &mut self,
        block: &[u8],
        field: &Field,
        column: usize,
        valid: bool,
        writer: &mut RowWriter,
    ) -> Result<(), CellError> {
        let raw = &block[field.start..field.end];
        let text: &[u8] = if field.resolved { &self.text } else { raw };
        if text.is_empty() && !field.enclosed && self.dialect.empty_field_as_null {
            return Ok(());
        }
        // `\N` is compared as it stands: its backslash is an escape.
        let is_null = |null: &Vec<u8>| null == text || (!field.enclosed && null == raw);
        if self.dialect.null_if.iter().any(is_null) {
            return Ok(());
        }
        let cell_type = self.types[column];
        if !valid
            && !matches!(cell_type, CellType::Binary { .. })
            && std::str::from_utf8(text).is_err()
        {
            return Err(Fault::invalid_utf8(text).into());
        }
        let conversion = &self.target.conversion;
        write_text(
            writer,
            column,
            cell_type,
            conversion,
            text,
            &mut self.scratch,
        )
    }

    /// `Found character 'x' instead of field delimiter ','`.
    fn not_a_delimiter(&self, data: &[u8], at: usize) -> Box<Fault> {
        let rest = &data[at..data.len().min(at + 4)];
        let character = String::from_utf8_lossy(rest)
            .chars()
            .next()
            .unwrap_or_default();
        let delimiter = self.shown(&self.dialect.field_delimiter);
        let message =
            format!("Found character '{character}' instead of field delimiter '{delimiter}'");
        Fault::parsing(100_065, message)
    }

    /// A record with more fields than there are columns.
    fn surplus(&self) -> Box<Fault> {
        if self.header.is_some() {
            let message =
                "Error with CSV header: error caused more fields in data than fields in header.";
            return Fault::parsing(100_080, message);
        }
        let field = self.shown(&self.dialect.field_delimiter);
        let record = self.shown(&self.dialect.record_delimiter);
        let message =
            format!("Field delimiter '{field}' found while expecting record delimiter '{record}'");
        Fault::parsing(100_016, message)
    }

    /// A record with fewer fields than there are columns.
    fn too_short(&self, fields: usize) -> Box<Fault> {
        let label = match self.columns.get(fields).copied().flatten() {
            Some(column) => self.target.column_label(&self.target.columns[column]),
            None => format!("\"{}\"[{}]", self.target.table, fields + 1),
        };
        let message = format!("End of record reached while expected to parse column '{label}'");
        Fault::parsing(100_068, message)
    }

    /// The column of a field, as an error names it.
    fn column_at(&self, field: usize) -> ErrorColumn {
        match self.columns.get(field).copied().flatten() {
            Some(column) => ErrorColumn::Column(column),
            None => ErrorColumn::Ordinal(field + 1),
        }
    }

    /// A delimiter as a message shows it.
    fn shown(&self, delimiter: &[u8]) -> String {
        String::from_utf8_lossy(delimiter)
            .escape_default()
            .to_string()
    }
}

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordPlace {
    /// It is the file's first.
    pub(crate) first: bool,
    /// Nothing follows its block in the file.
    pub(crate) last: bool,
    /// Its block is valid UTF-8.
    pub(crate) valid: bool,
}

/// The fields of the record at `at` as text, NULLs told apart, and the offset after it.
pub(crate) fn fields_of(
    dialect: &Arc<CsvDialect>,
    block: &[u8],
    at: usize,
) -> (Vec<Option<String>>, usize) {
    let mut reader = CsvRecords::new(Arc::new(Target::for_header()), Arc::clone(dialect));
    let data = match dialect.multi_line {
        true => block,
        false => reader.one_line(block, at),
    };
    let mut fields = Vec::new();
    let mut position = at;
    loop {
        let field = reader.field(data, position);
        let raw = &data[field.start..field.end];
        let text = if field.resolved { &reader.text } else { raw };
        let is_null = (text.is_empty() && !field.enclosed && dialect.empty_field_as_null)
            || dialect
                .null_if
                .iter()
                .any(|null| null == text || (!field.enclosed && null == raw));
        fields.push((!is_null).then(|| String::from_utf8_lossy(text).into_owned()));
        position = field.next;
        if field.stop != Stop::Field {
            return (fields, position);
        }
    }
}

/// The names in a header record.
pub(crate) fn header_names(dialect: &CsvDialect, record: &[u8]) -> Vec<String> {
    // A header is read like any record; nothing is converted, so any target will do.
    let target = Arc::new(Target::for_header());
    let mut reader = CsvRecords::new(target, Arc::new(dialect.clone()));
    let mut names = Vec::new();
    let mut at = 0;
    loop {
        let field = reader.field(record, at);
        let text = if field.resolved {
            &reader.text
        } else {
            &record[field.start..field.end]
        };
        names.push(String::from_utf8_lossy(text).into_owned());
        at = field.next;
        if field.stop != Stop::Field {
            return names;
        }
    }
}

fn count_mismatch(fields: usize, expected: usize) -> Box<Fault> {
    let message = format!(
        "Number of columns in file ({fields}) does not match that of the corresponding table ({expected}), use file format option error_on_column_count_mismatch=false to ignore this error"
    );
    Fault::parsing(100_080, message)
}

fn resolve_escapes(text: &[u8], escape: Option<u8>, out: &mut Vec<u8>) {
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        if Some(byte) == escape {
            if let Some(next) = bytes.next() {
                out.push(escape_meaning(*next));
            }
        } else {
            out.push(byte);
        }
    }
}

/// The character that an escape character and this one stand for.
fn escape_meaning(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        b'0' => 0,
        other => other,
    }
}
