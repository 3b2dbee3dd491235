//! Names: unquoted identifiers fold to upper case, quoted ones stay as written.

use crate::span::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One identifier as it is stored: already folded, without quotes.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
pub struct Ident {
    /// The stored spelling.
    pub value: String,
    /// Where it was written; not part of equality.
    #[serde(skip)]
    pub span: Span,
}

impl Ident {
    /// An unquoted identifier: folds to upper case.
    pub fn unquoted(text: &str, span: Span) -> Self {
        Self {
            value: text.to_uppercase(),
            span,
        }
    }

    /// A quoted identifier (quotes already taken off): stays as written.
    pub fn quoted(text: impl Into<String>, span: Span) -> Self {
        Self {
            value: text.into(),
            span,
        }
    }
}

impl PartialEq for Ident {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl std::hash::Hash for Ident {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl PartialOrd for Ident {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ident {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

/// Prints the identifier as Snowflake SQL: quoted only when it must be.
impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quote_if_needed(&self.value))
    }
}

/// A name as written: one to three parts, not yet completed by the session's current database and schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ObjectName {
    /// The parts, outermost first; never empty, at most three (`db..t` has an empty middle part, meaning `PUBLIC`).
    pub parts: Vec<Ident>,
}

impl ObjectName {
    /// The last part.
    pub fn last(&self) -> &Ident {
        &self.parts[self.parts.len() - 1]
    }

    /// From the first part to the last.
    pub fn span(&self) -> Span {
        self.parts
            .iter()
            .fold(Span::default(), |span, part| span.union(part.span))
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

/// A complete name of an object that lives in a schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct QualifiedName {
    /// Database, stored spelling.
    pub database: String,
    /// Schema, stored spelling.
    pub schema: String,
    /// The object's own name, stored spelling.
    pub name: String,
}

impl QualifiedName {
    /// `database.schema.name` from stored spellings.
    pub fn new(
        database: impl Into<String>,
        schema: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self {
            database: database.into(),
            schema: schema.into(),
            name: name.into(),
        }
    }
}

/// Prints the name as Snowflake SQL, each part quoted only when it must be.
impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [database, schema, name] =
            [&self.database, &self.schema, &self.name].map(|part| quote_if_needed(part));
        write!(f, "{database}.{schema}.{name}")
    }
}

/// A stored spelling as Snowflake SQL: bare if it would fold to itself, else in double quotes.
pub fn quote_if_needed(stored: &str) -> String {
    let bare = stored.bytes().enumerate().all(|(index, byte)| match byte {
        b'A'..=b'Z' | b'_' => true,
        b'0'..=b'9' | b'$' => index > 0,
        _ => false,
    });
    if bare && !stored.is_empty() {
        stored.to_owned()
    } else {
        format!("\"{}\"", stored.replace('"', "\"\""))
    }
}

/// The name under which DuckDB holds a Snowflake identifier. DuckDB ignores case and Snowflake does not, so a name with
/// lower-case letters gets a suffix that says which letters they are: `x` → `x~1`, `aB` → `aB~1`, `AB` → `AB`.
pub fn physical_name(stored: &str) -> String {
    let mut bits: Vec<u8> = Vec::new();
    for (index, character) in stored.chars().enumerate() {
        if character.is_lowercase() {
            bits.resize(bits.len().max(index / 4 + 1), 0);
            bits[index / 4] |= 1 << (index % 4);
        }
    }
    if bits.is_empty() && !stored.contains('~') {
        return stored.to_owned();
    }
    let mut name = format!("{stored}~");
    name.extend(
        bits.iter()
            .rev()
            .map(|nibble| char::from_digit(u32::from(*nibble), 16).unwrap_or('0')),
    );
    name
}

/// The DuckDB schema that holds a Snowflake schema: all Snowflake databases live in one DuckDB catalog.
pub fn physical_schema(database: &str, schema: &str) -> String {
    let escape = |part: &str| part.replace('%', "%25").replace('.', "%2E");
    physical_name(&format!("{}.{}", escape(database), escape(schema)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn physical_names_differ_where_snowflake_names_differ() {
        let names = ["X", "x", "Xx", "xX", "xx", "X~1", "X~", "x~1"];
        let folded: std::collections::HashSet<String> = names
            .iter()
            .map(|name| physical_name(name).to_lowercase())
            .collect();
        assert_eq!(folded.len(), names.len());
        assert_eq!(physical_name("CUSTOMERS"), "CUSTOMERS");
        assert_ne!(physical_schema("A.B", "C"), physical_schema("A", "B.C"));
    }

    #[test]
    fn names_print_bare_when_they_can() {
        assert_eq!(
            QualifiedName::new("DB", "PUBLIC", "my table").to_string(),
            "DB.PUBLIC.\"my table\""
        );
        assert_eq!(Ident::unquoted("abc", Span::default()).to_string(), "ABC");
    }
}
