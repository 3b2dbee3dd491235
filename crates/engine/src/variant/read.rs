//! PARSE_JSON: JSON text, read leniently, into its stored form.

use super::{MARK, UNDEFINED, number};
use std::fmt;

/// Deeper nesting is refused, so that no text can exhaust the stack.
pub(super) const MAX_DEPTH: usize = 500;

/// What to do with a key that an object has twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// An error.
    Refuse,
    /// The last value stays.
    KeepLast,
}

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadError {
    what: String,
    /// Characters read when it showed.
    at: usize,
}

impl ReadError {
    /// The key that an object has twice, if that is the error.
    pub(crate) fn duplicate_key(&self) -> Option<&str> {
        self.what
            .strip_prefix(DUPLICATE)?
            .strip_prefix('"')?
            .strip_suffix('"')
    }
}

const DUPLICATE: &str = "duplicate object attribute ";

/// Snowflake's words: `misplaced }, pos 32`.
impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, pos {}", self.what, self.at)
    }
}

/// The stored form of a JSON text; `None` if there is nothing but white space.
pub(crate) fn read(text: &str, duplicates: Duplicates) -> Result<Option<String>, ReadError> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        out: String::with_capacity(text.len()),
        duplicates,
    };
    reader.skip_space();
    if reader.at == text.len() {
        return Ok(None);
    }
    reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() {
        reader.at += 1;
        return Err(reader.error("more than one document in the input"));
    }
    Ok(Some(reader.out))
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    out: String,
    duplicates: Duplicates,
}

/// A member of an object: where it stands in the output (`"key":value`), and how far the input was read with its key.
struct Member {
    start: usize,
    key_end: usize,
    end: usize,
    read: usize,
}

