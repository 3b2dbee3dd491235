//! Queries: sqlparser's.

use super::cursor::Cursor;
use crate::error::SqlError;
use crate::span::Span;
use crate::statement::Statement;
use sqlparser::ast;

/// SELECT, WITH, VALUES or a query in parentheses.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    Ok(Statement::Query(query(cursor)?.0))
}

/// A query and where it stands.
pub(super) fn query(cursor: &mut Cursor<'_>) -> Result<(Box<ast::Query>, Span), SqlError> {
    cursor.parse(|parser| parser.parse_query())
}
