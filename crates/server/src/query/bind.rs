//! Bound values: in, a type and a text as a driver sends them; out, Snowflake SQL that stands where the placeholder stood.

use crate::failure::Failure;
use crate::wire::query::Binding;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use snowmelt_sql::parse::{placeholders, quote_string};
use std::collections::BTreeMap;

const SECOND_NANOS: i128 = 1_000_000_000;

/// Values by the placeholder's number or name.
pub(super) type Bindings = BTreeMap<String, Binding>;

/// How many rows of values there are, if some are arrays.
pub(super) fn row_count(bindings: &Bindings) -> Option<usize> {
    bindings
        .values()
        .filter_map(|binding| binding.value.as_array().map(Vec::len))
        .max()
}

/// The statement with values for its placeholders; of arrays it takes the value of `row`.
///
/// # Errors
/// A placeholder without a value; a value that is not of its type.
pub(super) fn bound(text: &str, bindings: &Bindings, row: usize) -> Result<String, Failure> {
    fill(text, bindings, &|name| match find(bindings, name) {
        Some(binding) => literal(binding, row),
        None => Err(Failure::new(
            "002049",
            "42601",
            "SQL compilation error:\nBind variable ? not set.",
        )),
    })
    .map(|(statement, _)| statement)
}

/// The statement to be described, with NULL for what has no value, and how many placeholders it has.
///
/// # Errors
/// A value that is not of its type.
pub(super) fn described(text: &str, bindings: &Bindings) -> Result<(String, u64), Failure> {
    fill(text, bindings, &|name| match find(bindings, name) {
        Some(binding) => literal(binding, 0),
        None => Ok("NULL".to_owned()),
    })
}

fn fill(
    text: &str,
    bindings: &Bindings,
    value: &dyn Fn(&str) -> Result<String, Failure>,
) -> Result<(String, u64), Failure> {
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let found = placeholders(text, &|name| {
        find(bindings, name).is_some() || is_number(name)
    });
    let count = found.len() as u64;
    let mut statement = String::with_capacity(text.len() + 32 * found.len());
    let mut copied = 0;
    for placeholder in found {
        statement.push_str(&text[copied..placeholder.span.start]);
        statement.push_str(&value(&placeholder.name)?);
        copied = placeholder.span.end;
    }
    statement.push_str(&text[copied..]);
    Ok((statement, count))
}

fn find<'a>(bindings: &'a Bindings, name: &str) -> Option<&'a Binding> {
    bindings.get(name).or_else(|| {
        bindings
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, binding)| binding)
    })
}

/// The value as Snowflake SQL.
fn literal(binding: &Binding, row: usize) -> Result<String, Failure> {
    let value = match &binding.value {
        Value::Array(values) => values.get(row).unwrap_or(&Value::Null),
        one => one,
    };
    let text = match value {
        Value::Null => return Ok("NULL".to_owned()),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let cast = |text: &str, data_type: &str| format!("{}::{data_type}", quote_string(text));
    let is_json = binding
        .fmt
        .as_deref()
        .is_some_and(|fmt| fmt.eq_ignore_ascii_case("json"));
    Ok(match binding.kind.to_ascii_uppercase().as_str() {
        "FIXED" | "DECFLOAT" => number(&text),
        "REAL" => cast(&text, "FLOAT"),
        "BOOLEAN" => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => "TRUE".to_owned(),
            "false" | "0" => "FALSE".to_owned(),
            _ => cast(&text, "BOOLEAN"),
        },
        "DATE" => match text.parse::<f64>() {
            Ok(millis) => cast(&date(millis, &text)?, "DATE"),
            Err(_) => cast(&text, "DATE"),
        },
        "TIME" => match text.parse::<i128>() {
            Ok(nanos) => cast(&time(nanos), "TIME"),
            Err(_) => cast(&text, "TIME"),
        },
        "TIMESTAMP_NTZ" => match text.parse::<i128>() {
            Ok(nanos) => cast(&wall_clock(nanos, &text)?, "TIMESTAMP_NTZ"),
            Err(_) => cast(&text, "TIMESTAMP_NTZ"),
        },
        "TIMESTAMP_LTZ" => match text.parse::<i128>() {
            Ok(nanos) => cast(
                &format!("{} +00:00", wall_clock(nanos, &text)?),
                "TIMESTAMP_LTZ",
            ),
            Err(_) => cast(&text, "TIMESTAMP_LTZ"),
        },
        "TIMESTAMP_TZ" => match zoned(&text) {
            Some((nanos, offset_minutes)) => {
                let local = nanos + i128::from(offset_minutes) * 60 * SECOND_NANOS;
                let sign = if offset_minutes < 0 { '-' } else { '+' };
                let minutes = offset_minutes.unsigned_abs();
                let zone = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
                cast(
                    &format!("{} {zone}", wall_clock(local, &text)?),
                    "TIMESTAMP_TZ",
                )
            }
            None => cast(&text, "TIMESTAMP_TZ"),
        },
        "BINARY" => format!("TO_BINARY({}, 'HEX')", quote_string(&text)),
        "VARIANT" => format!("PARSE_JSON({})", quote_string(&text)),
        "OBJECT" => format!("PARSE_JSON({})::OBJECT", quote_string(&text)),
        "ARRAY" => format!("PARSE_JSON({})::ARRAY", quote_string(&text)),
        _ if is_json => format!("PARSE_JSON({})", quote_string(&text)),
        "TEXT" | "CHAR" | "ANY" | "NULL" | "" => quote_string(&text),
        other => {
            return Err(Failure::new(
                "002049",
                "42601",
                format!("a bound value of type `{other}` is not known"),
            ));
        }
    })
}

