//! One JSON value: found, checked, not yet converted.

use super::fault::{Document, JsonFault};
use super::text::{skip_blanks, string_end, unescape};
use crate::load::value::Fault;
use std::borrow::Cow;
use std::collections::HashSet;

/// A value as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonValue<'a> {
    /// null.
    Null,
    /// true or false.
    Boolean(bool),
    /// A number's text.
    Number(&'a [u8]),
    /// A string.
    String(JsonString<'a>),
    /// An object's or array's text, checked.
    Nested(&'a [u8]),
}

/// A string as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonString<'a> {
    /// What is between the quotes.
    pub(crate) raw: &'a [u8],
    /// Whether there is a backslash in it.
    pub(crate) escaped: bool,
}

impl<'a> JsonString<'a> {
    /// The string's text, escapes resolved.
    #[inline]
    pub(crate) fn text(self) -> Cow<'a, [u8]> {
        if self.escaped {
            Cow::Owned(unescape(self.raw))
        } else {
            Cow::Borrowed(self.raw)
        }
    }
}

impl JsonValue<'_> {
    /// The value as JSON, as it was written.
    pub(crate) fn rendered(&self) -> Cow<'_, [u8]> {
        match self {
            JsonValue::Null => Cow::Borrowed(b"null"),
            JsonValue::Boolean(true) => Cow::Borrowed(b"true"),
            JsonValue::Boolean(false) => Cow::Borrowed(b"false"),
            JsonValue::Number(text) | JsonValue::Nested(text) => Cow::Borrowed(text),
            JsonValue::String(string) => {
                let mut text = Vec::with_capacity(string.raw.len() + 2);
                text.push(b'"');
                text.extend_from_slice(string.raw);
                text.push(b'"');
                Cow::Owned(text)
            }
        }
    }
}

/// Levels of nesting that are read.
const MAX_DEPTH: usize = 500;

/// Reads the value at `at` (no blanks before it) and gives the offset after it.
#[inline]
pub(crate) fn read_value<'a>(
    document: Document<'a>,
    at: usize,
    allow_duplicate: bool,
) -> Result<(JsonValue<'a>, usize), JsonFault> {
    let bytes = document.bytes;
    match bytes.get(at) {
        Some(b'"') => {
            let (end, escaped) = string_end(document, at + 1)?;
            let raw = &bytes[at + 1..end];
            Ok((JsonValue::String(JsonString { raw, escaped }), end + 1))
        }
        Some(b'0'..=b'9' | b'-') => {
            let end = number_end(document, at)?;
            Ok((JsonValue::Number(&bytes[at..end]), end))
        }
        Some(b't') if bytes[at..].starts_with(b"true") => {
            word(document, at, 4, JsonValue::Boolean(true))
        }
        Some(b'f') if bytes[at..].starts_with(b"false") => {
            word(document, at, 5, JsonValue::Boolean(false))
        }
        Some(b'n') if bytes[at..].starts_with(b"null") => word(document, at, 4, JsonValue::Null),
        Some(b'{' | b'[') => {
            let end = nested_end(document, at, allow_duplicate, 1)?;
            Ok((JsonValue::Nested(&bytes[at..end]), end))
        }
        _ => Err(document.unexpected(at)),
    }
}

/// Reads text that holds one value and nothing else.
pub(crate) fn parse_document(text: &[u8]) -> Result<JsonValue<'_>, Box<Fault>> {
    let document = Document {
        bytes: text,
        start: 0,
    };
    let at = skip_blanks(text, 0);
    let (value, end) = read_value(document, at, false).map_err(|fault| fault.fault)?;
    let rest = skip_blanks(text, end);
    match text.get(rest) {
        None => Ok(value),
        Some(b'{' | b'[' | b'"') => Err(Fault::json("more than one document in the input")),
        Some(_) => Err(Fault::json("garbage after valid input document")),
    }
}

#[inline]
fn word<'a>(
    document: Document<'a>,
    at: usize,
    length: usize,
    value: JsonValue<'a>,
) -> Result<(JsonValue<'a>, usize), JsonFault> {
    let end = at + length;
    match document.bytes.get(end) {
        Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' => Err(document.unexpected(at)),
        _ => Ok((value, end)),
    }
}

/// The end of the number that starts at `at`.
#[inline]
fn number_end(document: Document<'_>, at: usize) -> Result<usize, JsonFault> {
    let bytes = document.bytes;
    let digits_end = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let first = at + usize::from(bytes[at] == b'-');
    let mut end = digits_end(first);
    if end == first {
        return Err(match bytes.get(end) {
            Some(b'-') => document.number(end, "stray minus sign"),
            Some(byte) if byte.is_ascii_alphabetic() => document.unexpected(at),
            _ => document.number(end, "no number after a sign"),
        });
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits_end(end + 1);
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        end += 1;
        if let Some(b'+' | b'-') = bytes.get(end) {
            end += 1;
        }
        let exponent = end;
        end = digits_end(end);
        if end == exponent {
            let text = String::from_utf8_lossy(&bytes[at..end]).into_owned();
            return Err(document.number(
                end,
                format_args!("missing decimal exponent digits: '{text}'"),
            ));
        }
    }
    match bytes.get(end) {
        Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') => {
            let end = document.word_end(end);
            let text = String::from_utf8_lossy(&bytes[at..end]).into_owned();
            Err(document.number(end, format_args!("garbage in the numeric literal: {text} ")))
        }
        _ => Ok(end),
    }
}

