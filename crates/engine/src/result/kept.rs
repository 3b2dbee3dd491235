//! What a session keeps of its statements' results, for RESULT_SCAN: batches in while a client reads them, DuckDB SQL out.

use crate::arrow::array::{Array, AsArray};
use crate::arrow::datatypes::{
    DataType as ArrowType, Date32Type, Decimal128Type, Int64Type, Time64MicrosecondType, TimeUnit,
    TimestampMicrosecondType,
};
use crate::arrow::record_batch::RecordBatch;
use crate::error::{EngineError, Result};
use snowmelt_sql::DataType;
use snowmelt_sql::plan::{OutputColumn, StoredResult};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::sync::{Arc, Mutex};

/// A larger result is not kept.
const MOST_BYTES: usize = 8 << 20;
/// How many results a session keeps.
const MOST_RESULTS: usize = 8;

/// The last results of a session.
#[derive(Debug, Default)]
pub(crate) struct Results(VecDeque<(String, Kept)>);

/// One result, while it is read and afterwards.
#[derive(Debug, Clone)]
pub(crate) struct Kept(Arc<Mutex<Rows>>);

#[derive(Debug)]
struct Rows {
    columns: Vec<OutputColumn>,
    batches: Vec<RecordBatch>,
    bytes: usize,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Reading,
    Complete,
    TooLarge,
}

impl Results {
    /// A place for the result of a statement that begins.
    pub(crate) fn keep(&mut self, query_id: &str, columns: Vec<OutputColumn>) -> Kept {
        let kept = Kept(Arc::new(Mutex::new(Rows {
            columns,
            batches: Vec::new(),
            bytes: 0,
            state: State::Reading,
        })));
        if self.0.len() >= MOST_RESULTS {
            self.0.pop_front();
        }
        self.0.push_back((query_id.to_owned(), kept.clone()));
        kept
    }

    /// The complete results, by query id.
    pub(crate) fn stored(&self) -> Result<BTreeMap<String, StoredResult>> {
        let mut stored = BTreeMap::new();
        for (id, kept) in &self.0 {
            if let Some(result) = kept.stored()? {
                stored.insert(id.clone(), result);
            }
        }
        Ok(stored)
    }
}

impl Kept {
    /// Takes the batch that a client reads, `None` at the end.
    pub(crate) fn read(&self, batch: Option<&RecordBatch>) {
        let mut rows = crate::lock(&self.0);
        match (batch, &rows.state) {
            (_, State::Complete | State::TooLarge) => {}
            (None, State::Reading) => rows.state = State::Complete,
            (Some(batch), State::Reading) => {
                rows.bytes += batch.get_array_memory_size();
                if rows.bytes > MOST_BYTES {
                    rows.state = State::TooLarge;
                    rows.batches = Vec::new();
                } else {
                    rows.batches.push(batch.clone());
                }
            }
        }
    }

    fn stored(&self) -> Result<Option<StoredResult>> {
        let rows = crate::lock(&self.0);
        if rows.state != State::Complete {
            return Ok(None);
        }
        Ok(Some(StoredResult {
            sql: rows.sql()?,
            columns: rows.columns.clone(),
        }))
    }
}

impl Rows {
    /// `(VALUES (…), …)`, or a query without rows.
    fn sql(&self) -> Result<String> {
        let physical: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.data_type.physical(column.narrow))
            .collect();
        let mut sql = String::new();
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                sql.push_str(if sql.is_empty() { "(VALUES (" } else { ", (" });
                for (index, column) in batch.columns().iter().enumerate() {
                    let separator = if index > 0 { ", " } else { "" };
                    let value = value(column.as_ref(), row, self.columns[index].data_type)?;
                    // Writing to a String cannot fail.
                    let _ = write!(sql, "{separator}CAST({value} AS {})", physical[index]);
                }
                sql.push(')');
            }
        }
        if sql.is_empty() {
            let nulls: Vec<String> = physical
                .iter()
                .map(|physical| format!("CAST(NULL AS {physical})"))
                .collect();
            return Ok(format!("(SELECT {} WHERE false)", nulls.join(", ")));
        }
        sql.push(')');
        Ok(sql)
    }
}

/// One value as DuckDB SQL.
fn value(array: &dyn Array, row: usize, data_type: DataType) -> Result<String> {
    if array.is_null(row) {
        return Ok("NULL".to_owned());
    }
    Ok(match array.data_type() {
        ArrowType::Null => "NULL".to_owned(),
        ArrowType::Utf8 => quoted(array.as_string::<i32>().value(row)),
        ArrowType::Binary => {
            let mut digits = String::new();
            for byte in array.as_binary::<i32>().value(row) {
                let _ = write!(digits, "{byte:02X}");
            }
            format!("from_hex('{digits}')")
        }
        ArrowType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        ArrowType::Decimal128(_, 0) => array
            .as_primitive::<Decimal128Type>()
            .value(row)
            .to_string(),
        ArrowType::Date32 => format!(
            "(DATE '1970-01-01' + CAST({} AS INTEGER))",
            array.as_primitive::<Date32Type>().value(row)
        ),
        ArrowType::Time64(TimeUnit::Microsecond) => format!(
            "make_timestamp({})",
            array.as_primitive::<Time64MicrosecondType>().value(row)
        ),
        ArrowType::Timestamp(TimeUnit::Microsecond, _) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            match data_type {
                DataType::TimestampLtz { .. } => format!("make_timestamptz({micros})"),
                _ => format!("make_timestamp({micros})"),
            }
        }
        // Booleans, floats and decimals read back what they print.
        _ => match super::text::plain(array, row, data_type)? {
            Some(text) => quoted(&text),
            None => return Err(EngineError::internal("a kept value cannot be shown")),
        },
    })
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
