//! UPDATE.

use super::insert::{ColumnTarget, with_widening};
use super::scope::{Relation, Scope};
use super::tree::{
    Body, Column, Distinct, Expr, From, GroupBy, GroupingSets, JoinKind, Output, Place, Query,
    Select,
};
use super::{Analyzer, place_of_name, stored};
use crate::catalog::{Catalog, physical_relation};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower::{self, quote_name};
use crate::name::physical_name;
use crate::object::{PropertyValue, Table};
use crate::plan::{ModifyKind, ModifyPlan, SessionContext};
use sqlparser::ast;
use std::rc::Rc;
use std::sync::Arc;

/// Plans an UPDATE. `script` is the text its spans point into.
///
/// # Errors
/// Whatever Snowflake's compiler would refuse, and what snowmelt does not support.
pub fn plan_update(
    update: &ast::Update,
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<ModifyPlan, SqlError> {
    with_widening(script, catalog, context, |analyzer, widen| {
        analyzer.update(update, widen)
    })
}

impl Analyzer<'_> {
    fn update(
        &mut self,
        update: &ast::Update,
        widen: &mut Vec<String>,
    ) -> Result<ModifyPlan, SqlError> {
        let refused = if update.returning.is_some() || update.output.is_some() {
            Some("UPDATE … RETURNING")
        } else if update.or.is_some() || !update.order_by.is_empty() || update.limit.is_some() {
            Some("this form of UPDATE")
        } else {
            None
        };
        if let Some(refused) = refused {
            return Err(SqlError::unsupported(refused, self.span(Place::NOWHERE)));
        }
        let mut scope = Scope::default();
        let (table, target, id) = self.dml_target(&update.table, &mut scope)?;
        let source = match &update.from {
            None => None,
            Some(
                ast::UpdateTableFromKind::BeforeSet(from)
                | ast::UpdateTableFromKind::AfterSet(from),
            ) => self.from(from, &mut scope)?,
        };
        let mut names = Vec::with_capacity(update.assignments.len());
        let mut values = Vec::with_capacity(update.assignments.len());
        for assignment in &update.assignments {
            let (name, value) = self.assignment(assignment, &table, &scope, widen)?;
            if names.contains(&name) {
                return Err(SqlError::compilation(
                    "002025",
                    "42S21",
                    format!("duplicate column name '{name}'"),
                    self.span(value.place),
                ));
            }
            names.push(name);
            values.push(value);
        }
        let filter = match &update.selection {
            None => None,
            Some(condition) => {
                let condition = self.expression(condition, &scope)?;
                Some(self.boolean(condition, "WHERE")?)
            }
        };
        let physical = physical_relation(&table);
        let (guard, multi_joined, sql) = match source {
            None => {
                let set: Vec<String> = names
                    .iter()
                    .zip(&values)
                    .map(|(name, value)| set_text(name, &lower::expression(value)))
                    .collect();
                let mut sql = format!("UPDATE {physical} AS t{id} SET {}", set.join(", "));
                if let Some(filter) = &filter {
                    sql.push_str(&format!(" WHERE {}", lower::expression(filter)));
                }
                (None, None, sql)
            }
            Some(source) => {
                let joined = From::Join {
                    kind: JoinKind::Cross,
                    left: Box::new(target),
                    right: Box::new(source),
                    on: None,
                };
                self.update_from(&table, id, joined, filter, &names, values)
            }
        };
        Ok(ModifyPlan {
            table: table.name.clone(),
            kind: ModifyKind::Update,
            widen: widen.clone(),
            guard,
            multi_joined,
            sql,
            reads: std::mem::take(&mut self.reads),
        })
    }

    /// With FROM: the new values are worked out for one joined row of each target row, and put in by row id.
    fn update_from(
        &mut self,
        table: &Table,
        id: u32,
        joined: From,
        filter: Option<Expr>,
        names: &[String],
        values: Vec<Expr>,
    ) -> (Option<String>, Option<String>, String) {
        let row = row_id(id);
        let doubles = doubles(&row, joined.clone(), filter.clone());
        let mut items = vec![row];
        items.extend(values);
        let columns: Vec<Output> = items.iter().map(|item| Output::of("", item)).collect();
        let mut select = Select::of(items, Some(joined), filter);
        select.distinct = Distinct::First;
        let new_values = Query::of(Body::Select(Box::new(select)), columns);
        let new_id = self.relation_id();
        let set: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(index, name)| set_text(name, &format!("t{new_id}.c{}", index + 1)))
            .collect();
        let from = From::Query {
            id: new_id,
            query: Box::new(new_values),
            lateral: false,
            sample: None,
        };
        let target_id = self.relation_id();
        let sql = format!(
            "UPDATE {} AS t{target_id} SET {} FROM {} WHERE t{target_id}.rowid = t{new_id}.c0",
            physical_relation(table),
            set.join(", "),
            lower::relation(&from)
        );
        let is_error = matches!(
            self.context
                .parameters
                .get("ERROR_ON_NONDETERMINISTIC_UPDATE"),
            Some(PropertyValue::Boolean(true))
        );
        let doubles = lower::query(&doubles);
        if is_error {
            (Some(duplicate_row(&doubles)), None, sql)
        } else {
            (None, Some(format!("SELECT count(*) FROM ({doubles})")), sql)
        }
    }

    /// The table of an UPDATE, DELETE or MERGE as the first relation of `scope`: the table, its place in FROM, its id.
    pub(super) fn dml_target(
        &mut self,
        joined: &ast::TableWithJoins,
        scope: &mut Scope<'_>,
    ) -> Result<(Arc<Table>, From, u32), SqlError> {
        let ast::TableFactor::Table { name, alias, .. } = &joined.relation else {
            return Err(SqlError::unsupported(
                "a target that is not a table",
                self.span(Place::NOWHERE),
            ));
        };
        if !joined.joins.is_empty() {
            return Err(SqlError::unsupported(
                "a join as target",
                self.span(place_of_name(name)),
            ));
        }
        let table = self.target_table(name)?;
        let qualifier = match alias {
            Some(alias) => vec![stored(&alias.name)],
            None => vec![
                table.name.database.clone(),
                table.name.schema.clone(),
                table.name.name.clone(),
            ],
        };
        let id = self.relation_id();
        scope.relations.push(Relation::new(
            id,
            qualifier,
            super::from::table_columns(&table),
        ));
        let from = From::Table {
            id,
            template: physical_relation(&table).replace('{', "{{"),
            arguments: Vec::new(),
            columns: Vec::new(),
            sample: None,
            lateral: false,
        };
        Ok((table, from, id))
    }

    /// `column = value`: the column's stored name and the value as the column holds it.
    pub(super) fn assignment(
        &mut self,
        assignment: &ast::Assignment,
        table: &Table,
        scope: &Scope<'_>,
        widen: &mut Vec<String>,
    ) -> Result<(String, Expr), SqlError> {
        let ast::AssignmentTarget::ColumnName(name) = &assignment.target else {
            return Err(SqlError::unsupported(
                "SET of several columns at once",
                self.span(Place::NOWHERE),
            ));
        };
        let column_name = name
            .0
            .last()
            .and_then(|part| part.as_ident())
            .map(stored)
            .unwrap_or_default();
        let at = place_of_name(name);
        let Some((_, column)) = table.column(&column_name) else {
            return Err(SqlError::invalid_identifier(
                crate::name::quote_if_needed(&column_name),
                self.span(at),
            ));
        };
        let value = if super::insert::is_default(&assignment.value) {
            self.default_value(column)?
        } else {
            self.expression(&assignment.value, scope)?
        };
        let target = ColumnTarget::for_value(column, &value, widen);
        Ok((column_name, target.assign(self, value)?.at(at)))
    }
}