/// Checks the object or array at `at` and gives the offset after it.
pub(crate) fn nested_end(
    document: Document<'_>,
    at: usize,
    allow_duplicate: bool,
    depth: usize,
) -> Result<usize, JsonFault> {
    if depth > MAX_DEPTH {
        return Err(document.too_deep(at));
    }
    if document.bytes[at] == b'{' {
        object_end(document, at, allow_duplicate, depth)
    } else {
        array_end(document, at, allow_duplicate, depth)
    }
}

fn object_end(
    document: Document<'_>,
    at: usize,
    allow_duplicate: bool,
    depth: usize,
) -> Result<usize, JsonFault> {
    let bytes = document.bytes;
    let mut keys = Keys::default();
    let mut at = skip_blanks(bytes, at + 1);
    loop {
        if bytes.get(at) == Some(&b'}') {
            return Ok(at + 1);
        }
        let (key, end) = read_key(document, at)?;
        if !allow_duplicate && !keys.insert(key) {
            return Err(document.duplicate_key(end - 1, &key.text()));
        }
        at = value_after_key(document, end)?;
        at = value_end(document, at, b'{', allow_duplicate, depth)?;
        at = skip_blanks(bytes, at);
        match bytes.get(at) {
            Some(b',') => {
                at = skip_blanks(bytes, at + 1);
                // A comma before the closing brace is tolerated; two commas are not.
                if bytes.get(at) == Some(&b',') {
                    return Err(document.unexpected(at));
                }
            }
            Some(b'}') => {}
            None => return Err(document.incomplete(b'{')),
            Some(b'"') => return Err(document.missing_comma(at)),
            Some(_) => return Err(document.unexpected(at)),
        }
    }
}

fn array_end(
    document: Document<'_>,
    at: usize,
    allow_duplicate: bool,
    depth: usize,
) -> Result<usize, JsonFault> {
    let bytes = document.bytes;
    let mut at = skip_blanks(bytes, at + 1);
    if bytes.get(at) == Some(&b']') {
        return Ok(at + 1);
    }
    loop {
        at = value_end(document, at, b'[', allow_duplicate, depth)?;
        at = skip_blanks(bytes, at);
        match bytes.get(at) {
            Some(b',') => at = skip_blanks(bytes, at + 1),
            Some(b']') => return Ok(at + 1),
            None => return Err(document.incomplete(b'[')),
            Some(_) => return Err(document.unexpected(at)),
        }
    }
}

/// The end of the value at `at`, inside `container`.
fn value_end(
    document: Document<'_>,
    at: usize,
    container: u8,
    allow_duplicate: bool,
    depth: usize,
) -> Result<usize, JsonFault> {
    match document.bytes.get(at) {
        None => Err(document.incomplete(container)),
        Some(b'{' | b'[') => nested_end(document, at, allow_duplicate, depth + 1),
        Some(_) => Ok(read_value(document, at, allow_duplicate)?.1),
    }
}

/// Reads the key at `at`: a string, or a bare word as Snowflake's parser takes it.
pub(crate) fn read_key(
    document: Document<'_>,
    at: usize,
) -> Result<(JsonString<'_>, usize), JsonFault> {
    let bytes = document.bytes;
    match bytes.get(at) {
        Some(b'"') => {
            let (end, escaped) = string_end(document, at + 1)?;
            let raw = &bytes[at + 1..end];
            Ok((JsonString { raw, escaped }, end + 1))
        }
        Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => {
            let end = document.word_end(at);
            let raw = &bytes[at..end];
            Ok((
                JsonString {
                    raw,
                    escaped: false,
                },
                end,
            ))
        }
        None => Err(document.incomplete(b'{')),
        Some(_) => Err(document.unexpected(at)),
    }
}

/// From the end of a key over the colon to the start of its value.
#[inline]
pub(crate) fn value_after_key(document: Document<'_>, at: usize) -> Result<usize, JsonFault> {
    let bytes = document.bytes;
    let at = if bytes.get(at) == Some(&b':') {
        at
    } else {
        skip_blanks(bytes, at)
    };
    match bytes.get(at) {
        Some(b':') => Ok(skip_blanks(bytes, at + 1)),
        None => Err(document.incomplete(b'{')),
        Some(b'}' | b']' | b',') => Err(document.unexpected(at)),
        Some(_) => Err(document.missing_colon(at)),
    }
}

/// The keys of one object: compared one by one while they are few.
#[derive(Default)]
struct Keys<'a> {
    few: Vec<JsonString<'a>>,
    many: HashSet<Cow<'a, [u8]>>,
}

impl<'a> Keys<'a> {
    const FEW: usize = 16;

