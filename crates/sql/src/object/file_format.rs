//! File formats with every option; the defaults are Snowflake's (CREATE FILE FORMAT).

use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};

/// A complete file format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FileFormat {
    /// TYPE = CSV.
    Csv(CsvFormat),
    /// TYPE = JSON.
    Json(JsonFormat),
    /// TYPE = PARQUET.
    Parquet(ParquetFormat),
    /// TYPE = AVRO.
    Avro(AvroFormat),
}

/// How a stage or COPY says its format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormatRef {
    /// FORMAT_NAME = …; looked up when the statement runs.
    Named(QualifiedName),
    /// TYPE = … with options.
    Inline(FileFormat),
}

/// COMPRESSION.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "Snowflake's own words")]
pub enum Compression {
    Auto,
    None,
    Gzip,
    Bz2,
    Brotli,
    Zstd,
    Deflate,
    RawDeflate,
    /// Parquet's own.
    Snappy,
    /// Parquet's own.
    Lzo,
}

/// DATE_FORMAT, TIME_FORMAT, TIMESTAMP_FORMAT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValueFormat {
    /// AUTO: the formats Snowflake detects.
    Auto,
    /// A format model such as `YYYY-MM-DD`.
    Format(String),
}

/// BINARY_FORMAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "Snowflake's own words")]
pub enum BinaryFormat {
    Hex,
    Base64,
    Utf8,
}

/// ENCODING, by Snowflake's name, e.g. `UTF8`, `ISO88591`.
pub type Encoding = String;

/// TYPE = CSV.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvFormat {
    /// COMPRESSION.
    pub compression: Compression,
    /// RECORD_DELIMITER, escapes resolved; `None` for NONE. `\n` also ends a record at `\r\n`.
    pub record_delimiter: Option<String>,
    /// FIELD_DELIMITER, escapes resolved; `None` for NONE (the record is one field).
    pub field_delimiter: Option<String>,
    /// FILE_EXTENSION (unloading).
    pub file_extension: Option<String>,
    /// PARSE_HEADER.
    pub parse_header: bool,
    /// SKIP_HEADER, in records' lines.
    pub skip_header: u64,
    /// SKIP_BLANK_LINES.
    pub skip_blank_lines: bool,
    /// DATE_FORMAT.
    pub date_format: ValueFormat,
    /// TIME_FORMAT.
    pub time_format: ValueFormat,
    /// TIMESTAMP_FORMAT.
    pub timestamp_format: ValueFormat,
    /// BINARY_FORMAT.
    pub binary_format: BinaryFormat,
    /// ESCAPE, inside enclosed fields (and outside too when given).
    pub escape: Option<char>,
    /// ESCAPE_UNENCLOSED_FIELD; default a backslash.
    pub escape_unenclosed_field: Option<char>,
    /// TRIM_SPACE.
    pub trim_space: bool,
    /// FIELD_OPTIONALLY_ENCLOSED_BY.
    pub field_optionally_enclosed_by: Option<char>,
    /// NULL_IF; default `\N`.
    pub null_if: Vec<String>,
    /// ERROR_ON_COLUMN_COUNT_MISMATCH; default true.
    pub error_on_column_count_mismatch: bool,
    /// REPLACE_INVALID_CHARACTERS.
    pub replace_invalid_characters: bool,
    /// EMPTY_FIELD_AS_NULL; default true.
    pub empty_field_as_null: bool,
    /// SKIP_BYTE_ORDER_MARK; default true.
    pub skip_byte_order_mark: bool,
    /// ENCODING.
    pub encoding: Encoding,
    /// MULTI_LINE; default true.
    pub multi_line: bool,
}

