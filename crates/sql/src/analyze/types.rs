//! Types as written, and the type that two values have in common.

use crate::data_type::{DataType, LONGEST_BINARY, LONGEST_TEXT, MAX_TEXT_LENGTH};
use crate::error::SqlError;
use crate::object::PropertyValue;
use crate::plan::SessionContext;
use crate::span::Span;
use sqlparser::ast::{self, CharacterLength, ExactNumberInfo, TimezoneInfo};

/// The Snowflake type that a type name means. Synonyms are folded.
///
/// # Errors
/// Types that Snowflake does not have (`002040`), that snowmelt does not support, and precisions out of range.
pub fn data_type(
    written: &ast::DataType,
    context: &SessionContext,
    span: Span,
) -> Result<DataType, SqlError> {
    use ast::DataType as T;
    Ok(match written {
        T::Numeric(info) | T::Decimal(info) | T::Dec(info) => number(info, span)?,
        T::TinyInt(_)
        | T::Int2(_)
        | T::SmallInt(_)
        | T::MediumInt(_)
        | T::Int(_)
        | T::Int4(_)
        | T::Int8(_)
        | T::Integer(_)
        | T::BigInt(_) => DataType::INTEGER,
        T::Float(_) | T::Float4 | T::Float8 | T::Real | T::Double(_) | T::DoublePrecision => {
            DataType::Float
        }
        T::Character(length) | T::Char(length) => text(length, 1, span)?,
        T::CharacterVarying(length)
        | T::CharVarying(length)
        | T::Varchar(length)
        | T::Nvarchar(length) => text(length, MAX_TEXT_LENGTH, span)?,
        T::Text => DataType::TEXT,
        T::String(length) => match length {
            Some(length) => text_of(*length, span)?,
            None => DataType::TEXT,
        },
        T::Binary(length) => binary(*length, span)?,
        T::Varbinary(length) => match length {
            Some(ast::BinaryLength::IntegerLength { length }) => binary(Some(*length), span)?,
            Some(ast::BinaryLength::Max) | None => DataType::BINARY,
        },
        T::Bool | T::Boolean => DataType::Boolean,
        T::Date => DataType::Date,
        T::Time(precision, TimezoneInfo::None) => DataType::Time {
            precision: fraction(*precision, span)?,
        },
        T::Datetime(precision) | T::TimestampNtz(precision) => DataType::TimestampNtz {
            precision: fraction(*precision, span)?,
        },
        T::Timestamp(precision, TimezoneInfo::None) => {
            mapped_timestamp(context, fraction(*precision, span)?)
        }
        T::Timestamp(precision, TimezoneInfo::WithoutTimeZone) => DataType::TimestampNtz {
            precision: fraction(*precision, span)?,
        },
        T::Timestamp(precision, TimezoneInfo::Tz | TimezoneInfo::WithTimeZone) => {
            DataType::TimestampTz {
                precision: fraction(*precision, span)?,
            }
        }
        T::Object(fields) if fields.is_empty() => DataType::Object,
        T::Array(ast::ArrayElemTypeDef::None) => DataType::Array,
        T::Custom(name, modifiers) => custom(&name.to_string(), modifiers, written, span)?,
        T::Array(_) | T::Map(..) | T::Struct(..) => {
            let what = format!("structured type {}", written.to_string().to_uppercase());
            return Err(SqlError::unsupported(what, span));
        }
        other => return Err(unknown(other, span)),
    })
}

/// What TIMESTAMP and TO_TIMESTAMP mean in the session: TIMESTAMP_TYPE_MAPPING.
pub(crate) fn mapped_timestamp(context: &SessionContext, precision: u8) -> DataType {
    match context.parameters.get("TIMESTAMP_TYPE_MAPPING") {
        Some(PropertyValue::Text(name)) if name.eq_ignore_ascii_case("TIMESTAMP_LTZ") => {
            DataType::TimestampLtz { precision }
        }
        Some(PropertyValue::Text(name)) if name.eq_ignore_ascii_case("TIMESTAMP_TZ") => {
            DataType::TimestampTz { precision }
        }
        _ => DataType::TimestampNtz { precision },
    }
}

