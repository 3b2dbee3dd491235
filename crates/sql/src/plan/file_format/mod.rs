//! File format options → [`FileFormat`], every value checked, defaults filled in.

mod value;

pub use value::compression_word;
pub(super) use value::word;
pub(crate) use value::written_delimiter;

use super::Plan;
use super::resolve::Resolver;
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::{
    AvroFormat, Compression, CsvFormat, FileFormat, FileFormatRef, JsonFormat, NamedFileFormat,
    Object, ParquetFormat, StagePath,
};
use crate::parse::options::{boolean, invalid_value, nearest, text_list, unknown};
use crate::statement::{CreateFileFormat, FileFormatOptions, Options};
use value::{
    AVRO_COMPRESSIONS, PARQUET_COMPRESSIONS, TEXT_COMPRESSIONS, binary_format, character,
    compression, delimiter, encoding, text_or_none, unsigned, value_format,
};

/// CREATE FILE FORMAT.
pub(super) fn plan(create: &CreateFileFormat, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let name = resolver.new_name(&create.name)?;
    let format = match &create.format {
        FileFormatOptions::Inline(options, _) => file_format(options)?,
        FileFormatOptions::Named(other) => {
            return Err(SqlError::syntax(
                format!("unexpected '{other}'."),
                other.span(),
            ));
        }
    };
    Ok(Plan::Create {
        object: Object::FileFormat(NamedFileFormat {
            name,
            temporary: create.temporary,
            format,
            comment: create.comment.clone(),
        }),
        mode: create.mode,
        credentials: None,
    })
}

/// FILE_FORMAT of a stage or COPY; a named format must exist.
pub(super) fn reference(
    options: &FileFormatOptions,
    resolver: Resolver<'_>,
) -> Result<FileFormatRef, SqlError> {
    match options {
        FileFormatOptions::Inline(options, _) => Ok(FileFormatRef::Inline(file_format(options)?)),
        FileFormatOptions::Named(name) => {
            let full = resolver.name(name)?;
            match resolver.catalog.file_format(&full) {
                Some(_) => Ok(FileFormatRef::Named(full)),
                None => Err(SqlError::does_not_exist("File format", full, name.span())),
            }
        }
    }
}

/// The format of a load: its own, else its stage's; `None` means neither says one (CSV).
pub(super) fn of_load(
    path: &StagePath,
    format: Option<&FileFormatRef>,
    resolver: Resolver<'_>,
) -> Option<FileFormat> {
    let of_stage = match path {
        StagePath::Named { stage, .. } => resolver
            .catalog
            .stage(stage)
            .and_then(|stage| stage.file_format.clone()),
        StagePath::Table { .. } | StagePath::User { .. } => None,
    };
    match format.cloned().or(of_stage)? {
        FileFormatRef::Inline(format) => Some(format),
        FileFormatRef::Named(name) => resolver
            .catalog
            .file_format(&name)
            .map(|named| named.format.clone()),
    }
}

/// The format changed by options; its type stays.
pub(super) fn change(format: &FileFormat, options: &Options) -> Result<FileFormat, SqlError> {
    let kind = match format {
        FileFormat::Csv(_) => "CSV",
        FileFormat::Json(_) => "JSON",
        FileFormat::Parquet(_) => "PARQUET",
        FileFormat::Avro(_) => "AVRO",
    };
    if let Some((_, value)) = options.iter().find(|(key, _)| key.value == "TYPE")
        && word(value).as_deref() != Some(kind)
    {
        return Err(SqlError::compilation(
            "001008",
            "22023",
            format!("the TYPE of a file format cannot be changed from {kind}"),
            value.span(),
        ));
    }
    Ok(match format.clone() {
        FileFormat::Csv(format) => FileFormat::Csv(csv(format, options)?),
        FileFormat::Json(format) => FileFormat::Json(json(format, options)?),
        FileFormat::Parquet(format) => FileFormat::Parquet(parquet(format, options)?),
        FileFormat::Avro(format) => FileFormat::Avro(avro(format, options)?),
    })
}

