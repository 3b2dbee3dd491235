//! Views are analyzed where they are used: their text, against their own schema.

use super::Analyzer;
use super::query::parse_query;
use super::tree::Query;
use crate::error::SqlError;
use crate::name::QualifiedName;
use crate::object::View;
use crate::span::Span;
use std::borrow::Cow;

/// How many views may be built on one another.
const MAX_VIEWS: usize = 64;

impl Analyzer<'_> {
    /// The query a view stands for; `used` is where its name was written.
    pub(super) fn view(&mut self, view: &View, used: Span) -> Result<Query, SqlError> {
        let mut query = self.expanded(&view.name, "View", &view.query, used, |analyzer| {
            let query = parse_query(&view.query)?;
            analyzer.query(&query, None)
        })?;
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

    /// Analyzes the text of something that stands for it, a view or a function: against its own schema, and what is wrong
    /// in it is shown at `used`, where it was named.
    pub(super) fn expanded<T>(
        &mut self,
        name: &QualifiedName,
        noun: &str,
        text: &str,
        used: Span,
        analyze: impl FnOnce(&mut Self) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        if self.views.contains(name) {
            return Err(SqlError::compilation(
                "002078",
                "42601",
                format!("{noun} {name} is defined in terms of itself"),
                used,
            ));
        }
        if self.views.len() >= MAX_VIEWS {
            return Err(SqlError::unsupported(
                format!("more than {MAX_VIEWS} views and functions built on one another"),
                used,
            ));
        }
        let script = std::mem::replace(&mut self.script, Cow::Owned(text.to_owned()));
        let database = self.database.replace(Cow::Owned(name.database.clone()));
        let schema = self.schema.replace(Cow::Owned(name.schema.clone()));
        let first_cte = std::mem::replace(&mut self.first_cte, self.ctes.len());
        self.views.push(name.clone());
        let result = analyze(self);
        self.views.pop();
        self.first_cte = first_cte;
        self.schema = schema;
        self.database = database;
        self.script = script;
        result.map_err(|error| SqlError {
            span: used,
            detail: Some(match error.detail {
                Some(detail) => format!("in {} {name}: {detail}", noun.to_lowercase()).into(),
                None => format!("in {} {name}", noun.to_lowercase()).into(),
            }),
            ..error
        })
    }
}
