//! CREATE VIEW.

use super::property::properties;
use super::resolve::Resolver;
use super::{Plan, SessionContext};
use crate::analyze;
use crate::error::SqlError;
use crate::object::{Object, View};
use crate::statement::{CreateMode, CreateView};

/// CREATE VIEW. Its query is analyzed as it will be when the view is used: in the view's own schema.
pub(super) fn plan(
    create: &CreateView,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let name = resolver.new_name(&create.name)?;
    if create.mode == CreateMode::OrAlter {
        return Err(SqlError::unsupported(
            "CREATE OR ALTER VIEW",
            create.name.span(),
        ));
    }
    let context = SessionContext {
        database: Some(name.database.clone()),
        schema: Some(name.schema.clone()),
        ..resolver.context.clone()
    };
    let query = analyze::plan_query(&create.query, script, resolver.catalog, &context)?;
    if !create.columns.is_empty() && create.columns.len() != query.columns.len() {
        return Err(SqlError::compilation(
            "002057",
            "42601",
            "Invalid column definition list",
            create.name.span(),
        )
        .with_detail(format!(
            "the list names {} columns and the query has {}",
            create.columns.len(),
            query.columns.len()
        )));
    }
    let mut kept = properties(&create.options);
    kept.remove("COPY_GRANTS");
    Ok(Plan::Create {
        object: Object::View(View {
            name,
            column_names: create
                .columns
                .iter()
                .map(|(column, _)| column.value.clone())
                .collect(),
            column_comments: create
                .columns
                .iter()
                .filter_map(|(column, comment)| Some((column.value.clone(), comment.clone()?)))
                .collect(),
            query: create.query_span.of(script).to_owned(),
            temporary: create.temporary,
            secure: create.secure,
            comment: create.comment.clone(),
            properties: kept,
        }),
        mode: create.mode,
        credentials: None,
    })
}
