//! Data on stdout, in the format that was asked for. In: column heads and rows, one by one. Out: an aligned table, JSON
//! or CSV. Nothing holds a whole result: a table looks ahead a page of rows to find its widths.

mod csv;
mod json;
mod table;

use crate::printer::{Palette, Printer};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// In which form data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum OutputFormat {
    /// Aligned columns, for people
    #[default]
    Table,
    /// One array of objects
    Json,
    /// A header and lines, RFC 4180; NULL is an empty field
    Csv,
}

/// What a column is called and on which side its values stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// The name, as the reader sees it.
    pub(crate) name: String,
    /// Numbers stand to the right.
    pub(crate) is_numeric: bool,
}

impl Head {
    /// A column of text.
    pub(crate) fn text(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_numeric: false,
        }
    }

    /// A column of numbers.
    pub(crate) fn number(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_numeric: true,
        }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    /// No value.
    Null,
    /// Text, and whatever is written as text: dates, times.
    Text(Cow<'a, str>),
    /// A number in decimal digits; `NaN` and `inf` become text in JSON, which has no such numbers.
    Number(Cow<'a, str>),
    /// `true` or `false`.
    Boolean(bool),
    /// A JSON document: JSON output takes it as it is.
    Json(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    /// Text, borrowed or not.
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Cell::Text(text.into())
    }

    /// A count.
    pub(crate) fn count(count: u64) -> Self {
        Cell::Number(Cow::Owned(count.to_string()))
    }

    /// The value as text; nothing for NULL.
    fn as_text(&self) -> Option<&str> {
        match self {
            Cell::Null => None,
            Cell::Text(text) | Cell::Number(text) | Cell::Json(text) => Some(text),
            Cell::Boolean(true) => Some("true"),
            Cell::Boolean(false) => Some("false"),
        }
    }
}

/// Takes the rows of one result and prints them as they come.
pub(crate) enum RowWriter {
    /// Aligned columns.
    Table(table::TableWriter),
    /// An array of objects.
    Json(json::JsonWriter),
    /// Comma-separated values.
    Csv(Box<csv::CsvWriter>),
}

impl RowWriter {
    /// A writer to the printer's stdout.
    pub(crate) fn new(
        printer: &Printer,
        format: OutputFormat,
        heads: Vec<Head>,
    ) -> io::Result<Self> {
        Ok(match format {
            OutputFormat::Table => RowWriter::Table(table::TableWriter::new(printer, heads)),
            OutputFormat::Json => RowWriter::Json(json::JsonWriter::new(printer, &heads)?),
            OutputFormat::Csv => RowWriter::Csv(Box::new(csv::CsvWriter::new(printer, &heads)?)),
        })
    }

    /// One row, as wide as the heads.
    pub(crate) fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        match self {
            RowWriter::Table(writer) => writer.row(cells),
            RowWriter::Json(writer) => writer.row(cells),
            RowWriter::Csv(writer) => writer.row(cells),
        }
    }

    /// The end of the result; everything is out when this returns.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            RowWriter::Table(writer) => writer.finish(),
            RowWriter::Json(writer) => writer.finish(),
            RowWriter::Csv(writer) => writer.finish(),
        }
    }
}

/// Prints a value as one JSON document.
pub(crate) fn print_json(printer: &Printer, value: &impl Serialize) -> io::Result<()> {
    let mut out = printer.data();
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// A table as text, each line behind an indent.
pub(crate) fn table_text(
    palette: Palette,
    heads: Vec<Head>,
    rows: impl IntoIterator<Item = Vec<Cell<'static>>>,
    indent: &str,
) -> String {
    let mut text = String::new();
    for line in table::lines(palette, heads, rows) {
        text.push_str(indent);
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Prints rows that are all there already.
pub(crate) fn print(
    printer: &Printer,
    format: OutputFormat,
    heads: Vec<Head>,
    rows: impl IntoIterator<Item = Vec<Cell<'static>>>,
) -> io::Result<()> {
    let mut writer = RowWriter::new(printer, format, heads)?;
    for row in rows {
        writer.row(&row)?;
    }
    writer.finish()
}
