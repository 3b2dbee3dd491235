//! One value as text: in, an Arrow array as DuckDB gives it, a row and the column's Snowflake type; out, what
//! Snowflake's clients show.

use super::float::float_text;
use super::format_model::Moment;
use super::formats::Formats;
use crate::arrow::array::{Array, AsArray};
use crate::arrow::datatypes::{
    DataType as ArrowType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, Time64MicrosecondType, Time64NanosecondType, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use crate::arrow::util::display::{ArrayFormatter, FormatOptions};
use crate::error::{EngineError, Result};
use crate::variant;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use snowmelt_sql::DataType;
use snowmelt_sql::object::BinaryFormat;
use std::fmt::Write;

/// The value at `row`, which is not NULL.
pub(super) fn render(
    array: &dyn Array,
    row: usize,
    data_type: DataType,
    formats: &Formats,
) -> Result<Option<String>> {
    let text = match array.data_type() {
        ArrowType::Null => return Ok(None),
        ArrowType::Boolean => array.as_boolean().value(row).to_string(),
        ArrowType::Int8 => array.as_primitive::<Int8Type>().value(row).to_string(),
        ArrowType::Int16 => array.as_primitive::<Int16Type>().value(row).to_string(),
        ArrowType::Int32 => array.as_primitive::<Int32Type>().value(row).to_string(),
        ArrowType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        ArrowType::UInt8 => array.as_primitive::<UInt8Type>().value(row).to_string(),
        ArrowType::UInt16 => array.as_primitive::<UInt16Type>().value(row).to_string(),
        ArrowType::UInt32 => array.as_primitive::<UInt32Type>().value(row).to_string(),
        ArrowType::UInt64 => array.as_primitive::<UInt64Type>().value(row).to_string(),
        ArrowType::Decimal128(..) if matches!(data_type, DataType::TimestampTz { .. }) => {
            zoned_text(array.as_primitive::<Decimal128Type>().value(row), formats)?
        }
        ArrowType::Decimal128(_, scale) => {
            decimal_text(array.as_primitive::<Decimal128Type>().value(row), *scale)
        }
        ArrowType::Float32 => float_text(f64::from(array.as_primitive::<Float32Type>().value(row))),
        ArrowType::Float64 => float_text(array.as_primitive::<Float64Type>().value(row)),
        ArrowType::Utf8 if data_type.is_semi_structured() => {
            variant::pretty(array.as_string::<i32>().value(row), formats.json_indent)
        }
        ArrowType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        ArrowType::Binary => binary_text(array.as_binary::<i32>().value(row), formats)?,
        ArrowType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(row);
            let moment = moment_of_days(i64::from(days), 0);
            formats.date.print(&moment?)
        }
        ArrowType::Time64(TimeUnit::Microsecond) => {
            let micros = array.as_primitive::<Time64MicrosecondType>().value(row);
            formats.time.print(&time_of_day(micros * 1000))
        }
        ArrowType::Time64(TimeUnit::Nanosecond) => {
            let nanos = array.as_primitive::<Time64NanosecondType>().value(row);
            formats.time.print(&time_of_day(nanos))
        }
        ArrowType::Timestamp(unit, zone) => {
            let nanos = timestamp_nanos(array, row, *unit);
            timestamp_text(nanos, zone.is_some(), data_type, formats)?
        }
        _ => other_text(array, row)?,
    };
    Ok(Some(text))
}

/// A value as DuckDB reads it back.
pub(super) fn plain(array: &dyn Array, row: usize, data_type: DataType) -> Result<Option<String>> {
    match array.data_type() {
        ArrowType::Float64 => Ok(Some(
            array.as_primitive::<Float64Type>().value(row).to_string(),
        )),
        _ => {
            let formats = Formats::new(&snowmelt_sql::SessionContext::default())?;
            render(array, row, data_type, &formats.for_literals())
        }
    }
}

/// `12345` with scale 2 is `123.45`.
fn decimal_text(value: i128, scale: i8) -> String {
    let Ok(scale) = usize::try_from(scale) else {
        return value.to_string();
    };
    if scale == 0 {
        return value.to_string();
    }
    let digits = format!("{:0width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{whole}.{fraction}")
}

fn binary_text(bytes: &[u8], formats: &Formats) -> Result<String> {
    match formats.binary {
        BinaryFormat::Hex => {}
        BinaryFormat::Base64 => return Ok(STANDARD.encode(bytes)),
        BinaryFormat::Utf8 => {
            return String::from_utf8(bytes.to_vec()).map_err(|_| {
                EngineError::data("100144", "22000", "Invalid UTF8 detected in binary value")
            });
        }
    }
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02X}");
    }
    Ok(text)
}

