//! Rows as Arrow IPC streams with Snowflake's logical types in the fields' metadata.
//!
//! Numbers are integers without their point, 64 bits wide while all of a part fit and 128 bits wide else, as Snowflake
//! chooses for each part by itself. Timestamps of more than seven digits are structs of seconds and nanoseconds.

use super::columns::{Size, kind};
use arrow_ipc::writer::StreamWriter;
use snowmelt_engine::arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Array,
    Float64Builder, Int32Array, Int64Array, StringBuilder, StructArray,
};
use snowmelt_engine::arrow::buffer::NullBuffer;
use snowmelt_engine::arrow::datatypes::{
    DataType as ArrowType, Date32Type, Decimal128Type, Field, Fields, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, Schema, Time64MicrosecondType, Time64NanosecondType,
    TimeUnit, TimestampMicrosecondType, TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use snowmelt_engine::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use snowmelt_engine::{EngineError, Result, Rows, zoned_parts};
use snowmelt_sql::DataType;
use snowmelt_sql::plan::OutputColumn;
use std::collections::HashMap;
use std::sync::Arc;

const SECOND_NANOS: i128 = 1_000_000_000;
/// Most digits of a timestamp's fraction that is sent as one integer.
const MOST_SCALED_DIGITS: u8 = 7;

/// Seconds, nanoseconds and offset.
const ZONED_BYTES: &str = "16";

/// The rows of one part, column by column.
pub(super) struct Part {
    columns: Vec<(OutputColumn, Column)>,
    row_count: usize,
    bytes: usize,
}

enum Column {
    /// NUMBER, TIME, and timestamps in units of their scale.
    Whole(Vec<i64>, Vec<bool>),
    /// A NUMBER of which one value so far needs more than 64 bits.
    Wide(Vec<i128>, Vec<bool>),
    Float(Float64Builder),
    Boolean(BooleanBuilder),
    Text(StringBuilder),
    Binary(BinaryBuilder),
    Date(Date32Builder),
    /// Nanoseconds since 1970, and the offset in minutes.
    Moment(Vec<(i128, i32)>, Vec<bool>),
}

impl Part {
    pub(super) fn new(columns: &[OutputColumn]) -> Self {
        let columns = columns
            .iter()
            .map(|column| (column.clone(), Column::of(column.data_type)))
            .collect();
        Self {
            columns,
            row_count: 0,
            bytes: 0,
        }
    }

    /// About how many bytes the rows take.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn row_count(&self) -> usize {
        self.row_count
    }

    pub(super) fn push(&mut self, rows: &Rows<'_>, batch: &RecordBatch) -> Result<()> {
        for (index, (output, column)) in self.columns.iter_mut().enumerate() {
            self.bytes += column.push(rows, batch, index, output.data_type)?;
        }
        self.row_count += batch.num_rows();
        Ok(())
    }

    /// The rows as an IPC stream.
    pub(super) fn finish(self) -> Result<Vec<u8>> {
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (output, column) in self.columns {
            let array = column.finish(output.data_type)?;
            fields.push(field(&output, array.data_type().clone()));
            arrays.push(array);
        }
        let schema = Arc::new(Schema::new(fields));
        let options = RecordBatchOptions::new().with_row_count(Some(self.row_count));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
            .map_err(broken)?;
        let mut stream = Vec::with_capacity(self.bytes + 1024);
        let mut writer = StreamWriter::try_new(&mut stream, &schema).map_err(broken)?;
        if self.row_count > 0 {
            writer.write(&batch).map_err(broken)?;
        }
        writer.finish().map_err(broken)?;
        drop(writer);
        Ok(stream)
    }
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> EngineError {
    EngineError::internal("rows cannot be written as Arrow").with_source(error)
}

fn field(output: &OutputColumn, data_type: ArrowType) -> Field {
    let size = Size::of(output.data_type);
    let number = |value: Option<u64>| value.unwrap_or(0).to_string();
    // Readers tell from this how many fields the struct has.
    let byte_length = match output.data_type {
        DataType::TimestampTz { .. } => ZONED_BYTES.to_owned(),
        _ => number(size.bytes),
    };
    let metadata = HashMap::from([
        (
            "logicalType".to_owned(),
            kind(output.data_type).to_uppercase(),
        ),
        (
            "precision".to_owned(),
            number(size.precision.map(u64::from)),
        ),
        ("scale".to_owned(), number(size.scale.map(u64::from))),
        ("charLength".to_owned(), number(size.length)),
        ("byteLength".to_owned(), byte_length),
        ("finalType".to_owned(), "T".to_owned()),
    ]);
    // A column that is said to hold no NULL and does would not be valid; nullability is told in the answer's row types.
    Field::new(&output.name, data_type, true).with_metadata(metadata)
}

impl Column {
    fn of(data_type: DataType) -> Self {
        match data_type {
            DataType::Number { .. } | DataType::Time { .. } => {
                Column::Whole(Vec::new(), Vec::new())
            }
            DataType::TimestampNtz { .. }
            | DataType::TimestampLtz { .. }
            | DataType::TimestampTz { .. } => Column::Moment(Vec::new(), Vec::new()),
            DataType::Float => Column::Float(Float64Builder::new()),
            DataType::Boolean => Column::Boolean(BooleanBuilder::new()),
            DataType::Date => Column::Date(Date32Builder::new()),
            DataType::Binary { .. } => Column::Binary(BinaryBuilder::new()),
            DataType::Null
            | DataType::Text { .. }
            | DataType::Variant
            | DataType::Object
            | DataType::Array => Column::Text(StringBuilder::new()),
        }
    }

    /// Appends a column of a batch; says how many bytes that is.
    fn push(
        &mut self,
        rows: &Rows<'_>,
        batch: &RecordBatch,
        index: usize,
        data_type: DataType,
    ) -> Result<usize> {
        let array = batch.column(index).as_ref();
        let count = array.len();
        let valid = |row: usize| !array.is_null(row);
        if matches!(self, Column::Whole(..)) && !fits_whole(array, data_type) {
            self.widen();
        }
        match self {
            Column::Whole(values, validity) => {
                let Some(read) = whole(array, data_type) else {
                    return Err(unexpected(array, data_type));
                };
                for row in 0..count {
                    let is_valid = valid(row);
                    values.push(if is_valid { read(row) as i64 } else { 0 });
                    validity.push(is_valid);
                }
                Ok(count * 8)
            }
            Column::Wide(values, validity) => {
                let Some(read) = whole(array, data_type) else {
                    return Err(unexpected(array, data_type));
                };
                for row in 0..count {
                    let is_valid = valid(row);
                    values.push(if is_valid { read(row) } else { 0 });
                    validity.push(is_valid);
                }
                Ok(count * 16)
            }
            Column::Moment(values, validity) => {
                for row in 0..count {
                    let is_valid = valid(row);
                    values.push(if is_valid {
                        moment(array, row).ok_or_else(|| unexpected(array, data_type))?
                    } else {
                        (0, 0)
                    });
                    validity.push(is_valid);
                }
                Ok(count * 16)
            }
            Column::Float(builder) => {
                for row in 0..count {
                    builder.append_option(if valid(row) {
                        Some(match array.data_type() {
                            ArrowType::Float64 => array.as_primitive::<Float64Type>().value(row),
                            ArrowType::Float32 => {
                                f64::from(array.as_primitive::<Float32Type>().value(row))
                            }
                            _ => return Err(unexpected(array, data_type)),
                        })
                    } else {
                        None
                    });
                }
                Ok(count * 8)
            }
            Column::Boolean(builder) => {
                for row in 0..count {
                    builder.append_option(valid(row).then(|| array.as_boolean().value(row)));
                }
                Ok(count)
            }
            Column::Date(builder) => {
                let dates = array
                    .as_primitive_opt::<Date32Type>()
                    .ok_or_else(|| unexpected(array, data_type))?;
                for row in 0..count {
                    builder.append_option(valid(row).then(|| dates.value(row)));
                }
                Ok(count * 4)
            }
            Column::Binary(builder) => {
                let mut bytes = count * 4;
                for row in 0..count {
                    let value = valid(row).then(|| array.as_binary::<i32>().value(row));
                    bytes += value.map_or(0, <[u8]>::len);
                    builder.append_option(value);
                }
                Ok(bytes)
            }
            Column::Text(builder) => {
                let plain = (array.data_type() == &ArrowType::Utf8
                    && !data_type.is_semi_structured())
                .then(|| array.as_string::<i32>());
                let mut bytes = count * 4;
                for row in 0..count {
                    match &plain {
                        _ if !valid(row) => builder.append_null(),
                        Some(plain) => {
                            bytes += plain.value(row).len();
                            builder.append_value(plain.value(row));
                        }
                        None => {
                            let text = rows.text(batch, index, row)?;
                            bytes += text.as_ref().map_or(0, String::len);
                            builder.append_option(text);
                        }
                    }
                }
                Ok(bytes)
            }
        }
    }

    fn widen(&mut self) {
        if let Column::Whole(values, validity) = self {
            let values = values.iter().map(|value| i128::from(*value)).collect();
            *self = Column::Wide(values, std::mem::take(validity));
        }
    }

    fn finish(self, data_type: DataType) -> Result<ArrayRef> {
        Ok(match self {
            Column::Whole(values, validity) => {
                Arc::new(Int64Array::new(values.into(), nulls(validity)))
            }
            Column::Wide(values, validity) => {
                let scale = Size::of(data_type).scale.unwrap_or(0);
                Arc::new(
                    Decimal128Array::new(values.into(), nulls(validity))
                        .with_precision_and_scale(38, i8::try_from(scale).unwrap_or(0))
                        .map_err(broken)?,
                )
            }
            Column::Float(mut builder) => Arc::new(builder.finish()),
            Column::Boolean(mut builder) => Arc::new(builder.finish()),
            Column::Text(mut builder) => Arc::new(builder.finish()),
            Column::Binary(mut builder) => Arc::new(builder.finish()),
            Column::Date(mut builder) => Arc::new(builder.finish()),
            Column::Moment(values, validity) => moments(&values, validity, data_type),
        })
    }
}

fn nulls(validity: Vec<bool>) -> Option<NullBuffer> {
    validity
        .contains(&false)
        .then(|| NullBuffer::from(validity))
}

fn unexpected(array: &dyn Array, data_type: DataType) -> EngineError {
    EngineError::internal(format!(
        "a column of type {data_type} comes as {}",
        array.data_type()
    ))
}

/// Timestamps as the protocol has them: one integer, or a struct of seconds, nanoseconds and, with a zone of their own,
/// minutes from UTC plus 1440.
fn moments(values: &[(i128, i32)], validity: Vec<bool>, data_type: DataType) -> ArrayRef {
    let scale = Size::of(data_type).scale.unwrap_or(9);
    let zoned = matches!(data_type, DataType::TimestampTz { .. });
    let nulls = nulls(validity);
    if scale <= MOST_SCALED_DIGITS && !zoned {
        let unit = 10_i128.pow(u32::from(9 - scale));
        let scaled: Vec<i64> = values
            .iter()
            .map(|(nanos, _)| nanos.div_euclid(unit) as i64)
            .collect();
        return Arc::new(Int64Array::new(scaled.into(), nulls));
    }
    let epoch: Vec<i64> = values
        .iter()
        .map(|(nanos, _)| nanos.div_euclid(SECOND_NANOS) as i64)
        .collect();
    let fraction: Vec<i32> = values
        .iter()
        .map(|(nanos, _)| nanos.rem_euclid(SECOND_NANOS) as i32)
        .collect();
    let child = |name: &str, data_type| Field::new(name, data_type, true);
    let mut fields = vec![
        child("epoch", ArrowType::Int64),
        child("fraction", ArrowType::Int32),
    ];
    let mut children: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::new(epoch.into(), nulls.clone())),
        Arc::new(Int32Array::new(fraction.into(), nulls.clone())),
    ];
    if zoned {
        let zone: Vec<i32> = values.iter().map(|(_, offset)| offset + 1440).collect();
        fields.push(child("timezone", ArrowType::Int32));
        children.push(Arc::new(Int32Array::new(zone.into(), nulls.clone())));
    }
    Arc::new(StructArray::new(Fields::from(fields), children, nulls))
}

