//! PIVOT and UNPIVOT in FROM. In: a table and what is to be turned. Out: a query of its own, in place of the table.
//!
//! PIVOT follows [its page](https://docs.snowflake.com/en/sql-reference/constructs/pivot): one conditional aggregate a
//! value, grouped by every column that it does not name. Which values `ANY` and a subquery stand for is not known from
//! names and types alone: the catalog is asked ([`Catalog::pivot_values`](crate::catalog::Catalog::pivot_values)).

use super::cast::{self, Mode};
use super::query::{relation_columns, relation_of};
use super::scope::{Relation, Scope};
use super::tree::{
    Body, Column, Cte, Distinct, Expand, Expr, ExprKind, From, GroupBy, GroupingSets, Literal,
    Order, OrderKey, Output, Place, Query, Select,
};
use super::{Analyzer, place_of, stored};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower;
use sqlparser::ast;
use std::cell::Cell;
use std::rc::Rc;

/// The aggregates that PIVOT takes.
const AGGREGATES: &[&str] = &["AVG", "COUNT", "MAX", "MIN", "SUM"];
/// Most columns that one PIVOT makes.
const MOST_VALUES: usize = 5_000;

/// The parts of `PIVOT (aggregate FOR column IN (source) DEFAULT ON NULL (value)) alias`.
pub(super) struct Pivot<'p> {
    pub(super) table: &'p ast::TableFactor,
    pub(super) aggregates: &'p [ast::ExprWithAlias],
    pub(super) columns: &'p [ast::Expr],
    pub(super) source: &'p ast::PivotValueSource,
    pub(super) default: Option<&'p ast::Expr>,
    pub(super) alias: Option<&'p ast::TableAlias>,
}

/// The parts of `UNPIVOT (value FOR name IN (columns)) alias`.
pub(super) struct Unpivot<'p> {
    pub(super) table: &'p ast::TableFactor,
    pub(super) value: &'p ast::Expr,
    pub(super) name: &'p ast::Ident,
    pub(super) columns: &'p [ast::ExprWithAlias],
    pub(super) keeps_nulls: bool,
    pub(super) alias: Option<&'p ast::TableAlias>,
}

/// A value that becomes a column, and the column's name.
struct PivotValue {
    value: Expr,
    name: String,
}

