//! Where in the user's text something stands: byte ranges in, lines and columns out.

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets into the script that was parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

/// A place as people and Snowflake's messages count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineColumn {
    /// 1-based line.
    pub line: usize,
    /// 0-based position within the line, in characters: Snowflake's `at position N`.
    pub position: usize,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest range that covers both. An empty range at 0 counts as "nowhere" and gives the other one.
    pub fn union(self, other: Span) -> Span {
        match (self.is_nowhere(), other.is_nowhere()) {
            (true, _) => other,
            (_, true) => self,
            _ => Span::new(self.start.min(other.start), self.end.max(other.end)),
        }
    }

    /// Whether this is the default span of something that stands nowhere in the text.
    pub fn is_nowhere(self) -> bool {
        self == Span::default()
    }

    /// The same range moved by `by` bytes, for text that was cut out of a longer one.
    pub fn shift(self, by: usize) -> Span {
        Span::new(self.start + by, self.end + by)
    }

    /// The text under the range; empty if the range does not fit `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

impl LineColumn {
    /// The place of byte `offset` in `text`; an offset past the end gives the end.
    pub fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            position: before[line_start..].chars().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_and_position_count_characters() {
        let text = "select\n  é, x";
        assert_eq!(
            LineColumn::of(text, 0),
            LineColumn {
                line: 1,
                position: 0
            }
        );
        assert_eq!(
            LineColumn::of(text, text.find('x').unwrap()),
            LineColumn {
                line: 2,
                position: 5
            }
        );
        assert_eq!(LineColumn::of(text, 999).line, 2);
    }
}
