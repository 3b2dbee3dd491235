//! WITH: common table expressions, recursive ones too.

use super::query::{CteName, relation_columns};
use super::scope::Scope;
use super::tree::{Body, Cte, Output, Place, Query};
use super::{Analyzer, place, stored};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast;
use std::rc::Rc;

impl Analyzer<'_> {
    pub(super) fn cte(
        &mut self,
        cte: &ast::Cte,
        around: Option<&Scope<'_>>,
    ) -> Result<(Cte, bool), SqlError> {
        let name = stored(&cte.alias.name);
        let id = self.next_cte;
        self.next_cte += 1;
        if let Some(recursive) = self.recursive_cte(&name, id, cte, around)? {
            return Ok((recursive, true));
        }
        let mut query = self.query(&cte.query, around)?;
        self.rename_columns(&mut query.columns, &cte.alias)?;
        let query = Rc::new(query);
        self.ctes.push(CteName {
            name,
            id,
            columns: relation_columns(&query.columns),
            query: Some(Rc::clone(&query)),
            recursive: false,
        });
        Ok((Cte { id, query }, false))
    }

    /// `anchor UNION ALL recursive`, if the second part refers to the name itself.
    fn recursive_cte(
        &mut self,
        name: &str,
        id: u32,
        cte: &ast::Cte,
        around: Option<&Scope<'_>>,
    ) -> Result<Option<Cte>, SqlError> {
        let ast::SetExpr::SetOperation {
            op: ast::SetOperator::Union,
            set_quantifier: ast::SetQuantifier::All,
            left,
            right,
        } = cte.query.body.as_ref()
        else {
            return Ok(None);
        };
        if !mentions(right, &cte.alias.name) {
            return Ok(None);
        }
        let mut anchor = self.set_expression(left, None, around)?;
        self.rename_columns(&mut anchor.columns, &cte.alias)?;
        // Numbers may grow from step to step: they are held as wide as their family allows.
        let targets: Vec<(DataType, bool)> = anchor
            .columns
            .iter()
            .map(|column| match column.data_type {
                DataType::Number { scale, .. } => (
                    DataType::Number {
                        precision: 38,
                        scale,
                    },
                    false,
                ),
                DataType::Text { .. } => (DataType::TEXT, false),
                other => (other, false),
            })
            .collect();
        self.convert_columns(&mut anchor, &targets, Place::NOWHERE)?;
        for column in &mut anchor.columns {
            column.nullable = true;
        }
        let columns = anchor.columns.clone();
        self.ctes.push(CteName {
            name: name.to_owned(),
            id,
            columns: relation_columns(&columns),
            query: None,
            recursive: true,
        });
        let mut step = self.set_expression(right, None, around)?;
        if step.columns.len() != columns.len() {
            return Err(self.column_counts(columns.len(), step.columns.len()));
        }
        self.convert_columns(&mut step, &targets, Place::NOWHERE)?;
        let query = Rc::new(Query::of(
            Body::Set {
                operator: "UNION ALL",
                left: Box::new(anchor),
                right: Box::new(step),
            },
            columns,
        ));
        if let Some(known) = self.ctes.iter_mut().rev().find(|known| known.id == id) {
            known.query = Some(Rc::clone(&query));
        }
        Ok(Some(Cte { id, query }))
    }

    /// Gives columns the names of an alias's column list.
    pub(super) fn rename_columns(
        &self,
        columns: &mut [Output],
        alias: &ast::TableAlias,
    ) -> Result<(), SqlError> {
        if alias.columns.is_empty() {
            return Ok(());
        }
        if alias.columns.len() != columns.len() {
            return Err(SqlError::compilation(
                "002019",
                "42601",
                format!(
                    "Invalid column definition list: {} names for {} columns",
                    alias.columns.len(),
                    columns.len()
                ),
                self.span(place(alias.name.span)),
            ));
        }
        for (column, definition) in columns.iter_mut().zip(&alias.columns) {
            column.name = stored(&definition.name);
        }
        Ok(())
    }
}

/// Whether a query's FROM clauses mention the bare name.
fn mentions(body: &ast::SetExpr, name: &ast::Ident) -> bool {
    struct Finder(String, bool);
    fn in_factor(factor: &ast::TableFactor, finder: &mut Finder) {
        match factor {
            ast::TableFactor::Table { name, .. } => {
                if let [part] = name.0.as_slice()
                    && part
                        .as_ident()
                        .is_some_and(|ident| stored(ident) == finder.0)
                {
                    finder.1 = true;
                }
            }
            ast::TableFactor::Derived { subquery, .. } => in_body(&subquery.body, finder),
            ast::TableFactor::NestedJoin {
                table_with_joins, ..
            } => in_joins(table_with_joins, finder),
            _ => {}
        }
    }
    fn in_joins(joins: &ast::TableWithJoins, finder: &mut Finder) {
        in_factor(&joins.relation, finder);
        for join in &joins.joins {
            in_factor(&join.relation, finder);
        }
    }
    fn in_body(body: &ast::SetExpr, finder: &mut Finder) {
        match body {
            ast::SetExpr::Select(select) => {
                for from in &select.from {
                    in_joins(from, finder);
                }
            }
            ast::SetExpr::Query(query) => in_body(&query.body, finder),
            ast::SetExpr::SetOperation { left, right, .. } => {
                in_body(left, finder);
                in_body(right, finder);
            }
            _ => {}
        }
    }
    let mut finder = Finder(stored(name), false);
    in_body(body, &mut finder);
    finder.1
}
