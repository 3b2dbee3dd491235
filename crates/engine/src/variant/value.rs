//! A value as a tree, for what needs to look at all of it.

use super::read::MAX_DEPTH;
use super::{MARK, UNDEFINED, number};
use std::borrow::Cow;

/// A value, borrowed from its stored text where that is possible.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'t> {
    /// A place without a value in an array.
    Undefined,
    /// JSON's null.
    Null,
    Boolean(bool),
    /// INTEGER or DECIMAL: its digits.
    Number(Cow<'t, str>),
    /// DOUBLE.
    Double(f64),
    Text(Cow<'t, str>),
    /// A value of a type that JSON does not have.
    Special(Special, Cow<'t, str>),
    Array(Vec<Value<'t>>),
    /// Sorted by key.
    Object(Vec<(Cow<'t, str>, Value<'t>)>),
}

/// The types that JSON does not have; the letter that follows [`MARK`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Special {
    /// `b`: hexadecimal digits.
    Binary,
    /// `d`: `2024-01-31`.
    Date,
    /// `t`: `HH:MM:SS` and a fraction.
    Time,
    /// `n`: `2024-01-31 12:00:00` and a fraction.
    TimestampNtz,
    /// `l`: the same and an offset from UTC.
    TimestampLtz,
    /// `z`: the same and an offset from UTC.
    TimestampTz,
}

impl Special {
    const ALL: [(char, Special); 6] = [
        ('b', Special::Binary),
        ('d', Special::Date),
        ('t', Special::Time),
        ('n', Special::TimestampNtz),
        ('l', Special::TimestampLtz),
        ('z', Special::TimestampTz),
    ];

    /// The letter that stands for the type.
    pub(crate) fn letter(self) -> char {
        Self::ALL
            .iter()
            .find(|(_, special)| *special == self)
            .map_or('s', |(letter, _)| *letter)
    }

    /// The type that a letter stands for.
    pub(crate) fn of_letter(letter: char) -> Option<Special> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == letter)
            .map(|(_, special)| *special)
    }

    /// Snowflake's name of the type, as TYPEOF gives it.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Special::Binary => "BINARY",
            Special::Date => "DATE",
            Special::Time => "TIME",
            Special::TimestampNtz => "TIMESTAMP_NTZ",
            Special::TimestampLtz => "TIMESTAMP_LTZ",
            Special::TimestampTz => "TIMESTAMP_TZ",
        }
    }
}

impl<'t> Value<'t> {
    /// The value of a stored text. A text that is no JSON is taken for a string: nothing else could be said about it.
    pub(crate) fn parse(text: &'t str) -> Value<'t> {
        let mut parser = Parser {
            text,
            bytes: text.as_bytes(),
            at: 0,
        };
        parser.value(0).unwrap_or(Value::Text(Cow::Borrowed(text)))
    }

    /// A value as its stored text.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Value::Undefined => out.push_str(UNDEFINED),
            Value::Null => out.push_str("null"),
            Value::Boolean(true) => out.push_str("true"),
            Value::Boolean(false) => out.push_str("false"),
            Value::Number(digits) => out.push_str(digits),
            Value::Double(value) => out.push_str(&number::double(*value)),
            Value::Text(text) => write_string(out, text),
            Value::Special(special, text) => {
                out.push('"');
                out.push(MARK);
                out.push(special.letter());
                out.push_str(text);
                out.push('"');
            }
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Value::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_string(out, key);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// A value as its stored text.
    pub(crate) fn to_stored(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// An object of these members; the last one of a key stays.
    pub(crate) fn object(mut members: Vec<(Cow<'t, str>, Value<'t>)>) -> Value<'t> {
        members.sort_by(|(left, _), (right, _)| left.cmp(right));
        let mut kept: Vec<(Cow<'t, str>, Value<'t>)> = Vec::with_capacity(members.len());
        for member in members {
            match kept.last_mut() {
                Some(last) if last.0 == member.0 => *last = member,
                _ => kept.push(member),
            }
        }
        Value::Object(kept)
    }

    /// What TYPEOF says.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Value::Undefined => "NULL",
            Value::Null => "NULL_VALUE",
            Value::Boolean(_) => "BOOLEAN",
            Value::Number(digits) if digits.contains('.') => "DECIMAL",
            Value::Number(_) => "INTEGER",
            Value::Double(_) => "DOUBLE",
            Value::Text(_) => "VARCHAR",
            Value::Special(special, _) => special.type_name(),
            Value::Array(_) => "ARRAY",
            Value::Object(_) => "OBJECT",
        }
    }
}

/// What TYPEOF says of a stored text; arrays and objects are not read for it.
pub(crate) fn type_name(stored: &str) -> &'static str {
    match stored.trim_start().as_bytes().first() {
        Some(b'{') => "OBJECT",
        Some(b'[') => "ARRAY",
        _ => Value::parse(stored).type_name(),
    }
}

/// A string as it is stored, in quotes.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    if text.starts_with(MARK) {
        out.push(MARK);
        out.push('s');
    }
    write_escaped(out, text);
    out.push('"');
}