impl Analyzer<'_> {
    pub(super) fn pivot(
        &mut self,
        pivot: &Pivot<'_>,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let ([column], [aggregate]) = (pivot.columns, pivot.aggregates) else {
            return Err(SqlError::unsupported(
                "PIVOT with several aggregates or columns",
                self.span(place_of(&pivot.columns[0])),
            ));
        };
        let at = place_of(column);
        let mut inner = Scope::inside(scope.parent);
        let from = self.table_factor(pivot.table, &mut inner)?;
        let column = self.expression(column, &inner)?;
        let (function, argument) = self.pivot_aggregate(&aggregate.expr, &inner)?;
        let values = self.pivot_values(pivot.source, &from, &column, &inner)?;
        let default = match pivot.default {
            None => None,
            Some(default) => Some(self.expression(default, &Scope::default())?),
        };

        let used =
            |reference: &Expr| *reference == column || argument.any(&mut |part| part == reference);
        let mut items = Vec::new();
        let mut columns = Vec::new();
        for (name, reference) in references(&inner) {
            if !used(&reference) {
                columns.push(Output::of(name, &reference));
                items.push(reference);
            }
        }
        let keys = items.clone();
        for PivotValue { value, name } in values {
            let is_it = self.call_named("EQUAL_NULL", vec![column.clone(), value], at)?;
            let its = self.call_named("IFF", vec![is_it, argument.clone(), Expr::null()], at)?;
            let mut item = self.call_named(function, vec![its], at)?;
            if let Some(default) = &default {
                item = self.call_named("NVL", vec![item, default.clone()], at)?;
            }
            let name = match &aggregate.alias {
                None => name,
                // The name of a string keeps its quotes around all of it.
                Some(alias) => match name.strip_suffix('\'') {
                    Some(open) => format!("{open}_{}'", stored(alias)),
                    None => format!("{name}_{}", stored(alias)),
                },
            };
            columns.push(Output::of(name, &item));
            items.push(item);
        }
        let group_by = GroupBy {
            keys,
            sets: GroupingSets::Plain,
        };
        let query = Query::of(
            Body::Select(Box::new(Select {
                group_by: Some(group_by),
                ..Select::of(items, Some(from), None)
            })),
            columns,
        );
        self.in_place_of(&inner, query, pivot.alias, scope)
    }

    /// The aggregate's name and its argument.
    fn pivot_aggregate(
        &mut self,
        aggregate: &ast::Expr,
        scope: &Scope<'_>,
    ) -> Result<(&'static str, Expr), SqlError> {
        let refused = |analyzer: &Self| {
            SqlError::unsupported(
                format!("PIVOT by other than {}", AGGREGATES.join(", ")),
                analyzer.span(place_of(aggregate)),
            )
        };
        let ast::Expr::Function(call) = aggregate else {
            return Err(refused(self));
        };
        let name = call.name.to_string().to_uppercase();
        let function = AGGREGATES.iter().find(|known| **known == name);
        let argument = match &call.args {
            ast::FunctionArguments::List(list) if list.duplicate_treatment.is_none() => {
                match list.args.as_slice() {
                    [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(argument))] => {
                        Some(argument)
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        match (function, argument) {
            (Some(function), Some(argument)) => Ok((function, self.expression(argument, scope)?)),
            _ => Err(refused(self)),
        }
    }

    fn pivot_values(
        &mut self,
        source: &ast::PivotValueSource,
        from: &From,
        column: &Expr,
        scope: &Scope<'_>,
    ) -> Result<Vec<PivotValue>, SqlError> {
        match source {
            ast::PivotValueSource::List(values) => values
                .iter()
                .map(|value| self.listed_value(value, column))
                .collect(),
            ast::PivotValueSource::Any(order_by) => {
                let query = self.distinct_values(order_by, from, column, scope)?;
                self.asked_values(query, column)
            }
            ast::PivotValueSource::Subquery(query) => {
                let query = self.query(query, None)?;
                let [value] = query.columns.as_slice() else {
                    return Err(SqlError::unsupported(
                        "PIVOT by a subquery of several columns",
                        self.span(column.place),
                    ));
                };
                let id = self.relation_id();
                let value =
                    super::scope::column_reference(id, &Rc::new(value.column(0)), column.place);
                let from = From::Query {
                    id,
                    query: Box::new(query),
                    lateral: false,
                    sample: None,
                };
                let query = one_column(Select::of(vec![as_text(value)], Some(from), None));
                self.asked_values(query, column)
            }
        }
    }

    fn listed_value(
        &mut self,
        listed: &ast::ExprWithAlias,
        column: &Expr,
    ) -> Result<PivotValue, SqlError> {
        let value = self.expression(&listed.expr, &Scope::default())?;
        let name = match (&listed.alias, &value.kind) {
            (Some(alias), _) => stored(alias),
            (None, ExprKind::Literal(Literal::Text(text))) => format!("'{text}'"),
            (None, _) => listed.expr.to_string().to_uppercase(),
        };
        let (from, to) = (value.data_type, column.data_type);
        let value = cast::cast(value, to, Mode::Implicit)
            .ok_or_else(|| self.invalid_types("PIVOT", &[to, from], column.place))?;
        Ok(PivotValue { value, name })
    }

    /// The distinct values of the column, in order.
    fn distinct_values(
        &mut self,
        order_by: &[ast::OrderByExpr],
        from: &From,
        column: &Expr,
        scope: &Scope<'_>,
    ) -> Result<Query, SqlError> {
        let mut keys = Vec::new();
        for term in order_by {
            let key = OrderKey::Expr(self.expression(&term.expr, scope)?);
            keys.push(self.order(key, &term.options));
        }
        if keys.is_empty() {
            keys.push(Order {
                key: OrderKey::Expr(column.clone()),
                descending: false,
                nulls_first: false,
            });
        }
        let group_by = GroupBy {
            keys: vec![column.clone()],
            sets: GroupingSets::Plain,
        };
        Ok(Query {
            order_by: keys,
            ..one_column(Select {
                group_by: Some(group_by),
                ..Select::of(vec![as_text(column.clone())], Some(from.clone()), None)
            })
        })
    }

    /// The query with the common table expressions in sight, so that it stands alone.
    fn with_ctes(&self, query: Query) -> Query {
        let known = &self.ctes[self.first_cte..];
        let ctes = known.iter().filter_map(|cte| {
            let query = cte.query.clone()?;
            Some(Cte { id: cte.id, query })
        });
        Query {
            ctes: ctes.chain(query.ctes).collect(),
            recursive: query.recursive || known.iter().any(|cte| cte.recursive),
            ..query
        }
    }

    /// The values that a query gives now, as the column's.
    fn asked_values(&mut self, query: Query, column: &Expr) -> Result<Vec<PivotValue>, SqlError> {
        let query = self.with_ctes(query);
        let mut texts = self
            .catalog
            .pivot_values(&lower::query(&query))
            .ok_or_else(|| {
                SqlError::unsupported(
                    "PIVOT by values that only the data tells",
                    self.span(column.place),
                )
            })?;
        let mut seen = std::collections::HashSet::new();
        texts.retain(|text| seen.insert(text.clone()));
        if texts.len() > MOST_VALUES {
            return Err(SqlError::unsupported(
                format!("PIVOT by more than {MOST_VALUES} values"),
                self.span(column.place),
            ));
        }
        let to = column.data_type;
        texts
            .into_iter()
            .map(|text| {
                let name = match (&text, to) {
                    (None, _) => "NULL".to_owned(),
                    (Some(text), DataType::Number { .. } | DataType::Float) => text.clone(),
                    (Some(text), DataType::Boolean) => text.to_uppercase(),
                    (Some(text), _) => format!("'{text}'"),
                };
                let value = text.map_or_else(Expr::null, Expr::text);
                let value = cast::cast(value, to, Mode::Explicit)
                    .ok_or_else(|| self.invalid_types("PIVOT", &[to], column.place))?;
                Ok(PivotValue { value, name })
            })
            .collect()
    }

    pub(super) fn unpivot(
        &mut self,
        unpivot: &Unpivot<'_>,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let ast::Expr::Identifier(value_name) = unpivot.value else {
            return Err(SqlError::syntax(
                "UNPIVOT names its value column by one word",
                self.span(place_of(unpivot.value)),
            ));
        };
        let mut inner = Scope::inside(scope.parent);
        let from = self.table_factor(unpivot.table, &mut inner)?;
        let mut turned = Vec::new();
        let mut names = Vec::new();
        for listed in unpivot.columns {
            let column = self.expression(&listed.expr, &inner)?;
            let (ExprKind::Column(reference), None) = (
                &column.bare().kind,
                turned.iter().find(|known| **known == column),
            ) else {
                return Err(SqlError::syntax(
                    "UNPIVOT takes each column once",
                    self.span(place_of(&listed.expr)),
                ));
            };
            names.push(match &listed.alias {
                Some(alias) => stored(alias),
                None => reference.column.name.clone(),
            });
            turned.push(column);
        }
        let at = turned.first().map_or(Place::NOWHERE, |first| first.place);
        self.check_same_type(&turned, at)?;
        let (carried_names, carried): (Vec<String>, Vec<Expr>) = references(&inner)
            .filter(|(_, reference)| !turned.contains(reference))
            .unzip();
        let mut values = self.to_common_type(turned, "UNPIVOT", at)?;
        let is_narrow = values.iter().all(Expr::is_bigint);
        if !is_narrow {
            values = values.into_iter().map(Expr::widened).collect();
        }
        let mut value = Output::of(stored(value_name), &values[0]);
        value.narrow = is_narrow;
        value.nullable = unpivot.keeps_nulls && values.iter().any(|value| value.nullable);
        let length = names.iter().map(|name| name.chars().count()).max();
        let name = Output {
            name: stored(unpivot.name),
            data_type: DataType::Text {
                length: length.unwrap_or_default() as u32,
            },
            narrow: false,
            nullable: false,
            origins: Vec::new(),
        };
        let mut columns: Vec<Output> = carried_names
            .into_iter()
            .zip(&carried)
            .map(|(name, reference)| Output::of(name, reference))
            .collect();
        columns.extend([name, value]);

        let elements: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(index, name)| format!("{{'n': {}, 'v': f.a{index}}}", lower::quote_text(name)))
            .collect();
        let id = self.relation_id();
        let expand = From::Expand(Box::new(Expand {
            id,
            left: Some(from),
            carried,
            arguments: values,
            rows: format!("[{}]", elements.join(", ")),
            outputs: vec!["g.r.n".to_owned(), "g.r.v".to_owned()],
            numbered: Rc::new(Cell::new(false)),
        }));
        let items: Vec<Expr> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                super::scope::column_reference(id, &Rc::new(column.column(index)), at)
            })
            .collect();
        let filter = match (unpivot.keeps_nulls, items.last()) {
            (false, Some(value)) => Some(Expr::scalar(
                "IS NOT NULL",
                "({0} IS NOT NULL)",
                vec![value.clone()],
                DataType::Boolean,
            )),
            _ => None,
        };
        let query = one_select(Select::of(items, Some(expand), filter), columns);
        self.in_place_of(&inner, query, unpivot.alias, scope)
    }

    /// The columns must have one type; texts may differ in length.
    fn check_same_type(&self, columns: &[Expr], at: Place) -> Result<(), SqlError> {
        let Some(first) = columns.first() else {
            return Err(SqlError::syntax("UNPIVOT of no column", self.span(at)));
        };
        let is_text = |data_type| matches!(data_type, DataType::Text { .. });
        for column in columns {
            let both_text = is_text(first.data_type) && is_text(column.data_type);
            if column.data_type != first.data_type && !both_text {
                return Err(self.invalid_types(
                    "UNPIVOT",
                    &[first.data_type, column.data_type],
                    column.place,
                ));
            }
        }
        Ok(())
    }

    /// The query as a relation, under the alias or the name of the table it was made from.
    fn in_place_of(
        &mut self,
        inner: &Scope<'_>,
        query: Query,
        alias: Option<&ast::TableAlias>,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let id = self.relation_id();
        let relation = match (alias, inner.relations.first()) {
            (Some(alias), _) => {
                let columns = relation_columns(&query.columns);
                let columns = self.aliased_columns(columns, Some(alias))?;
                Relation::new(id, vec![stored(&alias.name)], columns)
            }
            (None, Some(source)) => {
                Relation::new(id, source.name.clone(), relation_columns(&query.columns))
            }
            (None, None) => relation_of(id, None, &query.columns),
        };
        scope.relations.push(relation);
        Ok(From::Query {
            id,
            query: Box::new(query),
            lateral: false,
            sample: None,
        })
    }
}

/// Every column in sight, with its name.
fn references<'s>(scope: &'s Scope<'_>) -> impl Iterator<Item = (String, Expr)> + 's {
    scope.relations.iter().flat_map(|relation| {
        (0..relation.columns.len()).map(|position| {
            let column: &Column = &relation.columns[position];
            let reference = relation.reference(position, Place::NOWHERE);
            (column.name.clone(), reference)
        })
    })
}

/// A value as DuckDB's text of it.
fn as_text(value: Expr) -> Expr {
    let text = DataType::Text {
        length: crate::data_type::MAX_TEXT_LENGTH,
    };
    Expr::scalar("CAST", "CAST({0} AS VARCHAR)", vec![value], text)
}

fn one_column(select: Select) -> Query {
    let columns = select
        .items
        .iter()
        .map(|item| Output::of("VALUE", item))
        .collect();
    one_select(select, columns)
}

fn one_select(select: Select, columns: Vec<Output>) -> Query {
    debug_assert!(select.distinct == Distinct::Keep);
    Query::of(Body::Select(Box::new(select)), columns)
}
