//! The values of file format options.

use crate::error::SqlError;
use crate::object::{BinaryFormat, Compression, ValueFormat};
use crate::parse::options::{invalid_value, nearest};
use crate::statement::OptionValue;

/// Of CSV and JSON.
pub(super) const TEXT_COMPRESSIONS: &[Compression] = &[
    Compression::Auto,
    Compression::Gzip,
    Compression::Bz2,
    Compression::Brotli,
    Compression::Zstd,
    Compression::Deflate,
    Compression::RawDeflate,
    Compression::None,
];

/// Of AVRO.
pub(super) const AVRO_COMPRESSIONS: &[Compression] = &[
    Compression::Auto,
    Compression::Gzip,
    Compression::Brotli,
    Compression::Zstd,
    Compression::Deflate,
    Compression::RawDeflate,
    Compression::None,
];

/// Of PARQUET. GZIP is in no documentation; the Python connector's `write_pandas` says it.
pub(super) const PARQUET_COMPRESSIONS: &[Compression] = &[
    Compression::Auto,
    Compression::Gzip,
    Compression::Lzo,
    Compression::Snappy,
    Compression::None,
];

pub(super) fn compression(
    value: &OptionValue,
    known: &[Compression],
) -> Result<Compression, SqlError> {
    let word = word(value);
    known
        .iter()
        .find(|compression| Some(compression_word(**compression)) == word.as_deref())
        .copied()
        .ok_or_else(|| invalid_value("COMPRESSION", value))
}

/// Snowflake's word for a compression.
pub fn compression_word(compression: Compression) -> &'static str {
    match compression {
        Compression::Auto => "AUTO",
        Compression::None => "NONE",
        Compression::Gzip => "GZIP",
        Compression::Bz2 => "BZ2",
        Compression::Brotli => "BROTLI",
        Compression::Zstd => "ZSTD",
        Compression::Deflate => "DEFLATE",
        Compression::RawDeflate => "RAW_DEFLATE",
        Compression::Snappy => "SNAPPY",
        Compression::Lzo => "LZO",
    }
}

/// A bare word or a string, in upper case.
pub(crate) fn word(value: &OptionValue) -> Option<String> {
    match value {
        OptionValue::Word(word, _) | OptionValue::Text(word, _) => Some(word.to_uppercase()),
        OptionValue::Number(..)
        | OptionValue::List(..)
        | OptionValue::Options(..)
        | OptionValue::Name(_) => None,
    }
}

fn is_none(value: &OptionValue) -> bool {
    word(value).as_deref() == Some("NONE")
}

pub(super) fn unsigned(key: &str, value: &OptionValue) -> Result<u64, SqlError> {
    match value {
        OptionValue::Number(digits, _) | OptionValue::Text(digits, _) => {
            digits.parse().map_err(|_| invalid_value(key, value))
        }
        other => Err(invalid_value(key, other)),
    }
}

pub(super) fn value_format(key: &str, value: &OptionValue) -> Result<ValueFormat, SqlError> {
    match value {
        value if word(value).as_deref() == Some("AUTO") => Ok(ValueFormat::Auto),
        OptionValue::Text(format, _) if !format.is_empty() => {
            Ok(ValueFormat::Format(format.clone()))
        }
        other => Err(invalid_value(key, other)),
    }
}

pub(super) fn binary_format(value: &OptionValue) -> Result<BinaryFormat, SqlError> {
    match word(value).as_deref() {
        Some("HEX") => Ok(BinaryFormat::Hex),
        Some("BASE64") => Ok(BinaryFormat::Base64),
        Some("UTF8" | "UTF-8") => Ok(BinaryFormat::Utf8),
        _ => Err(invalid_value("BINARY_FORMAT", value)),
    }
}

pub(super) fn text_or_none(key: &str, value: &OptionValue) -> Result<Option<String>, SqlError> {
    match value {
        value if is_none(value) => Ok(None),
        OptionValue::Text(text, _) => Ok(Some(text.clone())),
        other => Err(invalid_value(key, other)),
    }
}

/// One or more characters, or NONE.
pub(super) fn delimiter(key: &str, value: &OptionValue) -> Result<Option<String>, SqlError> {
    match value {
        value if is_none(value) => Ok(None),
        OptionValue::Text(text, _) => {
            let decoded = decode(text);
            let length = decoded.chars().count();
            if length == 0 || length > 20 {
                return Err(invalid_value(key, value));
            }
            Ok(Some(decoded))
        }
        other => Err(invalid_value(key, other)),
    }
}

/// One character of a single byte, or NONE.
pub(super) fn character(key: &str, value: &OptionValue) -> Result<Option<char>, SqlError> {
    match delimiter(key, value)? {
        None => Ok(None),
        Some(text) => {
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (Some(character), None) if character.is_ascii() => Ok(Some(character)),
                _ => Err(invalid_value(key, value)),
            }
        }
    }
}

