//! What is wrong with JSON text, in Snowflake's words.
//!
//! Positions are 1-based. A fault about a token that was read gives the place after it; one about a character that
//! should not be there gives that character's place.

use crate::load::value::{Fault, quoted};

/// A syntax error, and where it is.
#[derive(Debug)]
pub(crate) struct JsonFault {
    /// Offset into the text that was read.
    pub(crate) at: usize,
    /// What is wrong, with the position within the document.
    pub(crate) fault: Box<Fault>,
}

/// The text being read and the offset at which its document starts: what positions are counted from.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) start: usize,
}

impl Document<'_> {
    fn fault(self, at: usize, what: impl std::fmt::Display) -> JsonFault {
        let position = at - self.start + 1;
        JsonFault {
            at,
            fault: Fault::json(format_args!("{what}, pos {position}")),
        }
    }

    /// The text ran out inside an object or array.
    pub(crate) fn incomplete(self, container: u8) -> JsonFault {
        let noun = if container == b'{' { "object" } else { "array" };
        self.fault(self.bytes.len(), format_args!("incomplete {noun} value"))
    }

    /// A string without its closing quote.
    pub(crate) fn unfinished_string(self, at: usize) -> JsonFault {
        self.fault(at, "unfinished string")
    }

    /// A control character inside a string.
    pub(crate) fn control_character(self, at: usize) -> JsonFault {
        let byte = self.bytes[at];
        self.fault(
            at,
            format_args!("control character 0x{byte:02X} in a string"),
        )
    }

    /// `\x` and the like.
    pub(crate) fn bad_escape(self, at: usize) -> JsonFault {
        self.fault(at, "invalid escape sequence in a string")
    }

    /// Two members without a comma between them.
    pub(crate) fn missing_comma(self, at: usize) -> JsonFault {
        self.fault(at, "missing comma")
    }

    /// A key without a colon after it.
    pub(crate) fn missing_colon(self, at: usize) -> JsonFault {
        self.fault(at, "missing colon")
    }

    /// A key that the object had before.
    pub(crate) fn duplicate_key(self, closing_quote: usize, key: &[u8]) -> JsonFault {
        let what = format!("duplicate object attribute \"{}\"", quoted(key));
        self.fault(closing_quote, what)
    }

    /// Nesting beyond what is read.
    pub(crate) fn too_deep(self, at: usize) -> JsonFault {
        self.fault(at, "too many levels of nesting")
    }

    /// A number that is none.
    pub(crate) fn number(self, at: usize, what: impl std::fmt::Display) -> JsonFault {
        self.fault(at, what)
    }

    /// Whatever stands at `at`, where a value, a key or a separator belongs.
    pub(crate) fn unexpected(self, at: usize) -> JsonFault {
        let Some(&byte) = self.bytes.get(at) else {
            return self.fault(at, "unexpected end of input");
        };
        match byte {
            b'}' | b']' => self.fault(at, format_args!("misplaced {}", char::from(byte))),
            b',' => self.fault(at, "misplaced comma"),
            b':' => self.fault(at, "misplaced colon"),
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => {
                let end = self.word_end(at);
                let word = quoted(&self.bytes[at..end]);
                self.fault(end, format_args!("unknown keyword \"{word}\""))
            }
            b'{' | b'[' | b'"' | b'0'..=b'9' => self.missing_comma(at),
            _ => {
                let rest = &self.bytes[at..self.bytes.len().min(at + 4)];
                let shown = match rest
                    .utf8_chunks()
                    .next()
                    .and_then(|chunk| chunk.valid().chars().next())
                {
                    Some(character) => character.to_string(),
                    None => format!("0x{byte:02X}"),
                };
                self.fault(
                    at,
                    format_args!("invalid character outside of a string: '{shown}'"),
                )
            }
        }
    }

    /// The end of the word that starts at `at`.
    pub(crate) fn word_end(self, at: usize) -> usize {
        let letters = self.bytes[at + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        at + 1 + letters
    }
}
