//! CSV files, in Snowflake's dialect.
//!
//! In: the bytes of a block of records. Out: fields as values for the columns, or what is wrong with a record.

mod cut;
mod dialect;
mod record;
mod special;

pub(crate) use cut::CsvCutter;
pub(crate) use dialect::{CsvDialect, CsvHeader};
pub(crate) use record::{CsvRecords, RecordPlace, fields_of};