/// The escapes that stand inside the string's value: `\t`, `\\136`, `\x5e`, `0x5e`, and bytes of a longer UTF-8 character
/// written one by one (`\xC2\xA2`), which the string constant has turned into one character each.
fn decode(text: &str) -> String {
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (code, length) = match numbered(rest) {
            Some(found) => found,
            None => match escaped(rest) {
                Some(byte) => (byte, 2),
                None => {
                    let mut buffer = [0; 4];
                    bytes.extend_from_slice(first.encode_utf8(&mut buffer).as_bytes());
                    rest = &rest[first.len_utf8()..];
                    continue;
                }
            },
        };
        bytes.push(code);
        rest = &rest[length..];
    }
    let decoded = match String::from_utf8(bytes) {
        Ok(decoded) => decoded,
        // Bytes that are no UTF-8 stand for the characters of those numbers.
        Err(error) => error
            .as_bytes()
            .iter()
            .map(|byte| char::from(*byte))
            .collect(),
    };
    let as_bytes: Option<Vec<u8>> = decoded
        .chars()
        .map(|character| u8::try_from(u32::from(character)).ok())
        .collect();
    match as_bytes.map(String::from_utf8) {
        Some(Ok(joined)) => joined,
        _ => decoded,
    }
}

/// A delimiter as it must be written between quotes to be read back: as it is, unless something in it reads as an escape.
pub(crate) fn written_delimiter(text: &str) -> String {
    if decode(text) == text {
        return text.to_owned();
    }
    text.replace('\\', "\\\\").replace("0x", "\\x30x")
}

/// `0x5e`, `\x5e` or `\136`: the byte, and how long its writing is.
fn numbered(text: &str) -> Option<(u8, usize)> {
    for (prefix, digits, radix) in [("0x", 2, 16), ("\\x", 2, 16), ("\\", 3, 8)] {
        if let Some(number) = text
            .strip_prefix(prefix)
            .and_then(|rest| rest.get(..digits))
            && number
                .bytes()
                .all(|digit| char::from(digit).is_digit(radix))
            && let Ok(byte) = u8::from_str_radix(number, radix)
        {
            return Some((byte, prefix.len() + digits));
        }
    }
    None
}

/// `\t` and its like.
fn escaped(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [b'\\', b't', ..] => Some(b'\t'),
        [b'\\', b'n', ..] => Some(b'\n'),
        [b'\\', b'r', ..] => Some(b'\r'),
        [b'\\', b'f', ..] => Some(0x0c),
        [b'\\', b'b', ..] => Some(0x08),
        [b'\\', b'\\', ..] => Some(b'\\'),
        [b'\\', b'\'', ..] => Some(b'\''),
        [b'\\', b'"', ..] => Some(b'"'),
        _ => None,
    }
}

const ENCODINGS: &[&str] = &[
    "BIG5",
    "EUCJP",
    "EUCKR",
    "GB18030",
    "IBM420",
    "IBM424",
    "IBM949",
    "ISO2022CN",
    "ISO2022JP",
    "ISO2022KR",
    "ISO88591",
    "ISO885915",
    "ISO88592",
    "ISO88595",
    "ISO88596",
    "ISO88597",
    "ISO88598",
    "ISO88599",
    "KOI8R",
    "SHIFTJIS",
    "UTF16",
    "UTF16BE",
    "UTF16LE",
    "UTF32",
    "UTF32BE",
    "UTF32LE",
    "UTF8",
    "WINDOWS1250",
    "WINDOWS1251",
    "WINDOWS1252",
    "WINDOWS1253",
    "WINDOWS1254",
    "WINDOWS1255",
    "WINDOWS1256",
    "WINDOWS874",
    "WINDOWS949",
];

/// Snowflake's name of the encoding; hyphens and underscores do not count.
pub(super) fn encoding(value: &OptionValue) -> Result<String, SqlError> {
    let name = word(value)
        .ok_or_else(|| invalid_value("ENCODING", value))?
        .replace(['-', '_'], "");
    if ENCODINGS.contains(&name.as_str()) {
        return Ok(name);
    }
    let error = invalid_value("ENCODING", value);
    Err(match nearest(&name, ENCODINGS) {
        Some(nearest) => error.with_hint(format!("did you mean `{nearest}`?")),
        None => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_decode() {
        for (text, decoded) in [
            (",", ","),
            ("\t", "\t"),
            ("\\t", "\t"),
            ("0x5e", "^"),
            ("\\x5e", "^"),
            ("\\136", "^"),
            ("\u{c2}\u{a2}", "¢"),
            ("\\xC2\\xA2", "¢"),
            ("é", "é"),
            ("||", "||"),
            ("\\", "\\"),
            ("0x", "0x"),
            ("€", "€"),
        ] {
            assert_eq!(decode(text), decoded, "{text:?}");
        }
    }
}
