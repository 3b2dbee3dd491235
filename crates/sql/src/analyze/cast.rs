//! Conversions between types.

mod moment;
mod variant;

pub(crate) use moment::{from_micros, reading as reading_moment};

use super::literal;
use super::tree::{Expr, ExprKind, Literal};
use crate::data_type::{DataType, NARROW_DIGITS};
use crate::raised::raise;

/// Who asks for a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// An operator or function that needs another type: only Snowflake's coercions.
    Implicit,
    /// CAST, `::`, TO_….
    Explicit,
    /// TRY_CAST, TRY_TO_…: what does not fit becomes NULL.
    Try,
}

/// The value as another type, or `None` if there is no such conversion.
pub(crate) fn cast(expr: Expr, to: DataType, mode: Mode) -> Option<Expr> {
    use DataType as T;
    let from = expr.data_type;
    let place = expr.place;
    if expr.is_null_literal() {
        return Some(Expr {
            kind: ExprKind::Literal(Literal::Null),
            data_type: to,
            narrow: to.can_be_narrow(),
            nullable: true,
            place,
        });
    }
    if from == to {
        return Some(expr);
    }
    let explicit = mode != Mode::Implicit;
    let converted = match (from, to) {
        (T::Null, _) => expr,
        (T::Number { .. }, T::Number { precision, scale }) => {
            number_to_number(expr, precision, scale)
        }
        (T::Number { .. }, T::Float) => call(expr, "CAST({0} AS DOUBLE)", to),
        (T::Number { .. }, T::Boolean) => call(expr, "({0} <> 0)", to),
        (T::Float, T::Boolean) => call(expr, "snowmelt.float_to_boolean({0})", to),
        (T::Number { .. }, T::Text { .. }) => {
            fit_text(call(expr, "CAST({0} AS VARCHAR)", T::TEXT), to, mode)
        }
        (T::Number { .. } | T::Boolean | T::Text { .. } | T::Float, T::Variant) => {
            variant::to_variant(expr)
        }
        (T::Float, T::Number { precision, scale }) => {
            let decimal = call(
                expr,
                format!("CAST({{0}} AS DECIMAL({precision},{scale}))"),
                T::Number { precision, scale },
            );
            held(decimal, precision, scale)
        }
        (T::Float, T::Text { .. }) => {
            fit_text(call(expr, "snowmelt_float_text({0})", T::TEXT), to, mode)
        }
        (
            T::Number { .. } | T::Float,
            T::TimestampNtz { .. } | T::TimestampLtz { .. } | T::TimestampTz { .. },
        ) => moment::from_seconds(expr, to),
        (T::Boolean, T::Number { precision, scale }) if explicit => {
            let bit = call(
                expr,
                "CAST({0} AS BIGINT)",
                T::Number {
                    precision: 1,
                    scale: 0,
                },
            )
            .narrow();
            number_to_number(bit, precision, scale)
        }
        (T::Boolean, T::Text { .. }) => {
            fit_text(call(expr, "CAST({0} AS VARCHAR)", T::TEXT), to, mode)
        }
        (T::Text { .. }, T::Text { .. }) => fit_text(expr, to, mode),
        (T::Text { .. }, T::Number { precision, scale }) => {
            text_to_number(expr, precision, scale, mode)
        }
        (T::Text { .. }, T::Float) => call(expr, reading("DOUBLE", "{0}", mode), to),
        (T::Text { .. }, T::Boolean) => call(expr, text_to_boolean(mode), to),
        (
            T::Text { .. },
            T::Date
            | T::Time { .. }
            | T::TimestampNtz { .. }
            | T::TimestampLtz { .. }
            | T::TimestampTz { .. },
        ) => moment::from_text(expr, to, mode),
        (
            T::Date
            | T::Time { .. }
            | T::TimestampNtz { .. }
            | T::TimestampLtz { .. }
            | T::TimestampTz { .. },
            T::Text { .. },
        ) => moment::to_text(expr, to, mode),
        (T::Object, T::Array) if explicit => variant::from_variant(expr, to, mode)?,
        (T::Object | T::Array, T::Variant) => Expr {
            data_type: to,
            ..expr
        },
        (
            T::Date
            | T::Time { .. }
            | T::TimestampNtz { .. }
            | T::TimestampLtz { .. }
            | T::TimestampTz { .. }
            | T::Binary { .. },
            T::Variant,
        ) if explicit => variant::to_variant(expr),
        (T::Object | T::Array, T::Text { .. }) if explicit => {
            fit_text(call(expr, "snowmelt_to_json({0})", T::TEXT), to, mode)
        }
        (T::Variant, _) => variant::from_variant(expr, to, mode)?,
        (T::Text { .. }, T::Binary { .. }) if explicit => call(
            expr,
            if mode == Mode::Try {
                "snowmelt_try_hex_decode({0})"
            } else {
                "snowmelt_hex_decode({0})"
            },
            to,
        ),
        (T::Binary { .. }, T::Text { .. }) if explicit => {
            fit_text(call(expr, "hex({0})", T::TEXT), to, mode)
        }
        (T::Binary { .. }, T::Binary { .. }) => Expr {
            data_type: to,
            ..expr
        },
        (
            T::Date
            | T::Time { .. }
            | T::TimestampNtz { .. }
            | T::TimestampLtz { .. }
            | T::TimestampTz { .. },
            _,
        ) => moment::convert(expr, to)?,
        _ => return None,
    };
    let nullable = converted.nullable || mode == Mode::Try;
    Some(converted.at(place).nullable(nullable))
}