/// Nanoseconds since 1970 and minutes east of UTC.
fn moment(array: &dyn Array, row: usize) -> Option<(i128, i32)> {
    match array.data_type() {
        ArrowType::Timestamp(TimeUnit::Microsecond, _) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            Some((i128::from(micros) * 1000, 0))
        }
        ArrowType::Timestamp(TimeUnit::Nanosecond, _) => {
            let nanos = array.as_primitive::<TimestampNanosecondType>().value(row);
            Some((i128::from(nanos), 0))
        }
        ArrowType::Decimal128(..) => {
            let (micros, offset) = zoned_parts(array.as_primitive::<Decimal128Type>().value(row));
            Some((i128::from(micros) * 1000, offset))
        }
        _ => None,
    }
}

/// Whether all values of the array fit 64 bits.
fn fits_whole(array: &dyn Array, data_type: DataType) -> bool {
    match array.data_type() {
        ArrowType::Decimal128(precision, _) if *precision > 18 => {
            let Some(read) = whole(array, data_type) else {
                return true;
            };
            (0..array.len()).all(|row| array.is_null(row) || i64::try_from(read(row)).is_ok())
        }
        ArrowType::UInt64 => array
            .as_primitive::<UInt64Type>()
            .iter()
            .flatten()
            .all(|value| i64::try_from(value).is_ok()),
        _ => true,
    }
}

