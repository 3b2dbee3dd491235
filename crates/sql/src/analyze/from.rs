//! FROM: tables, views, subqueries, table functions and how they join.

use super::pivot::{Pivot, Unpivot};
use super::query::{relation_columns, relation_of};
use super::scope::{Relation, Scope};
use super::staged::StagedTable;
use super::table_function::TableCall;
use super::tree::{Column, From, Place};
use super::{Analyzer, place, place_of_name, stored};
use crate::catalog::{self, SystemView, physical_relation};
use crate::error::SqlError;
use crate::name::{ObjectName, QualifiedName, physical_name};
use crate::object::Table;
use sqlparser::ast;
use std::rc::Rc;

impl Analyzer<'_> {
    /// The FROM clause; its relations are added to `scope`.
    pub(super) fn from(
        &mut self,
        from: &[ast::TableWithJoins],
        scope: &mut Scope<'_>,
    ) -> Result<Option<From>, SqlError> {
        let mut whole: Option<From> = None;
        for joined in from {
            whole = Some(self.joined(joined, whole, scope)?);
        }
        Ok(whole)
    }

    pub(super) fn table_with_joins(
        &mut self,
        joined: &ast::TableWithJoins,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        self.joined(joined, None, scope)
    }

    pub(super) fn table_factor(
        &mut self,
        factor: &ast::TableFactor,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        use ast::TableFactor as T;
        if let Some(staged) = StagedTable::of(factor) {
            return self.staged_table(&staged, scope);
        }
        if let Some(call) = TableCall::of(factor) {
            return Ok(self.table_function(&call, None, 0, scope)?.0);
        }
        match factor {
            T::Table {
                name,
                alias,
                args: None,
                version: None,
                json_path: None,
                sample,
                ..
            } => self.named_table(name, alias.as_ref(), sample.as_ref(), scope),
            T::Table {
                version: Some(_),
                name,
                ..
            } => Err(SqlError::unsupported(
                "AT | BEFORE (time travel)",
                self.span(place_of_name(name)),
            )),
            T::Derived {
                subquery,
                alias,
                lateral,
                sample,
            } => {
                let mut query = if *lateral {
                    self.query(subquery, Some(scope))?
                } else {
                    self.query(subquery, scope.parent)?
                };
                let name = match alias {
                    Some(alias) => {
                        self.rename_columns(&mut query.columns, alias)?;
                        Some(stored(&alias.name))
                    }
                    None => None,
                };
                let id = self.relation_id();
                scope.relations.push(relation_of(id, name, &query.columns));
                Ok(From::Query {
                    id,
                    query: Box::new(query),
                    lateral: *lateral,
                    sample: self.sample_of_query(sample.as_ref())?,
                })
            }
            T::TableFunction { expr, alias } => {
                // TABLE('name') and TABLE($variable).
                let value = self.expression(expr, &Scope::default())?;
                let at = value.place;
                let name = value
                    .as_text()
                    .and_then(|text| crate::parse::name_in_text(text, self.span(at)));
                let Some(name) = name else {
                    return Err(SqlError::unsupported("TABLE(…) of this", self.span(at)));
                };
                let (qualified, relation) = self.catalog_relation(&name, true)?;
                self.catalog_from(&name, qualified, relation, alias.as_ref(), None, scope)
            }
            T::NestedJoin {
                table_with_joins,
                alias: None,
            } => self.table_with_joins(table_with_joins, scope),
            T::Pivot {
                table,
                aggregate_functions,
                value_column,
                value_source,
                default_on_null,
                alias,
            } => self.pivot(
                &Pivot {
                    table,
                    aggregates: aggregate_functions,
                    columns: value_column,
                    source: value_source,
                    default: default_on_null.as_ref(),
                    alias: alias.as_ref(),
                },
                scope,
            ),
            T::Unpivot {
                table,
                value,
                name,
                columns,
                null_inclusion,
                alias,
            } => self.unpivot(
                &Unpivot {
                    table,
                    value,
                    name,
                    columns,
                    keeps_nulls: matches!(null_inclusion, Some(ast::NullInclusion::IncludeNulls)),
                    alias: alias.as_ref(),
                },
                scope,
            ),
            other => Err(SqlError::unsupported(
                refused_factor(other),
                self.span(Place::NOWHERE),
            )),
        }
    }

    fn named_table(
        &mut self,
        name: &ast::ObjectName,
        alias: Option<&ast::TableAlias>,
        sample: Option<&ast::TableSampleKind>,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let sample = self.sample(sample)?;
        if let [ast::ObjectNamePart::Identifier(ident)] = name.0.as_slice() {
            let wanted = stored(ident);
            let found = self.ctes[self.first_cte..]
                .iter()
                .rev()
                .find(|cte| cte.name == wanted)
                .map(|cte| (cte.id, Rc::clone(&cte.columns)));
            if let Some((cte, columns)) = found {
                let id = self.relation_id();
                let columns = self.aliased_columns(columns, alias)?;
                let qualifier = alias.map_or(wanted, |alias| stored(&alias.name));
                scope
                    .relations
                    .push(Relation::new(id, vec![qualifier], columns));
                return Ok(From::Cte { id, cte });
            }
        }
        let name = self.object_name(name)?;
        let (qualified, relation) = self.catalog_relation(&name, true)?;
        self.catalog_from(&name, qualified, relation, alias, sample, scope)
    }

    fn catalog_from(
        &mut self,
        name: &ObjectName,
        qualified: QualifiedName,
        relation: catalog::Relation,
        alias: Option<&ast::TableAlias>,
        sample: Option<String>,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let qualifier = match alias {
            Some(alias) => vec![stored(&alias.name)],
            None => vec![
                qualified.database.clone(),
                qualified.schema.clone(),
                qualified.name.clone(),
            ],
        };
        match relation {
            catalog::Relation::Table(table) => {
                let id = self.relation_id();
                let columns = self.aliased_columns(table_columns(&table), alias)?;
                scope.relations.push(Relation::new(id, qualifier, columns));
                Ok(From::Table {
                    id,
                    template: physical_relation(&table).replace('{', "{{"),
                    arguments: Vec::new(),
                    columns: Vec::new(),
                    sample,
                    lateral: false,
                })
            }
            catalog::Relation::System(view) => {
                let id = self.relation_id();
                let columns = self.aliased_columns(system_columns(&view), alias)?;
                scope.relations.push(Relation::new(id, qualifier, columns));
                Ok(From::Table {
                    id,
                    template: format!("({})", view.sql.replace('{', "{{")),
                    arguments: Vec::new(),
                    columns: (0..view.columns.len())
                        .map(|index| format!("c{index}"))
                        .collect(),
                    sample,
                    lateral: false,
                })
            }
            catalog::Relation::View(view) => {
                let query = self.view(&view, name.span())?;
                let id = self.relation_id();
                let columns = self.aliased_columns(relation_columns(&query.columns), alias)?;
                scope.relations.push(Relation::new(id, qualifier, columns));
                Ok(From::Query {
                    id,
                    query: Box::new(query),
                    lateral: false,
                    sample,
                })
            }
        }
    }

    /// Columns under the names of an alias's column list.
    pub(super) fn aliased_columns(
        &self,
        columns: Rc<[Rc<Column>]>,
        alias: Option<&ast::TableAlias>,
    ) -> Result<Rc<[Rc<Column>]>, SqlError> {
        let Some(alias) = alias.filter(|alias| !alias.columns.is_empty()) else {
            return Ok(columns);
        };
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
        Ok(columns
            .iter()
            .zip(&alias.columns)
            .map(|(column, definition)| {
                Rc::new(Column {
                    name: stored(&definition.name),
                    physical: column.physical.clone(),
                    data_type: column.data_type,
                    narrow: column.narrow,
                    nullable: column.nullable,
                    origins: column.origins.clone(),
                })
            })
            .collect())
    }

    /// The sample of a subquery or view, whose rows have no order that a seed could count on.
    fn sample_of_query(
        &mut self,
        sample: Option<&ast::TableSampleKind>,
    ) -> Result<Option<String>, SqlError> {
        if let Some(
            ast::TableSampleKind::BeforeTableAlias(clause)
            | ast::TableSampleKind::AfterTableAlias(clause),
        ) = sample
            && clause.seed.is_some()
        {
            return Err(SqlError::unsupported(
                "SAMPLE with a seed of other than a table",
                self.span(Place::NOWHERE),
            ));
        }
        self.sample(sample)
    }

    fn sample(
        &mut self,
        sample: Option<&ast::TableSampleKind>,
    ) -> Result<Option<String>, SqlError> {
        let Some(
            ast::TableSampleKind::BeforeTableAlias(sample)
            | ast::TableSampleKind::AfterTableAlias(sample),
        ) = sample
        else {
            return Ok(None);
        };
        let refuse = |analyzer: &Self| {
            SqlError::unsupported(format!("{sample}"), analyzer.span(Place::NOWHERE))
        };
        if sample.bucket.is_some() || sample.offset.is_some() {
            return Err(refuse(self));
        }
        let Some(quantity) = &sample.quantity else {
            return Err(refuse(self));
        };
        let value = self.expression(&quantity.value, &Scope::default())?;
        let amount = match &value.kind {
            super::tree::ExprKind::Literal(super::tree::Literal::Number(digits)) => digits.clone(),
            _ => return Err(refuse(self)),
        };
        let method = match (
            &sample.name,
            quantity.unit == Some(ast::TableSampleUnit::Rows),
        ) {
            (Some(ast::TableSampleMethod::System | ast::TableSampleMethod::Block), true) => {
                return Err(refuse(self));
            }
            (_, true) if sample.seed.is_some() => return Err(refuse(self)),
            (_, true) => format!("reservoir({amount} ROWS)"),
            (Some(ast::TableSampleMethod::System | ast::TableSampleMethod::Block), false) => {
                format!("system({amount} PERCENT)")
            }
            (
                Some(ast::TableSampleMethod::Row | ast::TableSampleMethod::Bernoulli) | None,
                false,
            ) => {
                format!("bernoulli({amount} PERCENT)")
            }
        };
        let seed = match &sample.seed {
            None => String::new(),
            Some(seed) => match &seed.value.value {
                ast::Value::Number(digits, _) => format!(" REPEATABLE ({digits})"),
                _ => return Err(refuse(self)),
            },
        };
        Ok(Some(format!("{method}{seed}")))
    }
}

