//! DESCRIBE FILE FORMAT; SHOW FILE FORMATS and DESCRIBE STAGE print the same options.

use super::PROPERTY_COLUMNS;
use crate::result::{Cell, Listing};
use snowmelt_sql::object::{
    AvroFormat, BinaryFormat, Compression, CsvFormat, FileFormat, JsonFormat, ParquetFormat,
    ValueFormat,
};

/// One option, as Snowflake prints it.
pub(in crate::execute) struct FormatOption {
    pub(in crate::execute) name: &'static str,
    /// String, Integer, Boolean or List.
    pub(in crate::execute) kind: &'static str,
    pub(in crate::execute) value: String,
    pub(in crate::execute) default: String,
}

impl FormatOption {
    /// The value as JSON, for SHOW FILE FORMATS.
    pub(in crate::execute) fn json(&self) -> String {
        match self.kind {
            "Boolean" | "Integer" => self.value.clone(),
            _ => serde_json::Value::from(self.value.as_str()).to_string(),
        }
    }
}

pub(super) fn describe(format: &FileFormat) -> Listing {
    let mut listing = Listing::new(PROPERTY_COLUMNS);
    for FormatOption {
        name,
        kind,
        value,
        default,
    } in file_format_options(format)
    {
        listing.rows.push(vec![
            Cell::from(name),
            Cell::from(kind),
            Cell::from(value),
            Cell::from(default),
        ]);
    }
    listing
}

/// All options of a format, in Snowflake's order.
pub(in crate::execute) fn file_format_options(format: &FileFormat) -> Vec<FormatOption> {
    match format {
        FileFormat::Csv(csv) => csv_options(csv),
        FileFormat::Json(json) => json_options(json),
        FileFormat::Parquet(parquet) => parquet_options(parquet),
        FileFormat::Avro(avro) => avro_options(avro),
    }
}

fn csv_options(csv: &CsvFormat) -> Vec<FormatOption> {
    vec![
        text("TYPE", "CSV", "CSV"),
        text(
            "RECORD_DELIMITER",
            &delimiter(csv.record_delimiter.as_deref()),
            "\\n",
        ),
        text(
            "FIELD_DELIMITER",
            &delimiter(csv.field_delimiter.as_deref()),
            ",",
        ),
        text(
            "FILE_EXTENSION",
            csv.file_extension.as_deref().unwrap_or(""),
            "",
        ),
        option("SKIP_HEADER", "Integer", csv.skip_header.to_string(), "0"),
        boolean("PARSE_HEADER", csv.parse_header, false),
        text("DATE_FORMAT", value_format(&csv.date_format), "AUTO"),
        text("TIME_FORMAT", value_format(&csv.time_format), "AUTO"),
        text(
            "TIMESTAMP_FORMAT",
            value_format(&csv.timestamp_format),
            "AUTO",
        ),
        text("BINARY_FORMAT", binary_format(csv.binary_format), "HEX"),
        text("ESCAPE", &character(csv.escape), "NONE"),
        text(
            "ESCAPE_UNENCLOSED_FIELD",
            &character(csv.escape_unenclosed_field),
            "\\\\",
        ),
        boolean("TRIM_SPACE", csv.trim_space, false),
        text(
            "FIELD_OPTIONALLY_ENCLOSED_BY",
            &character(csv.field_optionally_enclosed_by),
            "NONE",
        ),
        null_if(&csv.null_if),
        text("COMPRESSION", compression(csv.compression), "AUTO"),
        boolean(
            "ERROR_ON_COLUMN_COUNT_MISMATCH",
            csv.error_on_column_count_mismatch,
            true,
        ),
        boolean("VALIDATE_UTF8", true, true),
        boolean("SKIP_BLANK_LINES", csv.skip_blank_lines, false),
        boolean(
            "REPLACE_INVALID_CHARACTERS",
            csv.replace_invalid_characters,
            false,
        ),
        boolean("EMPTY_FIELD_AS_NULL", csv.empty_field_as_null, true),
        boolean("SKIP_BYTE_ORDER_MARK", csv.skip_byte_order_mark, true),
        text("ENCODING", &csv.encoding, "UTF8"),
        boolean("MULTI_LINE", csv.multi_line, true),
    ]
}