impl Reader<'_> {
    fn error(&self, what: impl Into<String>) -> ReadError {
        let mut end = self.at.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let beyond = self.at.saturating_sub(self.text.len());
        ReadError {
            what: what.into(),
            at: self.text[..end].chars().count() + beyond,
        }
    }

    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), ReadError> {
        match self.bytes.get(self.at) {
            Some(b'{') if depth < MAX_DEPTH => self.object(depth + 1),
            Some(b'[') if depth < MAX_DEPTH => self.array(depth + 1),
            Some(b'{' | b'[') => Err(self.error("nesting too deep")),
            Some(b'"') => self.string(b'"'),
            Some(b'\'') => self.string(b'\''),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(byte @ (b'}' | b']' | b',' | b':')) => {
                let what = format!("misplaced {}", char::from(*byte));
                self.at += 1;
                Err(self.error(what))
            }
            Some(_) => self.keyword(),
            None => Err(self.error("incomplete value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), ReadError> {
        self.at += 1;
        let start = self.out.len();
        self.out.push('{');
        let mut members: Vec<Member> = Vec::new();
        let mut sorted = true;
        loop {
            self.skip_space();
            match self.bytes.get(self.at) {
                Some(b'}') => break,
                Some(b',') if !members.is_empty() => {
                    self.at += 1;
                    self.skip_space();
                    if self.bytes.get(self.at) == Some(&b'}') {
                        break;
                    }
                    self.out.push(',');
                }
                Some(_) if members.is_empty() => {}
                Some(_) => return Err(self.error("missing comma")),
                None => return Err(self.error("incomplete object value")),
            }
            let member = self.member(depth)?;
            if let Some(last) = members.last() {
                sorted = sorted
                    && self.out[last.start..last.key_end] < self.out[member.start..member.key_end];
            }
            members.push(member);
        }
        self.at += 1;
        if !sorted {
            self.sort(start, members)?;
        }
        self.out.push('}');
        Ok(())
    }

    fn member(&mut self, depth: usize) -> Result<Member, ReadError> {
        let start = self.out.len();
        match self.bytes.get(self.at) {
            Some(quote @ (b'"' | b'\'')) => self.string(*quote)?,
            Some(byte)
                if byte.is_ascii_alphanumeric()
                    || matches!(byte, b'_' | b'$')
                    || !byte.is_ascii() =>
            {
                let name = self.word();
                self.out.push('"');
                self.out.push_str(&name);
                self.out.push('"');
            }
            Some(byte) => {
                let what = format!("misplaced {}", char::from(*byte));
                self.at += 1;
                return Err(self.error(what));
            }
            None => return Err(self.error("incomplete object value")),
        }
        let (key_end, read) = (self.out.len(), self.at);
        self.skip_space();
        if self.bytes.get(self.at) != Some(&b':') {
            return Err(self.error(if self.at < self.bytes.len() {
                "missing colon"
            } else {
                "incomplete object value"
            }));
        }
        self.at += 1;
        self.out.push(':');
        self.skip_space();
        if self.at == self.bytes.len() {
            return Err(self.error("incomplete object value"));
        }
        self.value(depth)?;
        Ok(Member {
            start,
            key_end,
            end: self.out.len(),
            read,
        })
    }

    /// Puts the members written since `start` in order.
    fn sort(&mut self, start: usize, members: Vec<Member>) -> Result<(), ReadError> {
        let written = self.out.split_off(start);
        let part = |from: usize, to: usize| &written[from - start..to - start];
        let key = |member: &Member| part(member.start, member.key_end);
        let mut order: Vec<&Member> = members.iter().collect();
        order.sort_by(|left, right| key(left).cmp(key(right)).then(left.read.cmp(&right.read)));
        let twice = order
            .windows(2)
            .filter(|pair| key(pair[0]) == key(pair[1]))
            .map(|pair| pair[1]);
        if self.duplicates == Duplicates::Refuse
            && let Some(member) = twice.min_by_key(|member| member.read)
        {
            self.at = member.read;
            return Err(self.error(format!("{DUPLICATE}{}", key(member))));
        }
        self.out.push('{');
        for (index, member) in order.iter().enumerate() {
            if order
                .get(index + 1)
                .is_some_and(|next| key(next) == key(member))
            {
                continue;
            }
            if self.out.len() > start + 1 {
                self.out.push(',');
            }
            self.out.push_str(part(member.start, member.end));
        }
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<(), ReadError> {
        self.at += 1;
        self.out.push('[');
        let mut empty = true;
        loop {
            self.skip_space();
            match self.bytes.get(self.at) {
                None => return Err(self.error("incomplete array value")),
                Some(b']') if empty => break,
                // A place without a value before a comma, or after the last one.
                Some(b',' | b']') => self.out.push_str(UNDEFINED),
                Some(_) => self.value(depth)?,
            }
            empty = false;
            self.skip_space();
            match self.bytes.get(self.at) {
                Some(b',') => self.out.push(','),
                Some(b']') => break,
                Some(_) => return Err(self.error("missing comma")),
                None => return Err(self.error("incomplete array value")),
            }
            self.at += 1;
        }
        self.at += 1;
        self.out.push(']');
        Ok(())
    }

    /// A string: as it is if it holds nothing that must be written otherwise.
    fn string(&mut self, quote: u8) -> Result<(), ReadError> {
        self.at += 1;
        let start = self.at;
        let plain = |byte: u8| byte != quote && byte != b'\\' && byte != b'"' && byte >= 0x20;
        while self.bytes.get(self.at).is_some_and(|byte| plain(*byte)) {
            self.at += 1;
        }
        if self.bytes.get(self.at) == Some(&quote) && !self.text[start..self.at].starts_with(MARK) {
            self.out.push('"');
            self.out.push_str(&self.text[start..self.at]);
            self.out.push('"');
            self.at += 1;
            return Ok(());
        }
        let mut unescaped = self.text[start..self.at].to_owned();
        loop {
            let from = self.at;
            while self
                .bytes
                .get(self.at)
                .is_some_and(|byte| *byte != quote && *byte != b'\\')
            {
                self.at += 1;
            }
            unescaped.push_str(&self.text[from..self.at]);
            match self.bytes.get(self.at) {
                None => return Err(self.error("unfinished string")),
                Some(b'\\') => self.escape(&mut unescaped)?,
                Some(_) => break,
            }
        }
        self.at += 1;
        super::write_string(&mut self.out, &unescaped);
        Ok(())
    }

    fn escape(&mut self, into: &mut String) -> Result<(), ReadError> {
        self.at += 2;
        let character = match self.bytes.get(self.at - 1) {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hex4()?;
                let pair =
                    (0xd800..0xdc00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u");
                let code = if pair {
                    self.at += 2;
                    let second = self.hex4()?;
                    0x10000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff)
                } else {
                    first
                };
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            Some(byte) if byte.is_ascii() => char::from(*byte),
            Some(_) => {
                self.at -= 1;
                let character = self.text[self.at..]
                    .chars()
                    .next()
                    .unwrap_or(char::REPLACEMENT_CHARACTER);
                self.at += character.len_utf8();
                character
            }
            None => return Err(self.error("unfinished string")),
        };
        into.push(character);
        Ok(())
    }

    fn hex4(&mut self) -> Result<u32, ReadError> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => Err(self.error("bad hexadecimal escape")),
        }
    }

    fn number(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while matches!(
            self.bytes.get(self.at),
            Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
        ) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if number::is_canonical(text) {
            self.out.push_str(text);
            return Ok(());
        }
        if text == "-"
            && self.text[self.at..]
                .get(..3)
                .is_some_and(|word| word.eq_ignore_ascii_case("inf"))
        {
            let word = self.word();
            self.out.push_str(&number::double(f64::NEG_INFINITY));
            debug_assert!(!word.is_empty());
            return Ok(());
        }
        match number::canonical(text) {
            Some(canonical) => {
                self.out.push_str(&canonical);
                Ok(())
            }
            None => Err(self.error(format!("bad number {text}"))),
        }
    }

    fn keyword(&mut self) -> Result<(), ReadError> {
        let word = self.word();
        let value = match word.to_ascii_lowercase().as_str() {
            "null" => "null".to_owned(),
            "true" => "true".to_owned(),
            "false" => "false".to_owned(),
            "undefined" => UNDEFINED.to_owned(),
            "nan" => number::double(f64::NAN),
            "inf" | "infinity" => number::double(f64::INFINITY),
            "" => {
                let character = self.text[self.at..].chars().next().unwrap_or(' ');
                self.at += character.len_utf8();
                return Err(self.error(format!("misplaced {character}")));
            }
            _ => {
                self.at += 1;
                return Err(self.error(format!("unknown keyword \"{word}\"")));
            }
        };
        self.out.push_str(&value);
        Ok(())
    }

    fn word(&mut self) -> String {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
            .unwrap_or(rest.len());
        self.at += end;
        rest[..end].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> String {
        read(text, Duplicates::Refuse).unwrap().unwrap()
    }

    fn error(text: &str) -> String {
        read(text, Duplicates::Refuse).unwrap_err().to_string()
    }

    #[test]
    fn one_form_for_equal_values() {
        assert_eq!(
            form(r#" { "b" : 1.0 , "a" : [ true , NULL , {"z":1,"y":2} ] } "#),
            r#"{"a":[true,null,{"y":2,"z":1}],"b":1}"#
        );
        assert_eq!(form(r#""tab\tquote\" ❄ \u2744""#), r#""tab\tquote\" ❄ ❄""#);
        assert_eq!(
            form("{ name: { first: \"John\"} }"),
            r#"{"name":{"first":"John"}}"#
        );
        assert_eq!(form("[1, ,77,]"), format!("[1,{UNDEFINED},77,{UNDEFINED}]"));
        assert_eq!(form("[]"), "[]");
        assert_eq!(form("\"\u{F8F0}u\""), "\"\u{F8F0}s\u{F8F0}u\"");
        assert_eq!(read("  \n", Duplicates::Refuse), Ok(None));
        for text in [
            r#"{"a":[1,2.5,"x",null,{}]}"#,
            "1.500000000000000e+00",
            "\"\\u0001\"",
        ] {
            assert_eq!(form(&form(text)), form(text));
        }
    }

    #[test]
    fn errors_in_snowflakes_words() {
        assert_eq!(
            error(r#"{"Malformed -- Missing value": }"#),
            "misplaced }, pos 32"
        );
        assert_eq!(
            error(r#"{ "a" : "123", "b" : "456", "a": "789"} "#),
            "duplicate object attribute \"a\", pos 31"
        );
        assert_eq!(error("abc"), "unknown keyword \"abc\", pos 4");
        assert_eq!(
            read(
                r#"{ "a" : "123", "b" : "456", "a": "789"} "#,
                Duplicates::KeepLast
            ),
            Ok(Some(r#"{"a":"789","b":"456"}"#.to_owned()))
        );
        for text in [
            "{",
            "[1",
            "{\"a\"",
            "{\"a\":",
            "\"x",
            "[1 2]",
            "{\"a\" 1}",
            "\\",
            "-",
            "1 2",
            "{1:2}x",
            "\"\\u12\"",
        ] {
            assert!(read(text, Duplicates::Refuse).is_err(), "{text}");
        }
        assert!(read(&"[".repeat(100_000), Duplicates::Refuse).is_err());
    }
}