/// A format from its options. Without TYPE it is CSV.
pub(crate) fn file_format(options: &Options) -> Result<FileFormat, SqlError> {
    const TYPES: &[&str] = &["CSV", "JSON", "PARQUET", "AVRO", "ORC", "XML"];
    let Some((_, kind)) = options.iter().find(|(key, _)| key.value == "TYPE") else {
        return Ok(FileFormat::Csv(csv(CsvFormat::default(), options)?));
    };
    match word(kind).as_deref() {
        Some("CSV") => Ok(FileFormat::Csv(csv(CsvFormat::default(), options)?)),
        Some("JSON") => Ok(FileFormat::Json(json(JsonFormat::default(), options)?)),
        Some("PARQUET") => {
            let format = ParquetFormat::default();
            Ok(FileFormat::Parquet(parquet(format, options)?))
        }
        Some("AVRO") => {
            let format = AvroFormat {
                compression: Compression::Auto,
                trim_space: false,
                replace_invalid_characters: false,
                null_if: Vec::new(),
            };
            Ok(FileFormat::Avro(avro(format, options)?))
        }
        Some(refused @ ("ORC" | "XML" | "CUSTOM")) => Err(SqlError::unsupported(
            format!("file format TYPE = {refused}"),
            kind.span(),
        )),
        other => {
            let error = invalid_value("TYPE", kind);
            Err(match other.and_then(|word| nearest(word, TYPES)) {
                Some(nearest) => error.with_hint(format!("did you mean `{nearest}`?")),
                None => error,
            })
        }
    }
}

/// The option is not one of the type's; perhaps it is another's.
fn not_of(key: &Ident, known: &[&str], kind: &str) -> SqlError {
    let error = unknown(key, known, &format!("{kind} file format"));
    let others = [
        ("CSV", CSV),
        ("JSON", JSON),
        ("PARQUET", PARQUET),
        ("AVRO", AVRO),
    ];
    match others
        .iter()
        .find(|(_, options)| options.contains(&key.value.as_str()))
    {
        Some((other, _)) => {
            error.with_hint(format!("`{}` is an option of TYPE = {other}", key.value))
        }
        None => error,
    }
}

const CSV: &[&str] = &[
    "BINARY_FORMAT",
    "COMPRESSION",
    "DATE_FORMAT",
    "EMPTY_FIELD_AS_NULL",
    "ENCODING",
    "ERROR_ON_COLUMN_COUNT_MISMATCH",
    "ESCAPE",
    "ESCAPE_UNENCLOSED_FIELD",
    "FIELD_DELIMITER",
    "FIELD_OPTIONALLY_ENCLOSED_BY",
    "FILE_EXTENSION",
    "MULTI_LINE",
    "NULL_IF",
    "PARSE_HEADER",
    "RECORD_DELIMITER",
    "REPLACE_INVALID_CHARACTERS",
    "SKIP_BLANK_LINES",
    "SKIP_BYTE_ORDER_MARK",
    "SKIP_HEADER",
    "TIMESTAMP_FORMAT",
    "TIME_FORMAT",
    "TRIM_SPACE",
    "TYPE",
];

