//! NUMBER arithmetic: Snowflake's rules for precision and scale, exact results.
//!
//! A NUMBER of scale 0 is BIGINT in DuckDB where its values are proven to fit, else DECIMAL. DuckDB reads a BIGINT in
//! decimal arithmetic as DECIMAL(19,0), so `narrow + narrow` is exact as DECIMAL(20,0). Only division has no exact
//! counterpart in DuckDB: the engine's function `snowmelt_divide` does it on numbers without their points. Where a result
//! does not fit 38 digits the statement fails; no result is ever a little wrong.

use super::cast::{self, Mode};
use super::tree::{Expr, ExprKind, Literal};
use crate::data_type::{DataType, NARROW_DIGITS};
use crate::raised::raise;

/// A binary operator on numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Operator {
    fn symbol(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Modulo => "%",
        }
    }
}

/// Precision and scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Digits {
    precision: u8,
    scale: u8,
}

impl Digits {
    fn leading(self) -> u8 {
        self.precision - self.scale
    }

    fn new(leading: u8, scale: u8) -> Digits {
        Digits {
            precision: (leading + scale).min(38),
            scale,
        }
    }

    fn data_type(self) -> DataType {
        DataType::Number {
            precision: self.precision,
            scale: self.scale,
        }
    }

    /// The DECIMAL that DuckDB sees for an operand.
    fn in_duckdb(self, operand: &Expr) -> Digits {
        if operand.is_bigint() {
            Digits {
                precision: 19,
                scale: 0,
            }
        } else if operand.narrow {
            Digits {
                precision: NARROW_DIGITS,
                ..self
            }
        } else {
            self
        }
    }
}

/// Whether DuckDB keeps a result in 64 bits that would need more digits: it fails where a value does not fit.
fn stays_short(first: Digits, second: Digits, natural: Digits) -> bool {
    natural.precision > NARROW_DIGITS
        && first.precision.max(second.precision) <= NARROW_DIGITS
        && natural.scale < NARROW_DIGITS
}

/// Snowflake's result of an operation on NUMBERs.
fn result_digits(operator: Operator, left: Digits, right: Digits) -> Digits {
    match operator {
        Operator::Add | Operator::Subtract => Digits::new(
            left.leading().max(right.leading()) + 1,
            left.scale.max(right.scale),
        ),
        Operator::Multiply => Digits::new(
            left.leading() + right.leading(),
            (left.scale + right.scale).min(left.scale.max(right.scale).max(12)),
        ),
        Operator::Divide => Digits::new(
            left.leading() + right.scale,
            left.scale.max((left.scale + 6).min(12)),
        ),
        Operator::Modulo => Digits::new(
            left.leading().max(right.leading()),
            left.scale.max(right.scale),
        ),
    }
}

/// The digits of a NUMBER expression.
fn digits_of(expr: &Expr) -> Option<Digits> {
    match expr.data_type {
        DataType::Number { precision, scale } => Some(Digits { precision, scale }),
        _ => None,
    }
}

/// `left operator right`. `Err` says which types do not fit.
pub(crate) fn arithmetic(
    operator: Operator,
    left: Expr,
    right: Expr,
) -> Result<Expr, (DataType, DataType)> {
    let types = (left.data_type, right.data_type);
    let left = operand(left).ok_or(types)?;
    let right = operand(right).ok_or(types)?;
    match (digits_of(&left), digits_of(&right)) {
        (Some(a), Some(b)) => exact(operator, left, a, right, b).ok_or(types),
        _ => {
            let left = cast::cast(left, DataType::Float, Mode::Implicit).ok_or(types)?;
            let right = cast::cast(right, DataType::Float, Mode::Implicit).ok_or(types)?;
            Ok(floating(operator, left, right))
        }
    }
}

/// A value as arithmetic takes it: a number as it is, a string or VARIANT as the number it holds, NULL as a NUMBER.
fn operand(expr: Expr) -> Option<Expr> {
    match expr.data_type {
        DataType::Number { .. } | DataType::Float => Some(expr),
        DataType::Null => cast::cast(
            expr,
            DataType::Number {
                precision: 1,
                scale: 0,
            },
            Mode::Implicit,
        ),
        DataType::Text { .. } => {
            if let Some(number) = expr
                .as_text()
                .and_then(|text| super::literal::number_in_text(text, expr.place))
            {
                return Some(number);
            }
            cast::cast(
                expr,
                DataType::Number {
                    precision: 38,
                    scale: 5,
                },
                Mode::Implicit,
            )
        }
        DataType::Variant => cast::cast(expr, DataType::Float, Mode::Implicit),
        _ => None,
    }
}