fn set_text(name: &str, value: &str) -> String {
    format!("{} = {value}", quote_name(&physical_name(name)))
}

/// DuckDB's row id of relation `t<id>`.
pub(super) fn row_id(id: u32) -> Expr {
    let column = Rc::new(Column {
        name: String::new(),
        physical: "rowid".to_owned(),
        data_type: DataType::Number {
            precision: 18,
            scale: 0,
        },
        narrow: true,
        nullable: false,
        origins: Vec::new(),
    });
    super::scope::column_reference(id, &column, Place::NOWHERE)
}

/// The target rows that meet more than one row of the source.
fn doubles(row: &Expr, joined: From, filter: Option<Expr>) -> Query {
    let count = Expr::scalar("COUNT", "(count(*) > 1)", Vec::new(), DataType::Boolean);
    let mut select = Select::of(vec![row.clone()], Some(joined), filter);
    select.group_by = Some(GroupBy {
        keys: vec![row.clone()],
        sets: GroupingSets::Plain,
    });
    select.having = Some(count);
    Query::of(Body::Select(Box::new(select)), vec![Output::of("", row)])
}

/// The guard that refuses when `doubles` has a row.
pub(super) fn duplicate_row(doubles: &str) -> String {
    format!("SELECT 'Duplicate row detected during DML action' FROM ({doubles}) LIMIT 1")
}