fn csv(mut format: CsvFormat, options: &Options) -> Result<CsvFormat, SqlError> {
    for (key, value) in options {
        let name = key.value.as_str();
        match name {
            "TYPE" => {}
            "COMPRESSION" => format.compression = compression(value, TEXT_COMPRESSIONS)?,
            "RECORD_DELIMITER" => format.record_delimiter = delimiter(name, value)?,
            "FIELD_DELIMITER" => format.field_delimiter = delimiter(name, value)?,
            "FILE_EXTENSION" => format.file_extension = text_or_none(name, value)?,
            "PARSE_HEADER" => format.parse_header = boolean(name, value)?,
            "SKIP_HEADER" => format.skip_header = unsigned(name, value)?,
            "SKIP_BLANK_LINES" => format.skip_blank_lines = boolean(name, value)?,
            "DATE_FORMAT" => format.date_format = value_format(name, value)?,
            "TIME_FORMAT" => format.time_format = value_format(name, value)?,
            "TIMESTAMP_FORMAT" => format.timestamp_format = value_format(name, value)?,
            "BINARY_FORMAT" => format.binary_format = binary_format(value)?,
            "ESCAPE" => format.escape = character(name, value)?,
            "ESCAPE_UNENCLOSED_FIELD" => {
                format.escape_unenclosed_field = character(name, value)?;
            }
            "TRIM_SPACE" => format.trim_space = boolean(name, value)?,
            "FIELD_OPTIONALLY_ENCLOSED_BY" => {
                format.field_optionally_enclosed_by = match character(name, value)? {
                    enclosure @ (None | Some('\'' | '"')) => enclosure,
                    Some(_) => return Err(invalid_value(name, value)),
                }
            }
            "NULL_IF" => format.null_if = text_list(name, value)?,
            "ERROR_ON_COLUMN_COUNT_MISMATCH" => {
                format.error_on_column_count_mismatch = boolean(name, value)?;
            }
            "REPLACE_INVALID_CHARACTERS" => {
                format.replace_invalid_characters = boolean(name, value)?;
            }
            "EMPTY_FIELD_AS_NULL" => format.empty_field_as_null = boolean(name, value)?,
            "SKIP_BYTE_ORDER_MARK" => format.skip_byte_order_mark = boolean(name, value)?,
            "ENCODING" => format.encoding = encoding(value)?,
            "MULTI_LINE" => format.multi_line = boolean(name, value)?,
            _ => return Err(not_of(key, CSV, "CSV")),
        }
    }
    check_csv(&format, options)?;
    Ok(format)
}

/// What Snowflake does not let stand together.
fn check_csv(format: &CsvFormat, options: &Options) -> Result<(), SqlError> {
    let span = |key: &str| {
        options
            .iter()
            .find(|(name, _)| name.value == key)
            .map_or(Default::default(), |(name, _)| name.span)
    };
    if format.parse_header && format.skip_header > 0 {
        return Err(SqlError::compilation(
            "001008",
            "22023",
            "SKIP_HEADER is not supported with PARSE_HEADER = TRUE",
            span("SKIP_HEADER"),
        )
        .with_hint("PARSE_HEADER reads the first line itself"));
    }
    if let (Some(record), Some(field)) = (&format.record_delimiter, &format.field_delimiter)
        && (record.contains(field.as_str()) || field.contains(record.as_str()))
    {
        return Err(SqlError::compilation(
            "001008",
            "22023",
            "FIELD_DELIMITER and RECORD_DELIMITER must not contain one another",
            span("FIELD_DELIMITER").union(span("RECORD_DELIMITER")),
        ));
    }
    Ok(())
}

const JSON: &[&str] = &[
    "ALLOW_DUPLICATE",
    "BINARY_FORMAT",
    "COMPRESSION",
    "DATE_FORMAT",
    "ENABLE_OCTAL",
    "FILE_EXTENSION",
    "IGNORE_UTF8_ERRORS",
    "MULTI_LINE",
    "NULL_IF",
    "REPLACE_INVALID_CHARACTERS",
    "SKIP_BYTE_ORDER_MARK",
    "STRIP_NULL_VALUES",
    "STRIP_OUTER_ARRAY",
    "TIMESTAMP_FORMAT",
    "TIME_FORMAT",
    "TRIM_SPACE",
    "TYPE",
];

