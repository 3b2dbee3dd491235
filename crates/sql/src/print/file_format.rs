//! FILE FORMAT: the type, and the options that differ from their defaults.

use super::property::text_list;
use super::{DdlNames, property, statement};
use crate::object::{
    AvroFormat, BinaryFormat, Compression, CsvFormat, FileFormat, FileFormatRef, JsonFormat,
    NamedFileFormat, ParquetFormat, ValueFormat,
};
use crate::parse::quote_string;
use crate::plan::{compression_word, written_delimiter};

pub(super) fn ddl(format: &NamedFileFormat, names: DdlNames) -> String {
    let mut lines = options(&format.format);
    lines.extend(property::comment(&format.comment));
    let temporary = if format.temporary { "temporary " } else { "" };
    statement(
        format!(
            "create or replace {temporary}file format {}",
            names.of(&format.name)
        ),
        lines,
    )
}

/// `(TYPE = …)` or `(FORMAT_NAME = …)`.
pub(super) fn reference(format: &FileFormatRef) -> String {
    match format {
        FileFormatRef::Named(name) => format!("(FORMAT_NAME = {name})"),
        FileFormatRef::Inline(format) => format!("({})", options(format).join(" ")),
    }
}

/// `TYPE = …` and the options that differ from their defaults.
fn options(format: &FileFormat) -> Vec<String> {
    match format {
        FileFormat::Csv(format) => csv(format),
        FileFormat::Json(format) => json(format),
        FileFormat::Parquet(format) => parquet(format),
        FileFormat::Avro(format) => avro(format),
    }
}

/// Collects what differs.
struct Lines(Vec<String>);

impl Lines {
    fn of(kind: &str) -> Self {
        Self(vec![format!("TYPE = {kind}")])
    }

    fn push<T: PartialEq>(
        &mut self,
        key: &str,
        value: &T,
        default: &T,
        shown: impl Fn(&T) -> String,
    ) {
        if value != default {
            self.0.push(format!("{key} = {}", shown(value)));
        }
    }

    fn flag(&mut self, key: &str, value: bool, default: bool) {
        self.push(key, &value, &default, |value| {
            if *value { "TRUE" } else { "FALSE" }.to_owned()
        });
    }

    fn compression(&mut self, value: Compression) {
        self.push("COMPRESSION", &value, &Compression::Auto, |value| {
            compression_word(*value).to_owned()
        });
    }

    fn null_if(&mut self, value: &Vec<String>, default: &Vec<String>) {
        self.push("NULL_IF", value, default, |texts| text_list(texts));
    }
}

fn csv(format: &CsvFormat) -> Vec<String> {
    let default = CsvFormat::default();
    let mut lines = Lines::of("CSV");
    lines.compression(format.compression);
    for (key, value, default) in [
        (
            "RECORD_DELIMITER",
            &format.record_delimiter,
            &default.record_delimiter,
        ),
        (
            "FIELD_DELIMITER",
            &format.field_delimiter,
            &default.field_delimiter,
        ),
    ] {
        lines.push(key, value, default, delimiter);
    }
    lines.push("FILE_EXTENSION", &format.file_extension, &None, text);
    lines.flag("PARSE_HEADER", format.parse_header, false);
    lines.push("SKIP_HEADER", &format.skip_header, &0, u64::to_string);
    lines.flag("SKIP_BLANK_LINES", format.skip_blank_lines, false);
    lines.push(
        "DATE_FORMAT",
        &format.date_format,
        &ValueFormat::Auto,
        value_format,
    );
    lines.push(
        "TIME_FORMAT",
        &format.time_format,
        &ValueFormat::Auto,
        value_format,
    );
    lines.push(
        "TIMESTAMP_FORMAT",
        &format.timestamp_format,
        &ValueFormat::Auto,
        value_format,
    );
    lines.push(
        "BINARY_FORMAT",
        &format.binary_format,
        &BinaryFormat::Hex,
        binary_format,
    );
    lines.push("ESCAPE", &format.escape, &default.escape, character);
    lines.push(
        "ESCAPE_UNENCLOSED_FIELD",
        &format.escape_unenclosed_field,
        &default.escape_unenclosed_field,
        character,
    );
    lines.flag("TRIM_SPACE", format.trim_space, false);
    lines.push(
        "FIELD_OPTIONALLY_ENCLOSED_BY",
        &format.field_optionally_enclosed_by,
        &None,
        character,
    );
    lines.null_if(&format.null_if, &default.null_if);
    lines.flag(
        "ERROR_ON_COLUMN_COUNT_MISMATCH",
        format.error_on_column_count_mismatch,
        true,
    );
    lines.flag(
        "REPLACE_INVALID_CHARACTERS",
        format.replace_invalid_characters,
        false,
    );
    lines.flag("EMPTY_FIELD_AS_NULL", format.empty_field_as_null, true);
    lines.flag("SKIP_BYTE_ORDER_MARK", format.skip_byte_order_mark, true);
    lines.push("ENCODING", &format.encoding, &default.encoding, |name| {
        quote_string(name)
    });
    lines.flag("MULTI_LINE", format.multi_line, true);
    lines.0
}

