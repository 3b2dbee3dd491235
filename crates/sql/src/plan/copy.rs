//! COPY INTO: table, columns, stage and format looked up, every copy option checked.

use super::resolve::Resolver;
use super::{Plan, ValidationMode, file_format, stage};
use crate::analyze::{self, StageShape};
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::{
    CopyInto, CopyOptions, CopySource, FileFormat, FileFormatRef, MatchByColumnName,
    MetadataColumn, OnError, StagePath, Table, TransformItem,
};
use crate::parse::options::{boolean, invalid_value, unknown};
use crate::span::Span;
use crate::statement::{CopyIntoStatement, OptionValue, Options};

/// Where a COPY statement stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CopyKind {
    /// On its own.
    Bulk,
    /// In a pipe, which has fewer options.
    Pipe,
}

/// COPY INTO on its own.
pub(super) fn plan(
    statement: &CopyIntoStatement,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    Ok(Plan::CopyInto {
        copy: copy_into(statement, CopyKind::Bulk, script, resolver)?,
        validation_mode: statement
            .validation_mode
            .as_ref()
            .map(validation_mode)
            .transpose()?,
    })
}

/// The resolved statement. `script` is the text its spans point into.
pub(super) fn copy_into(
    statement: &CopyIntoStatement,
    kind: CopyKind,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<CopyInto, SqlError> {
    let table = resolver.table(&statement.table)?;
    check_columns(statement, &table)?;
    let path = stage::path(&statement.path, resolver)?;
    let file_format = statement
        .file_format
        .as_ref()
        .map(|options| file_format::reference(options, resolver))
        .transpose()?;
    let options = options(&statement.options, &table)?;
    check_together(statement, &options)?;
    check_transform(
        statement,
        &table,
        &path,
        file_format.as_ref(),
        script,
        resolver,
    )?;
    if kind == CopyKind::Pipe {
        check_pipe(statement, &path)?;
    }
    if statement.files.len() > 1000 {
        return Err(SqlError::compilation(
            "001008",
            "22023",
            "FILES names more than 1000 files",
            statement.table.span(),
        ));
    }
    Ok(CopyInto {
        table: table.name.clone(),
        columns: statement
            .columns
            .iter()
            .map(|column| column.value.clone())
            .collect(),
        source: CopySource {
            path,
            transform: statement
                .transform
                .iter()
                .map(|column| TransformItem {
                    expression: column.span.of(script).to_owned(),
                })
                .collect(),
            alias: statement.alias.as_ref().map(|alias| alias.value.clone()),
        },
        files: statement.files.clone(),
        pattern: statement.pattern.as_ref().map(|(text, _)| text.clone()),
        file_format,
        options,
    })
}

/// The column list names the table's columns, each once, and a transformation has as many items as there are columns.
fn check_columns(statement: &CopyIntoStatement, table: &Table) -> Result<(), SqlError> {
    for (index, column) in statement.columns.iter().enumerate() {
        if table.column(&column.value).is_none() {
            return Err(SqlError::invalid_identifier(column, column.span));
        }
        if statement.columns[..index].contains(column) {
            return Err(duplicate_column(column));
        }
    }
    let expected = match statement.columns.len() {
        0 => table.columns.len(),
        listed => listed,
    };
    match statement.transform.as_slice() {
        [] => Ok(()),
        [first, .., last] if statement.transform.len() != expected => Err(count_mismatch(
            expected,
            statement,
            first.span.union(last.span),
        )),
        [only] if expected != 1 => Err(count_mismatch(expected, statement, only.span)),
        _ => Ok(()),
    }
}

/// Every item of a transformation is something its column can hold.
fn check_transform(
    statement: &CopyIntoStatement,
    table: &Table,
    path: &StagePath,
    format: Option<&FileFormatRef>,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<(), SqlError> {
    let shape = match file_format::of_load(path, format, resolver) {
        Some(FileFormat::Csv(_)) | None => StageShape::Fields,
        Some(FileFormat::Json(_) | FileFormat::Parquet(_) | FileFormat::Avro(_)) => {
            StageShape::Document
        }
    };
    let alias = statement.alias.as_ref().map(|alias| alias.value.as_str());
    for (index, item) in statement.transform.iter().enumerate() {
        let target = match statement.columns.get(index) {
            Some(column) => table.column(&column.value).map(|(_, column)| column),
            None => table.columns.get(index),
        };
        let Some(target) = target else { continue };
        analyze::plan_stage_expressions(
            &[item.span.of(script)],
            alias,
            &[target],
            shape,
            resolver.catalog,
            resolver.context,
        )
        .map_err(|mut error| {
            error.span = match error.span.is_nowhere() {
                true => item.span,
                false => error.span.shift(item.span.start),
            };
            error
        })?;
    }
    Ok(())
}

fn count_mismatch(expected: usize, statement: &CopyIntoStatement, span: Span) -> SqlError {
    SqlError::compilation(
        "002020",
        "21S01",
        format!(
            "Insert value list does not match column list expecting {expected} but got {}",
            statement.transform.len()
        ),
        span,
    )
}

/// `duplicate column name 'X'`.
pub(super) fn duplicate_column(column: &Ident) -> SqlError {
    SqlError::compilation(
        "002025",
        "42S21",
        format!("duplicate column name '{}'", column.value),
        column.span,
    )
}

/// What Snowflake does not let stand together.
fn check_together(statement: &CopyIntoStatement, options: &CopyOptions) -> Result<(), SqlError> {
    let refuse =
        |message: &str, span: Span| Err(SqlError::compilation("002300", "0A000", message, span));
    let matches = options.match_by_column_name != MatchByColumnName::None;
    let place = |key: &str| {
        statement
            .options
            .iter()
            .find(|(name, _)| name.value == key)
            .map_or(statement.table.span(), |(name, _)| name.span)
    };
    if matches && !statement.transform.is_empty() {
        return refuse(
            "match_by_column_name is not supported with copy transform.",
            place("MATCH_BY_COLUMN_NAME"),
        );
    }
    if !matches && !options.include_metadata.is_empty() {
        return refuse(
            "INCLUDE_METADATA can only be used with MATCH_BY_COLUMN_NAME.",
            place("INCLUDE_METADATA"),
        );
    }
    if let Some(mode) = &statement.validation_mode {
        if !statement.transform.is_empty() {
            return refuse(
                "VALIDATION_MODE is not supported with copy transform.",
                mode.span,
            );
        }
        if matches {
            return refuse(
                "VALIDATION_MODE is not supported with MATCH_BY_COLUMN_NAME.",
                mode.span,
            );
        }
    }
    Ok(())
}

/// What a pipe's COPY may not have.
fn check_pipe(statement: &CopyIntoStatement, path: &StagePath) -> Result<(), SqlError> {
    let refuse = |what: &str, span: Span| {
        Err(SqlError::compilation(
            "002300",
            "0A000",
            format!("{what} is not supported in a pipe's COPY statement."),
            span,
        ))
    };
    if matches!(path, StagePath::User { .. }) {
        return refuse("A user stage", statement.path.span());
    }
    if !statement.files.is_empty() {
        return refuse("FILES", statement.table.span());
    }
    if let Some(mode) = &statement.validation_mode {
        return refuse("VALIDATION_MODE", mode.span);
    }
    for (key, value) in &statement.options {
        match key.value.as_str() {
            "SIZE_LIMIT" | "PURGE" | "FORCE" | "RETURN_FAILED_ONLY" => {
                return refuse(&key.value, key.span);
            }
            "ON_ERROR" if on_error(value)? == OnError::AbortStatement => {
                return refuse("ON_ERROR = ABORT_STATEMENT", value.span());
            }
            _ => {}
        }
    }
    Ok(())
}

const COPY_OPTIONS: &[&str] = &[
    "ENFORCE_LENGTH",
    "FORCE",
    "INCLUDE_METADATA",
    "LOAD_UNCERTAIN_FILES",
    "MATCH_BY_COLUMN_NAME",
    "ON_ERROR",
    "PURGE",
    "RETURN_FAILED_ONLY",
    "SIZE_LIMIT",
    "TRUNCATECOLUMNS",
];

fn options(given: &Options, table: &Table) -> Result<CopyOptions, SqlError> {
    let mut options = CopyOptions::default();
    for (key, value) in given {
        let name = key.value.as_str();
        match name {
            "ENFORCE_LENGTH" => options.enforce_length = boolean(name, value)?,
            "TRUNCATECOLUMNS" => options.enforce_length = !boolean(name, value)?,
            "FORCE" => options.force = boolean(name, value)?,
            "LOAD_UNCERTAIN_FILES" => options.load_uncertain_files = boolean(name, value)?,
            "PURGE" => options.purge = boolean(name, value)?,
            "RETURN_FAILED_ONLY" => options.return_failed_only = boolean(name, value)?,
            "SIZE_LIMIT" => options.size_limit = size_limit(value)?,
            "ON_ERROR" => options.on_error = Some(on_error(value)?),
            "MATCH_BY_COLUMN_NAME" => {
                options.match_by_column_name = match file_format::word(value).as_deref() {
                    Some("CASE_SENSITIVE") => MatchByColumnName::CaseSensitive,
                    Some("CASE_INSENSITIVE") => MatchByColumnName::CaseInsensitive,
                    Some("NONE") => MatchByColumnName::None,
                    _ => return Err(invalid_value(name, value)),
                }
            }
            "INCLUDE_METADATA" => options.include_metadata = include_metadata(value, table)?,
            "LOAD_MODE" if file_format::word(value).as_deref() == Some("FULL_INGEST") => {}
            "CREDENTIALS"
            | "ENCRYPTION"
            | "FILE_PROCESSOR"
            | "LOAD_MODE"
            | "STORAGE_INTEGRATION" => {
                return Err(SqlError::unsupported(format!("{name} of COPY"), key.span));
            }
            _ => return Err(unknown(key, COPY_OPTIONS, "COPY")),
        }
    }
    Ok(options)
}

fn size_limit(value: &OptionValue) -> Result<Option<u64>, SqlError> {
    match value {
        OptionValue::Number(digits, _) => match digits.parse() {
            Ok(0) | Err(_) => Err(invalid_value("SIZE_LIMIT", value)),
            Ok(limit) => Ok(Some(limit)),
        },
        value if file_format::word(value).as_deref() == Some("NULL") => Ok(None),
        value => Err(invalid_value("SIZE_LIMIT", value)),
    }
}

/// CONTINUE, SKIP_FILE, SKIP_FILE_n, 'SKIP_FILE_n%', ABORT_STATEMENT; bare or in quotes.
fn on_error(value: &OptionValue) -> Result<OnError, SqlError> {
    let wrong = || invalid_value("ON_ERROR", value);
    let word = file_format::word(value).ok_or_else(wrong)?;
    match word.as_str() {
        "CONTINUE" => Ok(OnError::Continue),
        "SKIP_FILE" => Ok(OnError::SkipFile),
        "ABORT_STATEMENT" => Ok(OnError::AbortStatement),
        other => {
            let number = other.strip_prefix("SKIP_FILE_").ok_or_else(wrong)?;
            match number.strip_suffix('%') {
                Some(percent) => match percent.parse::<f64>() {
                    Ok(percent)
                        if (0.0..=100.0).contains(&percent)
                            && number.starts_with(|first: char| first.is_ascii_digit()) =>
                    {
                        Ok(OnError::SkipFilePercent(percent))
                    }
                    _ => Err(wrong()),
                },
                None => match number.parse() {
                    Ok(0) | Err(_) => Err(wrong()),
                    Ok(count) => Ok(OnError::SkipFileCount(count)),
                },
            }
        }
    }
}

/// `(column = METADATA$FILENAME, …)`.
fn include_metadata(
    value: &OptionValue,
    table: &Table,
) -> Result<Vec<(String, MetadataColumn)>, SqlError> {
    let OptionValue::Options(columns, _) = value else {
        return Err(invalid_value("INCLUDE_METADATA", value));
    };
    columns
        .iter()
        .map(|(column, field)| {
            if table.column(&column.value).is_none() {
                return Err(SqlError::invalid_identifier(column, column.span));
            }
            let metadata = match file_format::word(field).as_deref() {
                Some("METADATA$FILENAME") => MetadataColumn::Filename,
                Some("METADATA$FILE_ROW_NUMBER") => MetadataColumn::FileRowNumber,
                Some("METADATA$FILE_CONTENT_KEY") => MetadataColumn::FileContentKey,
                Some("METADATA$FILE_LAST_MODIFIED") => MetadataColumn::FileLastModified,
                Some("METADATA$START_SCAN_TIME") => MetadataColumn::StartScanTime,
                _ => return Err(invalid_value("INCLUDE_METADATA", field)),
            };
            Ok((column.value.clone(), metadata))
        })
        .collect()
}

fn validation_mode(mode: &Ident) -> Result<ValidationMode, SqlError> {
    match mode.value.as_str() {
        "RETURN_ERRORS" => Ok(ValidationMode::ReturnErrors),
        "RETURN_ALL_ERRORS" => Ok(ValidationMode::ReturnAllErrors),
        other => other
            .strip_prefix("RETURN_")
            .and_then(|rest| rest.strip_suffix("_ROWS"))
            .and_then(|count| count.parse().ok())
            .map(ValidationMode::ReturnRows)
            .ok_or_else(|| {
                let value = OptionValue::Word(mode.value.clone(), mode.span);
                invalid_value("VALIDATION_MODE", &value)
            }),
    }
}
