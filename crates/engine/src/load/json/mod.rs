//! JSON files.
//!
//! In: the bytes of a block of records. Out: values for the columns, or what is wrong with a record. A record goes from
//! its text straight into DuckDB's vectors; numbers stay text until the column's type is known, so that all 38 digits
//! count.

mod cut;
mod fault;
mod record;
mod text;
mod value;

pub(crate) use cut::JsonCutter;
pub(crate) use fault::Document;
pub(crate) use record::JsonRecords;
pub(crate) use text::skip_blanks;
pub(crate) use value::{
    JsonString, JsonValue, parse_document, read_key, read_value, value_after_key,
};
