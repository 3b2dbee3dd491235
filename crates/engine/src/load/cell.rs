//! One value into one cell: from a CSV field's text or from a JSON value, by the column's type.

use super::json::JsonValue;
use super::target::{CellType, Conversion};
use super::value::{
    Fault, MICROS_PER_SECOND, NumberError, binary_from_text, boolean_from_text, float_from_text,
};
use super::vector::RowWriter;
use crate::variant::{self, Duplicates};
use snowmelt_sql::data_type::NARROW_DIGITS;
use std::borrow::Cow;

/// Why a value was not written.
#[derive(Debug)]
pub(crate) enum CellError {
    /// It does not fit the column's type.
    Fault(Box<Fault>),
    /// It fits the column's type, but not the 64 bits in which the column is held now.
    Widen,
}

impl From<Box<Fault>> for CellError {
    fn from(fault: Box<Fault>) -> Self {
        CellError::Fault(fault)
    }
}

/// Writes a CSV field: not NULL, escapes resolved. `text` must be valid UTF-8 unless the column is binary.
#[inline]
pub(crate) fn write_text(
    writer: &mut RowWriter,
    column: usize,
    cell_type: CellType,
    conversion: &Conversion,
    text: &[u8],
    scratch: &mut Vec<u8>,
) -> Result<(), CellError> {
    match cell_type {
        CellType::Text { length } => write_string(writer, column, length, conversion, text)?,
        CellType::Integer { .. } | CellType::Decimal { .. } => {
            write_number(writer, column, cell_type, text).map_err(|error| match error {
                Some(NumberError::NotRecognized) => Fault::numeric(text).into(),
                Some(NumberError::OutOfRange) => Fault::out_of_range(text).into(),
                None => CellError::Widen,
            })?;
        }
        CellType::Float => writer.float(column, float_from_text(text)?),
        CellType::Boolean => writer.boolean(column, boolean_from_text(text)?),
        CellType::Date
        | CellType::Time { .. }
        | CellType::TimestampNtz { .. }
        | CellType::TimestampLtz { .. }
        | CellType::TimestampTz { .. } => {
            write_temporal(writer, column, cell_type, conversion, text)?;
        }
        CellType::Binary { length } => write_binary(writer, column, length, conversion, text)?,
        CellType::Variant | CellType::Object | CellType::Array => {
            // An empty field is NULL in a semi-structured column, whatever EMPTY_FIELD_AS_NULL says.
            if text.trim_ascii().is_empty() {
                return Ok(());
            }
            let value = super::json::parse_document(text)?;
            write_semi_structured(writer, column, cell_type, conversion, &value, scratch)?;
        }
    }
    Ok(())
}

/// Writes a JSON value; JSON's null is NULL, except in a VARIANT.
#[inline]
pub(crate) fn write_json(
    writer: &mut RowWriter,
    column: usize,
    cell_type: CellType,
    conversion: &Conversion,
    value: &JsonValue<'_>,
    scratch: &mut Vec<u8>,
) -> Result<(), CellError> {
    if matches!(
        cell_type,
        CellType::Variant | CellType::Object | CellType::Array
    ) {
        return Ok(write_semi_structured(
            writer, column, cell_type, conversion, value, scratch,
        )?);
    }
    let text: Cow<'_, [u8]> = match value {
        JsonValue::Null => {
            writer.clear(column);
            return Ok(());
        }
        JsonValue::Boolean(value) => {
            return write_json_boolean(writer, column, cell_type, conversion, *value);
        }
        JsonValue::Number(text) => Cow::Borrowed(*text),
        JsonValue::String(string) => string.text(),
        JsonValue::Nested(raw) => {
            return write_json_nested(writer, column, cell_type, conversion, raw, scratch);
        }
    };
    let is_number = matches!(value, JsonValue::Number(_));
    let mut text: &[u8] = &text;
    if conversion.trim_space {
        text = text.trim_ascii();
    }
    if !conversion.null_if.is_empty() && conversion.null_if.iter().any(|null| null == text) {
        writer.clear(column);
        return Ok(());
    }
    let cast_fault =
        || CellError::from(Fault::variant_cast(&value.rendered(), type_name(cell_type)));
    match cell_type {
        CellType::Integer { .. } | CellType::Decimal { .. } => {
            write_number(writer, column, cell_type, text).map_err(|error| match error {
                Some(NumberError::NotRecognized) => cast_fault(),
                Some(NumberError::OutOfRange) => Fault::out_of_range(text).into(),
                None => CellError::Widen,
            })?;
        }
        CellType::Text { length } if is_number => {
            let plain = plain_number(text);
            write_string(writer, column, length, conversion, &plain)?;
        }
        CellType::Text { length } => write_string(writer, column, length, conversion, text)?,
        CellType::Float => writer.float(column, float_from_text(text).map_err(|_| cast_fault())?),
        CellType::Boolean if is_number => return Err(cast_fault()),
        CellType::Boolean => {
            writer.boolean(column, boolean_from_text(text).map_err(|_| cast_fault())?)
        }
        CellType::TimestampTz { .. } if is_number => {
            let micros = seconds_to_micros(text).ok_or_else(cast_fault)?;
            writer.decimal(column, conversion.temporal.zoned(micros));
        }
        CellType::TimestampNtz { .. } | CellType::TimestampLtz { .. } if is_number => {
            let micros = seconds_to_micros(text).ok_or_else(cast_fault)?;
            writer.int64(column, micros);
        }
        CellType::Date | CellType::Time { .. } if is_number => return Err(cast_fault()),
        CellType::Date
        | CellType::Time { .. }
        | CellType::TimestampNtz { .. }
        | CellType::TimestampLtz { .. }
        | CellType::TimestampTz { .. } => {
            write_temporal(writer, column, cell_type, conversion, text)
                .map_err(|_| cast_fault())?;
        }
        CellType::Binary { .. } if is_number => return Err(cast_fault()),
        CellType::Binary { length } => write_binary(writer, column, length, conversion, text)?,
        CellType::Variant | CellType::Object | CellType::Array => {}
    }
    Ok(())
}

