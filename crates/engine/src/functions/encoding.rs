//! Hexadecimal digits and base 64.

use super::add;
use super::native::{Raised, native};
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<Base64Encode>(database)?;
    add::<Base64Decode>(database)?;
    add::<TryBase64Decode>(database)?;
    add::<HexDecode>(database)?;
    add::<TryHexDecode>(database)?;
    add::<Utf8Decode>(database)?;
    add::<TryUtf8Decode>(database)
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The characters for 62, 63 and padding: the standard ones, unless `replaced` names others.
fn symbols(replaced: &str) -> [char; 3] {
    let mut symbols = ['+', '/', '='];
    for (symbol, other) in symbols.iter_mut().zip(replaced.chars()) {
        *symbol = other;
    }
    symbols
}

native! {
    /// BASE64_ENCODE(bytes, longest line or 0, other symbols).
    Base64Encode = "snowmelt_base64_encode"(Binary, Integer, Text) -> Text, |row, cache: (), out| {
        let (Some(bytes), Some(line), Some(replaced)) = (row.binary(0), row.integer(1), row.text(2)) else {
            return Ok(());
        };
        let [plus, slash, padding] = symbols(replaced);
        let line = usize::try_from(line).unwrap_or(0);
        let mut written = 0;
        for chunk in bytes.chunks(3) {
            let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            for place in 0..4 {
                if line > 0 && written > 0 && written % line == 0 {
                    out.scratch.push('\n');
                }
                written += 1;
                out.scratch.push(match (bits >> (18 - 6 * place) & 63, place <= chunk.len()) {
                    (_, false) => padding,
                    (62, _) => plus,
                    (63, _) => slash,
                    (index, _) => char::from(ALPHABET[index as usize]),
                });
            }
        }
        out.scratch();
        Ok(())
    }
}

/// The bytes of a base-64 text; `None` if it is none.
fn base64(text: &str, replaced: &str) -> Option<Vec<u8>> {
    let [plus, slash, padding] = symbols(replaced);
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padded) = (0_u32, 0, 0);
    for character in text
        .chars()
        .filter(|character| !matches!(character, '\n' | '\r'))
    {
        let value = match character {
            'A'..='Z' => character as u32 - 'A' as u32,
            'a'..='z' => character as u32 - 'a' as u32 + 26,
            '0'..='9' => character as u32 - '0' as u32 + 52,
            _ if character == plus => 62,
            _ if character == slash => 63,
            _ if character == padding => {
                padded += 1;
                continue;
            }
            _ => return None,
        };
        if padded > 0 {
            return None;
        }
        bits = bits << 6 | value;
        count += 1;
        if count % 4 == 0 {
            bytes.extend(&bits.to_be_bytes()[1..]);
            bits = 0;
        }
    }
    match (count % 4, padded) {
        (0, 0) => {}
        (2, 0 | 2) => bytes.push((bits >> 4) as u8),
        (3, 0 | 1) => bytes.extend([(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => return None,
    }
    Some(bytes)
}

native! {
    /// BASE64_DECODE_BINARY(text, other symbols).
    Base64Decode = "snowmelt_base64_decode"(Text, Text) -> Binary, |row, cache: (), out| {
        let (Some(text), Some(replaced)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match base64(text, replaced) {
            Some(bytes) => out.binary(&bytes),
            None => {
                let message = format!("The following string is not a legal base64-encoded value: '{text}'");
                return Err(Raised::new("100051", "22000", message));
            }
        }
        Ok(())
    }
}

native! {
    /// TRY_BASE64_DECODE_BINARY(text, other symbols).
    TryBase64Decode = "snowmelt_try_base64_decode"(Text, Text) -> Binary, |row, cache: (), out| {
        let (Some(text), Some(replaced)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match base64(text, replaced) {
            Some(bytes) => out.binary(&bytes),
            None => out.null(),
        }
        Ok(())
    }
}

/// The bytes of hexadecimal digits; `None` if they are none.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
    Some(
        digits
            .chunks_exact(2)
            .map(|pair| value(pair[0]) << 4 | value(pair[1]))
            .collect(),
    )
}

native! {
    /// HEX_DECODE_BINARY(text), TO_BINARY(text, 'HEX').
    HexDecode = "snowmelt_hex_decode"(Text) -> Binary, |row, cache: (), out| {
        let Some(text) = row.text(0) else { return Ok(()) };
        match hex(text) {
            Some(bytes) => out.binary(&bytes),
            None => {
                let message = format!("The following string is not a legal hex-encoded value: '{text}'");
                return Err(Raised::new("100115", "22000", message));
            }
        }
        Ok(())
    }
}

native! {
    /// TRY_HEX_DECODE_BINARY(text).
    TryHexDecode = "snowmelt_try_hex_decode"(Text) -> Binary, |row, cache: (), out| {
        match row.text(0).and_then(hex) {
            Some(bytes) => out.binary(&bytes),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// Bytes as the UTF-8 text they are.
    Utf8Decode = "snowmelt_utf8_decode"(Binary) -> Text, |row, cache: (), out| {
        let Some(bytes) = row.binary(0) else { return Ok(()) };
        match std::str::from_utf8(bytes) {
            Ok(text) => out.text(text),
            Err(_) => return Err(Raised::new("100144", "22000", "Invalid UTF8 detected in string")),
        }
        Ok(())
    }
}

native! {
    /// Bytes as text, NULL if they are no UTF-8.
    TryUtf8Decode = "snowmelt_try_utf8_decode"(Binary) -> Text, |row, cache: (), out| {
        match row.binary(0).map(std::str::from_utf8) {
            Some(Ok(text)) => out.text(text),
            Some(Err(_)) | None => out.null(),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::one;

    #[test]
    fn base64_goes_there_and_back() {
        for (text, encoded) in [
            ("", ""),
            ("a", "YQ=="),
            ("ab", "YWI="),
            ("Snowflake", "U25vd2ZsYWtl"),
        ] {
            assert_eq!(
                one(&format!(
                    "SELECT snowmelt_base64_encode(encode('{text}'), 0, '')"
                )),
                encoded
            );
            assert_eq!(
                one(&format!(
                    "SELECT snowmelt_utf8_decode(snowmelt_base64_decode('{encoded}', ''))"
                )),
                text
            );
        }
        assert_eq!(
            one("SELECT snowmelt_base64_encode(encode('abcdef'), 4, '')"),
            "YWJj\nZGVm"
        );
        assert_eq!(one("SELECT snowmelt_try_base64_decode('a!', '')"), "NULL");
        assert_eq!(one("SELECT snowmelt_try_hex_decode('4a4')"), "NULL");
        assert_eq!(
            one("SELECT snowmelt_try_utf8_decode('\\xFF'::BLOB)"),
            "NULL"
        );
    }
}