impl Default for CsvFormat {
    fn default() -> Self {
        Self {
            compression: Compression::Auto,
            record_delimiter: Some("\n".to_owned()),
            field_delimiter: Some(",".to_owned()),
            file_extension: None,
            parse_header: false,
            skip_header: 0,
            skip_blank_lines: false,
            date_format: ValueFormat::Auto,
            time_format: ValueFormat::Auto,
            timestamp_format: ValueFormat::Auto,
            binary_format: BinaryFormat::Hex,
            escape: None,
            escape_unenclosed_field: Some('\\'),
            trim_space: false,
            field_optionally_enclosed_by: None,
            null_if: vec!["\\N".to_owned()],
            error_on_column_count_mismatch: true,
            replace_invalid_characters: false,
            empty_field_as_null: true,
            skip_byte_order_mark: true,
            encoding: "UTF8".to_owned(),
            multi_line: true,
        }
    }
}

/// TYPE = JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JsonFormat {
    /// COMPRESSION.
    pub compression: Compression,
    /// DATE_FORMAT.
    pub date_format: ValueFormat,
    /// TIME_FORMAT.
    pub time_format: ValueFormat,
    /// TIMESTAMP_FORMAT.
    pub timestamp_format: ValueFormat,
    /// BINARY_FORMAT.
    pub binary_format: BinaryFormat,
    /// TRIM_SPACE.
    pub trim_space: bool,
    /// MULTI_LINE; default true.
    pub multi_line: bool,
    /// NULL_IF; default none.
    pub null_if: Vec<String>,
    /// FILE_EXTENSION (unloading).
    pub file_extension: Option<String>,
    /// ENABLE_OCTAL.
    pub enable_octal: bool,
    /// ALLOW_DUPLICATE: the last of equal keys wins.
    pub allow_duplicate: bool,
    /// STRIP_OUTER_ARRAY.
    pub strip_outer_array: bool,
    /// STRIP_NULL_VALUES.
    pub strip_null_values: bool,
    /// REPLACE_INVALID_CHARACTERS.
    pub replace_invalid_characters: bool,
    /// IGNORE_UTF8_ERRORS.
    pub ignore_utf8_errors: bool,
    /// SKIP_BYTE_ORDER_MARK; default true.
    pub skip_byte_order_mark: bool,
}

impl Default for JsonFormat {
    fn default() -> Self {
        Self {
            compression: Compression::Auto,
            date_format: ValueFormat::Auto,
            time_format: ValueFormat::Auto,
            timestamp_format: ValueFormat::Auto,
            binary_format: BinaryFormat::Hex,
            trim_space: false,
            multi_line: true,
            null_if: Vec::new(),
            file_extension: None,
            enable_octal: false,
            allow_duplicate: false,
            strip_outer_array: false,
            strip_null_values: false,
            replace_invalid_characters: false,
            ignore_utf8_errors: false,
            skip_byte_order_mark: true,
        }
    }
}

/// TYPE = PARQUET.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParquetFormat {
    /// COMPRESSION: AUTO, SNAPPY, LZO or NONE.
    pub compression: Compression,
    /// BINARY_AS_TEXT; default true.
    pub binary_as_text: bool,
    /// USE_LOGICAL_TYPE.
    pub use_logical_type: bool,
    /// USE_VECTORIZED_SCANNER: kept and shown back.
    pub use_vectorized_scanner: bool,
    /// TRIM_SPACE.
    pub trim_space: bool,
    /// REPLACE_INVALID_CHARACTERS.
    pub replace_invalid_characters: bool,
    /// NULL_IF; default none.
    pub null_if: Vec<String>,
}

impl Default for ParquetFormat {
    fn default() -> Self {
        Self {
            compression: Compression::Auto,
            binary_as_text: true,
            use_logical_type: false,
            use_vectorized_scanner: false,
            trim_space: false,
            replace_invalid_characters: false,
            null_if: Vec::new(),
        }
    }
}

/// TYPE = AVRO.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AvroFormat {
    /// COMPRESSION.
    pub compression: Compression,
    /// TRIM_SPACE.
    pub trim_space: bool,
    /// REPLACE_INVALID_CHARACTERS.
    pub replace_invalid_characters: bool,
    /// NULL_IF; default none.
    pub null_if: Vec<String>,
}