/// The types that sqlparser does not know by name.
fn custom(
    name: &str,
    modifiers: &[ast::TypeModifier],
    written: &ast::DataType,
    span: Span,
) -> Result<DataType, SqlError> {
    if ["VECTOR", "MAP"]
        .iter()
        .any(|one| name.eq_ignore_ascii_case(one))
    {
        let what = format!("type {}", name.to_uppercase());
        return Err(SqlError::unsupported(what, span));
    }
    let parameters: Vec<u64> = modifiers
        .iter()
        .map(|modifier| match modifier {
            ast::TypeModifier::Number(text, _) => text.parse().ok(),
            _ => None,
        })
        .collect::<Option<_>>()
        .ok_or_else(|| unknown(written, span))?;
    let one = parameters.first().copied();
    Ok(match name.to_uppercase().as_str() {
        "NUMBER" => match parameters.as_slice() {
            [] => DataType::INTEGER,
            [precision] => exact(*precision, 0, span)?,
            [precision, scale] => exact(*precision, *scale as i64, span)?,
            _ => return Err(unknown(written, span)),
        },
        "BYTEINT" => DataType::INTEGER,
        "NCHAR" => text_of(one.unwrap_or(1), span)?,
        "NVARCHAR2" | "NVARCHAR" | "STRING" | "VARCHAR2" => match one {
            Some(length) => text_of(length, span)?,
            None => DataType::TEXT,
        },
        "VARIANT" => DataType::Variant,
        "OBJECT" => DataType::Object,
        "ARRAY" => DataType::Array,
        "TIMESTAMP_NTZ" | "TIMESTAMPNTZ" | "DATETIME" => DataType::TimestampNtz {
            precision: fraction(one, span)?,
        },
        "TIMESTAMP_LTZ" | "TIMESTAMPLTZ" => DataType::TimestampLtz {
            precision: fraction(one, span)?,
        },
        "TIMESTAMP_TZ" | "TIMESTAMPTZ" => DataType::TimestampTz {
            precision: fraction(one, span)?,
        },
        "DECFLOAT" | "GEOGRAPHY" | "GEOMETRY" | "VECTOR" | "MAP" | "UUID" | "FILE" => {
            return Err(SqlError::unsupported(
                format!("data type {}", name.to_uppercase()),
                span,
            ));
        }
        _ => return Err(unknown(written, span)),
    })
}

fn unknown(written: &ast::DataType, span: Span) -> SqlError {
    SqlError::compilation(
        "002040",
        "42601",
        format!(
            "Unsupported data type '{}'.",
            written.to_string().to_uppercase()
        ),
        span,
    )
}

fn number(info: &ExactNumberInfo, span: Span) -> Result<DataType, SqlError> {
    match info {
        ExactNumberInfo::None => Ok(DataType::INTEGER),
        ExactNumberInfo::Precision(precision) => exact(*precision, 0, span),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => exact(*precision, *scale, span),
    }
}

fn exact(precision: u64, scale: i64, span: Span) -> Result<DataType, SqlError> {
    match (u8::try_from(precision), u8::try_from(scale)) {
        (Ok(precision @ 1..=38), Ok(scale)) if scale <= precision.min(37) => {
            Ok(DataType::Number { precision, scale })
        }
        (Ok(1..=38), _) => Err(SqlError::compilation(
            "001409",
            "42601",
            format!(
                "invalid number scale: {scale}. Must be between 0 and {}.",
                precision.min(37)
            ),
            span,
        )),
        _ => Err(SqlError::compilation(
            "001408",
            "42601",
            format!("invalid number precision: {precision}. Must be between 1 and 38."),
            span,
        )),
    }
}

fn text(length: &Option<CharacterLength>, default: u32, span: Span) -> Result<DataType, SqlError> {
    match length {
        None => Ok(DataType::Text { length: default }),
        Some(CharacterLength::Max) => Ok(DataType::TEXT),
        Some(CharacterLength::IntegerLength { length, .. }) => text_of(*length, span),
    }
}

fn text_of(length: u64, span: Span) -> Result<DataType, SqlError> {
    match u32::try_from(length) {
        Ok(length @ 1..=LONGEST_TEXT) => Ok(DataType::Text { length }),
        _ => Err(SqlError::compilation(
            "001411",
            "42601",
            format!("invalid length: {length}. Must be between 1 and {LONGEST_TEXT}."),
            span,
        )),
    }
}

fn binary(length: Option<u64>, span: Span) -> Result<DataType, SqlError> {
    match length.map(u32::try_from) {
        None => Ok(DataType::BINARY),
        Some(Ok(length @ 1..=LONGEST_BINARY)) => Ok(DataType::Binary { length }),
        Some(_) => Err(SqlError::compilation(
            "001411",
            "42601",
            format!("invalid length. Must be between 1 and {LONGEST_BINARY}."),
            span,
        )),
    }
}

