//! Literals, and the few places where a literal's value matters before anything runs.

use super::tree::{Expr, ExprKind, Literal, Place};
use crate::data_type::DataType;

/// A numeric literal: NUMBER(precision, scale) by its digits, FLOAT if it has an exponent or does not fit 38 digits.
pub(super) fn number(digits: &str, place: Place) -> Expr {
    let digits = digits.trim_end_matches(['L', 'l']);
    if digits.contains(['e', 'E']) {
        return float(digits, place);
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let scale = fraction.len();
    let precision = (whole.len() + scale).max(1);
    if precision > 38 || scale > 37 {
        return float(digits, place);
    }
    let text = match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (whole, "") => whole.to_owned(),
        ("", fraction) => format!("0.{fraction}"),
        (whole, fraction) => format!("{whole}.{fraction}"),
    };
    Expr {
        kind: ExprKind::Literal(Literal::Number(text)),
        data_type: DataType::Number {
            precision: precision as u8,
            scale: scale as u8,
        },
        narrow: scale == 0 && precision <= 18,
        nullable: false,
        place,
    }
}

fn float(digits: &str, place: Place) -> Expr {
    Expr {
        kind: ExprKind::Literal(Literal::Float(digits.to_owned())),
        data_type: DataType::Float,
        narrow: false,
        nullable: false,
        place,
    }
}

/// A literal of VALUES, whose type is that of the number: zeros at its end count for nothing.
pub(super) fn without_trailing_zeros(expr: Expr) -> Expr {
    let ExprKind::Literal(Literal::Number(digits)) = &expr.kind else {
        return expr;
    };
    if !digits.contains('.') || !digits.ends_with('0') {
        return expr;
    }
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(positive) => (true, positive),
        None => (false, digits.as_str()),
    };
    let literal = number(
        digits.trim_end_matches('0').trim_end_matches('.'),
        expr.place,
    );
    match sign {
        true => negated(&literal).unwrap_or(literal),
        false => literal,
    }
}

/// The literal with its sign turned, if it is a number.
pub(super) fn negated(expr: &Expr) -> Option<Expr> {
    let turn = |digits: &str| match digits.strip_prefix('-') {
        Some(positive) => positive.to_owned(),
        None => format!("-{digits}"),
    };
    let literal = match &expr.kind {
        ExprKind::Literal(Literal::Number(digits)) => Literal::Number(turn(digits)),
        ExprKind::Literal(Literal::Float(digits)) => Literal::Float(turn(digits)),
        _ => return None,
    };
    Some(Expr {
        kind: ExprKind::Literal(literal),
        ..expr.clone()
    })
}

/// The number that a string literal holds, if it is written in plain digits.
pub(super) fn number_in_text(text: &str, place: Place) -> Option<Expr> {
    let text = text.trim();
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    if !plain {
        return None;
    }
    let literal = number(digits, place);
    if literal.data_type == DataType::Float {
        return None;
    }
    if sign {
        negated(&literal)
    } else {
        Some(literal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(digits: &str) -> (String, bool) {
        let literal = number(digits, Place::NOWHERE);
        (literal.data_type.to_string(), literal.narrow)
    }

    #[test]
    fn literals_have_the_digits_they_show() {
        assert_eq!(typed("1"), ("NUMBER(1,0)".into(), true));
        assert_eq!(typed("007"), ("NUMBER(1,0)".into(), true));
        assert_eq!(typed("1.50"), ("NUMBER(3,2)".into(), false));
        assert_eq!(typed(".5"), ("NUMBER(1,1)".into(), false));
        assert_eq!(typed("1e3"), ("FLOAT".into(), false));
        assert_eq!(typed(&"9".repeat(19)), ("NUMBER(19,0)".into(), false));
        assert_eq!(typed(&"9".repeat(39)), ("FLOAT".into(), false));
    }
}
