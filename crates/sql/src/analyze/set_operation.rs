//! UNION, INTERSECT, EXCEPT, and how their branches agree on types.

use super::cast::{self, Mode};
use super::query::column_is_bigint;
use super::scope::{Scope, column_reference};
use super::tree::{Body, Expr, From, Output, Place, Query, Select};
use super::{Analyzer, common_type};
use crate::data_type::{DataType, NARROW_DIGITS};
use crate::error::SqlError;
use sqlparser::ast;
use std::rc::Rc;

impl Analyzer<'_> {
    pub(super) fn set_operation(
        &mut self,
        operation: ast::SetOperator,
        quantifier: ast::SetQuantifier,
        left: &ast::SetExpr,
        right: &ast::SetExpr,
        around: Option<&Scope<'_>>,
    ) -> Result<Query, SqlError> {
        use ast::{SetOperator as O, SetQuantifier as Q};
        let operator = match (operation, quantifier) {
            (O::Union, Q::All | Q::AllByName) => "UNION ALL",
            (O::Union, Q::None | Q::Distinct | Q::ByName | Q::DistinctByName) => "UNION",
            (O::Except | O::Minus, Q::None | Q::Distinct) => "EXCEPT",
            (O::Intersect, Q::None | Q::Distinct) => "INTERSECT",
            (operation, quantifier) => {
                return Err(SqlError::unsupported(
                    format!("{operation} {quantifier}"),
                    self.span(Place::NOWHERE),
                ));
            }
        };
        let mut left = self.set_expression(left, None, around)?;
        let mut right = self.set_expression(right, None, around)?;
        if matches!(quantifier, Q::ByName | Q::AllByName | Q::DistinctByName) {
            let mut names: Vec<String> = Vec::new();
            for column in left.columns.iter().chain(&right.columns) {
                if !names.contains(&column.name) {
                    names.push(column.name.clone());
                }
            }
            left = self.with_columns(left, &names);
            right = self.with_columns(right, &names);
        }
        if left.columns.len() != right.columns.len() {
            return Err(self.column_counts(left.columns.len(), right.columns.len()));
        }
        let mut targets = Vec::with_capacity(left.columns.len());
        let mut columns = Vec::with_capacity(left.columns.len());
        for (a, b) in left.columns.iter().zip(&right.columns) {
            let data_type = common_type(a.data_type, b.data_type).ok_or_else(|| {
                SqlError::compilation(
                    "001789",
                    "42601",
                    format!(
                        "inconsistent data type for result columns for set operator input branches, expected {}, got {} for expression [{}]",
                        a.data_type, b.data_type, b.name
                    ),
                    self.span(Place::NOWHERE),
                )
            })?;
            let narrow = stays_narrow(a, data_type) && stays_narrow(b, data_type);
            targets.push((data_type, narrow));
            let mut origins = a.origins.clone();
            for origin in &b.origins {
                if !origins.contains(origin) {
                    origins.push(origin.clone());
                }
            }
            columns.push(Output {
                name: a.name.clone(),
                data_type,
                narrow,
                nullable: a.nullable || b.nullable,
                origins,
            });
        }
        self.convert_columns(&mut left, &targets, Place::NOWHERE)?;
        self.convert_columns(&mut right, &targets, Place::NOWHERE)?;
        Ok(Query::of(
            Body::Set {
                operator,
                left: Box::new(left),
                right: Box::new(right),
            },
            columns,
        ))
    }

    /// The query with the columns of these names in this order, NULL where it has none.
    fn with_columns(&mut self, query: Query, names: &[String]) -> Query {
        if query.columns.iter().map(|column| &column.name).eq(names) {
            return query;
        }
        let id = self.relation_id();
        let items: Vec<Expr> = names
            .iter()
            .map(|name| {
                let position = query.columns.iter().position(|column| column.name == *name);
                position.map_or_else(Expr::null, |position| {
                    let column = Rc::new(query.columns[position].column(position));
                    column_reference(id, &column, Place::NOWHERE).narrowed()
                })
            })
            .collect();
        let columns = items
            .iter()
            .zip(names)
            .map(|(item, name)| Output::of(name, item))
            .collect();
        let from = From::Query {
            id,
            query: Box::new(query),
            lateral: false,
            sample: None,
        };
        Query::of(
            Body::Select(Box::new(Select::of(items, Some(from), None))),
            columns,
        )
    }

    pub(super) fn column_counts(&self, expected: usize, got: usize) -> SqlError {
        SqlError::compilation(
            "001789",
            "42601",
            format!(
                "invalid number of result columns for set operator input branches, expected {expected}, got {got} in branch {{2}}"
            ),
            self.span(Place::NOWHERE),
        )
    }

    /// Makes the query give these types, by casts where its rows are made.
    pub(super) fn convert_columns(
        &self,
        query: &mut Query,
        targets: &[(DataType, bool)],
        at: Place,
    ) -> Result<(), SqlError> {
        let unchanged = query
            .columns
            .iter()
            .zip(targets)
            .all(|(column, (to, narrow))| column.data_type == *to && column.narrow == *narrow);
        let plain_values = matches!(query.body, Body::Values(_));
        if unchanged && !plain_values {
            return Ok(());
        }
        match &mut query.body {
            Body::Select(select) => {
                for (item, target) in select.items.iter_mut().zip(targets) {
                    self.convert(item, *target, at)?;
                }
            }
            Body::Values(rows) => {
                for item in rows.iter_mut().flat_map(|row| row.iter_mut().zip(targets)) {
                    self.convert(item.0, *item.1, at)?;
                }
            }
            Body::Set { left, right, .. } => {
                self.convert_columns(left, targets, at)?;
                self.convert_columns(right, targets, at)?;
            }
        }
        for (column, (data_type, narrow)) in query.columns.iter_mut().zip(targets) {
            column.data_type = *data_type;
            column.narrow = *narrow;
        }
        Ok(())
    }

    fn convert(
        &self,
        item: &mut Expr,
        (to, narrow): (DataType, bool),
        at: Place,
    ) -> Result<(), SqlError> {
        let from = item.data_type;
        let value = std::mem::replace(item, Expr::null());
        let mut value = cast::cast(value, to, Mode::Implicit)
            .ok_or_else(|| self.invalid_types("CAST", &[from, to], at))?;
        if narrow {
            value = value.forced_narrow();
        } else if value.fits_64_bits() {
            value = value.widened();
            value.narrow = value.is_bigint();
        }
        *item = value;
        Ok(())
    }
}

/// Whether the column's values fit 64 bits in the type that the branches have in common.
fn stays_narrow(output: &Output, common: DataType) -> bool {
    match (output.data_type, common) {
        (DataType::Null, DataType::Number { scale, .. }) => scale <= NARROW_DIGITS,
        (DataType::Number { scale: 0, .. }, DataType::Number { scale: 0, .. }) => {
            column_is_bigint(output)
        }
        (
            DataType::Number { scale, .. },
            DataType::Number {
                precision,
                scale: to,
            },
        ) => scale == to && precision > NARROW_DIGITS && output.fits_64_bits(),
        _ => false,
    }
}
