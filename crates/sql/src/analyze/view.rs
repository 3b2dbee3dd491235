//! Views are analyzed where they are used: their text, against their own schema.

use super::Analyzer;
use super::query::parse_query;
use super::tree::Query;
use crate::error::SqlError;
use crate::object::View;
use crate::span::Span;
use std::borrow::Cow;

/// How many views may be built on one another.
const MAX_VIEWS: usize = 64;

impl Analyzer<'_> {
    /// The query a view stands for; `used` is where its name was written.
    pub(super) fn view(&mut self, view: &View, used: Span) -> Result<Query, SqlError> {
        if self.views.contains(&view.name) {
            return Err(SqlError::compilation(
                "002078",
                "42601",
                format!("View {} is defined in terms of itself", view.name),
                used,
            ));
        }
        if self.views.len() >= MAX_VIEWS {
            return Err(SqlError::unsupported(
                format!("more than {MAX_VIEWS} views built on one another"),
                used,
            ));
        }
        let inside = |error: SqlError| SqlError {
            span: used,
            detail: Some(match error.detail {
                Some(detail) => format!("in view {}: {detail}", view.name).into(),
                None => format!("in view {}", view.name).into(),
            }),
            ..error
        };
        let query = parse_query(&view.query).map_err(inside)?;
        let script = std::mem::replace(&mut self.script, Cow::Owned(view.query.clone()));
        let database = self
            .database
            .replace(Cow::Owned(view.name.database.clone()));
        let schema = self.schema.replace(Cow::Owned(view.name.schema.clone()));
        let first_cte = std::mem::replace(&mut self.first_cte, self.ctes.len());
        self.views.push(view.name.clone());
        let result = self.query(&query, None);
        self.views.pop();
        self.first_cte = first_cte;
        self.schema = schema;
        self.database = database;
        self.script = script;
        let mut query = result.map_err(inside)?;
        if !view.column_names.is_empty() {
            if view.column_names.len() != query.columns.len() {
                return Err(SqlError::compilation(
                    "002057",
                    "42601",
                    format!(
                        "View definition for '{}' declared {} column(s), but view query produces {} column(s).",
                        view.name,
                        view.column_names.len(),
                        query.columns.len()
                    ),
                    used,
                ));
            }
            for (column, name) in query.columns.iter_mut().zip(&view.column_names) {
                column.name.clone_from(name);
            }
        }
        Ok(query)
    }
}