/// A number as it is written in SQL: what is none is left to the engine to refuse.
fn number(text: &str) -> String {
    let digits = text.trim().trim_start_matches(['-', '+']);
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
        && digits != ".";
    match is_number {
        true if text.trim().starts_with('-') => format!("(-{digits})"),
        true => digits.to_owned(),
        false => format!("{}::NUMBER(38, 18)", quote_string(text)),
    }
}

fn out_of_range(text: &str) -> Failure {
    Failure::new(
        "100035",
        "22007",
        format!("Timestamp '{text}' is not recognized"),
    )
}

fn date(millis: f64, text: &str) -> Result<String, Failure> {
    let timestamp = Timestamp::from_millisecond(millis as i64).map_err(|_| out_of_range(text))?;
    Ok(utc(timestamp).date().to_string())
}

fn utc(timestamp: Timestamp) -> DateTime {
    jiff::tz::Offset::UTC.to_datetime(timestamp)
}

fn time(nanos: i128) -> String {
    let day = nanos.rem_euclid(86_400 * SECOND_NANOS);
    let seconds = day / SECOND_NANOS;
    format!(
        "{:02}:{:02}:{:02}.{:09}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        day % SECOND_NANOS
    )
}

/// Nanoseconds since 1970 as a date and a time.
fn wall_clock(nanos: i128, text: &str) -> Result<String, Failure> {
    let seconds = i64::try_from(nanos.div_euclid(SECOND_NANOS)).map_err(|_| out_of_range(text))?;
    let start = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let at = start
        .checked_add(SignedDuration::from_secs(seconds))
        .map_err(|_| out_of_range(text))?;
    Ok(format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        nanos.rem_euclid(SECOND_NANOS)
    ))
}

/// `1700000000000000000 1500`: nanoseconds of UTC, and minutes east of UTC plus 1440.
fn zoned(text: &str) -> Option<(i128, i32)> {
    let (nanos, zone) = text.split_once(' ')?;
    Some((nanos.parse().ok()?, zone.parse::<i32>().ok()? - 1440))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(kind: &str, value: &str) -> String {
        let binding = Binding {
            kind: kind.to_owned(),
            value: value.into(),
            fmt: None,
        };
        literal(&binding, 0).unwrap()
    }

    #[test]
    fn every_type_has_its_sql() {
        for (kind, value, expected) in [
            ("FIXED", "-12", "(-12)"),
            ("FIXED", "1.50", "1.50"),
            ("FIXED", "1; drop", "'1; drop'::NUMBER(38, 18)"),
            ("REAL", "1e3", "'1e3'::FLOAT"),
            ("BOOLEAN", "true", "TRUE"),
            ("TEXT", "it's", "'it''s'"),
            ("DATE", "86400000", "'1970-01-02'::DATE"),
            ("TIME", "3661000000001", "'01:01:01.000000001'::TIME"),
            (
                "TIMESTAMP_NTZ",
                "-1000000000",
                "'1969-12-31 23:59:59.000000000'::TIMESTAMP_NTZ",
            ),
            (
                "TIMESTAMP_LTZ",
                "1500000000",
                "'1970-01-01 00:00:01.500000000 +00:00'::TIMESTAMP_LTZ",
            ),
            (
                "TIMESTAMP_TZ",
                "0 1410",
                "'1969-12-31 23:30:00.000000000 -00:30'::TIMESTAMP_TZ",
            ),
            ("BINARY", "00FF", "TO_BINARY('00FF', 'HEX')"),
        ] {
            assert_eq!(sql(kind, value), expected);
        }
    }
}