fn json(format: &JsonFormat) -> Vec<String> {
    let default = JsonFormat::default();
    let mut lines = Lines::of("JSON");
    lines.compression(format.compression);
    lines.push(
        "DATE_FORMAT",
        &format.date_format,
        &ValueFormat::Auto,
        value_format,
    );
    lines.push(
        "TIME_FORMAT",
        &format.time_format,
        &ValueFormat::Auto,
        value_format,
    );
    lines.push(
        "TIMESTAMP_FORMAT",
        &format.timestamp_format,
        &ValueFormat::Auto,
        value_format,
    );
    lines.push(
        "BINARY_FORMAT",
        &format.binary_format,
        &BinaryFormat::Hex,
        binary_format,
    );
    lines.flag("TRIM_SPACE", format.trim_space, false);
    lines.flag("MULTI_LINE", format.multi_line, true);
    lines.null_if(&format.null_if, &default.null_if);
    lines.push("FILE_EXTENSION", &format.file_extension, &None, text);
    lines.flag("ENABLE_OCTAL", format.enable_octal, false);
    lines.flag("ALLOW_DUPLICATE", format.allow_duplicate, false);
    lines.flag("STRIP_OUTER_ARRAY", format.strip_outer_array, false);
    lines.flag("STRIP_NULL_VALUES", format.strip_null_values, false);
    lines.flag(
        "REPLACE_INVALID_CHARACTERS",
        format.replace_invalid_characters,
        false,
    );
    lines.flag("IGNORE_UTF8_ERRORS", format.ignore_utf8_errors, false);
    lines.flag("SKIP_BYTE_ORDER_MARK", format.skip_byte_order_mark, true);
    lines.0
}

fn parquet(format: &ParquetFormat) -> Vec<String> {
    let default = ParquetFormat::default();
    let mut lines = Lines::of("PARQUET");
    lines.compression(format.compression);
    lines.flag("BINARY_AS_TEXT", format.binary_as_text, true);
    lines.flag("USE_LOGICAL_TYPE", format.use_logical_type, false);
    lines.flag(
        "USE_VECTORIZED_SCANNER",
        format.use_vectorized_scanner,
        false,
    );
    lines.flag("TRIM_SPACE", format.trim_space, false);
    lines.flag(
        "REPLACE_INVALID_CHARACTERS",
        format.replace_invalid_characters,
        false,
    );
    lines.null_if(&format.null_if, &default.null_if);
    lines.0
}

fn avro(format: &AvroFormat) -> Vec<String> {
    let mut lines = Lines::of("AVRO");
    lines.compression(format.compression);
    lines.flag("TRIM_SPACE", format.trim_space, false);
    lines.flag(
        "REPLACE_INVALID_CHARACTERS",
        format.replace_invalid_characters,
        false,
    );
    lines.null_if(&format.null_if, &Vec::new());
    lines.0
}

fn text(value: &Option<String>) -> String {
    match value {
        Some(text) => quote_string(text),
        None => "NONE".to_owned(),
    }
}

fn delimiter(value: &Option<String>) -> String {
    match value {
        Some(text) => quote_string(&written_delimiter(text)),
        None => "NONE".to_owned(),
    }
}

fn character(value: &Option<char>) -> String {
    delimiter(&value.map(String::from))
}

fn value_format(value: &ValueFormat) -> String {
    match value {
        ValueFormat::Auto => "AUTO".to_owned(),
        ValueFormat::Format(format) => quote_string(format),
    }
}

fn binary_format(value: &BinaryFormat) -> String {
    match value {
        BinaryFormat::Hex => "HEX",
        BinaryFormat::Base64 => "BASE64",
        BinaryFormat::Utf8 => "UTF8",
    }
    .to_owned()
}