fn floating(operator: Operator, left: Expr, right: Expr) -> Expr {
    let template = match operator {
        Operator::Add => "({0} + {1})".to_owned(),
        Operator::Subtract => "({0} - {1})".to_owned(),
        Operator::Multiply => "({0} * {1})".to_owned(),
        Operator::Divide | Operator::Modulo => format!(
            "({{0}} {} {})",
            operator.symbol(),
            checked_divisor("{1}", "{1}", &right)
        ),
    };
    Expr::scalar(
        operator.symbol(),
        template,
        vec![left, right],
        DataType::Float,
    )
}

/// `value`, or the error for a division by zero. Literals other than 0 need no check.
fn checked_divisor(condition: &str, value: &str, divisor: &Expr) -> String {
    let is_plain = matches!(&divisor.kind, ExprKind::Literal(Literal::Number(digits))
        if digits.bytes().any(|byte| (b'1'..=b'9').contains(&byte)));
    if is_plain {
        return value.to_owned();
    }
    format!(
        "CASE WHEN {condition} = 0 THEN {} ELSE {value} END",
        raise("100051", "22012", "'Division by zero'")
    )
}

/// `None` if the scales are so long that DuckDB has no intermediate type for them.
fn exact(operator: Operator, left: Expr, a: Digits, right: Expr, b: Digits) -> Option<Expr> {
    let result = result_digits(operator, a, b);
    if operator == Operator::Divide {
        return divide(left, a, right, b, result);
    }
    let (left, right) = (left.narrowed(), right.narrowed());
    let (left_bigint, right_bigint) = (left.is_bigint(), right.is_bigint());
    // Short whole numbers: BIGINT all the way.
    if left_bigint && right_bigint {
        let fits = result.precision <= 18 || operator == Operator::Modulo;
        if fits {
            let template = match operator {
                Operator::Modulo => format!("({{0}} % {})", checked_divisor("{1}", "{1}", &right)),
                Operator::Add => "({0} + {1})".to_owned(),
                Operator::Subtract => "({0} - {1})".to_owned(),
                Operator::Multiply | Operator::Divide => "({0} * {1})".to_owned(),
            };
            return Some(
                Expr::scalar(
                    operator.symbol(),
                    template,
                    vec![left, right],
                    result.data_type(),
                )
                .narrow(),
            );
        }
    }
    let (x, mut first) = in_decimal(&left, a, "{0}", right_bigint);
    let (y, second) = in_decimal(&right, b, "{1}", false);
    let (natural, second) = match operator {
        Operator::Add | Operator::Subtract => (
            Digits::new(x.leading().max(y.leading()) + 1, x.scale.max(y.scale)),
            second,
        ),
        Operator::Multiply => {
            if x.scale + y.scale > 38 {
                return None;
            }
            (
                Digits {
                    precision: (x.precision + y.precision).min(38),
                    scale: x.scale + y.scale,
                },
                second,
            )
        }
        Operator::Modulo | Operator::Divide => (
            Digits::new(x.leading().max(y.leading()), x.scale.max(y.scale)),
            checked_divisor("{1}", &second, &right),
        ),
    };
    if stays_short(x, y, natural) {
        first = format!(
            "CAST({first} AS DECIMAL({},{}))",
            NARROW_DIGITS + 1,
            x.scale
        );
    }
    let symbol = operator.symbol();
    let bare = format!("({first} {symbol} {second})");
    let template = if natural == result && !matches!(operator, Operator::Modulo) {
        bare
    } else {
        format!("CAST({bare} AS {})", result.data_type().physical(false))
    };
    Some(Expr::scalar(
        symbol,
        template,
        vec![left, right],
        result.data_type(),
    ))
}

/// An operand of decimal arithmetic: its digits as DuckDB sees them, and its text. A literal is a DECIMAL of its own
/// digits; a BIGINT is left to DuckDB, which reads it as DECIMAL(19,0), unless `cast` says that it would stay a BIGINT.
fn in_decimal(operand: &Expr, digits: Digits, hole: &str, cast: bool) -> (Digits, String) {
    let bigint = operand.is_bigint();
    if bigint && operand.is_number_literal() {
        return (
            digits,
            format!("CAST({hole} AS DECIMAL({},0))", digits.precision),
        );
    }
    let text = if bigint && cast {
        format!("CAST({hole} AS DECIMAL(19,0))")
    } else {
        hole.to_owned()
    };
    (digits.in_duckdb(operand), text)
}

/// Exact division, rounded half away from zero.
fn divide(left: Expr, a: Digits, right: Expr, b: Digits, result: Digits) -> Option<Expr> {
    let shift = (result.scale + b.scale).checked_sub(a.scale)?;
    let template = quotient("{0}", "{1}", shift, result)?;
    let arguments = vec![left.narrowed(), right.narrowed()];
    Some(Expr::scalar("/", template, arguments, result.data_type()))
}

