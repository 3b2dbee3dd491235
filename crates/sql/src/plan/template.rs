//! CREATE TABLE … USING TEMPLATE. In: a query that gives one ARRAY of objects with COLUMN_NAME, TYPE and NULLABLE, as
//! INFER_SCHEMA has them. Out: columns.
//!
//! What the query gives only the data tells: the catalog's owner runs it (see [`Catalog::pivot_values`]).
//!
//! [`Catalog::pivot_values`]: crate::catalog::Catalog::pivot_values

use super::resolve::Resolver;
use crate::analyze;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::object::Column;
use crate::parse::parse_expression;
use crate::span::Span;
use serde::Deserialize;
use sqlparser::ast;
use std::collections::HashSet;

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct TemplateColumn {
    column_name: String,
    r#type: String,
    nullable: Option<bool>,
}

/// The columns of the template.
///
/// # Errors
/// The query's; a result that is no template; where there is no data to ask.
pub(super) fn columns(
    query: &ast::Query,
    span: Span,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Vec<Column>, SqlError> {
    let plan = analyze::plan_query(query, script, resolver.catalog, resolver.context)?;
    let wrong = |detail: String| {
        SqlError::compilation(
            "001023",
            "42601",
            "the query of USING TEMPLATE does not give one array of column definitions",
            span,
        )
        .with_detail(detail)
        .with_hint(
            "write SELECT ARRAY_AGG(OBJECT_CONSTRUCT(*)) FROM TABLE(INFER_SCHEMA(LOCATION => '@stage', FILE_FORMAT => 'format'))",
        )
    };
    if !matches!(plan.columns.as_slice(), [only] if only.data_type == DataType::Array) {
        return Err(wrong(
            "its result is not a single column of type ARRAY".to_owned(),
        ));
    }
    let Some(rows) = resolver.catalog.pivot_values(&plan.sql) else {
        return Err(SqlError::unsupported(
            "CREATE TABLE … USING TEMPLATE where there is no data to ask",
            span,
        ));
    };
    let [Some(text)] = rows.as_slice() else {
        return Err(wrong(format!("it has {} rows", rows.len())));
    };
    let found: Vec<TemplateColumn> =
        serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    if found.is_empty() {
        return Err(wrong("the array is empty: no file was found".to_owned()));
    }
    let mut names = HashSet::new();
    found
        .into_iter()
        .map(|column| {
            if !names.insert(column.column_name.clone()) {
                return Err(wrong(format!("`{}` is in it twice", column.column_name)));
            }
            let data_type = type_of(&column.r#type, span, resolver)
                .ok_or_else(|| wrong(format!("`{}` is no type", column.r#type)))?;
            let mut made = Column::new(&column.column_name, data_type);
            made.nullable = column.nullable.unwrap_or(true);
            Ok(made)
        })
        .collect()
}

fn type_of(text: &str, span: Span, resolver: Resolver<'_>) -> Option<DataType> {
    match parse_expression(&format!("NULL::{text}")).ok()? {
        ast::Expr::Cast { data_type, .. } => {
            analyze::data_type(&data_type, resolver.context, span).ok()
        }
        _ => None,
    }
}
