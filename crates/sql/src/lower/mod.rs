//! Typed tree in, DuckDB SQL out. Everything was decided in analysis; this only prints.

mod expression;
mod query;

pub(crate) use query::query;

/// `text` as a DuckDB string literal.
pub(crate) fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `name` as a DuckDB identifier.
pub(crate) fn quote_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
