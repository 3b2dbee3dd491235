//! BINARY from text, by BINARY_FORMAT.

use super::fault::{BoxedFault, Fault};
use snowmelt_sql::object::BinaryFormat;

/// The bytes that `text` stands for.
pub(crate) fn binary_from_text(text: &[u8], format: BinaryFormat) -> Result<Vec<u8>, BoxedFault> {
    match format {
        BinaryFormat::Utf8 => Ok(text.to_vec()),
        BinaryFormat::Hex => from_hex(text).ok_or_else(|| Fault::binary(text, "hex")),
        BinaryFormat::Base64 => from_base64(text).ok_or_else(|| Fault::binary(text, "base64")),
    }
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|value| value as u8);
    let (pairs, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

/// Standard alphabet; padding is required, as in RFC 4648.
fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let sextet = |byte: u8| -> Option<u32> {
        Some(u32::from(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        }))
    };
    let (groups, rest) = text.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(groups.len() * 3);
    for (index, group) in groups.iter().enumerate() {
        let padding = group.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 || (padding > 0 && index + 1 < groups.len()) {
            return None;
        }
        let mut bits = 0;
        for byte in &group[..4 - padding] {
            bits = bits << 6 | sextet(*byte)?;
        }
        bits <<= 6 * padding;
        let [_, first, second, third] = bits.to_be_bytes();
        bytes.extend_from_slice(&[first, second, third][..3 - padding]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_reads_its_own_form() {
        let read = |text: &str, format| binary_from_text(text.as_bytes(), format).ok();
        assert_eq!(read("00fFa1", BinaryFormat::Hex), Some(vec![0, 255, 0xa1]));
        assert_eq!(read("0", BinaryFormat::Hex), None);
        assert_eq!(read("zz", BinaryFormat::Hex), None);
        assert_eq!(
            read("aGVsbG8=", BinaryFormat::Base64),
            Some(b"hello".to_vec())
        );
        assert_eq!(read("aGVsbG8", BinaryFormat::Base64), None);
        assert_eq!(read("aA==aA==", BinaryFormat::Base64), None);
        assert_eq!(read("é", BinaryFormat::Utf8), Some("é".as_bytes().to_vec()));
    }
}