fn call(expr: Expr, template: impl Into<std::borrow::Cow<'static, str>>, to: DataType) -> Expr {
    Expr::scalar("CAST", template, vec![expr], to)
}

/// A NUMBER with other digits: rounded half away from zero, an error if it does not fit.
fn number_to_number(expr: Expr, precision: u8, scale: u8) -> Expr {
    let DataType::Number {
        precision: from_precision,
        scale: from_scale,
    } = expr.data_type
    else {
        return expr;
    };
    let to = DataType::Number { precision, scale };
    let from_leading = from_precision - from_scale;
    if expr.is_number_literal() && from_scale <= scale && from_leading <= precision - scale {
        return literal_as(expr, to, from_precision <= 18);
    }
    if scale > 0 {
        return call(
            expr,
            format!("CAST({{0}} AS DECIMAL({precision},{scale}))"),
            to,
        );
    }
    if expr.is_bigint() {
        let fits = precision >= 19 || from_precision <= precision;
        if fits {
            return Expr {
                data_type: to,
                narrow: true,
                ..expr
            };
        }
        let template = format!("CAST(CAST({{0}} AS DECIMAL({precision},0)) AS BIGINT)");
        return call(expr, template, to).narrow();
    }
    // Rounding may carry into one more digit.
    let leading = from_leading + u8::from(from_scale > 0);
    match (leading <= 18, leading <= precision) {
        (true, true) => call(expr, "CAST({0} AS BIGINT)", to).narrow(),
        (_, _) if precision <= 18 => {
            let template = format!("CAST(CAST({{0}} AS DECIMAL({precision},0)) AS BIGINT)");
            call(expr, template, to).narrow()
        }
        _ => call(expr, format!("CAST({{0}} AS DECIMAL({precision},0))"), to),
    }
}

/// A literal whose digits fit the type.
fn literal_as(literal: Expr, to: DataType, short: bool) -> Expr {
    Expr {
        data_type: to,
        narrow: to.can_be_narrow() && short,
        ..literal
    }
}