fn timestamp_nanos(array: &dyn Array, row: usize, unit: TimeUnit) -> i128 {
    match unit {
        TimeUnit::Second => {
            i128::from(array.as_primitive::<TimestampSecondType>().value(row)) * 1_000_000_000
        }
        TimeUnit::Millisecond => {
            i128::from(array.as_primitive::<TimestampMillisecondType>().value(row)) * 1_000_000
        }
        TimeUnit::Microsecond => {
            i128::from(array.as_primitive::<TimestampMicrosecondType>().value(row)) * 1000
        }
        TimeUnit::Nanosecond => {
            i128::from(array.as_primitive::<TimestampNanosecondType>().value(row))
        }
    }
}

fn timestamp_text(
    nanos: i128,
    is_instant: bool,
    data_type: DataType,
    formats: &Formats,
) -> Result<String> {
    let model = match data_type {
        DataType::TimestampLtz { .. } => &formats.timestamp_ltz,
        _ if is_instant => &formats.timestamp_ltz,
        _ => &formats.timestamp_ntz,
    };
    let zone = if is_instant {
        &formats.time_zone
    } else {
        &TimeZone::UTC
    };
    let timestamp = Timestamp::from_nanosecond(nanos)
        .map_err(|error| EngineError::internal("a timestamp is out of range").with_source(error))?;
    let offset = zone.to_offset(timestamp);
    let mut moment = moment_of(offset.to_datetime(timestamp));
    moment.offset_minutes = offset.seconds() / 60;
    Ok(model.print(&moment))
}

/// A TIMESTAMP_TZ as [`DataType::physical`] holds it.
fn zoned_text(value: i128, formats: &Formats) -> Result<String> {
    let out_of_range =
        |error| EngineError::internal("a timestamp is out of range").with_source(error);
    let (utc_micros, offset_minutes) = crate::moment::zoned_parts(value);
    let offset = jiff::tz::Offset::from_seconds(offset_minutes * 60).map_err(out_of_range)?;
    let timestamp = Timestamp::from_microsecond(utc_micros).map_err(out_of_range)?;
    let mut moment = moment_of(offset.to_datetime(timestamp));
    moment.offset_minutes = offset_minutes;
    Ok(formats.timestamp_tz.print(&moment))
}

/// The start of a day that many days after 1970-01-01.
fn moment_of_days(days: i64, offset_minutes: i32) -> Result<Moment> {
    let date = jiff::Span::new()
        .try_days(days)
        .and_then(|span| Date::constant(1970, 1, 1).checked_add(span))
        .map_err(|error| EngineError::internal("a date is out of range").with_source(error))?;
    let mut moment = moment_of(date.at(0, 0, 0, 0));
    moment.offset_minutes = offset_minutes;
    Ok(moment)
}

fn moment_of(at: DateTime) -> Moment {
    let small = |value: i8| u8::try_from(value).unwrap_or(0);
    Moment {
        year: i64::from(at.year()),
        month: small(at.month()),
        day: small(at.day()),
        weekday: small(at.weekday().to_sunday_zero_offset()),
        hour: small(at.hour()),
        minute: small(at.minute()),
        second: small(at.second()),
        nanos: u32::try_from(at.subsec_nanosecond()).unwrap_or(0),
        offset_minutes: 0,
    }
}

fn time_of_day(nanos: i64) -> Moment {
    let seconds = nanos.div_euclid(1_000_000_000);
    let part = |value: i64| u8::try_from(value).unwrap_or(0);
    Moment {
        hour: part(seconds / 3600),
        minute: part(seconds / 60 % 60),
        second: part(seconds % 60),
        nanos: u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or(0),
        month: 1,
        day: 1,
        ..Moment::default()
    }
}

fn other_text(array: &dyn Array, row: usize) -> Result<String> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options)
        .map_err(|error| EngineError::internal("a value cannot be shown").with_source(error))?;
    Ok(formatter.value(row).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_print() {
        assert_eq!(decimal_text(-5, 2), "-0.05");
        assert_eq!(decimal_text(12_345, 2), "123.45");
        assert_eq!(
            decimal_text(10_i128.pow(37), 0),
            "10000000000000000000000000000000000000"
        );
    }
}
