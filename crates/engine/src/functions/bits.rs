//! Bitwise functions of 128-bit integers and of BINARY.

use super::add;
use super::native::{Raised, native};
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<ShiftInteger>(database)?;
    add::<CombineBinary>(database)?;
    add::<NotBinary>(database)?;
    add::<ShiftBinary>(database)
}

native! {
    /// A shift to the left by so many bits, to the right by a negative number of them.
    ShiftInteger = "snowmelt_shift_integer"(HugeInteger, Integer) -> HugeInteger, |row, cache: (), out| {
        let (Some(value), Some(bits)) = (row.huge_integer(0), row.integer(1)) else { return Ok(()) };
        let distance = u32::try_from(bits.unsigned_abs()).unwrap_or(u32::MAX);
        out.huge_integer(if bits >= 0 {
            value.checked_shl(distance).unwrap_or(0)
        } else {
            value.checked_shr(distance).unwrap_or(if value < 0 { -1 } else { 0 })
        });
        Ok(())
    }
}

native! {
    /// `and`, `or` or `xor` of two BINARY values; the last argument says which side of the shorter one gets zeros.
    CombineBinary = "snowmelt_combine_binary"(Text, Binary, Binary, Text) -> Binary, |row, cache: (), out| {
        let (Some(operation), Some(left), Some(right), Some(side)) =
            (row.text(0), row.binary(1), row.binary(2), row.text(3))
        else {
            return Ok(());
        };
        if left.len() != right.len() && side.is_empty() {
            let message = format!(
                "The lengths of two variable-sized fields do not match: first length {}, second length {}",
                left.len(),
                right.len()
            );
            return Err(Raised::new("100544", "22026", message));
        }
        let length = left.len().max(right.len());
        let byte = |bytes: &[u8], at: usize| {
            let start = if side.eq_ignore_ascii_case("LEFT") { length - bytes.len() } else { 0 };
            at.checked_sub(start).and_then(|at| bytes.get(at)).copied().unwrap_or(0)
        };
        let combined: Vec<u8> = (0..length)
            .map(|at| match operation {
                "and" => byte(left, at) & byte(right, at),
                "or" => byte(left, at) | byte(right, at),
                _ => byte(left, at) ^ byte(right, at),
            })
            .collect();
        out.binary(&combined);
        Ok(())
    }
}

native! {
    /// BITNOT of a BINARY value.
    NotBinary = "snowmelt_not_binary"(Binary) -> Binary, |row, cache: (), out| {
        if let Some(bytes) = row.binary(0) {
            out.binary(&bytes.iter().map(|byte| !byte).collect::<Vec<u8>>());
        }
        Ok(())
    }
}

native! {
    /// A BINARY value shifted to the left, or to the right by a negative number of bits; its length stays.
    ShiftBinary = "snowmelt_shift_binary"(Binary, Integer) -> Binary, |row, cache: (), out| {
        let (Some(bytes), Some(bits)) = (row.binary(0), row.integer(1)) else { return Ok(()) };
        let (count, rest) = (bits.div_euclid(8), bits.rem_euclid(8) as u32);
        let byte = |at: i64| usize::try_from(at).ok().and_then(|at| bytes.get(at)).copied().unwrap_or(0);
        let shifted: Vec<u8> = (0..bytes.len() as i64)
            .map(|at| {
                let from = at + count;
                byte(from).checked_shl(rest).unwrap_or(0) | byte(from + 1).checked_shr(8 - rest).unwrap_or(0)
            })
            .collect();
        out.binary(&shifted);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::one;

    #[test]
    fn bits_move() {
        assert_eq!(
            one("SELECT hex(snowmelt_shift_binary('\\xBC\\xBC'::BLOB, 1))"),
            "7978"
        );
        assert_eq!(
            one("SELECT hex(snowmelt_shift_binary('\\xBC\\xBC'::BLOB, -4))"),
            "0BCB"
        );
        assert_eq!(
            one("SELECT hex(snowmelt_shift_binary('\\xAB\\xCD\\xAB\\xCD'::BLOB, 16))"),
            "ABCD0000"
        );
        assert_eq!(
            one(
                "SELECT hex(snowmelt_combine_binary('or', '\\x10\\x10'::BLOB, '\\x11\\x00\\x10\\x10'::BLOB, 'RIGHT'))"
            ),
            "11101010"
        );
        assert_eq!(one("SELECT snowmelt_shift_integer(-8, -1)"), "-4");
        assert_eq!(one("SELECT snowmelt_shift_integer(1, 200)"), "0");
    }
}
