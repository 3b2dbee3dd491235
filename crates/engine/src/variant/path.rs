//! Access by path, on the text itself: only what stands before the value that is looked for is read.

use super::UNDEFINED;
use super::value::unescape;
use std::borrow::Cow;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A key of an object.
    Key(String),
    /// A place in an array, counted from 0.
    Index(usize),
}

/// The stored text under a path; `None` if there is nothing, or a place without a value.
pub(crate) fn find<'t>(text: &'t str, steps: &[Step]) -> Option<&'t str> {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: 0,
    };
    for step in steps {
        let found = match step {
            Step::Key(key) => scanner.enter_key(key),
            Step::Index(index) => scanner.enter_index(*index),
        };
        if !found? {
            return None;
        }
    }
    scanner.skip_space();
    let start = scanner.at;
    scanner.skip_value()?;
    let found = &text[start..scanner.at];
    (found != UNDEFINED).then_some(found)
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

/// Methods give `None` where the text is no JSON.
impl Scanner<'_> {
    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Goes to the value of a key; `false` if this is no object or has no such key.
    fn enter_key(&mut self, key: &str) -> Option<bool> {
        self.skip_space();
        if self.bytes.get(self.at)? != &b'{' {
            return Some(false);
        }
        self.at += 1;
        loop {
            self.skip_space();
            if self.bytes.get(self.at)? != &b'"' {
                return Some(false);
            }
            let start = self.at + 1;
            self.skip_string()?;
            let written = &self.text[start..self.at - 1];
            let found = written == key || written.contains('\\') && unescape(written) == key;
            self.skip_space();
            if self.bytes.get(self.at)? != &b':' {
                return None;
            }
            self.at += 1;
            if found {
                return Some(true);
            }
            self.skip_space();
            self.skip_value()?;
            self.skip_space();
            match self.bytes.get(self.at)? {
                b',' => self.at += 1,
                _ => return Some(false),
            }
        }
    }

    fn enter_index(&mut self, index: usize) -> Option<bool> {
        self.skip_space();
        if self.bytes.get(self.at)? != &b'[' {
            return Some(false);
        }
        self.at += 1;
        for _ in 0..index {
            self.skip_space();
            if self.bytes.get(self.at)? == &b']' {
                return Some(false);
            }
            self.skip_value()?;
            self.skip_space();
            match self.bytes.get(self.at)? {
                b',' => self.at += 1,
                _ => return Some(false),
            }
        }
        self.skip_space();
        Some(self.bytes.get(self.at)? != &b']')
    }

    fn skip_string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            let rest = self.bytes.get(self.at..)?;
            let next = memchr::memchr2(b'"', b'\\', rest)?;
            self.at += next + 1;
            if rest[next] == b'"' {
                return Some(());
            }
            self.at += 1;
        }
    }

    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.bytes.get(self.at)? {
                b'"' => self.skip_string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                _ if depth == 0 => {
                    while !matches!(
                        self.bytes.get(self.at),
                        None | Some(b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r')
                    ) {
                        self.at += 1;
                    }
                }
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// A path as Snowflake writes it in a string: `a.b[0]["c d"]`. `None` if it is none.
pub(crate) fn parse_path(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path.trim();
    let mut first = true;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = bracket(inside)?;
            steps.push(step);
            rest = after;
        } else {
            rest = match rest.strip_prefix(['.', ':']) {
                Some(after) => after,
                None if first => rest,
                None => return None,
            };
            let (key, after) = match rest.strip_prefix('"') {
                Some(inside) => quoted(inside, '"')?,
                None => {
                    let end = rest.find(['.', ':', '[']).unwrap_or(rest.len());
                    (Cow::Borrowed(&rest[..end]), &rest[end..])
                }
            };
            if key.is_empty() {
                return None;
            }
            steps.push(Step::Key(key.into_owned()));
            rest = after;
        }
        first = false;
    }
    Some(steps)
}

/// `0]…`, `'a']…` or `"a"]…`.
fn bracket(inside: &str) -> Option<(Step, &str)> {
    let inside = inside.trim_start();
    let quote = inside
        .chars()
        .next()
        .filter(|first| matches!(first, '\'' | '"'));
    let (step, after) = match quote {
        Some(quote) => {
            let (key, after) = quoted(&inside[1..], quote)?;
            (Step::Key(key.into_owned()), after)
        }
        None => {
            let end = inside.find(']')?;
            (
                Step::Index(inside[..end].trim().parse().ok()?),
                &inside[end..],
            )
        }
    };
    Some((step, after.trim_start().strip_prefix(']')?))
}

fn quoted(inside: &str, quote: char) -> Option<(Cow<'_, str>, &str)> {
    let mut escaped = false;
    let end = inside.char_indices().find(|(_, character)| {
        let ends = !escaped && *character == quote;
        escaped = !escaped && *character == '\\';
        ends
    })?;
    Some((unescape(&inside[..end.0]), &inside[end.0 + 1..]))
}

/// A path in the analyzer's notation: `$`, then `."key"` and `[0]`. `None` if it is none.
pub(crate) fn parse_duckdb_path(path: &str) -> Option<Vec<Step>> {
    parse_path(path.strip_prefix('$')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_values() {
        let text =
            r#" { "a" : { "b c" : [ 10 , {"d":"x]"} , "\u0041" ] , "q\"" : 1 } , "n" : null } "#;
        let at = |path: &str| find(text, &parse_path(path).unwrap());
        assert_eq!(at("a[\"b c\"][1].d"), Some("\"x]\""));
        assert_eq!(at("a.\"b c\"[0]"), Some("10"));
        assert_eq!(at("a['q\\\"']"), Some("1"));
        assert_eq!(at("n"), Some("null"));
        assert_eq!(at("a.missing"), None);
        assert_eq!(at("a[0]"), None);
        assert_eq!(at("a.\"b c\"[3]"), None);
        assert_eq!(find(&format!("[1,{UNDEFINED}]"), &[Step::Index(1)]), None);
        assert_eq!(find("[]", &[Step::Index(0)]), None);
        assert_eq!(find("{\"a", &[Step::Key("a".into())]), None);
        assert_eq!(
            parse_duckdb_path("$.\"a.b\"[2]"),
            Some(vec![Step::Key("a.b".into()), Step::Index(2)])
        );
        assert_eq!(parse_path("a..b"), None);
        assert_eq!(parse_path("a[x]"), None);
    }
}
