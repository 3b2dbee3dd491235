//! A CSV format's options as its reader needs them.

use crate::error::{EngineError, EngineErrorKind, Result};
use snowmelt_sql::object::CsvFormat;

/// How records and fields are told apart.
#[derive(Debug, Clone)]
pub(crate) struct CsvDialect {
    /// FIELD_DELIMITER; empty for NONE.
    pub(crate) field_delimiter: Vec<u8>,
    /// RECORD_DELIMITER; empty for NONE.
    pub(crate) record_delimiter: Vec<u8>,
    /// The record delimiter is a newline, so that `\r\n` is one too.
    pub(crate) newline: bool,
    /// FIELD_OPTIONALLY_ENCLOSED_BY.
    pub(crate) enclosure: Option<u8>,
    /// ESCAPE, inside enclosed fields.
    pub(crate) escape_enclosed: Option<u8>,
    /// ESCAPE or else ESCAPE_UNENCLOSED_FIELD, outside.
    pub(crate) escape_unenclosed: Option<u8>,
    /// TRIM_SPACE.
    pub(crate) trim_space: bool,
    /// NULL_IF.
    pub(crate) null_if: Vec<Vec<u8>>,
    /// EMPTY_FIELD_AS_NULL.
    pub(crate) empty_field_as_null: bool,
    /// SKIP_BLANK_LINES.
    pub(crate) skip_blank_lines: bool,
    /// SKIP_HEADER: lines.
    pub(crate) skip_header: u64,
    /// PARSE_HEADER.
    pub(crate) parse_header: bool,
    /// MULTI_LINE.
    pub(crate) multi_line: bool,
}

/// The names in a file's first record (PARSE_HEADER).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CsvHeader {
    /// As written, unquoted.
    pub(crate) names: Vec<String>,
}

impl CsvDialect {
    /// Resolves a format.
    ///
    /// # Errors
    /// A character that is not of one byte, delimiters that contain each other.
    pub(crate) fn new(format: &CsvFormat) -> Result<Self> {
        let single = |option: &str, character: Option<char>| match character {
            None => Ok(None),
            Some(character) if character.is_ascii() => Ok(Some(character as u8)),
            Some(character) => Err(invalid(format!(
                "invalid value ['{character}'] for parameter '{option}'"
            ))
            .with_detail("the character must be of a single byte")),
        };
        let delimiter = |text: &Option<String>| text.clone().unwrap_or_default().into_bytes();
        let (field, record) = (
            delimiter(&format.field_delimiter),
            delimiter(&format.record_delimiter),
        );
        let contains = |long: &[u8], short: &[u8]| {
            !short.is_empty() && memchr::memmem::find(long, short).is_some()
        };
        if contains(&field, &record) || contains(&record, &field) {
            return Err(invalid(
                "FIELD_DELIMITER and RECORD_DELIMITER must not be parts of each other".to_owned(),
            ));
        }
        if format.parse_header && format.skip_header > 0 {
            return Err(invalid(
                "SKIP_HEADER is not supported with PARSE_HEADER = TRUE".to_owned(),
            ));
        }
        let escape = single("ESCAPE", format.escape)?;
        let unenclosed = single("ESCAPE_UNENCLOSED_FIELD", format.escape_unenclosed_field)?;
        Ok(Self {
            newline: record == b"\n" || record == b"\r\n",
            record_delimiter: if record == b"\r\n" {
                b"\n".to_vec()
            } else {
                record
            },
            field_delimiter: field,
            enclosure: single(
                "FIELD_OPTIONALLY_ENCLOSED_BY",
                format.field_optionally_enclosed_by,
            )?,
            escape_enclosed: escape,
            escape_unenclosed: escape.or(unenclosed),
            trim_space: format.trim_space,
            null_if: format
                .null_if
                .iter()
                .map(|text| text.clone().into_bytes())
                .collect(),
            empty_field_as_null: format.empty_field_as_null,
            skip_blank_lines: format.skip_blank_lines,
            skip_header: format.skip_header,
            parse_header: format.parse_header,
            multi_line: format.multi_line,
        })
    }

    /// Whether the byte is white space that TRIM_SPACE takes away.
    #[inline]
    pub(crate) fn is_space(&self, byte: u8) -> bool {
        (byte == b' ' || byte == b'\t') && self.field_delimiter.first() != Some(&byte)
    }

    /// The offset after the record delimiter that stands at `at`, if one does.
    #[inline]
    pub(crate) fn record_end(&self, data: &[u8], at: usize) -> Option<usize> {
        let length = self.record_delimiter.len();
        (length > 0 && data[at..].starts_with(&self.record_delimiter)).then_some(at + length)
    }
}

fn invalid(message: String) -> EngineError {
    EngineError::new(EngineErrorKind::Compilation, "001014", "22023", message)
}
