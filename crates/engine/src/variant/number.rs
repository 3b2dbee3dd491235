//! Numbers in their stored form.

/// Most digits of a decimal number; longer ones are FLOAT.
const MAX_DIGITS: usize = 38;

/// A JSON number in its stored form: a decimal number without needless zeros, or a FLOAT if it is written with an
/// exponent or has too many digits. `None` if it is not a number.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.bytes().any(|byte| matches!(byte, b'e' | b'E')) {
        return Some(double(text.parse().ok()?));
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        significant => significant,
    };
    let fraction = fraction.trim_end_matches('0');
    if whole.len() + fraction.len() > MAX_DIGITS {
        return Some(double(text.parse().ok()?));
    }
    let sign = if digits.len() < text.len() && (whole != "0" || !fraction.is_empty()) {
        "-"
    } else {
        ""
    };
    Some(if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}

/// Whether a stored number is already in its form, without building it again.
pub(super) fn is_canonical(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    match digits {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.len() < MAX_DIGITS && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// A FLOAT as it is stored and printed inside a VARIANT: 15 digits after the point, 16 where they are needed to tell it
/// from its neighbours.
pub(crate) fn double(value: f64) -> String {
    if !value.is_finite() {
        let name = if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "inf"
        } else {
            "-inf"
        };
        return format!("\"{}f{name}\"", super::MARK);
    }
    let short = format!("{value:.15e}");
    let exact = short.parse::<f64>().is_ok_and(|read| read == value);
    let written = if exact {
        short
    } else {
        format!("{value:.16e}")
    };
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{exponent:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        let forms = [
            ("-17", "-17"),
            ("123.120", "123.12"),
            ("1.0", "1"),
            ("-0.0", "0"),
            ("0.5", "0.5"),
            ("1.912e2", "1.912000000000000e+02"),
            ("12345678901234567890123", "12345678901234567890123"),
            (
                "123456789012345678901234567890123456789",
                "1.234567890123457e+38",
            ),
        ];
        for (text, form) in forms {
            let made = canonical(text).unwrap();
            assert_eq!(
                made.split('e').next().unwrap().get(..14),
                form.split('e').next().unwrap().get(..14),
                "{text}"
            );
            assert_eq!(canonical(&made).as_deref(), Some(made.as_str()));
        }
        assert_eq!(
            canonical("1.912e2").as_deref(),
            Some("1.912000000000000e+02")
        );
        assert_eq!(canonical("1."), None);
        assert_eq!(canonical("-"), None);
        assert!(
            is_canonical("-17") && is_canonical("0") && !is_canonical("-0") && !is_canonical("07")
        );
    }

    #[test]
    fn floats_come_back_whole() {
        for value in [0.1 + 0.2, 1.0, -2.5, 1e300, 5e-324, f64::MAX] {
            assert_eq!(double(value).parse::<f64>().unwrap(), value);
        }
    }
}
