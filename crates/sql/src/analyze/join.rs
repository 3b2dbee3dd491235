//! Joins: who is joined to whom, by which condition, and which columns may then be NULL.

use super::scope::{Relation, Scope};
use super::table_function::TableCall;
use super::tree::{Column, Expr, ExprKind, From, JoinKind, Place};
use super::{Analyzer, place_of_name, stored};
use crate::error::SqlError;
use sqlparser::ast;
use std::ops::Range;
use std::rc::Rc;

impl Analyzer<'_> {
    /// A table and what is joined to it, after `before`, which its table functions may refer to.
    pub(super) fn joined(
        &mut self,
        joined: &ast::TableWithJoins,
        before: Option<From>,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let start = scope.relations.len();
        let (mut left, before, first) = match TableCall::of(&joined.relation) {
            Some(call) => {
                let taken_in = before.is_some();
                let (from, rest) = self.table_function(&call, before, 0, scope)?;
                let first = if taken_in && rest.is_none() { 0 } else { start };
                (from, rest, first)
            }
            None => (self.table_factor(&joined.relation, scope)?, before, start),
        };
        for join in &joined.joins {
            let middle = scope.relations.len();
            if let Some(call) = TableCall::of(&join.relation)
                && joins_every_row(&join.join_operator)
            {
                let (from, rest) = self.table_function(&call, Some(left), first, scope)?;
                left = match rest {
                    None => from,
                    Some(left) => cross(left, from),
                };
                continue;
            }
            let right = self.table_factor(&join.relation, scope)?;
            if let From::Expand(expand) = &right
                && reads(&expand.arguments, &scope.relations[first..middle])
            {
                return Err(SqlError::unsupported(
                    "lateral table function called with OUTER JOIN syntax or a join predicate (ON clause)",
                    self.span(
                        TableCall::of(&join.relation)
                            .map_or(Place::NOWHERE, |call| place_of_name(call.name)),
                    ),
                ));
            }
            left = self.join(left, right, &join.join_operator, first, middle, scope)?;
        }
        Ok(match before {
            None => left,
            Some(before) => cross(before, left),
        })
    }

    /// `first..middle` are the relations of the left side, the rest those of the right side.
    fn join(
        &mut self,
        left: From,
        right: From,
        operator: &ast::JoinOperator,
        first: usize,
        middle: usize,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        use ast::JoinOperator as J;
        let (kind, constraint) = match operator {
            J::Join(constraint) | J::Inner(constraint) => (JoinKind::Inner, constraint),
            J::Left(constraint) | J::LeftOuter(constraint) => (JoinKind::Left, constraint),
            J::Right(constraint) | J::RightOuter(constraint) => (JoinKind::Right, constraint),
            J::FullOuter(constraint) => (JoinKind::Full, constraint),
            J::CrossJoin(constraint) => (JoinKind::Cross, constraint),
            J::AsOf {
                match_condition,
                constraint,
            } => return self.asof_join(left, right, match_condition, constraint, middle, scope),
            other => {
                return Err(SqlError::unsupported(
                    format!("{other:?}")
                        .split('(')
                        .next()
                        .unwrap_or("this join"),
                    self.span(Place::NOWHERE),
                ));
            }
        };
        let on = match constraint {
            ast::JoinConstraint::On(condition) => {
                self.fill_with_nulls(kind, first, middle, scope);
                let condition = self.expression(condition, scope)?;
                Some(self.boolean(condition, "ON")?)
            }
            ast::JoinConstraint::Using(names) => {
                let names: Vec<(String, Place)> = names
                    .iter()
                    .map(|name| {
                        let ident = name.0.last().and_then(|part| part.as_ident());
                        (ident.map(stored).unwrap_or_default(), place_of_name(name))
                    })
                    .collect();
                Some(self.using(kind, &names, first, middle, scope)?)
            }
            ast::JoinConstraint::Natural => {
                let names = common_names(scope, first, middle);
                if names.is_empty() {
                    None
                } else {
                    Some(self.using(kind, &names, first, middle, scope)?)
                }
            }
            ast::JoinConstraint::None => {
                self.fill_with_nulls(kind, first, middle, scope);
                None
            }
            ast::JoinConstraint::UsingAlias(..) => {
                return Err(SqlError::unsupported(
                    "USING (…) AS",
                    self.span(Place::NOWHERE),
                ));
            }
        };
        let (kind, on) = match (kind, on) {
            // An inner join without a condition is a cross join; an outer one joins every row.
            (JoinKind::Inner | JoinKind::Cross, None) => (JoinKind::Cross, None),
            (JoinKind::Cross, on) => (JoinKind::Inner, on),
            (kind, None) => (kind, Some(Expr::boolean(true))),
            (kind, on) => (kind, on),
        };
        Ok(From::Join {
            kind,
            left: Box::new(left),
            right: Box::new(right),
            on,
        })
    }

    /// Columns of a side that an outer join fills with NULLs become nullable.
    fn fill_with_nulls(&self, kind: JoinKind, first: usize, middle: usize, scope: &mut Scope<'_>) {
        let end = scope.relations.len();
        let range = match kind {
            JoinKind::Inner | JoinKind::Cross => return,
            JoinKind::Left | JoinKind::AsOfLeft => middle..end,
            JoinKind::Right => first..middle,
            JoinKind::Full => first..end,
        };
        self.make_nullable(range, scope);
    }

    /// The columns of these relations may be NULL.
    #[expect(
        clippy::unused_self,
        reason = "a step of the analyzer, beside those that need it"
    )]
    pub(super) fn make_nullable(&self, range: Range<usize>, scope: &mut Scope<'_>) {
        for relation in &mut scope.relations[range] {
            if relation.columns.iter().all(|column| column.nullable) {
                continue;
            }
            let columns: Rc<[Rc<Column>]> = relation
                .columns
                .iter()
                .map(|column| {
                    Rc::new(Column {
                        name: column.name.clone(),
                        physical: column.physical.clone(),
                        data_type: column.data_type,
                        narrow: column.narrow,
                        nullable: true,
                        origins: column.origins.clone(),
                    })
                })
                .collect();
            relation.columns = columns;
        }
    }

    pub(super) fn using(
        &mut self,
        kind: JoinKind,
        names: &[(String, Place)],
        first: usize,
        middle: usize,
        scope: &mut Scope<'_>,
    ) -> Result<Expr, SqlError> {
        self.fill_with_nulls(kind, first, middle, scope);
        let mut on: Option<Expr> = None;
        for (name, at) in names {
            let left = match scope.merged.iter().position(|(merged, _)| merged == name) {
                Some(merged) => scope.merged.remove(merged).1,
                None => self.side_column(name, *at, first..middle, scope)?,
            };
            let right = self.side_column(name, *at, middle..scope.relations.len(), scope)?;
            let merged = match kind {
                JoinKind::Right => right.clone(),
                JoinKind::Full => {
                    let items = vec![left.clone(), right.clone()];
                    self.call_named("COALESCE", items, *at)?
                }
                JoinKind::Inner | JoinKind::Left | JoinKind::Cross | JoinKind::AsOfLeft => {
                    left.clone()
                }
            };
            let equal = self.compare("=", left, right, *at)?;
            on = Some(match on {
                None => equal,
                Some(before) => Expr::scalar(
                    "AND",
                    "({0} AND {1})",
                    vec![before, equal],
                    crate::DataType::Boolean,
                ),
            });
            scope.merged.push((name.clone(), merged));
        }
        Ok(on.unwrap_or_else(|| Expr::boolean(true)))
    }

    /// The column of that name on one side of a join, hidden from now on.
    fn side_column(
        &self,
        name: &str,
        at: Place,
        side: Range<usize>,
        scope: &mut Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let mut found: Option<(usize, usize)> = None;
        for index in side {
            let relation = &scope.relations[index];
            for (position, column) in relation.columns.iter().enumerate() {
                if column.name == name && !relation.hidden.contains(&position) {
                    if found.is_some() {
                        return Err(self.ambiguous(name, at));
                    }
                    found = Some((index, position));
                }
            }
        }
        match found {
            None => Err(SqlError::invalid_identifier(name, self.span(at))),
            Some((index, position)) => {
                let relation = &mut scope.relations[index];
                relation.hidden.push(position);
                Ok(relation.reference(position, at))
            }
        }
    }
}