/// The inside of a JSON string.
pub(super) fn write_escaped(out: &mut String, text: &str) {
    let mut from = 0;
    for (index, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x8 => "\\b",
            0xc => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[from..index]);
        if escape.is_empty() {
            out.push_str(&format!("\\u{byte:04x}"));
        } else {
            out.push_str(escape);
        }
        from = index + 1;
    }
    out.push_str(&text[from..]);
}

/// A stored string without its quotes: what it stands for.
pub(super) fn unmark<'t>(text: Cow<'t, str>) -> Value<'t> {
    let Some(rest) = text.strip_prefix(MARK) else {
        return Value::Text(text);
    };
    let Some(letter) = rest.chars().next() else {
        return Value::Text(text);
    };
    let skip = MARK.len_utf8() + letter.len_utf8();
    let rest = match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[skip..]),
        Cow::Owned(ref text) => Cow::Owned(text[skip..].to_owned()),
    };
    match letter {
        'u' => Value::Undefined,
        's' => Value::Text(rest),
        'f' => Value::Double(rest.parse().unwrap_or(f64::NAN)),
        _ => match Special::of_letter(letter) {
            Some(special) => Value::Special(special, rest),
            None => Value::Text(text),
        },
    }
}

/// Reads JSON that was once checked; `None` where it is none after all.
struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Parser<'t> {
    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value<'t>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_space();
        match self.bytes.get(self.at)? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(unmark),
            b't' => self.word("true", Value::Boolean(true)),
            b'f' => self.word("false", Value::Boolean(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value<'t>) -> Option<Value<'t>> {
        self.text[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn number(&mut self) -> Option<Value<'t>> {
        let start = self.at;
        while matches!(
            self.bytes.get(self.at),
            Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
        ) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if number::is_canonical(text) {
            return Some(Value::Number(Cow::Borrowed(text)));
        }
        let canonical = number::canonical(text)?;
        if canonical.contains('e') {
            return Some(Value::Double(canonical.parse().ok()?));
        }
        Some(Value::Number(if canonical == text {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(canonical)
        }))
    }

    fn string(&mut self) -> Option<Cow<'t, str>> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let inside = self.text.get(start..self.at)?;
        self.at += 1;
        Some(unescape(inside))
    }

    fn array(&mut self, depth: usize) -> Option<Value<'t>> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if items.is_empty() && self.bytes.get(self.at)? == &b']' {
                break;
            }
            items.push(self.value(depth + 1)?);
            self.skip_space();
            match self.bytes.get(self.at)? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.at += 1;
        Some(Value::Array(items))
    }

    fn object(&mut self, depth: usize) -> Option<Value<'t>> {
        self.at += 1;
        let mut members: Vec<(Cow<'t, str>, Value<'t>)> = Vec::new();
        let mut sorted = true;
        loop {
            self.skip_space();
            match self.bytes.get(self.at)? {
                b'}' if members.is_empty() => break,
                b'"' => {}
                _ => return None,
            }
            let key = self.string()?;
            self.skip_space();
            if self.bytes.get(self.at)? != &b':' {
                return None;
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            sorted = sorted && members.last().is_none_or(|(last, _)| *last < key);
            members.push((key, value));
            self.skip_space();
            match self.bytes.get(self.at)? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return None,
            }
        }
        self.at += 1;
        Some(if sorted {
            Value::Object(members)
        } else {
            Value::object(members)
        })
    }
}

/// The inside of a JSON string as the text it means.
pub(super) fn unescape(inside: &str) -> Cow<'_, str> {
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let escape = rest.as_bytes().get(at + 1).copied().unwrap_or(b'\\');
        rest = rest.get(at + 2..).unwrap_or("");
        let mut unit = || {
            let code = rest
                .get(..4)
                .and_then(|digits| u32::from_str_radix(digits, 16).ok());
            rest = rest.get(4..).unwrap_or("");
            code.unwrap_or(0xfffd)
        };
        text.push(match escape {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = unit();
                let code = if (0xd800..0xdc00).contains(&first) && rest.starts_with("\\u") {
                    rest = &rest[2..];
                    let code = rest
                        .get(..4)
                        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                        .unwrap_or(0xfffd);
                    rest = rest.get(4..).unwrap_or("");
                    0x10000 + ((first - 0xd800) << 10) + (code.wrapping_sub(0xdc00) & 0x3ff)
                } else {
                    first
                };
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            other => char::from(other),
        });
    }
    text.push_str(rest);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_texts_come_back() {
        for text in [
            "null",
            "true",
            "-17.5",
            "1.500000000000000e+00",
            r#""a\"b\\c\n""#,
            r#"{"a":[1,{"b":"x"}],"c":{}}"#,
            "[]",
            UNDEFINED,
            "\"\u{F8F0}d2024-01-31\"",
            "\"\u{F8F0}s\u{F8F0}\"",
        ] {
            assert_eq!(Value::parse(text).to_stored(), text);
        }
        assert_eq!(
            Value::parse(" { \"b\" : 1.0, \"a\" : \"\\u2744\" } ").to_stored(),
            "{\"a\":\"❄\",\"b\":1}"
        );
        assert_eq!(Value::parse("\"\\ud83d\\ude00\""), Value::Text("😀".into()));
        assert_eq!(Value::parse("\"\u{F8F0}d2024-01-31\"").type_name(), "DATE");
    }
}
