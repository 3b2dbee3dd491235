//! What a statement looks like, whatever it means: for lint, which may not depend on sqlparser itself.

use crate::span::Span;
use crate::statement::Statement;
use sqlparser::ast::{self, Spanned};

/// Where the outermost ORDER BY of CREATE TABLE … AS SELECT or INSERT … SELECT begins to name what it orders by; nothing
/// if there is none, or if LIMIT makes it count.
pub fn order_without_limit(statement: &Statement) -> Option<Span> {
    let query = match statement {
        Statement::CreateTable(create) => &create.query.as_ref()?.0,
        Statement::Insert(insert) => insert.source.as_ref()?,
        _ => return None,
    };
    if query.limit_clause.is_some() || query.fetch.is_some() {
        return None;
    }
    if let ast::SetExpr::Select(select) = &*query.body
        && select.top.is_some()
    {
        return None;
    }
    match &query.order_by.as_ref()?.kind {
        ast::OrderByKind::Expressions(expressions) => {
            Some(Span::from(expressions.first()?.expr.span()))
        }
        ast::OrderByKind::All(_) => Some(Span::from(query.span())),
    }
}