fn cross(left: From, right: From) -> From {
    From::Join {
        kind: JoinKind::Cross,
        left: Box::new(left),
        right: Box::new(right),
        on: None,
    }
}

/// Whether a join keeps every pair of rows: a cross join, or an inner one without a condition or with `ON TRUE`.
fn joins_every_row(operator: &ast::JoinOperator) -> bool {
    use ast::JoinOperator as J;
    match operator {
        J::CrossJoin(constraint) | J::Join(constraint) | J::Inner(constraint) => match constraint {
            ast::JoinConstraint::None => true,
            ast::JoinConstraint::On(ast::Expr::Value(value)) => {
                value.value == ast::Value::Boolean(true)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether the expressions read a column of these relations.
fn reads(expressions: &[Expr], relations: &[Relation]) -> bool {
    expressions.iter().any(|expression| {
        expression.any(&mut |part| match &part.kind {
            ExprKind::Column(reference) => relations
                .iter()
                .any(|relation| relation.id == reference.relation),
            _ => false,
        })
    })
}

/// The names both sides have, in the left side's order.
fn common_names(scope: &Scope<'_>, first: usize, middle: usize) -> Vec<(String, Place)> {
    let visible = |relation: &Relation| -> Vec<String> {
        relation
            .columns
            .iter()
            .enumerate()
            .filter(|(position, _)| !relation.hidden.contains(position))
            .map(|(_, column)| column.name.clone())
            .collect()
    };
    let right: Vec<String> = scope.relations[middle..].iter().flat_map(visible).collect();
    let merged = scope.merged.iter().map(|(name, _)| name.clone());
    merged
        .chain(scope.relations[first..middle].iter().flat_map(visible))
        .filter(|name| right.contains(name))
        .map(|name| (name, Place::NOWHERE))
        .collect()
}
