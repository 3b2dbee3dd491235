//! Why a value or a record does not fit, in Snowflake's words and codes.

use std::fmt;

/// Snowflake's CATEGORY of a load error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Category {
    /// The record's form is wrong.
    Parsing,
    /// A value does not convert to its column's type.
    Conversion,
    /// Anything else: a missing file, a record that is too long.
    Other,
}

impl Category {
    /// As VALIDATE shows it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Category::Parsing => "parsing",
            Category::Conversion => "conversion",
            Category::Other => "other",
        }
    }
}

/// One error of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Snowflake's error code, e.g. 100038.
    pub(crate) code: u32,
    /// SQLSTATE.
    pub(crate) sqlstate: &'static str,
    /// Category.
    pub(crate) category: Category,
    /// The message.
    pub(crate) message: String,
}

/// A fault on the heap: results stay small on the path that every value takes.
pub(crate) type BoxedFault = Box<Fault>;

/// Longest piece of a value that is quoted in a message, in characters.
const QUOTED_LENGTH: usize = 200;

impl Fault {
    fn boxed(code: u32, sqlstate: &'static str, category: Category, message: String) -> BoxedFault {
        Box::new(Self {
            code,
            sqlstate,
            category,
            message,
        })
    }

    /// A parsing error with its own code.
    pub(crate) fn parsing(code: u32, message: impl Into<String>) -> BoxedFault {
        Self::boxed(code, "22000", Category::Parsing, message.into())
    }

    /// Any other error that belongs to one record.
    pub(crate) fn other(code: u32, message: impl Into<String>) -> BoxedFault {
        Self::boxed(code, "22000", Category::Other, message.into())
    }

    /// `Numeric value 'x' is not recognized`.
    pub(crate) fn numeric(text: &[u8]) -> BoxedFault {
        let message = format!("Numeric value '{}' is not recognized", quoted(text));
        Self::boxed(100_038, "22018", Category::Conversion, message)
    }

    /// `Numeric value '1000' is out of range`.
    pub(crate) fn out_of_range(text: &[u8]) -> BoxedFault {
        let message = format!("Numeric value '{}' is out of range", quoted(text));
        Self::boxed(100_039, "22003", Category::Conversion, message)
    }

    /// `Boolean value 'x' is not recognized`.
    pub(crate) fn boolean(text: &[u8]) -> BoxedFault {
        let message = format!("Boolean value '{}' is not recognized", quoted(text));
        Self::boxed(100_037, "22018", Category::Conversion, message)
    }

    /// `Date 'x' is not recognized`.
    pub(crate) fn date(text: &[u8]) -> BoxedFault {
        let message = format!("Date '{}' is not recognized", quoted(text));
        Self::boxed(100_040, "22007", Category::Conversion, message)
    }

    /// `Time 'x' is not recognized`.
    pub(crate) fn time(text: &[u8]) -> BoxedFault {
        let message = format!("Time '{}' is not recognized", quoted(text));
        Self::boxed(100_108, "22007", Category::Conversion, message)
    }

    /// `Timestamp 'x' is not recognized`.
    pub(crate) fn timestamp(text: &[u8]) -> BoxedFault {
        let message = format!("Timestamp '{}' is not recognized", quoted(text));
        Self::boxed(100_035, "22007", Category::Conversion, message)
    }

    /// `Can't parse 'x' as date with format 'YYYY-MM-DD'`; `noun` is date, time or timestamp.
    pub(crate) fn format_mismatch(text: &[u8], noun: &str, model: &str) -> BoxedFault {
        let message = format!(
            "Can't parse '{}' as {noun} with format '{model}'",
            quoted(text)
        );
        Self::boxed(100_096, "22007", Category::Conversion, message)
    }

    /// `Failed to cast variant value "x" to FIXED`; `rendered` is the value as JSON.
    pub(crate) fn variant_cast(rendered: &[u8], type_name: &str) -> BoxedFault {
        let message = format!(
            "Failed to cast variant value {} to {type_name}",
            quoted(rendered)
        );
        Self::boxed(100_071, "22000", Category::Conversion, message)
    }

    /// `User character length limit (10) exceeded by string 'Electronics'`.
    pub(crate) fn too_long(limit: u32, text: &[u8]) -> BoxedFault {
        let message = format!(
            "User character length limit ({limit}) exceeded by string '{}'",
            quoted(text)
        );
        Self::boxed(100_074, "54000", Category::Conversion, message)
    }

    /// `NULL result in a non-nullable column`.
    pub(crate) fn null_in_not_null() -> BoxedFault {
        let message = "NULL result in a non-nullable column".to_owned();
        Self::boxed(100_072, "22000", Category::Conversion, message)
    }

    /// `The following string is not a legal hex-encoded value: 'x'`.
    pub(crate) fn binary(text: &[u8], encoding: &str) -> BoxedFault {
        let message = format!(
            "The following string is not a legal {encoding}-encoded value: '{}'",
            quoted(text)
        );
        Self::boxed(100_115, "22000", Category::Conversion, message)
    }

    /// A BINARY value longer than its column.
    pub(crate) fn binary_too_long(limit: u32, text: &[u8]) -> BoxedFault {
        let message = format!(
            "Binary value '{}' is too long and would be truncated; the column holds {limit} bytes",
            quoted(text)
        );
        Self::boxed(100_145, "22000", Category::Conversion, message)
    }

    /// `Error parsing JSON: …`.
    pub(crate) fn json(what: impl fmt::Display) -> BoxedFault {
        let message = format!("Error parsing JSON: {what}");
        Self::boxed(100_069, "22P02", Category::Parsing, message)
    }

    /// `Invalid UTF8 detected in string 'x'`.
    pub(crate) fn invalid_utf8(text: &[u8]) -> BoxedFault {
        let mut shown = String::new();
        for chunk in text[..text.len().min(QUOTED_LENGTH)].utf8_chunks() {
            shown.push_str(chunk.valid());
            for byte in chunk.invalid() {
                shown.push_str(&format!("0x{byte:02X}"));
            }
        }
        let message = format!("Invalid UTF8 detected in string '{shown}'");
        Self::boxed(100_144, "22000", Category::Conversion, message)
    }
}

/// The value as it is quoted in a message: valid UTF-8, and not longer than a reader wants.
pub(crate) fn quoted(text: &[u8]) -> String {
    let head = &text[..text.len().min(QUOTED_LENGTH * 4)];
    let mut shown: String = String::from_utf8_lossy(head)
        .chars()
        .take(QUOTED_LENGTH)
        .collect();
    if shown.len() < text.len()
        && (head.len() < text.len() || shown.chars().count() == QUOTED_LENGTH)
    {
        shown.push('…');
    }
    shown
}
