//! Where in the project's own files something stands: a file and a byte range in, `file:line:column` out.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use snowmelt_sql::{LineColumn, Span};
use std::fmt;
use std::sync::Arc;

/// A text file of the project, read once. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as messages show it: relative to the project's folder, with `/`.
    pub path: Arc<str>,
    /// The whole text, without a byte order mark.
    pub text: Arc<str>,
}

impl SourceFile {
    /// A file of that path and text.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// The place of a byte range in this file.
    pub fn place(&self, span: Span) -> Place {
        Place {
            file: self.clone(),
            span,
        }
    }
}

/// A byte range in one of the project's files. Prints as `file:line:column`, line and column counted from 1.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: SourceFile,
    /// The range in its text, in bytes.
    pub span: Span,
}

impl Place {
    /// 1-based line of the range's start.
    pub fn line(&self) -> usize {
        LineColumn::of(&self.file.text, self.span.start).line
    }

    /// 1-based column of the range's start, in characters.
    pub fn column(&self) -> usize {
        LineColumn::of(&self.file.text, self.span.start).position + 1
    }

    /// `file:line`.
    pub fn file_and_line(&self) -> String {
        format!("{}:{}", self.file.path, self.line())
    }

    /// The text under the range.
    pub fn text(&self) -> &str {
        self.span.of(&self.file.text)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = LineColumn::of(&self.file.text, self.span.start);
        write!(f, "{}:{}:{}", self.file.path, at.line, at.position + 1)
    }
}

/// Shows the place, not the file's whole text.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = LineColumn::of(&self.file.text, self.span.start);
        let mut place = serializer.serialize_struct("Place", 3)?;
        place.serialize_field("file", &*self.file.path)?;
        place.serialize_field("line", &at.line)?;
        place.serialize_field("column", &(at.position + 1))?;
        place.end()
    }
}
