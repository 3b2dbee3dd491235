//! COPY INTO a location.

use super::resolve::Resolver;
use super::{Plan, QueryPlan, UnloadPlan, file_format, stage};
use crate::analyze;
use crate::error::SqlError;
use crate::object::{FileFormat, FileFormatRef};
use crate::parse::options::{boolean, invalid_value};
use crate::parse::parse_script;
use crate::span::Span;
use crate::statement::{CopyIntoLocation, OptionValue, Statement, UnloadSource};

/// COPY INTO a location. `script` is the text the statement's spans point into.
pub(super) fn plan(
    copy: &CopyIntoLocation,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let partition = copy.partition_by.as_ref().map(|(_, span)| *span);
    let partitioned = partition.is_some();
    let mut unload = UnloadPlan {
        path: stage::path(&copy.path, resolver)?,
        query: query(copy, partition, script, resolver)?,
        partitioned,
        file_format: None,
        header: false,
        overwrite: false,
        single: false,
        max_file_size: 16_777_216,
        include_query_id: partitioned,
        detailed_output: false,
    };
    if let Some(options) = &copy.file_format {
        let format = file_format::reference(options, resolver)?;
        check_format(&format, copy, resolver)?;
        unload.file_format = Some(format);
    }
    set_options(&mut unload, copy)?;
    if let Some(mode) = &copy.validation_mode {
        if mode.value != "RETURN_ROWS" {
            let value = OptionValue::Word(mode.value.clone(), mode.span);
            return Err(invalid_value("VALIDATION_MODE", &value));
        }
        // The rows go to the client, and no file is written.
        check_together(&unload, copy)?;
        return Ok(Plan::Query(query(copy, None, script, resolver)?));
    }
    check_together(&unload, copy)?;
    Ok(Plan::Unload(Box::new(unload)))
}

fn set_options(unload: &mut UnloadPlan, copy: &CopyIntoLocation) -> Result<(), SqlError> {
    for (key, value) in &copy.options {
        let name = key.value.as_str();
        match name {
            "HEADER" => unload.header = boolean(name, value)?,
            "OVERWRITE" => unload.overwrite = boolean(name, value)?,
            "SINGLE" => unload.single = boolean(name, value)?,
            "INCLUDE_QUERY_ID" => unload.include_query_id = boolean(name, value)?,
            "DETAILED_OUTPUT" => unload.detailed_output = boolean(name, value)?,
            "MAX_FILE_SIZE" => {
                unload.max_file_size = match value {
                    OptionValue::Number(digits, _) => match digits.parse() {
                        Ok(size @ 1..=5_368_709_120) => size,
                        _ => return Err(invalid_value(name, value)),
                    },
                    other => return Err(invalid_value(name, other)),
                }
            }
            _ => return Err(SqlError::unsupported(format!("{name} of COPY"), key.span)),
        }
    }
    Ok(())
}

/// What Snowflake does not let stand together.
fn check_together(unload: &UnloadPlan, copy: &CopyIntoLocation) -> Result<(), SqlError> {
    let conflict = if unload.partitioned && unload.overwrite {
        "OVERWRITE = TRUE is not supported with PARTITION BY."
    } else if unload.partitioned && unload.single {
        "SINGLE = TRUE is not supported with PARTITION BY."
    } else if unload.partitioned && !unload.include_query_id {
        "INCLUDE_QUERY_ID = FALSE is not supported with PARTITION BY."
    } else if unload.include_query_id && unload.single {
        "INCLUDE_QUERY_ID = TRUE is not supported with SINGLE = TRUE."
    } else if unload.include_query_id && unload.overwrite {
        "INCLUDE_QUERY_ID = TRUE is not supported with OVERWRITE = TRUE."
    } else {
        return Ok(());
    };
    Err(SqlError::compilation(
        "002300",
        "0A000",
        conflict,
        copy.path.span(),
    ))
}

/// Files are unloaded as CSV, JSON or Parquet.
fn check_format(
    format: &FileFormatRef,
    copy: &CopyIntoLocation,
    resolver: Resolver<'_>,
) -> Result<(), SqlError> {
    let is_avro = match format {
        FileFormatRef::Inline(format) => matches!(format, FileFormat::Avro(_)),
        FileFormatRef::Named(name) => resolver
            .catalog
            .file_format(name)
            .is_some_and(|named| matches!(named.format, FileFormat::Avro(_))),
    };
    match is_avro {
        true => Err(SqlError::unsupported("unloading to AVRO", copy.path.span())),
        false => Ok(()),
    }
}

/// The rows to unload; with PARTITION BY the partition is one column more.
fn query(
    copy: &CopyIntoLocation,
    partition: Option<Span>,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<QueryPlan, SqlError> {
    let (catalog, context) = (resolver.catalog, resolver.context);
    let (source, source_span) = match &copy.source {
        UnloadSource::Query(query, _) if partition.is_none() => {
            return analyze::plan_query(query, script, catalog, context);
        }
        UnloadSource::Query(_, span) => (format!("(\n{}\n)", span.of(script)), *span),
        UnloadSource::Table(name) => (name.to_string(), name.span()),
    };
    let text = match partition {
        Some(span) => format!(
            "SELECT *, CAST((\n{}\n) AS VARCHAR) FROM {source}",
            span.of(script)
        ),
        None => format!("SELECT * FROM {source}"),
    };
    // An error is shown where the user wrote the part it is in.
    let here = |mut error: SqlError| {
        let from = text.len() - source.len();
        let inside_query = matches!(copy.source, UnloadSource::Query(..));
        error.span = match (partition, error.span.start) {
            (_, start) if start > from && inside_query => error
                .span
                .shift(source_span.start)
                .shift_back(from + "(\n".len()),
            (Some(span), start) if start < from && start >= PREFIX.len() => {
                error.span.shift(span.start).shift_back(PREFIX.len())
            }
            _ => source_span,
        };
        error
    };
    let statements = parse_script(&text).map_err(here)?;
    match statements.as_slice() {
        [only] => match &only.statement {
            Statement::Query(query) => {
                analyze::plan_query(query, &text, catalog, context).map_err(here)
            }
            _ => Err(SqlError::syntax("unexpected 'FROM'.", source_span)),
        },
        _ => Err(SqlError::syntax("unexpected 'FROM'.", source_span)),
    }
}

/// What stands before the partition's expression.
const PREFIX: &str = "SELECT *, CAST((\n";

impl Span {
    /// The same range `by` bytes earlier.
    fn shift_back(self, by: usize) -> Span {
        Span::new(self.start.saturating_sub(by), self.end.saturating_sub(by))
    }
}