/// `numerator × 10^shift ÷ denominator`, both without their points, as a NUMBER of the result's digits.
fn quotient(numerator: &str, denominator: &str, shift: u8, result: Digits) -> Option<String> {
    if shift > 37 || result.scale > 36 {
        return None;
    }
    Some(pointed(
        &format!("snowmelt_divide({numerator}, {denominator}, {shift})"),
        result.data_type(),
    ))
}

/// A HUGEINT as the NUMBER that it is without its point.
pub(crate) fn pointed(whole: &str, to: DataType) -> String {
    match to {
        DataType::Number { scale, .. } if scale > 0 => {
            let unit = format!("0.{}1", "0".repeat(usize::from(scale) - 1));
            format!(
                "CAST(CAST({whole} AS DECIMAL(38,0)) * CAST({unit} AS DECIMAL({scale},{scale})) AS {})",
                to.physical(false)
            )
        }
        _ => format!("CAST({whole} AS {})", to.physical(false)),
    }
}

/// `-expr`.
pub(crate) fn negate(expr: Expr) -> Option<Expr> {
    let expr = operand(expr)?;
    if let Some(literal) = super::literal::negated(&expr) {
        return Some(literal);
    }
    let data_type = expr.data_type;
    // The lowest BIGINT has no positive counterpart: a narrow value of 19 digits is negated as DECIMAL.
    let short = matches!(data_type, DataType::Number { precision, .. } if precision <= 18);
    if expr.is_bigint() && !short {
        let template = format!(
            "CAST(-CAST({{0}} AS DECIMAL(19,0)) AS {})",
            data_type.physical(false)
        );
        return Some(Expr::scalar("-", template, vec![expr], data_type));
    }
    let narrow = expr.narrow;
    let mut negated = Expr::scalar("-", "(-{0})", vec![expr], data_type);
    negated.narrow = narrow;
    Some(negated)
}

/// AVG of a NUMBER: `SUM ÷ COUNT` with division's scale, exact. `sum` and `count` are DuckDB text.
pub(crate) fn average(sum: &str, count: &str, argument: &Expr) -> Option<(String, DataType)> {
    let digits = digits_of(argument)?;
    let total = Digits {
        precision: 38,
        scale: digits.scale,
    };
    let one = Digits {
        precision: 18,
        scale: 0,
    };
    let result = result_digits(Operator::Divide, total, one);
    let template = quotient(sum, count, result.scale - digits.scale, result)?;
    Some((template, result.data_type()))
}

/// AVG of a NUMBER over a window that is not cumulative: three more digits after the point, the rest cut off.
pub(crate) fn window_average(
    sum: &str,
    count: &str,
    argument: &Expr,
) -> Option<(String, DataType)> {
    const MORE: u8 = 3;
    let digits = digits_of(argument)?;
    let result = Digits {
        precision: 38,
        scale: digits.scale + MORE,
    };
    if result.scale > 36 {
        return None;
    }
    let whole = format!("snowmelt_divide_down({sum}, {count}, {MORE})");
    Some((pointed(&whole, result.data_type()), result.data_type()))
}

/// A NUMBER as a share of a sum of its like, with division's scale. `share` and `sum` are DuckDB text.
pub(crate) fn share(share: &str, sum: &str, argument: &Expr) -> Option<(String, DataType)> {
    let digits = digits_of(argument)?;
    let total = Digits {
        precision: 38,
        scale: digits.scale,
    };
    let result = result_digits(Operator::Divide, digits, total);
    let template = quotient(share, sum, result.scale, result)?;
    Some((template, result.data_type()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(precision: u8, scale: u8) -> Digits {
        Digits { precision, scale }
    }

    /// The examples of the documentation's page on arithmetic operators.
    #[test]
    fn precision_and_scale_follow_the_documentation() {
        use Operator::{Add, Divide, Modulo, Multiply};
        let cases = [
            (Multiply, digits(4, 2), digits(2, 1), digits(6, 3)),
            (Multiply, digits(5, 3), digits(3, 3), digits(8, 6)),
            (Multiply, digits(1, 1), digits(13, 13), digits(13, 13)),
            (Multiply, digits(38, 0), digits(10, 2), digits(38, 2)),
            (Divide, digits(1, 0), digits(1, 0), digits(7, 6)),
            (Divide, digits(3, 1), digits(2, 1), digits(10, 7)),
            (Divide, digits(5, 3), digits(3, 3), digits(14, 9)),
            (Divide, digits(1, 1), digits(13, 13), digits(20, 7)),
            (Divide, digits(38, 13), digits(38, 0), digits(38, 13)),
            (Add, digits(10, 2), digits(38, 0), digits(38, 2)),
            (Add, digits(3, 0), digits(3, 0), digits(4, 0)),
            (Modulo, digits(10, 2), digits(5, 3), digits(11, 3)),
        ];
        for (operator, left, right, expected) in cases {
            assert_eq!(
                result_digits(operator, left, right),
                expected,
                "{operator:?} {left:?} {right:?}"
            );
        }
    }
}