    /// Whether the key is new.
    fn insert(&mut self, key: JsonString<'a>) -> bool {
        if self.many.is_empty() && self.few.len() < Self::FEW {
            let known = self.few.iter().any(|other| {
                if key.escaped || other.escaped {
                    key.text() == other.text()
                } else {
                    key.raw == other.raw
                }
            });
            self.few.push(key);
            return !known;
        }
        if self.many.is_empty() {
            self.many.extend(self.few.iter().map(|key| key.text()));
        }
        self.many.insert(key.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(text: &str) -> String {
        match parse_document(text.as_bytes()) {
            Ok(value) => format!("accepted {}", String::from_utf8_lossy(&value.rendered())),
            Err(fault) => fault.message,
        }
    }

    #[test]
    fn faults_are_named_and_placed_as_snowflake_does() {
        for (text, expected) in [
            ("cdefg", "unknown keyword \"cdefg\", pos 6"),
            ("nul", "unknown keyword \"nul\", pos 4"),
            ("-a", "unknown keyword \"-a\", pos 3"),
            (r#"{"a":[1,{"b":x}]}"#, "unknown keyword \"x\", pos 15"),
            ("}", "misplaced }, pos 1"),
            ("{bad}", "misplaced }, pos 5"),
            (r#"{"a"}"#, "misplaced }, pos 5"),
            (r#"{"a":}"#, "misplaced }, pos 6"),
            ("[1}", "misplaced }, pos 3"),
            (r#"{"a":1]"#, "misplaced ], pos 7"),
            (r#"{"a":1,,}"#, "misplaced comma, pos 8"),
            ("{", "incomplete object value, pos 2"),
            ("[", "incomplete array value, pos 2"),
            (r#"{"a":1"#, "incomplete object value, pos 7"),
            ("[1,2", "incomplete array value, pos 5"),
            (r#"{"a":[1,2"#, "incomplete array value, pos 10"),
            ("\"abc", "unfinished string, pos 5"),
            ("[1 2]", "missing comma, pos 4"),
            (r#"{"a":1 "b":2}"#, "missing comma, pos 8"),
            (r#"{"a" 1}"#, "missing colon, pos 6"),
            (
                r#"{"a":1,"a":2}"#,
                "duplicate object attribute \"a\", pos 10",
            ),
            (
                r#"{"abc":1,"abc":2}"#,
                "duplicate object attribute \"abc\", pos 14",
            ),
            ("#", "invalid character outside of a string: '#', pos 1"),
            ("{@:1}", "invalid character outside of a string: '@', pos 2"),
            ("[@]", "invalid character outside of a string: '@', pos 2"),
            ("-", "no number after a sign, pos 2"),
            ("--1", "stray minus sign, pos 2"),
            ("1e", "missing decimal exponent digits: '1e', pos 3"),
            ("1e+", "missing decimal exponent digits: '1e+', pos 4"),
            ("1a", "garbage in the numeric literal: 1a , pos 3"),
            ("{} {}", "more than one document in the input"),
            ("1 {}", "more than one document in the input"),
            ("1 2", "garbage after valid input document"),
            ("{} 1", "garbage after valid input document"),
        ] {
            assert_eq!(
                fault(text),
                format!("Error parsing JSON: {expected}"),
                "{text}"
            );
        }
        for text in [
            r#"{"a":{"a":1}}"#,
            r#"[{"a":1},{"a":1}]"#,
            r#"{"a":1,}"#,
            "{a:1}",
            "null",
            "-1.5e+3",
            r#""\u00e9""#,
        ] {
            assert_eq!(fault(text), format!("accepted {text}"));
        }
        assert!(fault(&"[".repeat(100_000)).contains("too many levels"));
    }

    #[test]
    fn many_keys_are_checked_too() {
        let keys: Vec<String> = (0..100).map(|key| format!("\"k{key}\":1")).collect();
        let object = format!("[{{{}}}]", keys.join(","));
        assert!(fault(&object).starts_with("accepted"));
        let twice = format!("[{{{},\"k\\u0039\":2}}]", keys.join(","));
        assert!(fault(&twice).contains("duplicate object attribute \"k9\""));
    }

    proptest! {
        #[test]
        fn what_serde_json_reads_is_read(text in json_text()) {
            prop_assert!(parse_document(text.as_bytes()).is_ok(), "{}", text);
        }

        #[test]
        fn no_bytes_panic(text in proptest::collection::vec(prop_oneof![
            any::<u8>(), proptest::sample::select(&b"{}[]\",:\\0-e.tfn \n"[..])], 0..40)) {
            let _ = parse_document(&text);
        }

        #[test]
        fn text_that_is_cut_short_is_refused(text in json_text(), share in 0.0..1.0_f64) {
            let document = format!("[{text}]");
            let mut end = (document.len() as f64 * share) as usize;
            while !document.is_char_boundary(end) { end -= 1; }
            prop_assert!(parse_document(&document.as_bytes()[..end]).is_err());
        }
    }

    fn json_text() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(|number| serde_json::json!(number)),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                proptest::collection::hash_map(any::<String>(), inner, 0..5)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
        .prop_map(|value| value.to_string())
    }
}
