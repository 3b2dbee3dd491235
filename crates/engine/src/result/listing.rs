//! Rows that the engine makes itself: a status, what SHOW and DESCRIBE list.

use crate::arrow::array::{ArrayRef, Int64Array, StringArray, TimestampMicrosecondArray};
use crate::arrow::datatypes::{Field, Schema};
use crate::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use crate::error::{EngineError, Result};
use snowmelt_sql::DataType;
use snowmelt_sql::plan::OutputColumn;
use std::sync::Arc;

/// A name and a type of a listing's column. Names are as Snowflake prints them.
pub(crate) type ListingColumn = (&'static str, DataType);

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Text(String),
    Number(i64),
    /// Microseconds since 1970.
    Timestamp(i64),
}

impl Cell {
    /// `Y` or `N`.
    pub(crate) fn y_or_n(value: bool) -> Self {
        Cell::from(if value { "Y" } else { "N" })
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Cell::Null, Cell::from)
    }
}

/// A small result, whole.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    pub(crate) columns: Vec<OutputColumn>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Listing {
    /// No rows yet, with these columns.
    pub(crate) fn new(columns: &[ListingColumn]) -> Self {
        let columns = columns
            .iter()
            .map(|(name, data_type)| column(name, *data_type))
            .collect();
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// One row that says what happened, in a column `status`.
    pub(crate) fn status(text: impl Into<String>) -> Self {
        Self {
            columns: vec![column("status", DataType::TEXT)],
            rows: vec![vec![Cell::Text(text.into())]],
        }
    }

    /// `Statement executed successfully.`
    pub(crate) fn executed() -> Self {
        Self::status("Statement executed successfully.")
    }

    /// One row of counts, each in a column of its own name.
    pub(crate) fn counts(counts: &[(&str, u64)]) -> Self {
        Self {
            columns: counts
                .iter()
                .map(|(name, _)| column(name, DataType::INTEGER))
                .collect(),
            rows: vec![
                counts
                    .iter()
                    .map(|(_, count)| Cell::Number(i64::try_from(*count).unwrap_or(i64::MAX)))
                    .collect(),
            ],
        }
    }

    /// The rows as one Arrow batch.
    pub(crate) fn into_batch(self) -> Result<RecordBatch> {
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let cells = self.rows.iter().map(|row| &row[index]);
            let array: ArrayRef = match column.data_type {
                DataType::Number { .. } => Arc::new(
                    cells
                        .map(|cell| match cell {
                            Cell::Number(value) => Some(*value),
                            _ => None,
                        })
                        .collect::<Int64Array>(),
                ),
                DataType::TimestampLtz { .. } => Arc::new(
                    cells
                        .map(|cell| match cell {
                            Cell::Timestamp(micros) => Some(*micros),
                            _ => None,
                        })
                        .collect::<TimestampMicrosecondArray>()
                        .with_timezone("UTC"),
                ),
                _ => Arc::new(
                    cells
                        .map(|cell| match cell {
                            Cell::Text(text) => Some(text.as_str()),
                            _ => None,
                        })
                        .collect::<StringArray>(),
                ),
            };
            fields.push(Field::new(&column.name, array.data_type().clone(), true));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows.len()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(
            |error| EngineError::internal("a listing does not fit its columns").with_source(error),
        )
    }
}

fn column(name: &str, data_type: DataType) -> OutputColumn {
    OutputColumn {
        name: name.to_owned(),
        data_type,
        narrow: data_type.can_be_narrow(),
        nullable: true,
        origins: Vec::new(),
    }
}