fn fraction(precision: Option<u64>, span: Span) -> Result<u8, SqlError> {
    match precision.map(u8::try_from) {
        None => Ok(9),
        Some(Ok(precision @ 0..=9)) => Ok(precision),
        Some(_) => Err(SqlError::compilation(
            "001410",
            "42601",
            "invalid fractional seconds precision. Must be between 0 and 9.",
            span,
        )),
    }
}

/// The type both values are converted to where they must have one type (CASE, COALESCE, UNION, comparisons), or `None`
/// if there is none.
pub(crate) fn common_type(left: DataType, right: DataType) -> Option<DataType> {
    use DataType as T;
    Some(match (left, right) {
        (T::Null, other) | (other, T::Null) => other,
        (left, right) if left == right => left,
        (
            T::Number {
                precision: p1,
                scale: s1,
            },
            T::Number {
                precision: p2,
                scale: s2,
            },
        ) => {
            let scale = s1.max(s2);
            let leading = (p1 - s1).max(p2 - s2);
            T::Number {
                precision: (leading + scale).min(38),
                scale,
            }
        }
        (T::Number { .. } | T::Text { .. }, T::Float)
        | (T::Float, T::Number { .. } | T::Text { .. }) => T::Float,
        (T::Text { length: a }, T::Text { length: b }) => T::Text { length: a.max(b) },
        (T::Binary { length: a }, T::Binary { length: b }) => T::Binary { length: a.max(b) },
        (T::Time { precision: a }, T::Time { precision: b }) => T::Time {
            precision: a.max(b),
        },
        (T::TimestampNtz { precision: a }, T::TimestampNtz { precision: b }) => T::TimestampNtz {
            precision: a.max(b),
        },
        (
            T::TimestampLtz { precision: a } | T::TimestampNtz { precision: a },
            T::TimestampLtz { precision: b } | T::TimestampNtz { precision: b },
        ) => T::TimestampLtz {
            precision: a.max(b),
        },
        (
            T::TimestampTz { precision: a },
            T::TimestampTz { precision: b }
            | T::TimestampLtz { precision: b }
            | T::TimestampNtz { precision: b },
        )
        | (
            T::TimestampLtz { precision: a } | T::TimestampNtz { precision: a },
            T::TimestampTz { precision: b },
        ) => T::TimestampTz {
            precision: a.max(b),
        },
        (
            T::Date,
            timestamp @ (T::TimestampNtz { .. } | T::TimestampLtz { .. } | T::TimestampTz { .. }),
        )
        | (
            timestamp @ (T::TimestampNtz { .. } | T::TimestampLtz { .. } | T::TimestampTz { .. }),
            T::Date,
        ) => timestamp,
        // A string meets any other scalar type by being read as one.
        (
            T::Text { .. },
            other @ (T::Number { .. }
            | T::Boolean
            | T::Date
            | T::Time { .. }
            | T::TimestampNtz { .. }
            | T::TimestampLtz { .. }
            | T::TimestampTz { .. }),
        )
        | (
            other @ (T::Number { .. }
            | T::Boolean
            | T::Date
            | T::Time { .. }
            | T::TimestampNtz { .. }
            | T::TimestampLtz { .. }
            | T::TimestampTz { .. }),
            T::Text { .. },
        ) => match other {
            // The scale of numbers in a string is not known: as many digits as there is room for after the point.
            T::Number { precision, scale } => text_number(precision, scale),
            other => other,
        },
        (T::Boolean, T::Number { .. } | T::Float) | (T::Number { .. } | T::Float, T::Boolean) => {
            T::Boolean
        }
        (T::Variant, T::Object | T::Array) | (T::Object | T::Array, T::Variant) => T::Variant,
        // A VARIANT is read as what it is compared with.
        (T::Variant, other) | (other, T::Variant) if !matches!(other, T::Binary { .. }) => {
            match other {
                T::Number { precision, scale } => text_number(precision, scale),
                other => other,
            }
        }
        _ => return None,
    })
}

/// The NUMBER that a string or VARIANT becomes when it meets a NUMBER.
fn text_number(precision: u8, scale: u8) -> DataType {
    let leading = precision - scale;
    let scale = scale.max(12).min(38 - leading.min(20));
    DataType::Number {
        precision: 38,
        scale,
    }
}