/// The first number that a DECIMAL of 64 bits does not hold, without its point.
const NARROW_LIMIT: u128 = 10_u128.pow(NARROW_DIGITS as u32);

/// A NUMBER. `None` as the error: it needs a wider column.
#[inline]
fn write_number(
    writer: &mut RowWriter,
    column: usize,
    cell_type: CellType,
    text: &[u8],
) -> Result<(), Option<NumberError>> {
    match cell_type {
        CellType::Integer { precision, widens } => {
            let decimal = super::value::Decimal {
                precision,
                scale: 0,
            };
            let value = decimal.parse(text).map_err(Some)?;
            match i64::try_from(value) {
                Ok(value) => writer.int64(column, value),
                Err(_) if widens => return Err(None),
                Err(_) => return Err(Some(NumberError::OutOfRange)),
            }
        }
        CellType::Decimal { decimal, widens } => {
            let value = decimal.parse(text).map_err(Some)?;
            if widens && value.unsigned_abs() >= NARROW_LIMIT {
                return Err(None);
            }
            writer.decimal(column, value);
        }
        _ => {}
    }
    Ok(())
}

#[inline]
fn write_string(
    writer: &mut RowWriter,
    column: usize,
    length: u32,
    conversion: &Conversion,
    text: &[u8],
) -> Result<(), Box<Fault>> {
    // There are never more characters than bytes.
    if text.len() <= length as usize {
        writer.bytes(column, text);
        return Ok(());
    }
    let valid = std::str::from_utf8(text).map_err(|_| Fault::invalid_utf8(text))?;
    match valid.char_indices().nth(length as usize) {
        None => writer.text(column, valid),
        Some((end, _)) if !conversion.enforce_length => writer.text(column, &valid[..end]),
        Some(_) => return Err(Fault::too_long(length, text)),
    }
    Ok(())
}

fn write_temporal(
    writer: &mut RowWriter,
    column: usize,
    cell_type: CellType,
    conversion: &Conversion,
    text: &[u8],
) -> Result<(), Box<Fault>> {
    let formats = &conversion.temporal;
    match cell_type {
        CellType::Time { precision } => writer.int64(column, formats.time(text, precision)?),
        CellType::TimestampNtz { precision } => {
            writer.int64(column, formats.timestamp_ntz(text, precision)?);
        }
        CellType::TimestampLtz { precision } => {
            writer.int64(column, formats.timestamp_ltz(text, precision)?);
        }
        CellType::TimestampTz { precision } => {
            writer.decimal(column, formats.timestamp_tz(text, precision)?);
        }
        _ => writer.date(column, formats.date(text)?),
    }
    Ok(())
}

fn write_binary(
    writer: &mut RowWriter,
    column: usize,
    length: u32,
    conversion: &Conversion,
    text: &[u8],
) -> Result<(), Box<Fault>> {
    let mut bytes = binary_from_text(text, conversion.binary_format)?;
    if bytes.len() > length as usize {
        if conversion.enforce_length {
            return Err(Fault::binary_too_long(length, text));
        }
        bytes.truncate(length as usize);
    }
    writer.bytes(column, &bytes);
    Ok(())
}

/// Appends the value as a VARIANT holds it; of equal keys the last one stays.
fn append_stored(value: &JsonValue<'_>, out: &mut Vec<u8>) -> Result<(), Box<Fault>> {
    let rendered = value.rendered();
    let text = std::str::from_utf8(&rendered).map_err(|_| Fault::invalid_utf8(&rendered))?;
    let stored = variant::read(text, Duplicates::KeepLast).map_err(Fault::json)?;
    out.extend_from_slice(stored.as_deref().unwrap_or("null").as_bytes());
    Ok(())
}

