//! Column defaults: checked when they are declared, and the value an added column gets in the rows that exist.

use super::SessionContext;
use super::resolve::Resolver;
use crate::analyze;
use crate::error::SqlError;
use crate::object::{Column, DefaultValue};
use crate::parse::{ident, parse_script};
use crate::span::Span;
use crate::statement::Statement;
use sqlparser::ast;

/// The text under which DEFAULT is kept. A sequence is kept by its full name, since the current schema will be another
/// when the default is used.
pub(super) fn kept_text(
    expression: &ast::Expr,
    span: Span,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<String, SqlError> {
    if let ast::Expr::CompoundIdentifier(parts) = expression
        && let [sequence @ .., last] = parts.as_slice()
        && ident(last).value == "NEXTVAL"
        && !sequence.is_empty()
    {
        let name = crate::name::ObjectName {
            parts: sequence.iter().map(ident).collect(),
        };
        let full = resolver.name(&name)?;
        if resolver.catalog.sequence(&full).is_none() {
            return Err(SqlError::does_not_exist("Sequence", full, name.span()));
        }
        return Ok(format!("{full}.NEXTVAL"));
    }
    Ok(span.of(script).to_owned())
}

/// An error unless the column's default is a value that the column can hold. See [`query`].
pub(super) fn check(column: &Column, span: Span, resolver: Resolver<'_>) -> Result<(), SqlError> {
    match &column.default {
        // Found when its name was completed.
        Some(DefaultValue::Expression(text)) if is_sequence(text) => Ok(()),
        _ => query(column, span, resolver).map(drop),
    }
}

/// Whether a kept default is a sequence's next value.
pub(super) fn is_sequence(text: &str) -> bool {
    text.ends_with(".NEXTVAL")
}

/// The DuckDB query that gives the column's default, as the column's type; `None` if it has none. `span` is where the
/// default was written: an error in it is shown there.
pub(super) fn query(
    column: &Column,
    span: Span,
    resolver: Resolver<'_>,
) -> Result<Option<String>, SqlError> {
    let Some(DefaultValue::Expression(text)) = &column.default else {
        return Ok(None);
    };
    let script = format!("SELECT CAST(\n{text}\nAS {})", column.data_type);
    let here = |mut error: SqlError| {
        error.span = span;
        error
    };
    let statements = parse_script(&script).map_err(here)?;
    let [only] = statements.as_slice() else {
        return Err(SqlError::syntax(format!("unexpected '{text}'."), span));
    };
    let Statement::Query(query) = &only.statement else {
        return Err(SqlError::syntax(format!("unexpected '{text}'."), span));
    };
    let context: &SessionContext = resolver.context;
    let plan = analyze::plan_query(query, &script, resolver.catalog, context).map_err(here)?;
    Ok(Some(plan.sql))
}
