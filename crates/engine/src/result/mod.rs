//! What a statement gives back: columns with Snowflake's names and types, and rows, streamed from DuckDB as Arrow batches.

use crate::arrow::record_batch::RecordBatch;
use crate::error::Result;
use duckdb::Statement;
use snowmelt_sql::Span;
use snowmelt_sql::plan::OutputColumn;

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

/// The rows of a result, read once.
pub struct Rows<'session> {
    source: Source<'session>,
}

enum Source<'session> {
    /// A running query: batches are made as they are read.
    #[expect(dead_code, reason = "constructed when statements run")]
    Query(Box<Statement<'session>>),
    /// Rows that exist already: a status, a listing.
    #[expect(dead_code, reason = "constructed when statements run")]
    Batches(std::vec::IntoIter<RecordBatch>),
}

impl Rows<'_> {
    /// The next batch, or `None` after the last one. Columns are in the physical types of
    /// [`snowmelt_sql::DataType::physical`], or narrower or wider ones of the same family.
    ///
    /// # Errors
    /// An error of the running query.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        match &mut self.source {
            Source::Query(statement) => Ok(statement.step()?.map(RecordBatch::from)),
            Source::Batches(batches) => Ok(batches.next()),
        }
    }
}

/// The rows of a result as text, the way Snowflake's clients show them; `None` is NULL.
pub struct TextRows<'session> {
    rows: Rows<'session>,
}

impl<'session> ResultSet<'session> {
    /// The rows as text.
    pub fn into_text_rows(self) -> TextRows<'session> {
        TextRows { rows: self.rows }
    }
}

impl Iterator for TextRows<'_> {
    type Item = Result<Vec<Option<String>>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.rows.next_batch() {
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}
