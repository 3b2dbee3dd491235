//! Parameters and arguments: how well one fits the other, and the argument as the parameter takes it.

use super::cast::{self, Mode};
use super::tree::Expr;
use crate::data_type::DataType;
use crate::functions::Parameter;

/// The parameter that an argument is for.
pub(super) fn parameter_at(parameters: &[Parameter], index: usize) -> Parameter {
    match parameters.get(index).or(parameters.last()) {
        Some(Parameter::Many(each)) => **each,
        Some(parameter) => *parameter,
        None => Parameter::Any,
    }
}

/// How far the arguments are from the parameters: 0 is exact, `None` does not fit.
pub(super) fn cost(parameters: &[Parameter], arguments: &[Expr]) -> Option<u32> {
    arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| distance(argument.data_type, parameter_at(parameters, index)))
        .sum()
}

fn distance(from: DataType, parameter: Parameter) -> Option<u32> {
    use DataType as T;
    use Parameter as P;
    Some(match (parameter, from) {
        (P::Any | P::Element, _) | (_, T::Null) => 0,
        (P::Text, T::Text { .. })
        | (P::Number, T::Number { .. })
        | (P::Integer, T::Number { .. })
        | (P::Float, T::Float)
        | (P::Boolean, T::Boolean)
        | (P::Date, T::Date)
        | (P::Timestamp, T::TimestampNtz { .. })
        | (
            P::Moment | P::WallClock,
            T::Date | T::TimestampNtz { .. } | T::TimestampLtz { .. } | T::TimestampTz { .. },
        )
        | (P::Time, T::Time { .. })
        | (P::Variant, T::Variant | T::Object | T::Array)
        | (P::Binary, T::Binary { .. }) => 0,
        (P::Float, T::Number { .. }) => 1,
        (P::Timestamp, T::Date | T::TimestampLtz { .. } | T::TimestampTz { .. }) => 1,
        (P::Date, T::TimestampNtz { .. } | T::TimestampLtz { .. } | T::TimestampTz { .. }) => 2,
        (P::Number | P::Integer, T::Float) => 3,
        (
            P::Number
            | P::Integer
            | P::Float
            | P::Boolean
            | P::Date
            | P::Timestamp
            | P::Moment
            | P::WallClock
            | P::Time,
            T::Text { .. } | T::Variant,
        ) => 4,
        (P::Boolean, T::Number { .. } | T::Float) => 4,
        (
            P::Text,
            T::Number { .. }
            | T::Float
            | T::Boolean
            | T::Date
            | T::Time { .. }
            | T::TimestampNtz { .. }
            | T::TimestampLtz { .. }
            | T::TimestampTz { .. }
            | T::Variant,
        ) => 5,
        (P::Time, T::TimestampNtz { .. } | T::TimestampLtz { .. } | T::TimestampTz { .. }) => 5,
        (P::Variant, T::Text { .. } | T::Number { .. } | T::Float | T::Boolean) => 6,
        _ => return None,
    })
}

/// The argument as the parameter takes it.
pub(super) fn fit(expr: Expr, parameter: Parameter) -> Option<Expr> {
    use DataType as T;
    distance(expr.data_type, parameter)?;
    let target = match parameter {
        Parameter::Any => return Some(expr),
        Parameter::Many(each) => return fit(expr, *each),
        Parameter::Element => return cast::cast(expr, T::Variant, Mode::Explicit),
        Parameter::Text if matches!(expr.data_type, T::Text { .. }) => return Some(expr),
        Parameter::Text => T::TEXT,
        Parameter::Number if matches!(expr.data_type, T::Number { .. }) => return Some(expr),
        Parameter::Number => T::Number {
            precision: 38,
            scale: if matches!(expr.data_type, T::Null) {
                0
            } else {
                12
            },
        },
        Parameter::Integer => {
            let number = cast::cast(expr, T::INTEGER, Mode::Implicit)?;
            return Some(if number.is_bigint() {
                number
            } else {
                Expr::scalar("CAST", "CAST({0} AS BIGINT)", vec![number], T::INTEGER).narrow()
            });
        }
        Parameter::Float => T::Float,
        Parameter::Boolean => T::Boolean,
        Parameter::Date => T::Date,
        Parameter::Timestamp => T::TimestampNtz { precision: 9 },
        Parameter::Moment => match expr.data_type {
            T::Date | T::TimestampNtz { .. } | T::TimestampLtz { .. } | T::TimestampTz { .. } => {
                return Some(expr);
            }
            _ => T::TimestampNtz { precision: 9 },
        },
        Parameter::WallClock => match expr.data_type {
            T::Date | T::TimestampNtz { .. } | T::TimestampLtz { .. } => return Some(expr),
            _ => T::TimestampNtz { precision: 9 },
        },
        Parameter::Time => T::Time { precision: 9 },
        Parameter::Variant => match expr.data_type {
            T::Variant | T::Object | T::Array => return Some(expr),
            _ => T::Variant,
        },
        Parameter::Binary if matches!(expr.data_type, T::Binary { .. }) => return Some(expr),
        Parameter::Binary => T::BINARY,
    };
    cast::cast(expr, target, Mode::Implicit)
}
