//! String functions of BINARY values: SUBSTR, LPAD, RPAD, REVERSE, POSITION by bytes.

use super::add;
use super::native::{Raised, native};
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<SubstrBinary>(database)?;
    add::<PadBinary>(database)?;
    add::<ReverseBinary>(database)?;
    add::<PositionBinary>(database)
}

/// The longest BINARY value that Snowflake has.
const MOST_BYTES: usize = 64 << 20;

native! {
    /// SUBSTR(bytes, start, length): a start before the first byte counts from the end, 0 is 1.
    SubstrBinary = "snowmelt_substr_binary"(Binary, Integer, Integer) -> Binary, |row, cache: (), out| {
        let (Some(bytes), Some(start), Some(length)) = (row.binary(0), row.integer(1), row.integer(2)) else {
            return Ok(());
        };
        let start = match start {
            0 | 1 => Some(0),
            2.. => usize::try_from(start - 1).ok(),
            _ => usize::try_from(start.unsigned_abs()).ok().and_then(|back| bytes.len().checked_sub(back)),
        };
        let from = start.and_then(|start| bytes.get(start..)).unwrap_or_default();
        let length = usize::try_from(length).unwrap_or(0).min(from.len());
        out.binary(&from[..length]);
        Ok(())
    }
}

native! {
    /// LPAD or RPAD(bytes, length, padding): to the left if the last argument says so.
    PadBinary = "snowmelt_pad_binary"(Binary, Integer, Binary, Boolean) -> Binary, |row, cache: (), out| {
        let (Some(bytes), Some(length), Some(padding), Some(to_the_left)) =
            (row.binary(0), row.integer(1), row.binary(2), row.boolean(3))
        else {
            return Ok(());
        };
        let length = usize::try_from(length).unwrap_or(0);
        if length > MOST_BYTES {
            return Err(Raised::new("100078", "22000", format!("Result size {length} is too large")));
        }
        let missing = if padding.is_empty() { 0 } else { length.saturating_sub(bytes.len()) };
        let padding = padding.iter().cycle().take(missing).copied();
        let kept = bytes.iter().take(length).copied();
        let padded: Vec<u8> = if to_the_left { padding.chain(kept).collect() } else { kept.chain(padding).collect() };
        out.binary(&padded);
        Ok(())
    }
}

native! {
    /// REVERSE of bytes.
    ReverseBinary = "snowmelt_reverse_binary"(Binary) -> Binary, |row, cache: (), out| {
        if let Some(bytes) = row.binary(0) {
            out.binary(&bytes.iter().rev().copied().collect::<Vec<u8>>());
        }
        Ok(())
    }
}

native! {
    /// POSITION(needle, bytes, start): 0 if it is not there.
    PositionBinary = "snowmelt_position_binary"(Binary, Binary, Integer) -> Integer, |row, cache: (), out| {
        let (Some(needle), Some(bytes), Some(start)) = (row.binary(0), row.binary(1), row.integer(2)) else {
            return Ok(());
        };
        let start = usize::try_from(start - 1).unwrap_or(0);
        let found = bytes.get(start..).and_then(|rest| memchr::memmem::find(rest, needle));
        out.integer(found.map_or(0, |at| (start + at + 1) as i64));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::one;

    #[test]
    fn bytes_are_cut_and_padded() {
        for (sql, hex) in [
            (
                "snowmelt_substr_binary('\\x01\\x02\\x03'::BLOB, 2, 9)",
                "0203",
            ),
            (
                "snowmelt_substr_binary('\\x01\\x02\\x03'::BLOB, -2, 1)",
                "02",
            ),
            ("snowmelt_substr_binary('\\x01'::BLOB, -2, 1)", ""),
            ("snowmelt_substr_binary('\\x01'::BLOB, 5, 1)", ""),
            (
                "snowmelt_pad_binary('\\x01'::BLOB, 4, '\\xAB\\xCD'::BLOB, true)",
                "ABCDAB01",
            ),
            (
                "snowmelt_pad_binary('\\x01\\x02'::BLOB, 1, '\\xAB'::BLOB, false)",
                "01",
            ),
            ("snowmelt_reverse_binary('\\x01\\x02'::BLOB)", "0201"),
        ] {
            assert_eq!(one(&format!("SELECT hex({sql})")), hex, "{sql}");
        }
        assert_eq!(
            one("SELECT snowmelt_position_binary('\\x01'::BLOB, '\\x01\\x02\\x01'::BLOB, 2)"),
            "3"
        );
    }
}