fn write_semi_structured(
    writer: &mut RowWriter,
    column: usize,
    cell_type: CellType,
    conversion: &Conversion,
    value: &JsonValue<'_>,
    scratch: &mut Vec<u8>,
) -> Result<(), Box<Fault>> {
    scratch.clear();
    if *value == JsonValue::Null && (cell_type != CellType::Variant || conversion.strip_null_values)
    {
        writer.clear(column);
        return Ok(());
    }
    match (cell_type, value) {
        (CellType::Object, JsonValue::Nested([b'{', ..]))
        | (CellType::Array, JsonValue::Nested([b'[', ..]))
        | (CellType::Variant, _) => append_stored(value, scratch)?,
        // Anything that is no array becomes an array of one (TO_ARRAY).
        (CellType::Array, _) => {
            scratch.push(b'[');
            append_stored(value, scratch)?;
            scratch.push(b']');
        }
        _ => return Err(Fault::variant_cast(&value.rendered(), type_name(cell_type))),
    }
    if conversion.strip_null_values {
        let stripped = variant::strip_null_values(&String::from_utf8_lossy(scratch));
        *scratch = stripped.into_bytes();
    }
    writer.bytes(column, scratch);
    Ok(())
}

fn write_json_boolean(
    writer: &mut RowWriter,
    column: usize,
    cell_type: CellType,
    conversion: &Conversion,
    value: bool,
) -> Result<(), CellError> {
    let word: &[u8] = if value { b"true" } else { b"false" };
    if conversion.null_if.iter().any(|null| null == word) {
        writer.clear(column);
        return Ok(());
    }
    match cell_type {
        CellType::Boolean => writer.boolean(column, value),
        CellType::Integer { .. } | CellType::Decimal { .. } => {
            let digit: &[u8] = if value { b"1" } else { b"0" };
            write_number(writer, column, cell_type, digit)
                .map_err(|_| CellError::from(Fault::out_of_range(digit)))?;
        }
        CellType::Text { length } => write_string(writer, column, length, conversion, word)?,
        _ => return Err(Fault::variant_cast(word, type_name(cell_type)).into()),
    }
    Ok(())
}

/// An object or array becomes text in a text column, and is an error elsewhere.
fn write_json_nested(
    writer: &mut RowWriter,
    column: usize,
    cell_type: CellType,
    conversion: &Conversion,
    raw: &[u8],
    scratch: &mut Vec<u8>,
) -> Result<(), CellError> {
    scratch.clear();
    append_stored(&JsonValue::Nested(raw), scratch)?;
    match cell_type {
        CellType::Text { length } => write_string(writer, column, length, conversion, scratch)?,
        _ => return Err(Fault::variant_cast(scratch, type_name(cell_type)).into()),
    }
    Ok(())
}

/// Snowflake's name of a type in a failed cast of a VARIANT.
fn type_name(cell_type: CellType) -> &'static str {
    match cell_type {
        CellType::Boolean => "BOOLEAN",
        CellType::Integer { .. } | CellType::Decimal { .. } => "FIXED",
        CellType::Float => "REAL",
        CellType::Text { .. } => "TEXT",
        CellType::Binary { .. } => "BINARY",
        CellType::Date => "DATE",
        CellType::Time { .. } => "TIME",
        CellType::TimestampNtz { .. } => "TIMESTAMP_NTZ",
        CellType::TimestampLtz { .. } => "TIMESTAMP_LTZ",
        CellType::TimestampTz { .. } => "TIMESTAMP_TZ",
        CellType::Variant => "VARIANT",
        CellType::Object => "OBJECT",
        CellType::Array => "ARRAY",
    }
}

/// A JSON number as VARIANT casts it to text: without an exponent where 38 digits will do, no zeros at the end.
fn plain_number(text: &[u8]) -> Cow<'_, [u8]> {
    if text
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'-')
    {
        return Cow::Borrowed(text);
    }
    let Ok(value) = float_from_text(text) else {
        return Cow::Borrowed(text);
    };
    if !text.iter().any(|byte| byte.eq_ignore_ascii_case(&b'e')) {
        let end = text.len() - text.iter().rev().take_while(|byte| **byte == b'0').count();
        let trimmed = text[..end].strip_suffix(b".").unwrap_or(&text[..end]);
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(value.to_string().into_bytes())
}

/// A JSON number of seconds since 1970 as microseconds.
fn seconds_to_micros(text: &[u8]) -> Option<i64> {
    let micros = super::value::Decimal {
        precision: 38,
        scale: 6,
    }
    .parse(text)
    .ok()?;
    const CENTURIES: i128 = 253_402_300_800 * MICROS_PER_SECOND as i128;
    i64::try_from(micros)
        .ok()
        .filter(|_| micros.abs() < CENTURIES)
}
