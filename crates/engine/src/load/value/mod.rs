//! Text to typed values, by Snowflake's rules for loads.
//!
//! In: the bytes of a CSV field or of a JSON value. Out: a number, a day count, microseconds, …, or a [`Fault`] in
//! Snowflake's words. Nothing here knows about files, records or DuckDB.

mod binary;
mod boolean;
mod calendar;
mod fault;
mod format_model;
mod number;
mod temporal;

pub(crate) use binary::binary_from_text;
pub(crate) use boolean::boolean_from_text;
pub(crate) use calendar::{MICROS_PER_DAY, MICROS_PER_SECOND};
pub(crate) use fault::{Fault, quoted};
pub(crate) use number::{Decimal, NumberError, float_from_text};
pub(crate) use temporal::TemporalFormats;
