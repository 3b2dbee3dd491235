//! Division of NUMBERs, exact in all their digits. DuckDB divides numbers of 128 bits bit by bit, which takes half a
//! microsecond each.

use super::add;
use super::native::{Raised, native};
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<FloatText>(database)?;
    add::<Divide>(database)?;
    add::<DivideDown>(database)?;
    add::<Shorten>(database)
}

native! {
    /// FLOAT as VARCHAR: ten digits, in scientific notation where C's `%.10g` has it.
    FloatText = "snowmelt_float_text"(Float) -> Text, |row, cache: (), out| {
        if let Some(value) = row.float(0) {
            out.text(&float_text(value));
        }
        Ok(())
    }
}

fn float_text(value: f64) -> String {
    const DIGITS: usize = 10;
    if !value.is_finite() || value == 0.0 {
        return crate::result::float_text(value);
    }
    let scientific = format!("{:.*e}", DIGITS - 1, value);
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let trimmed = |digits: &str| match digits.split_once('.') {
        Some(_) => digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        None => digits.to_owned(),
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..DIGITS as i32).contains(&exponent) {
        let decimals = (DIGITS as i32 - 1 - exponent).max(0) as usize;
        return trimmed(&format!("{value:.decimals$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(mantissa), exponent.abs())
}

native! {
    /// `left × 10^shift ÷ right` of two numbers without their points, rounded half away from zero.
    Divide = "snowmelt_divide"(Number, Number, Integer) -> HugeInteger, |row, cache: (), out| {
        let (Some(left), Some(right), Some(shift)) = (row.unscaled(0), row.unscaled(1), row.integer(2)) else {
            out.null();
            return Ok(());
        };
        if right == 0 {
            return Err(Raised::new("100051", "22012", "Division by zero"));
        }
        match divide(left, right, shift as u32) {
            Some(quotient) => out.huge_integer(quotient),
            None => return Err(out_of_range()),
        }
        Ok(())
    }
}

native! {
    /// The same quotient, its further digits cut off.
    DivideDown = "snowmelt_divide_down"(Number, Number, Integer) -> HugeInteger, |row, cache: (), out| {
        let (Some(left), Some(right), Some(shift)) = (row.unscaled(0), row.unscaled(1), row.integer(2)) else {
            out.null();
            return Ok(());
        };
        if right == 0 {
            out.null();
            return Ok(());
        }
        let scaled = 10_i128
            .checked_pow(shift as u32)
            .and_then(|power| left.checked_mul(power));
        match scaled {
            Some(scaled) => out.huge_integer(scaled / right),
            None => return Err(out_of_range()),
        }
        Ok(())
    }
}

native! {
    /// A number without its point, without so many of its last digits, rounded half away from zero.
    Shorten = "snowmelt_shorten"(Number, Integer) -> HugeInteger, |row, cache: (), out| {
        let (Some(value), Some(digits)) = (row.unscaled(0), row.integer(1)) else {
            out.null();
            return Ok(());
        };
        out.huge_integer(match 10_i128.checked_pow(digits as u32) {
            Some(power) => half_away(value / power, value % power, power),
            None => 0,
        });
        Ok(())
    }
}

fn out_of_range() -> Raised {
    Raised::new("100046", "22003", "Number out of representable range")
}

/// The quotient of 38 digits at most; `None` if it has more.
fn divide(left: i128, right: i128, shift: u32) -> Option<i128> {
    let scaled = 10_i128
        .checked_pow(shift)
        .and_then(|power| left.checked_mul(power));
    let quotient = match scaled {
        Some(scaled) => half_away(scaled / right, scaled % right, right),
        None => divide_by_digits(left, right, shift)?,
    };
    (quotient.unsigned_abs() < 10_u128.pow(38)).then_some(quotient)
}

/// The same where the numerator would not fit 128 bits: one digit after the other, as on paper.
fn divide_by_digits(left: i128, right: i128, shift: u32) -> Option<i128> {
    let is_negative = (left < 0) != (right < 0);
    let (left, right) = (left.unsigned_abs(), right.unsigned_abs());
    let (mut quotient, mut remainder) = (left / right, left % right);
    for _ in 0..shift {
        // Ten times the remainder may be too long: it is added up, and the divisor taken off where it fits.
        let (mut digit, mut sum) = (0, 0);
        for _ in 0..10 {
            sum += remainder;
            if sum >= right {
                sum -= right;
                digit += 1;
            }
        }
        remainder = sum;
        quotient = quotient.checked_mul(10)?.checked_add(digit)?;
    }
    if remainder >= right - remainder {
        quotient += 1;
    }
    let quotient = i128::try_from(quotient).ok()?;
    Some(if is_negative { -quotient } else { quotient })
}

/// The quotient, one further from zero if the remainder is at least half of the divisor.
#[inline]
fn half_away(quotient: i128, remainder: i128, divisor: i128) -> i128 {
    let (rest, whole) = (remainder.unsigned_abs(), divisor.unsigned_abs());
    if rest < whole - rest {
        quotient
    } else if (remainder < 0) == (divisor < 0) {
        quotient + 1
    } else {
        quotient - 1
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::one;
    use super::{divide, divide_by_digits};
    use bigdecimal::num_bigint::BigInt;
    use proptest::prelude::*;

    fn slowly(left: i128, right: i128, shift: u32) -> BigInt {
        let scaled = BigInt::from(left) * BigInt::from(10).pow(shift);
        let double: BigInt = scaled * 2;
        let right = BigInt::from(right);
        // Half away from zero: the sign apart, floor(x + 1/2).
        let is_negative = (double < BigInt::from(0)) != (right < BigInt::from(0));
        let magnitude = |number: &BigInt| {
            if *number < BigInt::from(0) {
                -number.clone()
            } else {
                number.clone()
            }
        };
        let (double, right) = (magnitude(&double), magnitude(&right));
        let quotient: BigInt = (double + &right) / (right * 2);
        if is_negative { -quotient } else { quotient }
    }

    const MOST: i128 = 10_i128.pow(38) - 1;

    proptest! {
        #[test]
        fn division_is_exact(left in -MOST..=MOST, right in 1..=MOST, small in 1..1000_i128, shift in 0_u32..20) {
            for right in [right, -right, small] {
                let expected = slowly(left, right, shift);
                let fits = expected.to_string().trim_start_matches('-').len() <= 38;
                let quotient = divide(left, right, shift);
                prop_assert_eq!(quotient.is_some(), fits);
                if let Some(quotient) = quotient {
                    prop_assert_eq!(BigInt::from(quotient), expected.clone());
                }
                if fits {
                    prop_assert_eq!(divide_by_digits(left, right, shift).map(BigInt::from), Some(expected));
                }
            }
        }
    }

    #[test]
    fn numbers_come_without_their_points() {
        for (call, expected) in [
            (
                "snowmelt_divide(CAST(10 AS BIGINT), CAST(3 AS BIGINT), 2)",
                "333",
            ),
            (
                "snowmelt_divide(CAST(-20 AS BIGINT), CAST(3 AS BIGINT), 0)",
                "-7",
            ),
            (
                "snowmelt_divide_down(CAST(-20 AS BIGINT), CAST(3 AS BIGINT), 3)",
                "-6666",
            ),
            (
                "snowmelt_divide(CAST(1.50 AS DECIMAL(3,2)), CAST(100 AS HUGEINT), 0)",
                "2",
            ),
            (
                "snowmelt_divide(CAST(1.50 AS DECIMAL(8,2)), CAST(0.5 AS DECIMAL(12,1)), 0)",
                "30",
            ),
            (
                "snowmelt_divide(CAST(1.50 AS DECIMAL(30,2)), CAST(NULL AS BIGINT), 0)",
                "NULL",
            ),
            ("snowmelt_shorten(CAST(-1.55 AS DECIMAL(30,2)), 1)", "-16"),
            ("snowmelt_shorten(CAST(7 AS BIGINT), 40)", "0"),
        ] {
            assert_eq!(one(&format!("SELECT {call}")), expected, "{call}");
        }
    }
}