fn json(mut format: JsonFormat, options: &Options) -> Result<JsonFormat, SqlError> {
    for (key, value) in options {
        let name = key.value.as_str();
        match name {
            "TYPE" => {}
            "COMPRESSION" => format.compression = compression(value, TEXT_COMPRESSIONS)?,
            "DATE_FORMAT" => format.date_format = value_format(name, value)?,
            "TIME_FORMAT" => format.time_format = value_format(name, value)?,
            "TIMESTAMP_FORMAT" => format.timestamp_format = value_format(name, value)?,
            "BINARY_FORMAT" => format.binary_format = binary_format(value)?,
            "TRIM_SPACE" => format.trim_space = boolean(name, value)?,
            "MULTI_LINE" => format.multi_line = boolean(name, value)?,
            "NULL_IF" => format.null_if = text_list(name, value)?,
            "FILE_EXTENSION" => format.file_extension = text_or_none(name, value)?,
            "ENABLE_OCTAL" => format.enable_octal = boolean(name, value)?,
            "ALLOW_DUPLICATE" => format.allow_duplicate = boolean(name, value)?,
            "STRIP_OUTER_ARRAY" => format.strip_outer_array = boolean(name, value)?,
            "STRIP_NULL_VALUES" => format.strip_null_values = boolean(name, value)?,
            "REPLACE_INVALID_CHARACTERS" => {
                format.replace_invalid_characters = boolean(name, value)?;
            }
            "IGNORE_UTF8_ERRORS" => format.ignore_utf8_errors = boolean(name, value)?,
            "SKIP_BYTE_ORDER_MARK" => format.skip_byte_order_mark = boolean(name, value)?,
            _ => return Err(not_of(key, JSON, "JSON")),
        }
    }
    Ok(format)
}

const PARQUET: &[&str] = &[
    "BINARY_AS_TEXT",
    "COMPRESSION",
    "NULL_IF",
    "REPLACE_INVALID_CHARACTERS",
    "SNAPPY_COMPRESSION",
    "TRIM_SPACE",
    "TYPE",
    "USE_LOGICAL_TYPE",
    "USE_VECTORIZED_SCANNER",
];

fn parquet(mut format: ParquetFormat, options: &Options) -> Result<ParquetFormat, SqlError> {
    for (key, value) in options {
        let name = key.value.as_str();
        match name {
            "TYPE" => {}
            "COMPRESSION" => format.compression = compression(value, PARQUET_COMPRESSIONS)?,
            "SNAPPY_COMPRESSION" => {
                format.compression = match boolean(name, value)? {
                    true => Compression::Snappy,
                    false => Compression::None,
                }
            }
            "BINARY_AS_TEXT" => format.binary_as_text = boolean(name, value)?,
            "USE_LOGICAL_TYPE" => format.use_logical_type = boolean(name, value)?,
            "USE_VECTORIZED_SCANNER" => format.use_vectorized_scanner = boolean(name, value)?,
            "TRIM_SPACE" => format.trim_space = boolean(name, value)?,
            "REPLACE_INVALID_CHARACTERS" => {
                format.replace_invalid_characters = boolean(name, value)?;
            }
            "NULL_IF" => format.null_if = text_list(name, value)?,
            _ => return Err(not_of(key, PARQUET, "PARQUET")),
        }
    }
    Ok(format)
}

const AVRO: &[&str] = &[
    "COMPRESSION",
    "NULL_IF",
    "REPLACE_INVALID_CHARACTERS",
    "TRIM_SPACE",
    "TYPE",
];

fn avro(mut format: AvroFormat, options: &Options) -> Result<AvroFormat, SqlError> {
    for (key, value) in options {
        let name = key.value.as_str();
        match name {
            "TYPE" => {}
            "COMPRESSION" => format.compression = compression(value, AVRO_COMPRESSIONS)?,
            "TRIM_SPACE" => format.trim_space = boolean(name, value)?,
            "REPLACE_INVALID_CHARACTERS" => {
                format.replace_invalid_characters = boolean(name, value)?;
            }
            "NULL_IF" => format.null_if = text_list(name, value)?,
            _ => return Err(not_of(key, AVRO, "AVRO")),
        }
    }
    Ok(format)
}
