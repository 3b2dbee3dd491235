//! NUMBER and FLOAT from text.

use super::fault::{BoxedFault, Fault};

/// Why text is not a NUMBER(precision, scale).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberError {
    /// It is not a number.
    NotRecognized,
    /// It is one, but not within the precision.
    OutOfRange,
}

/// The declared form of a NUMBER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// Digits in all, 1 to 38.
    pub(crate) precision: u8,
    /// Digits after the point.
    pub(crate) scale: u8,
}

/// Digits that always fit an `i64` without a check.
const SAFE_DIGITS: usize = 18;

impl Decimal {
    /// The value of `text` times 10 to the scale, rounded half away from zero.
    #[inline]
    pub(crate) fn parse(self, text: &[u8]) -> Result<i128, NumberError> {
        if let Some(value) = plain(text, self.scale) {
            return if value.unsigned_abs() < 10_u64.pow(u32::from(self.precision.min(19))) {
                Ok(value.into())
            } else {
                Err(NumberError::OutOfRange)
            };
        }
        self.parse_general(text)
    }

    /// Any form: blanks around it, a sign, many digits, an exponent.
    fn parse_general(self, text: &[u8]) -> Result<i128, NumberError> {
        let (negative, digits) = split_sign(text.trim_ascii());
        let (mantissa, exponent) = split_exponent(digits)?;
        let (whole, fraction) = match mantissa.iter().position(|byte| *byte == b'.') {
            Some(point) => (&mantissa[..point], &mantissa[point + 1..]),
            None => (mantissa, &mantissa[..0]),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(NumberError::NotRecognized);
        }
        if !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return Err(NumberError::NotRecognized);
        }
        // The digits `d1 d2 …` stand for d1d2… · 10^(exponent − fraction digits); keep those up to the scale.
        let mut all = whole.iter().chain(fraction).map(|byte| byte - b'0');
        let kept = whole.len() as i64 + exponent + i64::from(self.scale);
        let total = (whole.len() + fraction.len()) as i64;
        let mut value: u128 = 0;
        for position in 0..kept.max(0) {
            let digit = if position < total {
                all.next().unwrap_or(0)
            } else {
                0
            };
            if value == 0 && digit == 0 {
                if position >= total {
                    break;
                }
                continue;
            }
            let next = value.checked_mul(10).map(|tens| tens + u128::from(digit));
            value = match next {
                Some(next) if next < 10_u128.pow(u32::from(self.precision)) => next,
                _ => return Err(NumberError::OutOfRange),
            };
        }
        if (0..total).contains(&kept) && all.next().is_some_and(|digit| digit >= 5) {
            value += 1;
        }
        if value >= 10_u128.pow(u32::from(self.precision)) {
            return Err(NumberError::OutOfRange);
        }
        Ok(if negative {
            -(value as i128)
        } else {
            value as i128
        })
    }
}

