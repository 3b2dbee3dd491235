//! Avro, record by record. In: a file's bytes. Out: lines of JSON; the columns of its schema.

use super::{DeclaredColumn, damaged};
use apache_avro::Reader;
use apache_avro::schema::{Name, NamesRef, ResolvedSchema, Schema};
use apache_avro::types::Value;
use jiff::civil;
use snowmelt_sql::DataType;
use std::collections::HashMap;
use std::fmt::Write;
use std::io::{self, Read};

/// The records, one a line.
pub(super) fn lines(source: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let records = Reader::new(source).map_err(broken)?;
    let schema = records.writer_schema().clone();
    let names = names_of(&schema)?;
    Ok(Box::new(Lines {
        records,
        schema,
        names,
        line: String::new(),
        given: 0,
    }))
}

/// The columns of the schema; a file of anything but records has one, without a name.
pub(super) fn columns(source: Box<dyn Read + Send>) -> io::Result<Vec<DeclaredColumn>> {
    let records = Reader::new(source).map_err(broken)?;
    let schema = records.writer_schema();
    let names = names_of(schema)?;
    let Schema::Record(record) = schema else {
        return Err(damaged("its schema is not a record's"));
    };
    let columns = record.fields.iter().map(|field| {
        let (data_type, nullable) = snowflake_type(&field.schema, &names);
        DeclaredColumn {
            name: field.name.clone(),
            data_type,
            nullable,
        }
    });
    Ok(columns.collect())
}

/// An error of the source itself is not the file's fault.
fn broken(error: apache_avro::Error) -> io::Error {
    let text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<io::Error>()
            && let Some(bucket) = io
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<crate::bucket::BucketError>())
        {
            return bucket.clone().into();
        }
        if let Some(io) = inner.downcast_ref::<io::Error>()
            && let Some(failure) = io
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<crate::load::FileFailure>())
        {
            return io::Error::other(failure.clone());
        }
        source = inner.source();
    }
    damaged(text)
}

/// The schemas that others refer to by name.
fn names_of(schema: &Schema) -> io::Result<HashMap<Name, Schema>> {
    let resolved = ResolvedSchema::try_from(schema).map_err(broken)?;
    let names: &NamesRef<'_> = resolved.get_names();
    Ok(names
        .iter()
        .map(|(name, schema)| (name.clone(), (*schema).clone()))
        .collect())
}

