//! INSERT ALL and INSERT FIRST: one source, several tables. In: sqlparser's statement. Out: a plan that puts the source's
//! rows aside once, and inserts each INTO's part of them.
//!
//! Follows [its page](https://docs.snowflake.com/en/sql-reference/sql/insert-multi-table).

use super::insert::{self, ColumnTarget};
use super::query::relation_columns;
use super::scope::{Relation, Scope};
use super::tree::{Body, Expr, From, Output, Place, Query, Select};
use super::{Analyzer, place, place_of_name};
use crate::catalog::{Catalog, physical_relation};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower::{self, quote_name};
use crate::name::{QualifiedName, physical_name};
use crate::plan::{InsertMultiPlan, InsertPlan, SessionContext};
use sqlparser::ast;
use std::collections::BTreeMap;

/// The columns of each table that must be widened first.
type Widened = BTreeMap<QualifiedName, Vec<String>>;

/// Plans INSERT ALL or INSERT FIRST. `script` is the text its spans point into.
///
/// # Errors
/// Whatever Snowflake's compiler would refuse, and what snowmelt does not support.
pub fn plan_insert_multi(
    insert: &ast::Insert,
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<InsertMultiPlan, SqlError> {
    let mut widened = Widened::new();
    // One table may be named several times: where a later INTO widens a column, the earlier ones are planned again.
    loop {
        let before = widened.clone();
        let plan = Analyzer::new(script, catalog, context).insert_multi(insert, &mut widened)?;
        if widened == before {
            return Ok(plan);
        }
    }
}

impl Analyzer<'_> {
    fn insert_multi(
        &mut self,
        insert: &ast::Insert,
        widened: &mut Widened,
    ) -> Result<InsertMultiPlan, SqlError> {
        let source = insert.source.as_ref().ok_or_else(|| {
            SqlError::unsupported("INSERT without a source", self.span(Place::NOWHERE))
        })?;
        let is_first = matches!(
            insert.multi_table_insert_type,
            Some(ast::MultiTableInsertType::First)
        );
        if is_first && insert.multi_table_when_clauses.is_empty() {
            return Err(SqlError::syntax(
                "INSERT FIRST without WHEN",
                self.span(place(insert.insert_token.0.span)),
            ));
        }
        let source = self.query(source, None)?;
        let aside = format!("temp.main.insert_{}", self.context.statement_seed);
        let id = self.relation_id();
        let rows = From::Table {
            id,
            template: aside.clone(),
            arguments: Vec::new(),
            columns: Vec::new(),
            sample: None,
            lateral: false,
        };
        let mut scope = Scope::default();
        scope.relations.push(Relation::new(
            id,
            Vec::new(),
            relation_columns(&source.columns),
        ));

        let mut parts = Vec::new();
        for into in &insert.multi_table_into_clauses {
            parts.push(self.plan_into(into, &rows, &scope, None, widened)?);
        }
        let mut met: Option<Expr> = None;
        for when in &insert.multi_table_when_clauses {
            let condition = self.expression(&when.condition, &scope)?;
            let condition = self.boolean(condition, "WHEN")?;
            let filter = match &met {
                Some(met) if is_first => both(condition.clone(), not(met.clone())),
                _ => condition.clone(),
            };
            met = Some(match met {
                None => condition,
                Some(met) => either(met, condition),
            });
            for into in &when.into_clauses {
                parts.push(self.plan_into(into, &rows, &scope, Some(&filter), widened)?);
            }
        }
        let otherwise = met.map(not);
        for into in insert.multi_table_else_clause.iter().flatten() {
            parts.push(self.plan_into(into, &rows, &scope, otherwise.as_ref(), widened)?);
        }
        for part in &mut parts {
            part.overwrite = insert.overwrite;
        }
        Ok(InsertMultiPlan {
            source: lower::query(&source),
            columns: source.columns.len(),
            aside,
            parts,
            reads: std::mem::take(&mut self.reads),
        })
    }

    /// One INTO, of the rows that `filter` lets through.
    fn plan_into(
        &mut self,
        into: &ast::MultiTableInsertIntoClause,
        rows: &From,
        scope: &Scope<'_>,
        filter: Option<&Expr>,
        widened: &mut Widened,
    ) -> Result<InsertPlan, SqlError> {
        let at = place_of_name(&into.table_name);
        let known = self.object_name(&into.table_name)?;
        let known = self.qualify(&known)?;
        self.widened = widened.get(&known).cloned().unwrap_or_default();
        let table = self.target_table(&into.table_name)?;
        let names: Vec<ast::ObjectName> = into
            .columns
            .iter()
            .map(|column| ast::ObjectName::from(vec![column.clone()]))
            .collect();
        let columns = self.insert_columns(&names, &table)?;
        let mut items = Vec::new();
        match &into.values {
            None => {
                let relation = &scope.relations[0];
                items.extend(
                    (0..relation.columns.len()).map(|position| relation.reference(position, at)),
                );
            }
            Some(values) => {
                for (value, column) in values.values.iter().zip(&columns) {
                    items.push(match value {
                        ast::MultiTableInsertValue::Default => self.default_value(column)?,
                        ast::MultiTableInsertValue::Expr(expr) => self.expression(expr, scope)?,
                    });
                }
                if values.values.len() != columns.len() {
                    return Err(self.value_count(columns.len(), values.values.len()));
                }
            }
        }
        if items.len() != columns.len() {
            return Err(self.value_count(columns.len(), items.len()));
        }
        let mut widen = self.widened.clone();
        let targets: Vec<ColumnTarget> = columns
            .iter()
            .zip(&items)
            .map(|(column, item)| ColumnTarget::for_value(column, item, &mut widen))
            .collect();
        let outputs = columns
            .iter()
            .zip(&items)
            .map(|(column, item)| Output::of(&column.name, item))
            .collect();
        let select = Select::of(items, Some(rows.clone()), filter.cloned());
        let query = Query::of(Body::Select(Box::new(select)), outputs);
        let mut query = insert::assigned(self, query, &targets)?;
        let mut names: Vec<String> = columns
            .iter()
            .map(|column| quote_name(&physical_name(&column.name)))
            .collect();
        self.add_defaults(&table, &columns, &mut query, &mut names, &mut widen)?;
        widened.insert(table.name.clone(), widen.clone());
        Ok(InsertPlan {
            table: table.name.clone(),
            overwrite: false,
            widen,
            sql: format!(
                "INSERT INTO {} ({}) {}",
                physical_relation(&table),
                names.join(", "),
                lower::query(&query)
            ),
            reads: Vec::new(),
        })
    }
}

fn not(condition: Expr) -> Expr {
    truth("NOT", "(NOT coalesce({0}, FALSE))", vec![condition])
}

fn both(left: Expr, right: Expr) -> Expr {
    truth("AND", "({0} AND {1})", vec![left, right])
}

fn either(left: Expr, right: Expr) -> Expr {
    truth(
        "OR",
        "(coalesce({0}, FALSE) OR coalesce({1}, FALSE))",
        vec![left, right],
    )
}

fn truth(name: &'static str, template: &'static str, arguments: Vec<Expr>) -> Expr {
    Expr::scalar(name, template, arguments, DataType::Boolean)
}
