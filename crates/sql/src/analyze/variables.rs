//! SET: session variables.

use super::Analyzer;
use super::scope::Scope;
use super::tree::{Body, Output, Query, Select};
use crate::catalog::Catalog;
use crate::error::SqlError;
use crate::name::Ident;
use crate::plan::{Plan, SessionContext};
use sqlparser::ast;

/// Plans SET: a one-row query whose columns are the variables' values. `script` is the text the spans point into.
///
/// # Errors
/// Whatever the analysis of an expression refuses.
pub fn plan_set_variables(
    assignments: &[(Ident, ast::Expr)],
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<Plan, SqlError> {
    let mut analyzer = Analyzer::new(script, catalog, context);
    let scope = Scope::default();
    let mut items = Vec::with_capacity(assignments.len());
    let mut columns = Vec::with_capacity(assignments.len());
    for (name, expr) in assignments {
        let value = analyzer.expression(expr, &scope)?;
        columns.push(Output::of(name.value.clone(), &value));
        items.push(value);
    }
    let query = Query::of(
        Body::Select(Box::new(Select::of(items, None, None))),
        columns,
    );
    Ok(Plan::SetVariables {
        names: assignments
            .iter()
            .map(|(name, _)| name.value.clone())
            .collect(),
        query: analyzer.finish(query),
    })
}
