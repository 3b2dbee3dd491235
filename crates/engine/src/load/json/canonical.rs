//! JSON values as a VARIANT holds them: no blanks, keys in order, the last of equal keys.
//!
//! Two values that Snowflake treats as equal have the same text, and a key is found where it is expected.

use super::fault::Document;
use super::text::skip_blanks;
use super::value::{JsonString, JsonValue, read_key, read_value, value_after_key};
use crate::load::value::Fault;

/// Appends the value's canonical text. The value's text has been checked by the reader that gave it.
pub(crate) fn canonical_json(value: &JsonValue<'_>, out: &mut Vec<u8>) -> Result<(), Box<Fault>> {
    match value {
        JsonValue::Null | JsonValue::Boolean(_) | JsonValue::Number(_) | JsonValue::String(_) => {
            out.extend_from_slice(&value.rendered());
        }
        JsonValue::Nested(raw) => {
            let document = Document {
                bytes: raw,
                start: 0,
            };
            append(document, 0, out).map_err(|fault| fault.fault)?;
        }
    }
    Ok(())
}

/// Appends the value at `at` and gives the offset after it.
fn append(
    document: Document<'_>,
    at: usize,
    out: &mut Vec<u8>,
) -> Result<usize, super::fault::JsonFault> {
    let bytes = document.bytes;
    match bytes.get(at) {
        Some(b'{') => append_object(document, at, out),
        Some(b'[') => {
            out.push(b'[');
            let mut at = skip_blanks(bytes, at + 1);
            while bytes.get(at) != Some(&b']') {
                at = skip_blanks(bytes, append(document, at, out)?);
                if bytes.get(at) == Some(&b',') {
                    out.push(b',');
                    at = skip_blanks(bytes, at + 1);
                }
            }
            out.push(b']');
            Ok(at + 1)
        }
        _ => {
            let (value, end) = read_value(document, at, true)?;
            out.extend_from_slice(&value.rendered());
            Ok(end)
        }
    }
}

fn append_object(
    document: Document<'_>,
    at: usize,
    out: &mut Vec<u8>,
) -> Result<usize, super::fault::JsonFault> {
    let bytes = document.bytes;
    let mut members: Vec<(JsonString<'_>, Vec<u8>)> = Vec::new();
    let mut at = skip_blanks(bytes, at + 1);
    while bytes.get(at) != Some(&b'}') {
        let (key, end) = read_key(document, at)?;
        at = value_after_key(document, end)?;
        let mut value = Vec::new();
        at = skip_blanks(bytes, append(document, at, &mut value)?);
        members.push((key, value));
        if bytes.get(at) == Some(&b',') {
            at = skip_blanks(bytes, at + 1);
        }
    }
    // Stable: of equal keys the last one written comes last.
    members.sort_by(|(left, _), (right, _)| left.text().cmp(&right.text()));
    out.push(b'{');
    let mut first = true;
    for (index, (key, value)) in members.iter().enumerate() {
        if members
            .get(index + 1)
            .is_some_and(|(next, _)| next.text() == key.text())
        {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        out.push(b'"');
        out.extend_from_slice(key.raw);
        out.extend_from_slice(b"\":");
        out.extend_from_slice(value);
    }
    out.push(b'}');
    Ok(at + 1)
}

/// Takes null members out of objects, at every level (STRIP_NULL_VALUES). Nulls in arrays stay: what Snowflake leaves in
/// their place is no JSON.
pub(crate) fn strip_null_values(canonical: &[u8], out: &mut Vec<u8>) {
    let document = Document {
        bytes: canonical,
        start: 0,
    };
    strip(document, 0, out);
}

fn strip(document: Document<'_>, at: usize, out: &mut Vec<u8>) -> usize {
    let bytes = document.bytes;
    match bytes.get(at) {
        Some(open @ (b'{' | b'[')) => {
            let is_object = *open == b'{';
            out.push(*open);
            let first = out.len();
            let mut at = at + 1;
            while let Some(byte) = bytes.get(at) {
                match byte {
                    b'}' | b']' => {
                        out.push(*byte);
                        return at + 1;
                    }
                    b',' => at += 1,
                    _ => {
                        let undo = out.len();
                        if out.len() > first {
                            out.push(b',');
                        }
                        if is_object {
                            let Ok((key, end)) = read_key(document, at) else {
                                return bytes.len();
                            };
                            out.push(b'"');
                            out.extend_from_slice(key.raw);
                            out.extend_from_slice(b"\":");
                            at = end + 1;
                        }
                        let is_null = bytes[at..].starts_with(b"null");
                        at = strip(document, at, out);
                        if is_object && is_null {
                            out.truncate(undo);
                        }
                    }
                }
            }
            bytes.len()
        }
        _ => match read_value(document, at, true) {
            Ok((value, end)) => {
                out.extend_from_slice(&value.rendered());
                end
            }
            Err(_) => bytes.len(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::value::parse_document;
    use super::*;

    fn canonical(text: &str) -> String {
        let mut out = Vec::new();
        canonical_json(&parse_document(text.as_bytes()).unwrap(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn keys_are_sorted_and_blanks_go() {
        assert_eq!(
            canonical(r#" { "b" : [ 1 , { "z":0, "y":"a b" } ] , "a" : null } "#),
            r#"{"a":null,"b":[1,{"y":"a b","z":0}]}"#
        );
        assert_eq!(canonical("[]"), "[]");
        assert_eq!(canonical("[ {} ]"), "[{}]");
        assert_eq!(
            canonical("12345678901234567890123456789012345678"),
            "12345678901234567890123456789012345678"
        );
        let mut out = Vec::new();
        canonical_json(&JsonValue::Nested(br#"{"a":1,"b":2,"a":3}"#), &mut out).unwrap();
        assert_eq!(out, br#"{"a":3,"b":2}"#);
    }

    #[test]
    fn null_members_go() {
        let mut out = Vec::new();
        strip_null_values(
            br#"{"a":[1,null,2],"b":{"x":null,"y":88},"c":null,"d":"null"}"#,
            &mut out,
        );
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"a":[1,null,2],"b":{"y":88},"d":"null"}"#
        );
    }
}
