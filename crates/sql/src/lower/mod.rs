//! Typed tree in, DuckDB SQL out. Everything was decided in analysis; this only prints.

mod expression;
mod query;

pub(crate) use query::{query, relation};

use crate::analyze::tree::Expr;

/// The DuckDB text of an expression.
pub(crate) fn expression(expr: &Expr) -> String {
    let mut sql = String::new();
    expression::write(&mut sql, expr);
    sql
}

/// `text` as a DuckDB string literal.
pub(crate) fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `name` as a DuckDB identifier.
pub(crate) fn quote_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