/// A stored table's columns.
pub(super) fn table_columns(table: &Table) -> Rc<[Rc<Column>]> {
    table
        .columns
        .iter()
        .map(|column| {
            Rc::new(Column {
                name: column.name.clone(),
                physical: physical_name(&column.name),
                data_type: column.data_type,
                narrow: column.narrow,
                nullable: column.nullable,
                origins: vec![(table.name.clone(), column.name.clone())],
            })
        })
        .collect()
}

fn system_columns(view: &SystemView) -> Rc<[Rc<Column>]> {
    view.columns
        .iter()
        .enumerate()
        .map(|(index, (name, data_type))| {
            Rc::new(Column {
                name: name.clone(),
                physical: format!("c{index}"),
                data_type: *data_type,
                narrow: data_type.can_be_narrow(),
                nullable: true,
                origins: Vec::new(),
            })
        })
        .collect()
}

fn refused_factor(factor: &ast::TableFactor) -> &'static str {
    use ast::TableFactor as T;
    match factor {
        T::UnpivotExpr { .. } => "UNPIVOT of a value",
        T::MatchRecognize { .. } => "MATCH_RECOGNIZE",
        T::SemanticView { .. } => "SEMANTIC_VIEW",
        T::NestedJoin { .. } => "an alias of a join in parentheses",
        T::UNNEST { .. } => "UNNEST",
        T::JsonTable { .. } | T::OpenJsonTable { .. } => "JSON_TABLE",
        T::XmlTable { .. } => "XMLTABLE",
        T::Table { .. }
        | T::Derived { .. }
        | T::Pivot { .. }
        | T::Unpivot { .. }
        | T::TableFunction { .. }
        | T::Function { .. } => "this form of table",
    }
}
