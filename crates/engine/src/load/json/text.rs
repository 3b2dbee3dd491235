//! The insides of JSON strings, and blanks.

use super::fault::{Document, JsonFault};

const LOW_BITS: u64 = u64::from_le_bytes([1; 8]);
const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);

/// The first offset from `at` of a quote, a backslash or a control character; the end if there is none.
#[inline]
pub(crate) fn string_stop(bytes: &[u8], mut at: usize) -> usize {
    // Eight bytes at a time: a lane becomes non-zero where its byte is one of the three. Borrows can only mark lanes
    // above a true one, so the lowest mark is exact.
    while let Some(lanes) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*lanes);
        let quote = word ^ (LOW_BITS * b'"' as u64);
        let backslash = word ^ (LOW_BITS * b'\\' as u64);
        let marks = ((quote.wrapping_sub(LOW_BITS) & !quote)
            | (backslash.wrapping_sub(LOW_BITS) & !backslash)
            | (word.wrapping_sub(LOW_BITS * 0x20) & !word))
            & HIGH_BITS;
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..0x20) {
            break;
        }
        at += 1;
    }
    at
}

/// The end of the string whose first character is at `start` (after the quote): the offset of the closing quote, and
/// whether there are escapes in it.
#[inline]
pub(crate) fn string_end(document: Document<'_>, start: usize) -> Result<(usize, bool), JsonFault> {
    let bytes = document.bytes;
    let stop = string_stop(bytes, start);
    if bytes.get(stop) == Some(&b'"') {
        return Ok((stop, false));
    }
    string_end_escaped(document, stop)
}

fn string_end_escaped(document: Document<'_>, mut at: usize) -> Result<(usize, bool), JsonFault> {
    let bytes = document.bytes;
    loop {
        match bytes.get(at) {
            None => return Err(document.unfinished_string(bytes.len())),
            Some(b'"') => return Ok((at, true)),
            Some(b'\\') => match bytes.get(at + 1) {
                None => return Err(document.unfinished_string(bytes.len())),
                Some(b'u') => {
                    let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
                    if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                        return Err(document.bad_escape(at));
                    }
                    at += 6;
                }
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                Some(_) => return Err(document.bad_escape(at)),
            },
            Some(_) => return Err(document.control_character(at)),
        }
        at = string_stop(bytes, at);
    }
}

/// Resolves the escapes of a valid string. An unpaired surrogate becomes U+FFFD.
pub(crate) fn unescape(raw: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let plain = memchr::memchr(b'\\', &raw[at..]).unwrap_or(raw.len() - at);
        text.extend_from_slice(&raw[at..at + plain]);
        at += plain;
        let Some(escape) = raw.get(at + 1) else { break };
        at += 2;
        text.push(match escape {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let (character, used) = unicode_escape(&raw[at..]);
                at += used;
                text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            other => *other,
        });
    }
    text
}

/// The character of the four hexadecimal digits after `\u`, and of the low surrogate after them if there is one.
fn unicode_escape(rest: &[u8]) -> (char, usize) {
    let hex = |digits: Option<&[u8]>| -> Option<u32> {
        u32::from_str_radix(std::str::from_utf8(digits?).ok()?, 16).ok()
    };
    let Some(first) = hex(rest.get(..4)) else {
        return (char::REPLACEMENT_CHARACTER, rest.len().min(4));
    };
    if (0xD800..0xDC00).contains(&first)
        && rest.get(4..6) == Some(b"\\u")
        && let Some(second @ 0xDC00..0xE000) = hex(rest.get(6..10))
    {
        let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return (
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
            10,
        );
    }
    (
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
        4,
    )
}

/// The first offset from `at` that is no blank.
#[inline]
pub(crate) fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_stop_is_the_first_special_byte(bytes in proptest::collection::vec(any::<u8>(), 0..64), at in 0_usize..8) {
            let naive = bytes.iter().enumerate().skip(at)
                .find(|(_, byte)| matches!(byte, b'"' | b'\\' | 0..0x20))
                .map_or(bytes.len().max(at), |(index, _)| index);
            prop_assert_eq!(string_stop(&bytes, at), naive);
        }

        #[test]
        fn escapes_read_back(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap();
            let raw = &written.as_bytes()[1..written.len() - 1];
            prop_assert_eq!(unescape(raw), text.into_bytes());
        }
    }

    #[test]
    fn surrogates() {
        assert_eq!(unescape(br"\ud83d\ude00!"), "😀!".as_bytes());
        assert_eq!(unescape(br"\ud83dx"), "\u{FFFD}x".as_bytes());
        assert_eq!(unescape(br"\u0041\/"), b"A/");
    }
}
