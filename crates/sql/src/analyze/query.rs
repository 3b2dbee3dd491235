//! Queries: WITH, set operations, VALUES, ORDER BY, LIMIT.

use super::scope::{Relation, Scope};
use super::tree::{Body, Column, Expr, Order, OrderKey, Output, Place, Query};
use super::{Analyzer, common_type, expression, literal, place_of, stored};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::parse::parse_script;
use crate::span::Span;
use crate::statement::Statement;
use sqlparser::ast;
use std::rc::Rc;

/// A common table expression in sight.
pub(super) struct CteName {
    pub(super) name: String,
    pub(super) id: u32,
    pub(super) columns: Rc<[Rc<Column>]>,
    /// What it stands for; nothing while that is analyzed.
    pub(super) query: Option<Rc<Query>>,
    pub(super) recursive: bool,
}

/// Parses the text of a view's query; spans point into `text`.
pub(super) fn parse_query(text: &str) -> Result<Box<ast::Query>, SqlError> {
    let mut statements = parse_script(text)?;
    match statements.pop().map(|parsed| parsed.statement) {
        Some(Statement::Query(query)) if statements.is_empty() => Ok(query),
        _ => Err(SqlError::syntax("expected one query", Span::default())),
    }
}

impl<'a> Analyzer<'a> {
    /// A query; `around` is what it may refer to outside of itself.
    pub(super) fn query(
        &mut self,
        query: &ast::Query,
        around: Option<&Scope<'_>>,
    ) -> Result<Query, SqlError> {
        self.nested(Place::NOWHERE, |analyzer| {
            let ctes_before = analyzer.ctes.len();
            let result = analyzer.whole_query(query, around);
            analyzer.ctes.truncate(ctes_before);
            result
        })
    }

    fn whole_query(
        &mut self,
        query: &ast::Query,
        around: Option<&Scope<'_>>,
    ) -> Result<Query, SqlError> {
        self.refuse_query_clauses(query)?;
        let mut ctes = Vec::new();
        let mut recursive = false;
        if let Some(with) = &query.with {
            for cte in &with.cte_tables {
                let (cte, is_recursive) = self.cte(cte, around)?;
                recursive |= is_recursive;
                ctes.push(cte);
            }
        }
        let mut analyzed = self.set_expression(&query.body, query.order_by.as_ref(), around)?;
        let (limit, offset) = self.limit(query)?;
        if analyzed.limit.is_none() {
            analyzed.limit = limit;
        } else if limit.is_some() {
            return Err(SqlError::unsupported(
                "TOP together with LIMIT",
                self.span(Place::NOWHERE),
            ));
        }
        analyzed.offset = offset;
        if ctes.is_empty() {
            return Ok(analyzed);
        }
        if analyzed.ctes.is_empty() {
            analyzed.ctes = ctes;
            analyzed.recursive = recursive;
            return Ok(analyzed);
        }
        // `WITH … (WITH … SELECT …)`: the outer names come first.
        ctes.append(&mut analyzed.ctes);
        analyzed.recursive |= recursive;
        analyzed.ctes = ctes;
        Ok(analyzed)
    }

    fn refuse_query_clauses(&self, query: &ast::Query) -> Result<(), SqlError> {
        let refused = if query.for_clause.is_some() || !query.locks.is_empty() {
            "FOR"
        } else if query.settings.is_some() || query.format_clause.is_some() {
            "SETTINGS"
        } else if !query.pipe_operators.is_empty() {
            "the pipe operator"
        } else {
            return Ok(());
        };
        Err(SqlError::unsupported(refused, self.span(Place::NOWHERE)))
    }

