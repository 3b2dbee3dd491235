//! Exact decimals. In: integers with a scale. Out: integers with a scale, and text.

/// `numerator / denominator` to the nearest integer; a half goes away from zero.
pub(crate) fn divide(numerator: i128, denominator: i128) -> i128 {
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    let away = if (numerator < 0) == (denominator < 0) {
        1
    } else {
        -1
    };
    if rest.unsigned_abs() * 2 >= denominator.unsigned_abs() {
        quotient + away
    } else {
        quotient
    }
}

/// `ROUND(a / b, to_scale)` where `numerator` is `a` with `scale` decimals and `denominator` is a whole number. (A `b` with
/// decimals is made whole by the caller, who multiplies both.)
///
/// Snowflake divides first, to six decimals more than the numerator has (at most twelve), and rounds there; ROUND then
/// rounds once more.
pub(crate) fn round_quotient(
    numerator: i128,
    denominator: i128,
    scale: u32,
    to_scale: u32,
) -> i128 {
    let quotient_scale = scale.max(12.min(scale + 6));
    let quotient = divide(numerator * 10_i128.pow(quotient_scale - scale), denominator);
    divide(quotient, 10_i128.pow(quotient_scale - to_scale))
}

/// A number with `scale` decimals: `decimal(1250, 2)` is `12.50`.
pub(crate) fn decimal(value: i128, scale: u32) -> String {
    let one = 10_u128.pow(scale);
    let (whole, fraction) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
    let sign = if value < 0 { "-" } else { "" };
    match scale {
        0 => format!("{sign}{whole}"),
        scale => format!("{sign}{whole}.{fraction:0width$}", width = scale as usize),
    }
}

/// Reads a decimal such as `-12.5` as an integer with `scale` decimals, further digits rounded half away from zero.
pub(crate) fn parse(text: &str, scale: u32) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let unscaled: i128 = format!("0{whole}{fraction}").parse().ok()?;
    let fraction_scale = fraction.len() as u32;
    let value = match scale.checked_sub(fraction_scale) {
        Some(missing) => unscaled * 10_i128.pow(missing),
        None => divide(unscaled, 10_i128.pow(fraction_scale - scale)),
    };
    Some(if negative { -value } else { value })
}