/// The common form, `-123.45` with no more digits than fit and no more of them after the point than the scale.
#[inline]
fn plain(text: &[u8], scale: u8) -> Option<i64> {
    let (negative, digits) = match text.first()? {
        b'-' => (true, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > SAFE_DIGITS - usize::from(scale.min(17)) || scale > 17 {
        return None;
    }
    let mut value: i64 = 0;
    let mut bytes = digits.iter();
    for byte in bytes.by_ref() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            if *byte == b'.' && digits.len() > 1 {
                return plain_fraction(value, bytes.as_slice(), scale, negative);
            }
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    let scaled = value * 10_i64.pow(u32::from(scale));
    Some(if negative { -scaled } else { scaled })
}

#[inline]
fn plain_fraction(mut value: i64, fraction: &[u8], scale: u8, negative: bool) -> Option<i64> {
    if fraction.len() > usize::from(scale) {
        return None;
    }
    for byte in fraction {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    let scaled = value * 10_i64.pow(u32::from(scale) - fraction.len() as u32);
    Some(if negative { -scaled } else { scaled })
}

fn split_sign(text: &[u8]) -> (bool, &[u8]) {
    match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// Splits `1.5e-3` into `1.5` and −3. Exponents are cut off at a size at which the value is 0 or out of range anyway.
fn split_exponent(text: &[u8]) -> Result<(&[u8], i64), NumberError> {
    let Some(at) = text
        .iter()
        .position(|byte| byte.eq_ignore_ascii_case(&b'e'))
    else {
        return Ok((text, 0));
    };
    let (negative, digits) = split_sign(&text[at + 1..]);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NumberError::NotRecognized);
    }
    let mut exponent: i64 = 0;
    for byte in digits {
        exponent = (exponent * 10 + i64::from(byte - b'0')).min(1_000_000_000);
    }
    Ok((&text[..at], if negative { -exponent } else { exponent }))
}

/// A FLOAT: a decimal number, `inf`, `-inf` or `NaN` in any case.
pub(crate) fn float_from_text(text: &[u8]) -> Result<f64, BoxedFault> {
    let trimmed = text.trim_ascii();
    let value: f64 = std::str::from_utf8(trimmed)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Fault::numeric(text))?;
    if value.is_infinite() && trimmed.iter().any(u8::is_ascii_digit) {
        return Err(Fault::out_of_range(text));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str, precision: u8, scale: u8) -> Result<i128, NumberError> {
        Decimal { precision, scale }.parse(text.as_bytes())
    }

    #[test]
    fn numbers_round_half_away_from_zero() {
        use NumberError::{NotRecognized, OutOfRange};
        let cases: &[(&str, u8, u8, Result<i128, NumberError>)] = &[
            ("0", 38, 0, Ok(0)),
            ("-0", 38, 0, Ok(0)),
            ("12", 38, 0, Ok(12)),
            ("+12", 38, 0, Ok(12)),
            (" 12 ", 38, 0, Ok(12)),
            ("12.5", 38, 0, Ok(13)),
            ("-12.5", 38, 0, Ok(-13)),
            ("12.49", 38, 0, Ok(12)),
            ("0.005", 10, 2, Ok(1)),
            ("-0.005", 10, 2, Ok(-1)),
            ("0.0049", 10, 2, Ok(0)),
            ("1.005", 10, 2, Ok(101)),
            ("19.99", 10, 2, Ok(1999)),
            (".5", 10, 2, Ok(50)),
            ("5.", 10, 2, Ok(500)),
            ("1e3", 38, 0, Ok(1000)),
            ("1.25E1", 10, 1, Ok(125)),
            ("125e-2", 10, 2, Ok(125)),
            ("125e-3", 10, 2, Ok(13)),
            ("5e-1", 10, 0, Ok(1)),
            ("4e-1", 10, 0, Ok(0)),
            ("1e-999999999999", 10, 2, Ok(0)),
            ("0e999999999999", 10, 2, Ok(0)),
            ("99999999.99", 10, 2, Ok(9_999_999_999)),
            ("99999999.995", 10, 2, Err(OutOfRange)),
            ("100000000", 10, 2, Err(OutOfRange)),
            ("1e999999999999", 10, 2, Err(OutOfRange)),
            ("999", 2, 0, Err(OutOfRange)),
            ("99", 2, 0, Ok(99)),
            (
                "12345678901234567890",
                38,
                0,
                Ok(12_345_678_901_234_567_890),
            ),
            (
                "99999999999999999999999999999999999999",
                38,
                0,
                Ok(99_999_999_999_999_999_999_999_999_999_999_999_999),
            ),
            (
                "100000000000000000000000000000000000000",
                38,
                0,
                Err(OutOfRange),
            ),
            (
                "00000000000000000000000000000000000000000000007",
                38,
                0,
                Ok(7),
            ),
            ("0.00000000000000000000000000000000000001", 38, 38, Ok(1)),
            ("", 38, 0, Err(NotRecognized)),
            ("-", 38, 0, Err(NotRecognized)),
            (".", 38, 0, Err(NotRecognized)),
            ("abc", 38, 0, Err(NotRecognized)),
            ("1,000", 38, 0, Err(NotRecognized)),
            ("1.2.3", 38, 0, Err(NotRecognized)),
            ("1 2", 38, 0, Err(NotRecognized)),
            ("1e", 38, 0, Err(NotRecognized)),
            ("0x10", 38, 0, Err(NotRecognized)),
        ];
        for (text, precision, scale, expected) in cases {
            assert_eq!(
                parse(text, *precision, *scale),
                *expected,
                "{text} NUMBER({precision},{scale})"
            );
        }
    }

    proptest! {
        #[test]
        fn the_quick_way_and_the_general_way_agree(
            text in "-?[0-9]{0,20}(\\.[0-9]{0,6})?", precision in 1_u8..=38, scale in 0_u8..=38,
        ) {
            let decimal = Decimal { precision, scale: scale.min(precision) };
            prop_assert_eq!(decimal.parse(text.as_bytes()), decimal.parse_general(text.as_bytes()));
        }

        #[test]
        fn no_bytes_panic(text in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = Decimal { precision: 38, scale: 5 }.parse(&text);
            let _ = float_from_text(&text);
        }
    }

    #[test]
    fn floats() {
        assert_eq!(float_from_text(b"1.5e3"), Ok(1500.0));
        assert_eq!(float_from_text(b" -.5 "), Ok(-0.5));
        assert!(float_from_text(b"NaN").is_ok_and(f64::is_nan));
        assert_eq!(float_from_text(b"-inf"), Ok(f64::NEG_INFINITY));
        assert_eq!(float_from_text(b"1e999").unwrap_err().code, 100_039);
        assert_eq!(
            float_from_text(b"x").unwrap_err().message,
            "Numeric value 'x' is not recognized"
        );
    }
}