    pub(super) fn set_expression(
        &mut self,
        body: &ast::SetExpr,
        order_by: Option<&ast::OrderBy>,
        around: Option<&Scope<'_>>,
    ) -> Result<Query, SqlError> {
        match body {
            ast::SetExpr::Select(select) => self.select(select, order_by, around),
            ast::SetExpr::Query(query) => {
                let inner = self.query(query, around)?;
                match order_by {
                    None => Ok(inner),
                    Some(order_by) if inner.order_by.is_empty() && inner.limit.is_none() => {
                        let mut inner = inner;
                        inner.order_by = self.order_by_outputs(order_by, &inner.columns)?;
                        Ok(inner)
                    }
                    Some(_) => Err(SqlError::unsupported(
                        "ORDER BY of an ordered query in parentheses",
                        self.span(Place::NOWHERE),
                    )),
                }
            }
            ast::SetExpr::SetOperation {
                op,
                set_quantifier,
                left,
                right,
            } => {
                let mut query = self.nested(Place::NOWHERE, |analyzer| {
                    analyzer.set_operation(*op, *set_quantifier, left, right, around)
                })?;
                if let Some(order_by) = order_by {
                    query.order_by = self.order_by_outputs(order_by, &query.columns)?;
                }
                Ok(query)
            }
            ast::SetExpr::Values(values) => {
                let mut query = self.values(values, around)?;
                if let Some(order_by) = order_by {
                    query.order_by = self.order_by_outputs(order_by, &query.columns)?;
                }
                Ok(query)
            }
            ast::SetExpr::Insert(_)
            | ast::SetExpr::Update(_)
            | ast::SetExpr::Delete(_)
            | ast::SetExpr::Merge(_)
            | ast::SetExpr::Table(_) => Err(SqlError::unsupported(
                "this statement as a query",
                self.span(Place::NOWHERE),
            )),
        }
    }

    fn values(
        &mut self,
        values: &ast::Values,
        around: Option<&Scope<'_>>,
    ) -> Result<Query, SqlError> {
        let scope = Scope::inside(around);
        let mut rows: Vec<Vec<Expr>> = Vec::with_capacity(values.rows.len());
        for row in &values.rows {
            let row = self.expressions(&row.content, &scope)?;
            let row: Vec<Expr> = row
                .into_iter()
                .map(literal::without_trailing_zeros)
                .collect();
            if let Some(first) = rows.first()
                && first.len() != row.len()
            {
                return Err(SqlError::compilation(
                    "001039",
                    "42601",
                    format!(
                        "Invalid number of values in VALUES clause: expected {}, got {}",
                        first.len(),
                        row.len()
                    ),
                    self.span(row.first().map_or(Place::NOWHERE, |value| value.place)),
                ));
            }
            rows.push(row);
        }
        let width = rows.first().map_or(0, Vec::len);
        let mut columns = Vec::with_capacity(width);
        for index in 0..width {
            let mut data_type = DataType::Null;
            for row in &rows {
                data_type = common_type(data_type, row[index].data_type).ok_or_else(|| {
                    self.invalid_types(
                        "VALUES",
                        &[data_type, row[index].data_type],
                        row[index].place,
                    )
                })?;
            }
            let narrow = data_type.can_be_narrow()
                && rows
                    .iter()
                    .all(|row| row[index].is_null_literal() || row[index].is_bigint());
            columns.push(Output {
                name: format!("COLUMN{}", index + 1),
                data_type,
                narrow,
                nullable: rows.iter().any(|row| row[index].nullable),
                origins: Vec::new(),
            });
        }
        let targets: Vec<(DataType, bool)> = columns
            .iter()
            .map(|column| (column.data_type, column.narrow))
            .collect();
        let mut query = Query::of(Body::Values(rows), columns);
        self.convert_columns(&mut query, &targets, Place::NOWHERE)?;
        Ok(query)
    }