/// Reads a NUMBER or TIME as an integer of the type's scale.
fn whole<'a>(array: &'a dyn Array, data_type: DataType) -> Option<Box<dyn Fn(usize) -> i128 + 'a>> {
    let scale = Size::of(data_type).scale.unwrap_or(0);
    // What comes without a point is brought to the column's scale.
    let up = 10_i128.pow(u32::from(scale));
    macro_rules! integers {
        ($kind:ty) => {{
            let values = array.as_primitive::<$kind>();
            Some(Box::new(move |row| i128::from(values.value(row)) * up))
        }};
    }
    match array.data_type() {
        ArrowType::Int64 => integers!(Int64Type),
        ArrowType::Int32 => integers!(Int32Type),
        ArrowType::Int16 => integers!(Int16Type),
        ArrowType::Int8 => integers!(Int8Type),
        ArrowType::UInt64 => integers!(UInt64Type),
        ArrowType::UInt32 => integers!(UInt32Type),
        ArrowType::UInt16 => integers!(UInt16Type),
        ArrowType::UInt8 => integers!(UInt8Type),
        ArrowType::Decimal128(_, given) => {
            let values = array.as_primitive::<Decimal128Type>();
            let given = u32::try_from(*given).ok()?;
            let scale = u32::from(scale);
            let (times, over) = (
                10_i128.pow(scale.saturating_sub(given)),
                10_i128.pow(given.saturating_sub(scale)),
            );
            Some(Box::new(move |row| values.value(row) * times / over))
        }
        ArrowType::Time64(TimeUnit::Microsecond) => {
            let values = array.as_primitive::<Time64MicrosecondType>();
            let unit = 10_i128.pow(u32::from(9 - scale.min(9)));
            Some(Box::new(move |row| {
                i128::from(values.value(row)) * 1000 / unit
            }))
        }
        ArrowType::Time64(TimeUnit::Nanosecond) => {
            let values = array.as_primitive::<Time64NanosecondType>();
            let unit = 10_i128.pow(u32::from(9 - scale.min(9)));
            Some(Box::new(move |row| i128::from(values.value(row)) / unit))
        }
        _ => None,
    }
}
