//! Shows one result. In: a statement's columns and rows. Out: rows on stdout, their number and the time on stderr.

use crate::human::{counted, duration};
use crate::output::{self, Head, OutputFormat, RowWriter};
use crate::printer::Printer;
use crate::visible::visible_lines;
use snowmelt_engine::{EngineError, ResultSet};
use snowmelt_pipeline::Rows;
use snowmelt_pipeline::account::ValueKind;
use snowmelt_sql::parse::parse_script;
use snowmelt_sql::plan::OutputColumn;
use snowmelt_sql::{DataType, Statement};
use std::borrow::Cow;
use std::cell::Cell;
use std::io;
use std::time::Instant;

/// How results are shown.
pub(crate) struct Shown<'a> {
    pub(super) printer: &'a Printer,
    format: OutputFormat,
    /// Whether a table stands above, to be kept apart from the next.
    after_table: Cell<bool>,
}

/// Why a result could not be shown to its end.
pub(super) enum ShowError {
    /// The statement failed while its rows were read.
    Statement(EngineError),
    /// Stdout does not take more.
    Output(io::Error),
}

impl<'a> Shown<'a> {
    /// In that format.
    pub(super) fn new(printer: &'a Printer, format: OutputFormat) -> Self {
        Self {
            printer,
            format,
            after_table: Cell::new(false),
        }
    }

    /// Shows the result of a statement of `script` that was begun at `started`.
    pub(super) fn result(
        &self,
        result: ResultSet<'_>,
        script: &str,
        started: Instant,
    ) -> Result<(), ShowError> {
        if is_status(&result, script) {
            return self.status(result);
        }
        if self.format == OutputFormat::Table && self.after_table.replace(true) {
            self.printer.data_line("").map_err(ShowError::Output)?;
        }
        let types: Vec<DataType> = result
            .columns
            .iter()
            .map(|column| column.data_type)
            .collect();
        let heads = result.columns.iter().map(head).collect();
        let mut writer =
            RowWriter::new(self.printer, self.format, heads).map_err(ShowError::Output)?;
        let mut rows = 0;
        for row in result.into_text_rows() {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    // What came before it is shown; the error follows.
                    writer.finish().map_err(ShowError::Output)?;
                    return Err(ShowError::Statement(error));
                }
            };
            let cells: Vec<output::Cell<'_>> = row
                .iter()
                .zip(&types)
                .map(|(value, data_type)| cell(value.as_deref(), *data_type))
                .collect();
            writer.row(&cells).map_err(ShowError::Output)?;
            rows += 1;
        }
        writer.finish().map_err(ShowError::Output)?;
        self.printer.say(format_args!(
            "{} in {}",
            counted(rows, "row"),
            duration(started.elapsed())
        ));
        Ok(())
    }

    /// Shows rows that are all there, as texts, of one statement that was begun at `started`.
    pub(super) fn texts(
        &self,
        answer: Rows,
        kinds: &[ValueKind],
        statement: &str,
        started: Instant,
    ) -> io::Result<()> {
        if says_status(&answer.columns, statement) {
            for row in answer.rows {
                let said = row.first().and_then(Option::as_deref);
                self.printer.say(visible_lines(said.unwrap_or_default()));
            }
            return Ok(());
        }
        if self.format == OutputFormat::Table && self.after_table.replace(true) {
            self.printer.data_line("")?;
        }
        let heads = answer.columns.iter().zip(kinds).map(|(name, kind)| Head {
            name: name.clone(),
            is_numeric: *kind == ValueKind::Number,
        });
        let mut writer = RowWriter::new(self.printer, self.format, heads.collect())?;
        let rows = answer.rows.len() as u64;
        for row in &answer.rows {
            let cells: Vec<output::Cell<'_>> = row
                .iter()
                .zip(kinds)
                .map(|(value, kind)| match (value.as_deref(), kind) {
                    (None, _) => output::Cell::Null,
                    (Some(text), ValueKind::Number) => output::Cell::Number(Cow::Borrowed(text)),
                    (Some(text), ValueKind::Boolean) => {
                        output::Cell::Boolean(text.eq_ignore_ascii_case("true"))
                    }
                    (Some(text), ValueKind::Json) => output::Cell::Json(Cow::Borrowed(text)),
                    (Some(text), ValueKind::Text) => output::Cell::text(text),
                })
                .collect();
            writer.row(&cells)?;
        }
        writer.finish()?;
        self.printer.say(format_args!(
            "{} in {}",
            counted(rows, "row"),
            duration(started.elapsed())
        ));
        Ok(())
    }

    /// `Table X successfully created.` is talk about the work and no data.
    fn status(&self, result: ResultSet<'_>) -> Result<(), ShowError> {
        for row in result.into_text_rows() {
            let row = row.map_err(ShowError::Statement)?;
            self.printer.say(visible_lines(
                row.first().and_then(Option::as_deref).unwrap_or_default(),
            ));
        }
        Ok(())
    }
}

/// Whether the result only says how a statement went. A query may call a column `status` too.
fn is_status(result: &ResultSet<'_>, script: &str) -> bool {
    let names: Vec<&str> = result
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    says_status(&names, result.statement.of(script))
}

fn says_status(columns: &[impl AsRef<str>], statement: &str) -> bool {
    matches!(columns, [only] if only.as_ref() == "status") && !is_query(statement)
}

fn is_query(statement: &str) -> bool {
    parse_script(statement).is_ok_and(|parsed| {
        parsed
            .iter()
            .any(|parsed| matches!(parsed.statement, Statement::Query(_)))
    })
}

fn head(column: &OutputColumn) -> Head {
    match column.data_type {
        DataType::Number { .. } | DataType::Float => Head::number(column.name.as_str()),
        _ => Head::text(column.name.as_str()),
    }
}

fn cell(value: Option<&str>, data_type: DataType) -> output::Cell<'_> {
    let Some(text) = value else {
        return output::Cell::Null;
    };
    match data_type {
        DataType::Number { .. } | DataType::Float => output::Cell::Number(Cow::Borrowed(text)),
        DataType::Boolean => output::Cell::Boolean(text.eq_ignore_ascii_case("true")),
        DataType::Variant | DataType::Object | DataType::Array => {
            output::Cell::Json(Cow::Borrowed(text))
        }
        DataType::Null
        | DataType::Text { .. }
        | DataType::Binary { .. }
        | DataType::Date
        | DataType::Time { .. }
        | DataType::TimestampNtz { .. }
        | DataType::TimestampLtz { .. }
        | DataType::TimestampTz { .. } => output::Cell::text(text),
    }
}