    /// ORDER BY of a set operation or VALUES: only output columns, by name or position.
    fn order_by_outputs(
        &mut self,
        order_by: &ast::OrderBy,
        columns: &[Output],
    ) -> Result<Vec<Order>, SqlError> {
        let terms = match &order_by.kind {
            ast::OrderByKind::Expressions(terms) => terms,
            ast::OrderByKind::All(options) => {
                return Ok((0..columns.len())
                    .map(|index| self.order_all(options, index))
                    .collect());
            }
        };
        terms
            .iter()
            .map(|term| {
                let position = match &term.expr {
                    ast::Expr::Identifier(ident) => {
                        let name = stored(ident);
                        columns.iter().position(|column| column.name == name)
                    }
                    ast::Expr::Value(value) => ordinal(&value.value)
                        .and_then(|ordinal| ordinal.checked_sub(1))
                        .filter(|index| *index < columns.len()),
                    _ => None,
                };
                let position = position.ok_or_else(|| {
                    SqlError::invalid_identifier(
                        term.expr.to_string().to_uppercase(),
                        self.span(place_of(&term.expr)),
                    )
                })?;
                Ok(self.order(OrderKey::Output(position), &term.options))
            })
            .collect()
    }

    /// One term of ORDER BY ALL.
    pub(super) fn order_all(&self, options: &ast::OrderByOptions, index: usize) -> Order {
        self.order(OrderKey::Output(index), options)
    }

    /// LIMIT, OFFSET and FETCH: constants.
    fn limit(&mut self, query: &ast::Query) -> Result<(Option<u64>, Option<u64>), SqlError> {
        let (mut limit, offset) = match &query.limit_clause {
            None => (None, None),
            Some(ast::LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) if limit_by.is_empty() => {
                (limit.as_ref(), offset.as_ref().map(|offset| &offset.value))
            }
            Some(
                ast::LimitClause::LimitOffset { .. } | ast::LimitClause::OffsetCommaLimit { .. },
            ) => {
                return Err(SqlError::unsupported(
                    "this form of LIMIT",
                    self.span(Place::NOWHERE),
                ));
            }
        };
        if let Some(fetch) = &query.fetch {
            if fetch.with_ties || fetch.percent {
                return Err(SqlError::unsupported(
                    "FETCH … WITH TIES or PERCENT",
                    self.span(Place::NOWHERE),
                ));
            }
            limit = fetch.quantity.as_ref();
        }
        Ok((
            limit
                .map(|limit| self.row_count(limit))
                .transpose()?
                .flatten(),
            offset
                .map(|offset| self.row_count(offset))
                .transpose()?
                .flatten(),
        ))
    }

    /// A constant number of rows; NULL and the empty string mean no limit.
    pub(super) fn row_count(&mut self, expr: &ast::Expr) -> Result<Option<u64>, SqlError> {
        let value = self.expression(expr, &Scope::default())?;
        if value.is_null_literal() || value.as_text() == Some("") {
            return Ok(None);
        }
        match value.as_integer().map(u64::try_from) {
            Some(Ok(count)) => Ok(Some(count)),
            _ => Err(SqlError::compilation(
                "001014",
                "42601",
                format!("Invalid row count '{expr}' in limit clause"),
                self.span(expression::place_of_start(expr)),
            )),
        }
    }
}

/// Whether a column of a query's result is held as BIGINT.
pub(super) fn column_is_bigint(output: &Output) -> bool {
    matches!(output.data_type, DataType::Number { precision, scale: 0 } if output.narrow || precision <= 18)
}

/// The columns of a query as a relation's.
pub(super) fn relation_columns(outputs: &[Output]) -> Rc<[Rc<Column>]> {
    outputs
        .iter()
        .enumerate()
        .map(|(index, output)| Rc::new(output.column(index)))
        .collect()
}

/// A query's result as a relation.
pub(super) fn relation_of(id: u32, name: Option<String>, outputs: &[Output]) -> Relation {
    Relation::new(id, name.into_iter().collect(), relation_columns(outputs))
}

/// The whole number a literal holds.
pub(super) fn ordinal(value: &ast::Value) -> Option<usize> {
    match value {
        ast::Value::Number(digits, _) => digits.parse().ok(),
        _ => None,
    }
}
