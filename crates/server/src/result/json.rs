//! Rows as JSON arrays of texts, as drivers without Arrow read them: numbers in decimal, dates as days, times and
//! timestamps as seconds with their fraction.

use super::Shown;
use snowmelt_engine::arrow::array::{Array, AsArray};
use snowmelt_engine::arrow::datatypes::{
    DataType as ArrowType, Date32Type, Decimal128Type, Time64MicrosecondType, Time64NanosecondType,
    TimeUnit, TimestampMicrosecondType, TimestampNanosecondType,
};
use snowmelt_engine::arrow::record_batch::RecordBatch;
use snowmelt_engine::{EngineError, Result, Rows, zoned_parts};
use snowmelt_sql::DataType;
use snowmelt_sql::plan::OutputColumn;
use std::fmt::Write;

const SECOND_NANOS: i64 = 1_000_000_000;

/// Appends row `row` of a batch: `["1",null]`.
pub(super) fn write_row(
    text: &mut String,
    rows: &Rows<'_>,
    columns: &[OutputColumn],
    batch: &RecordBatch,
    row: usize,
    shown: Option<Shown>,
) -> Result<()> {
    text.push('[');
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        let array = batch.column(index).as_ref();
        if array.is_null(row) {
            text.push_str(match shown {
                Some(shown) if !shown.nullable => "\"null\"",
                _ => "null",
            });
            continue;
        }
        let data_type = column.data_type;
        let moment = match shown {
            Some(shown) if shown.is_formatted(data_type) => None,
            Some(_) => moment(array, in_full(data_type), row),
            None => moment(array, data_type, row),
        };
        match moment {
            Some(moment) => {
                let _ = write!(text, "\"{moment}\"");
            }
            None => match rows.text(batch, index, row)? {
                Some(value) => {
                    let quoted = serde_json::to_string(&value).map_err(|error| {
                        EngineError::internal("a value cannot be written").with_source(error)
                    })?;
                    text.push_str(&quoted);
                }
                None => text.push_str("null"),
            },
        }
    }
    text.push(']');
    Ok(())
}

/// With all nine digits of a second's fraction, as the SQL API gives them.
fn in_full(data_type: DataType) -> DataType {
    let precision = 9;
    match data_type {
        DataType::Time { .. } => DataType::Time { precision },
        DataType::TimestampNtz { .. } => DataType::TimestampNtz { precision },
        DataType::TimestampLtz { .. } => DataType::TimestampLtz { precision },
        DataType::TimestampTz { .. } => DataType::TimestampTz { precision },
        other => other,
    }
}

/// Dates, times, timestamps and booleans, which the protocol writes otherwise than people read them.
fn moment(array: &dyn Array, data_type: DataType, row: usize) -> Option<String> {
    match (array.data_type(), data_type) {
        (ArrowType::Boolean, _) => Some(u8::from(array.as_boolean().value(row)).to_string()),
        (ArrowType::Date32, _) => Some(array.as_primitive::<Date32Type>().value(row).to_string()),
        (ArrowType::Time64(TimeUnit::Microsecond), DataType::Time { precision }) => Some(seconds(
            array.as_primitive::<Time64MicrosecondType>().value(row),
            1000,
            precision,
        )),
        (ArrowType::Time64(TimeUnit::Nanosecond), DataType::Time { precision }) => Some(seconds(
            array.as_primitive::<Time64NanosecondType>().value(row),
            1,
            precision,
        )),
        (
            ArrowType::Timestamp(TimeUnit::Microsecond, _),
            DataType::TimestampNtz { precision } | DataType::TimestampLtz { precision },
        ) => Some(seconds(
            array.as_primitive::<TimestampMicrosecondType>().value(row),
            1000,
            precision,
        )),
        (
            ArrowType::Timestamp(TimeUnit::Nanosecond, _),
            DataType::TimestampNtz { precision } | DataType::TimestampLtz { precision },
        ) => Some(seconds(
            array.as_primitive::<TimestampNanosecondType>().value(row),
            1,
            precision,
        )),
        (ArrowType::Decimal128(..), DataType::TimestampTz { precision }) => {
            let (micros, offset) = zoned_parts(array.as_primitive::<Decimal128Type>().value(row));
            Some(format!(
                "{} {}",
                seconds(micros, 1000, precision),
                offset + 1440
            ))
        }
        _ => None,
    }
}

/// `1.500000000`: that many units of `unit_nanos` as seconds, with `precision` digits of the fraction.
fn seconds(units: i64, unit_nanos: i64, precision: u8) -> String {
    let nanos = i128::from(units) * i128::from(unit_nanos);
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let second = SECOND_NANOS as u128;
    if precision == 0 {
        return format!("{sign}{}", nanos / second);
    }
    let fraction = format!("{:09}", nanos % second);
    format!(
        "{sign}{}.{}",
        nanos / second,
        &fraction[..usize::from(precision.min(9))]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_keep_sign_and_digits() {
        assert_eq!(seconds(1_500_000, 1000, 9), "1.500000000");
        assert_eq!(seconds(-1_500_000, 1000, 3), "-1.500");
        assert_eq!(seconds(1_999_999, 1000, 0), "1");
    }
}
