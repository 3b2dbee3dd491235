//! DELETE.

use super::Analyzer;
use super::scope::Scope;
use super::tree::{Body, From, JoinKind, Output, Place, Query, Select};
use super::update::row_id;
use crate::catalog::{Catalog, physical_relation};
use crate::error::SqlError;
use crate::lower;
use crate::plan::{ModifyKind, ModifyPlan, SessionContext};
use sqlparser::ast;

/// Plans a DELETE. `script` is the text its spans point into.
///
/// # Errors
/// Whatever Snowflake's compiler would refuse, and what snowmelt does not support.
pub fn plan_delete(
    delete: &ast::Delete,
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<ModifyPlan, SqlError> {
    let mut analyzer = Analyzer::new(script, catalog, context);
    analyzer.delete(delete)
}

impl Analyzer<'_> {
    fn delete(&mut self, delete: &ast::Delete) -> Result<ModifyPlan, SqlError> {
        let refuse = |analyzer: &Self| {
            SqlError::unsupported("this form of DELETE", analyzer.span(Place::NOWHERE))
        };
        if delete.returning.is_some()
            || delete.output.is_some()
            || !delete.tables.is_empty()
            || !delete.order_by.is_empty()
            || delete.limit.is_some()
        {
            return Err(refuse(self));
        }
        let (ast::FromTable::WithFromKeyword(tables) | ast::FromTable::WithoutKeyword(tables)) =
            &delete.from;
        let [target] = tables.as_slice() else {
            return Err(refuse(self));
        };
        let mut scope = Scope::default();
        let (table, from, id) = self.dml_target(target, &mut scope)?;
        let source = match &delete.using {
            None => None,
            Some(using) => self.from(using, &mut scope)?,
        };
        let filter = match &delete.selection {
            None => None,
            Some(condition) => {
                let condition = self.expression(condition, &scope)?;
                Some(self.boolean(condition, "WHERE")?)
            }
        };
        let physical = physical_relation(&table);
        let sql = match source {
            None => match &filter {
                None => format!("DELETE FROM {physical}"),
                Some(filter) => {
                    format!(
                        "DELETE FROM {physical} AS t{id} WHERE {}",
                        lower::expression(filter)
                    )
                }
            },
            // By row id: a row that meets several others counts once.
            Some(source) => {
                let joined = From::Join {
                    kind: JoinKind::Cross,
                    left: Box::new(from),
                    right: Box::new(source),
                    on: None,
                };
                let row = row_id(id);
                let columns = vec![Output::of("", &row)];
                let select = Select::of(vec![row], Some(joined), filter);
                let rows = Query::of(Body::Select(Box::new(select)), columns);
                format!(
                    "DELETE FROM {physical} WHERE rowid IN ({})",
                    lower::query(&rows)
                )
            }
        };
        Ok(ModifyPlan {
            table: table.name.clone(),
            kind: ModifyKind::Delete,
            widen: Vec::new(),
            guard: None,
            multi_joined: None,
            sql,
            reads: std::mem::take(&mut self.reads),
        })
    }
}