fn json_options(json: &JsonFormat) -> Vec<FormatOption> {
    vec![
        text("TYPE", "JSON", "CSV"),
        text(
            "FILE_EXTENSION",
            json.file_extension.as_deref().unwrap_or(""),
            "",
        ),
        text("DATE_FORMAT", value_format(&json.date_format), "AUTO"),
        text("TIME_FORMAT", value_format(&json.time_format), "AUTO"),
        text(
            "TIMESTAMP_FORMAT",
            value_format(&json.timestamp_format),
            "AUTO",
        ),
        text("BINARY_FORMAT", binary_format(json.binary_format), "HEX"),
        boolean("TRIM_SPACE", json.trim_space, false),
        null_if(&json.null_if),
        text("COMPRESSION", compression(json.compression), "AUTO"),
        boolean("ENABLE_OCTAL", json.enable_octal, false),
        boolean("ALLOW_DUPLICATE", json.allow_duplicate, false),
        boolean("STRIP_OUTER_ARRAY", json.strip_outer_array, false),
        boolean("STRIP_NULL_VALUES", json.strip_null_values, false),
        boolean("IGNORE_UTF8_ERRORS", json.ignore_utf8_errors, false),
        boolean(
            "REPLACE_INVALID_CHARACTERS",
            json.replace_invalid_characters,
            false,
        ),
        boolean("SKIP_BYTE_ORDER_MARK", json.skip_byte_order_mark, true),
        boolean("MULTI_LINE", json.multi_line, true),
    ]
}

fn parquet_options(parquet: &ParquetFormat) -> Vec<FormatOption> {
    vec![
        text("TYPE", "PARQUET", "CSV"),
        boolean("TRIM_SPACE", parquet.trim_space, false),
        null_if(&parquet.null_if),
        text("COMPRESSION", compression(parquet.compression), "AUTO"),
        boolean("BINARY_AS_TEXT", parquet.binary_as_text, true),
        boolean(
            "REPLACE_INVALID_CHARACTERS",
            parquet.replace_invalid_characters,
            false,
        ),
        boolean("USE_LOGICAL_TYPE", parquet.use_logical_type, false),
        boolean(
            "USE_VECTORIZED_SCANNER",
            parquet.use_vectorized_scanner,
            false,
        ),
    ]
}

fn avro_options(avro: &AvroFormat) -> Vec<FormatOption> {
    vec![
        text("TYPE", "AVRO", "CSV"),
        boolean("TRIM_SPACE", avro.trim_space, false),
        null_if(&avro.null_if),
        text("COMPRESSION", compression(avro.compression), "AUTO"),
        boolean(
            "REPLACE_INVALID_CHARACTERS",
            avro.replace_invalid_characters,
            false,
        ),
    ]
}

fn option(name: &'static str, kind: &'static str, value: String, default: &str) -> FormatOption {
    FormatOption {
        name,
        kind,
        value,
        default: default.to_owned(),
    }
}

fn text(name: &'static str, value: &str, default: &str) -> FormatOption {
    option(name, "String", value.to_owned(), default)
}

fn boolean(name: &'static str, value: bool, default: bool) -> FormatOption {
    option(
        name,
        "Boolean",
        value.to_string(),
        if default { "true" } else { "false" },
    )
}

fn null_if(values: &[String]) -> FormatOption {
    let values: Vec<String> = values.iter().map(|value| escaped(value)).collect();
    option(
        "NULL_IF",
        "List",
        format!("[{}]", values.join(", ")),
        "[\\\\N]",
    )
}

fn delimiter(value: Option<&str>) -> String {
    value.map_or_else(|| "NONE".to_owned(), escaped)
}

fn character(value: Option<char>) -> String {
    value.map_or_else(|| "NONE".to_owned(), |value| escaped(&value.to_string()))
}

/// Control characters and backslashes as they would be written.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            '\\' => shown.push_str("\\\\"),
            other if other.is_control() => shown.push_str(&format!("\\x{:02x}", u32::from(other))),
            other => shown.push(other),
        }
    }
    shown
}

fn value_format(format: &ValueFormat) -> &str {
    match format {
        ValueFormat::Auto => "AUTO",
        ValueFormat::Format(model) => model,
    }
}

fn binary_format(format: BinaryFormat) -> &'static str {
    match format {
        BinaryFormat::Hex => "HEX",
        BinaryFormat::Base64 => "BASE64",
        BinaryFormat::Utf8 => "UTF8",
    }
}

fn compression(compression: Compression) -> &'static str {
    match compression {
        Compression::Auto => "AUTO",
        Compression::None => "NONE",
        Compression::Gzip => "GZIP",
        Compression::Bz2 => "BZ2",
        Compression::Brotli => "BROTLI",
        Compression::Zstd => "ZSTD",
        Compression::Deflate => "DEFLATE",
        Compression::RawDeflate => "RAW_DEFLATE",
        Compression::Snappy => "SNAPPY",
        Compression::Lzo => "LZO",
    }
}
