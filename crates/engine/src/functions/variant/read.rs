//! A VARIANT as a value of another type: NULL for JSON's null, `100071` for what does not fit. Each function comes twice: on
//! a value, and on what a path of the analyzer's leads to.

use super::{Path, add};
use crate::functions::native::{Output, Raised, native};
use crate::result::float_text;
use crate::variant::{self, Special, Value};
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<VariantNumber>(database)?;
    add::<VariantNumberAt>(database)?;
    add::<VariantFloat>(database)?;
    add::<VariantFloatAt>(database)?;
    add::<VariantBoolean>(database)?;
    add::<VariantBooleanAt>(database)?;
    add::<VariantHex>(database)?;
    add::<VariantHexAt>(database)?;
    add::<VariantMoment>(database)
}

fn refused(stored: &str, target: &str) -> Raised {
    Raised::new(
        "100071",
        "22000",
        format!(
            "Failed to cast variant value {} to {target}",
            variant::json(stored)
        ),
    )
}

/// Whether a text is a decimal number that DuckDB reads as Snowflake does.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    plain(whole)
        && plain(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && plain(exponent))
}

/// The digits of a number, for DuckDB to round.
fn number(stored: Option<&str>, out: &mut Output<'_>) -> Result<(), Raised> {
    let Some(stored) = stored.filter(|stored| *stored != "null") else {
        out.null();
        return Ok(());
    };
    if is_number(stored) {
        out.text(stored);
        return Ok(());
    }
    match Value::parse(stored) {
        Value::Boolean(value) => out.text(if value { "1" } else { "0" }),
        Value::Number(digits) => out.text(&digits),
        Value::Double(value) => out.text(&float_text(value)),
        Value::Text(text) if is_number(text.trim()) => out.text(text.trim()),
        Value::Undefined | Value::Null => out.null(),
        _ => return Err(refused(stored, "FIXED")),
    }
    Ok(())
}

fn float(stored: Option<&str>, out: &mut Output<'_>) -> Result<(), Raised> {
    let Some(stored) = stored.filter(|stored| *stored != "null") else {
        out.null();
        return Ok(());
    };
    let value = match Value::parse(stored) {
        Value::Boolean(value) => Some(f64::from(u8::from(value))),
        Value::Number(digits) => digits.parse().ok(),
        Value::Double(value) => Some(value),
        Value::Text(text) => text.trim().parse().ok(),
        Value::Undefined | Value::Null => {
            out.null();
            return Ok(());
        }
        _ => None,
    };
    out.float(value.ok_or_else(|| refused(stored, "REAL"))?);
    Ok(())
}

fn boolean(stored: Option<&str>, out: &mut Output<'_>) -> Result<(), Raised> {
    let Some(stored) = stored.filter(|stored| *stored != "null") else {
        out.null();
        return Ok(());
    };
    let value = match Value::parse(stored) {
        Value::Boolean(value) => Some(value),
        Value::Number(digits) => Some(digits != "0"),
        Value::Double(value) => Some(value != 0.0),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        Value::Undefined | Value::Null => {
            out.null();
            return Ok(());
        }
        _ => None,
    };
    out.boolean(value.ok_or_else(|| refused(stored, "BOOLEAN"))?);
    Ok(())
}

/// The hexadecimal digits of a BINARY, or of a string of such digits.
fn hex(stored: Option<&str>, out: &mut Output<'_>) -> Result<(), Raised> {
    let Some(stored) = stored else {
        out.null();
        return Ok(());
    };
    match Value::parse(stored) {
        Value::Special(Special::Binary, digits) | Value::Text(digits) => out.text(&digits),
        Value::Undefined | Value::Null => out.null(),
        _ => return Err(refused(stored, "BINARY")),
    }
    Ok(())
}

/// Declares a function twice: on a value, and on what a path leads to.
macro_rules! both {
    ($plain:ident = $name:literal, $at:ident = $at_name:literal, $returns:ident, $read:ident) => {
        native! {
            $plain = $name(Text) -> $returns, |row, cache: (), out| $read(row.text(0), out)
        }
        native! {
            $at = $at_name(Text, Text) -> $returns, |row, cache: Path, out| $read(cache.find(row), out)
        }
    };
}

both!(
    VariantNumber = "snowmelt_variant_number",
    VariantNumberAt = "snowmelt_variant_number_at",
    Text,
    number
);
both!(
    VariantFloat = "snowmelt_variant_float",
    VariantFloatAt = "snowmelt_variant_float_at",
    Float,
    float
);
both!(
    VariantBoolean = "snowmelt_variant_boolean",
    VariantBooleanAt = "snowmelt_variant_boolean_at",
    Boolean,
    boolean
);
both!(
    VariantHex = "snowmelt_variant_hex",
    VariantHexAt = "snowmelt_variant_hex_at",
    Text,
    hex
);

native! {
    /// A VARIANT as the text of a date or time, which is recognized; the type that is wanted.
    VariantMoment = "snowmelt_variant_moment"(Text, Text) -> Text, |row, cache: (), out| {
        let (Some(stored), Some(target)) = (row.text(0), row.text(1)) else { return Ok(()) };
        let wanted = match target {
            "DATE" => crate::moment::Target::Date,
            "TIME" => crate::moment::Target::Time,
            _ => crate::moment::Target::Timestamp,
        };
        match Value::parse(stored) {
            Value::Undefined | Value::Null => out.null(),
            Value::Special(Special::Binary, _) => return Err(refused(stored, target)),
            Value::Special(Special::Time, text) if target == "TIME" => out.text(&text),
            Value::Special(Special::Time, _) => return Err(refused(stored, target)),
            // A timestamp's clock, without its date.
            Value::Special(_, text) if target == "TIME" => {
                out.text(text.split_once(' ').map_or("00:00:00", |(_, clock)| clock));
            }
            Value::Special(_, text) => out.text(&text),
            Value::Text(text) if crate::moment::recognize(&text, wanted).is_some() => out.text(&text),
            Value::Number(digits) if target != "DATE" && target != "TIME" && digits.parse::<i64>().is_ok() => {
                out.text(&digits);
            }
            _ => return Err(refused(stored, target)),
        }
        Ok(())
    }
}
