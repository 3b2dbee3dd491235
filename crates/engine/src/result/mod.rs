//! What a statement gives back: columns with Snowflake's names and types, and rows, streamed from DuckDB as Arrow batches.

mod float;
mod format_model;
mod formats;
mod kept;
mod listing;
mod text;

use crate::arrow::array::Array;
use crate::arrow::record_batch::RecordBatch;
use crate::error::Result;
use duckdb::Statement;
pub(crate) use float::float_text;
pub use formats::Formats;
pub(crate) use formats::time_zone;
pub(crate) use kept::{Kept, Results};
pub(crate) use listing::{Cell, Listing, ListingColumn};
use snowmelt_sql::plan::OutputColumn;
use snowmelt_sql::{DataType, Span};

/// The result of one statement.
pub struct ResultSet<'session> {
    /// The statement's query id.
    pub query_id: String,
    /// The statement in its script.
    pub statement: Span,
    /// The columns the client sees.
    pub columns: Vec<OutputColumn>,
    /// The rows.
    pub rows: Rows<'session>,
}

impl<'session> ResultSet<'session> {
    /// The rows as text, the way Snowflake's clients show them.
    pub fn into_text_rows(self) -> TextRows<'session> {
        TextRows {
            rows: self.rows,
            batch: None,
            next_row: 0,
        }
    }
}

/// The rows of a result, read once.
pub struct Rows<'session> {
    source: Source<'session>,
    types: Vec<DataType>,
    formats: Formats,
    /// What the session keeps of the rows.
    kept: Option<Kept>,
}

enum Source<'session> {
    /// A running query: batches are made as they are read.
    Query(Box<Statement<'session>>),
    /// Rows that exist already: a status, a listing.
    Batch(Option<RecordBatch>),
}

impl<'session> Rows<'session> {
    pub(crate) fn query(
        statement: Statement<'session>,
        columns: &[OutputColumn],
        formats: Formats,
    ) -> Self {
        let types = columns.iter().map(|column| column.data_type).collect();
        Self {
            source: Source::Query(Box::new(statement)),
            types,
            formats,
            kept: None,
        }
    }

    /// The same rows, which `kept` collects while they are read.
    pub(crate) fn kept_by(mut self, kept: Kept) -> Self {
        self.kept = Some(kept);
        self
    }

    pub(crate) fn listing(listing: Listing, formats: Formats) -> Result<Self> {
        let types = listing
            .columns
            .iter()
            .map(|column| column.data_type)
            .collect();
        let batch = listing.into_batch()?;
        Ok(Self {
            source: Source::Batch(Some(batch)),
            types,
            formats,
            kept: None,
        })
    }

    /// The next batch, or `None` after the last one. Columns are in the physical types of
    /// [`snowmelt_sql::DataType::physical`], or narrower or wider ones of the same family.
    ///
    /// # Errors
    /// An error of the running query.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let batch = match &mut self.source {
            Source::Query(statement) => statement.step()?.map(RecordBatch::from),
            Source::Batch(batch) => batch.take(),
        };
        if let Some(kept) = &self.kept {
            kept.read(batch.as_ref());
        }
        Ok(batch)
    }

    /// One value of a batch as text; `None` is NULL.
    ///
    /// # Errors
    /// A value that cannot be shown: a defect.
    pub fn text(&self, batch: &RecordBatch, column: usize, row: usize) -> Result<Option<String>> {
        let array = batch.column(column);
        if array.is_null(row) {
            return Ok(None);
        }
        text::render(array.as_ref(), row, self.types[column], &self.formats)
    }
}

/// The rows of a result as text, the way Snowflake's clients show them; `None` is NULL. Ends at the first error.
pub struct TextRows<'session> {
    rows: Rows<'session>,
    batch: Option<RecordBatch>,
    next_row: usize,
}

impl TextRows<'_> {
    fn next_row(&mut self) -> Result<Option<Vec<Option<String>>>> {
        loop {
            if let Some(batch) = self
                .batch
                .as_ref()
                .filter(|batch| self.next_row < batch.num_rows())
            {
                let row = self.next_row;
                self.next_row += 1;
                return (0..batch.num_columns())
                    .map(|column| self.rows.text(batch, column, row))
                    .collect::<Result<_>>()
                    .map(Some);
            }
            self.batch = self.rows.next_batch()?;
            self.next_row = 0;
            if self.batch.is_none() {
                return Ok(None);
            }
        }
    }
}

impl Iterator for TextRows<'_> {
    type Item = Result<Vec<Option<String>>>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.next_row().transpose()?;
        if row.is_err() {
            self.rows.source = Source::Batch(None);
            self.batch = None;
        }
        Some(row)
    }
}