struct Lines<R: Read> {
    records: Reader<'static, R>,
    schema: Schema,
    names: HashMap<Name, Schema>,
    line: String,
    given: usize,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.line.len() {
            self.line.clear();
            self.given = 0;
            // Enough for a block of the reader that asks.
            while self.line.len() < buffer.len() {
                match self.records.next() {
                    None => break,
                    Some(record) => {
                        let record = record.map_err(broken)?;
                        write_value(&record, &self.schema, &self.names, &mut self.line);
                        self.line.push('\n');
                    }
                }
            }
        }
        let count = buffer.len().min(self.line.len() - self.given);
        buffer[..count].copy_from_slice(&self.line.as_bytes()[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

/// Appends a value as JSON. The schema says what the value itself does not: the scale of a decimal.
fn write_value(value: &Value, schema: &Schema, names: &HashMap<Name, Schema>, out: &mut String) {
    let schema = match schema {
        Schema::Ref { name } => names.get(name).unwrap_or(schema),
        schema => schema,
    };
    match value {
        Value::Null => out.push_str("null"),
        Value::Boolean(value) => push(out, format_args!("{value}")),
        Value::Int(value) => push(out, format_args!("{value}")),
        Value::Long(value) => push(out, format_args!("{value}")),
        Value::Float(value) if value.is_finite() => push(out, format_args!("{value:e}")),
        Value::Double(value) if value.is_finite() => push(out, format_args!("{value:e}")),
        Value::Float(value) => push_quoted(out, not_finite(f64::from(*value))),
        Value::Double(value) => push_quoted(out, not_finite(*value)),
        Value::Bytes(bytes) | Value::Fixed(_, bytes) => {
            out.push('"');
            for byte in bytes {
                push(out, format_args!("{byte:02X}"));
            }
            out.push('"');
        }
        Value::String(text) | Value::Enum(_, text) => push_quoted(out, text),
        Value::Union(index, inner) => {
            let inner_schema = match schema {
                Schema::Union(union) => union.variants().get(*index as usize),
                _ => None,
            };
            write_value(inner, inner_schema.unwrap_or(schema), names, out);
        }
        Value::Array(items) => {
            let inner = match schema {
                Schema::Array(array) => &*array.items,
                schema => schema,
            };
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(item, inner, names, out);
            }
            out.push(']');
        }
        Value::Map(members) => {
            let inner = match schema {
                Schema::Map(map) => &*map.types,
                schema => schema,
            };
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            let members = members.into_iter().map(|(key, value)| (key, value, inner));
            write_members(members, names, out);
        }
        Value::Record(fields) => {
            let schemas = match schema {
                Schema::Record(record) => record.fields.as_slice(),
                _ => &[],
            };
            let members = fields.iter().enumerate().map(|(index, (key, value))| {
                let inner = schemas.get(index).map_or(schema, |field| &field.schema);
                (key, value, inner)
            });
            write_members(members, names, out);
        }
        Value::Date(days) => push_quoted(out, &date(*days)),
        Value::TimeMillis(millis) => push_quoted(out, &time(i64::from(*millis) * 1_000_000)),
        Value::TimeMicros(micros) => push_quoted(out, &time(micros.saturating_mul(1_000))),
        Value::TimestampMillis(millis) | Value::LocalTimestampMillis(millis) => {
            push_quoted(out, &timestamp(i128::from(*millis) * 1_000_000, 3));
        }
        Value::TimestampMicros(micros) | Value::LocalTimestampMicros(micros) => {
            push_quoted(out, &timestamp(i128::from(*micros) * 1_000, 6));
        }
        Value::TimestampNanos(nanos) | Value::LocalTimestampNanos(nanos) => {
            push_quoted(out, &timestamp(i128::from(*nanos), 9));
        }
        Value::Decimal(decimal) => {
            let scale = match schema {
                Schema::Decimal(decimal) => decimal.scale,
                _ => 0,
            };
            let bytes = <Vec<u8>>::try_from(decimal).unwrap_or_default();
            push(out, format_args!("{}", decimal_text(&bytes, scale)));
        }
        Value::BigDecimal(value) => push(out, format_args!("{}", value.to_plain_string())),
        Value::Duration(duration) => {
            let (months, days, millis) = (duration.months(), duration.days(), duration.millis());
            let text = format!(
                "{} months {} days {} milliseconds",
                u32::from(months),
                u32::from(days),
                u32::from(millis)
            );
            push_quoted(out, &text);
        }
        Value::Uuid(uuid) => push_quoted(out, &uuid.to_string()),
    }
}

fn write_members<'v>(
    members: impl Iterator<Item = (&'v String, &'v Value, &'v Schema)>,
    names: &HashMap<Name, Schema>,
    out: &mut String,
) {
    out.push('{');
    for (index, (key, value, schema)) in members.enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_quoted(out, key);
        out.push(':');
        write_value(value, schema, names, out);
    }
    out.push('}');
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // A String takes everything.
    let _ = out.write_fmt(text);
}

fn push_quoted(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn not_finite(value: f64) -> &'static str {
    match value {
        value if value.is_nan() => "NaN",
        value if value > 0.0 => "inf",
        _ => "-inf",
    }
}

fn date(days: i32) -> String {
    let span = jiff::Span::new().try_days(days);
    span.and_then(|span| civil::date(1970, 1, 1).checked_add(span))
        .map_or_else(|_| days.to_string(), |date| date.to_string())
}

fn time(nanos: i64) -> String {
    let span = jiff::Span::new().try_nanoseconds(nanos);
    span.and_then(|span| civil::Time::midnight().checked_add(span))
        .map_or_else(|_| nanos.to_string(), |time| time.to_string())
}

/// In UTC, with this many digits of a second.
fn timestamp(nanos: i128, digits: u8) -> String {
    jiff::Timestamp::from_nanosecond(nanos).map_or_else(
        |_| nanos.to_string(),
        |timestamp| {
            let format = format!("%Y-%m-%d %H:%M:%S%.{digits}f");
            timestamp.strftime(&format).to_string()
        },
    )
}

/// An unscaled two's-complement number, big end first, with its point.
fn decimal_text(bytes: &[u8], scale: usize) -> String {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    if bytes.len() > 16 {
        // No NUMBER has so many digits; as text it is a value that does not fit, not one that is wrong.
        return "1e999".to_owned();
    }
    let fill = if negative { 0xFF } else { 0 };
    let mut wide = [fill; 16];
    wide[16 - bytes.len()..].copy_from_slice(bytes);
    let unscaled = i128::from_be_bytes(wide);
    let digits = unscaled.unsigned_abs().to_string();
    let sign = if negative { "-" } else { "" };
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

/// The type that INFER_SCHEMA gives a column, and whether it may be missing.
fn snowflake_type(schema: &Schema, names: &HashMap<Name, Schema>) -> (DataType, bool) {
    let data_type = match schema {
        Schema::Union(union) => {
            let nullable = union.variants().contains(&Schema::Null);
            let mut others = union
                .variants()
                .iter()
                .filter(|other| **other != Schema::Null);
            return match (others.next(), others.next()) {
                (Some(only), None) => (snowflake_type(only, names).0, nullable),
                _ => (DataType::Variant, nullable),
            };
        }
        Schema::Ref { name } => {
            let known = names
                .get(name)
                .filter(|known| !matches!(known, Schema::Ref { .. }));
            return known.map_or((DataType::Variant, false), |known| {
                snowflake_type(known, names)
            });
        }
        Schema::Null => return (DataType::Variant, true),
        Schema::Boolean => DataType::Boolean,
        Schema::Int | Schema::Long => DataType::INTEGER,
        Schema::Float | Schema::Double => DataType::Float,
        Schema::Bytes | Schema::Fixed(_) => DataType::BINARY,
        Schema::String | Schema::Enum(_) | Schema::Uuid(_) | Schema::Duration(_) => DataType::TEXT,
        Schema::Array(_) => DataType::Array,
        Schema::Map(_) | Schema::Record(_) => DataType::Variant,
        Schema::Decimal(decimal) => DataType::Number {
            precision: u8::try_from(decimal.precision).map_or(38, |digits| digits.min(38)),
            scale: u8::try_from(decimal.scale).map_or(37, |digits| digits.min(37)),
        },
        Schema::BigDecimal => DataType::Float,
        Schema::Date => DataType::Date,
        Schema::TimeMillis | Schema::TimeMicros => DataType::Time { precision: 9 },
        Schema::TimestampMillis
        | Schema::TimestampMicros
        | Schema::TimestampNanos
        | Schema::LocalTimestampMillis
        | Schema::LocalTimestampMicros
        | Schema::LocalTimestampNanos => DataType::TimestampNtz { precision: 9 },
    };
    (data_type, false)
}