/// A number literal in the type of what it is compared with, if it fits; else as it is.
pub(crate) fn number_literal_as(literal: Expr, other: &Expr) -> Expr {
    match (literal.data_type, other.data_type) {
        (
            DataType::Number {
                precision: p1,
                scale: s1,
            },
            DataType::Number {
                precision: p2,
                scale: s2,
            },
        ) if literal.is_number_literal() && s1 <= s2 && p1 - s1 <= p2 - s2 => {
            let is_too_long = other.narrow && s2 > 0 && p1 - s1 > NARROW_DIGITS.saturating_sub(s2);
            if is_too_long {
                return literal;
            }
            Expr {
                data_type: other.data_type,
                narrow: other.is_bigint() || other.narrow,
                ..literal
            }
        }
        _ => literal,
    }
}

/// The type of what an initial value of that type is added up to.
pub(crate) fn accumulated(initial: DataType) -> DataType {
    match initial {
        DataType::Number { scale, .. } => DataType::Number {
            precision: 38,
            scale,
        },
        DataType::Text { .. } => DataType::TEXT,
        other => other,
    }
}

/// A DECIMAL(precision, scale) of DuckDB's as the type is held.
fn held(decimal: Expr, precision: u8, scale: u8) -> Expr {
    let to = DataType::Number { precision, scale };
    if scale == 0 && precision <= 18 {
        call(decimal, "CAST({0} AS BIGINT)", to).narrow()
    } else {
        decimal
    }
}

/// DuckDB reads `1_000` and `0x1F` as numbers, Snowflake does not.
fn reading(target: &str, text: &str, mode: Mode) -> String {
    let cast = if mode == Mode::Try {
        "TRY_CAST"
    } else {
        "CAST"
    };
    format!("{cast}(snowmelt.numeric_text({text}) AS {target})")
}

fn text_to_number(expr: Expr, precision: u8, scale: u8, mode: Mode) -> Expr {
    let to = DataType::Number { precision, scale };
    if let Some(number) = expr
        .as_text()
        .and_then(|text| literal::number_in_text(text, expr.place))
        && matches!(number.data_type, DataType::Number { precision: p, scale: s } if p - s < precision - scale)
    {
        return number_to_number(number, precision, scale);
    }
    let decimal = call(
        expr,
        reading(&format!("DECIMAL({precision},{scale})"), "{0}", mode),
        to,
    );
    held(decimal, precision, scale)
}

fn text_to_boolean(mode: Mode) -> &'static str {
    match mode {
        Mode::Try => "snowmelt.try_text_to_boolean({0})",
        Mode::Implicit | Mode::Explicit => "snowmelt.text_to_boolean({0})",
    }
}

/// CAST to VARCHAR(n) cuts strings, TRY_CAST gives NULL for longer ones, coercion leaves them.
fn fit_text(expr: Expr, to: DataType, mode: Mode) -> Expr {
    let (DataType::Text { length }, DataType::Text { length: from }) = (to, expr.data_type) else {
        return expr;
    };
    if length >= from || length >= crate::data_type::MAX_TEXT_LENGTH || mode == Mode::Implicit {
        return Expr {
            data_type: to,
            ..expr
        };
    }
    if mode == Mode::Try {
        let template = format!("CASE WHEN length({{0}}) <= {length} THEN {{0}} END");
        return call(expr, template, to);
    }
    call(expr, format!("left({{0}}, {length})"), to)
}

/// The value stored in a column: like a cast, but a string that is too long is an error, not cut.
pub(crate) fn assign(expr: Expr, to: DataType) -> Option<Expr> {
    let from = expr.data_type;
    let converted = cast(expr, to, Mode::Implicit)?;
    match (from, to) {
        (DataType::Text { length: from }, DataType::Text { length }) if from > length => {
            let template = format!(
                "CASE WHEN length({{0}}) > {length} THEN {} ELSE {{0}} END",
                raise(
                    "100078",
                    "22000",
                    "'String ''' || {0} || ''' is too long and would be truncated'"
                )
            );
            Some(call(converted, template, to))
        }
        _ => Some(converted),
    }
}
