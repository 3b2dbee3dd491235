//! ASOF JOIN: to each row of the left side the closest row of the right side.
//!
//! Follows [its page](https://docs.snowflake.com/en/sql-reference/constructs/asof-join).

use super::outer_join::{and, conjuncts};
use super::scope::Scope;
use super::tree::{Expr, ExprKind, From, JoinKind, Place};
use super::{Analyzer, place_of, place_of_name, stored};
use crate::error::SqlError;
use sqlparser::ast;

/// Which sides of the join an expression reads.
#[derive(PartialEq)]
enum Side {
    Left,
    Right,
    Neither,
    Both,
}

impl Analyzer<'_> {
    /// The relations before `middle` are those of the left side, the rest those of the right side.
    pub(super) fn asof_join(
        &mut self,
        left: From,
        right: From,
        match_condition: &ast::Expr,
        constraint: &ast::JoinConstraint,
        middle: usize,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let at = place_of(match_condition);
        if is_lateral(&right) {
            return Err(SqlError::compilation(
                "010004",
                "42601",
                "ASOF JOIN is not supported for joins with LATERAL table functions or LATERAL views.",
                self.span(at),
            ));
        }
        // Rows of the left side without a match stay, with NULLs.
        self.make_nullable(middle..scope.relations.len(), scope);
        let closest = self.match_condition(match_condition, middle, scope)?;
        let equal = match constraint {
            ast::JoinConstraint::None => None,
            ast::JoinConstraint::On(equal) => {
                let mut conditions = Vec::new();
                conjuncts(equal, &mut conditions);
                let mut on = None;
                for condition in conditions {
                    let condition = self.asof_equality(condition, middle, scope)?;
                    on = Some(match on {
                        None => condition,
                        Some(on) => and(on, condition),
                    });
                }
                on
            }
            ast::JoinConstraint::Using(names) => {
                let names: Vec<(String, Place)> = names
                    .iter()
                    .map(|name| {
                        let ident = name.0.last().and_then(|part| part.as_ident());
                        (ident.map(stored).unwrap_or_default(), place_of_name(name))
                    })
                    .collect();
                Some(self.using(JoinKind::AsOfLeft, &names, 0, middle, scope)?)
            }
            ast::JoinConstraint::Natural | ast::JoinConstraint::UsingAlias(..) => {
                return Err(SqlError::unsupported(
                    "ASOF JOIN with other than ON or USING",
                    self.span(at),
                ));
            }
        };
        let on = match equal {
            None => closest,
            Some(equal) => and(equal, closest),
        };
        Ok(From::Join {
            kind: JoinKind::AsOfLeft,
            left: Box::new(left),
            right: Box::new(right),
            on: Some(on),
        })
    }

    /// `left.time >= right.time`, or by another of the four comparisons.
    fn match_condition(
        &mut self,
        condition: &ast::Expr,
        middle: usize,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        use ast::BinaryOperator as B;
        let invalid = |analyzer: &Self, code: &'static str, why: &str| {
            Err(SqlError::compilation(
                code,
                "42601",
                format!("MATCH_CONDITION clause is invalid: {why}"),
                analyzer.span(place_of(condition)),
            ))
        };
        let bare = bare(condition);
        let sides = match bare {
            ast::Expr::BinaryOp {
                left,
                op: B::GtEq | B::Gt | B::LtEq | B::Lt,
                right,
            } => Some((left, right)),
            _ => None,
        };
        let Some((left, right)) = sides else {
            return invalid(
                self,
                "010001",
                "Only comparison operators '>=', '>', '<=' and '<' are allowed. Keywords such as AND and OR are not allowed.",
            );
        };
        let (left, right) = (
            self.expression(left, scope)?,
            self.expression(right, scope)?,
        );
        if side(&left, middle, scope) != Side::Left || side(&right, middle, scope) != Side::Right {
            return invalid(
                self,
                "010002",
                "The left side allows only column references from the left side table, and the right side allows only column references from the right side table.",
            );
        }
        let value = self.expression(bare, scope)?;
        self.boolean(value, "MATCH_CONDITION")
    }

    /// One condition of ON: an equality between the sides.
    fn asof_equality(
        &mut self,
        condition: &ast::Expr,
        middle: usize,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let joins = match condition {
            ast::Expr::BinaryOp {
                left,
                op: ast::BinaryOperator::Eq,
                right,
            } => {
                let left = self.expression(left, scope)?;
                let right = self.expression(right, scope)?;
                matches!(
                    (side(&left, middle, scope), side(&right, middle, scope)),
                    (Side::Left, Side::Right) | (Side::Right, Side::Left)
                )
            }
            _ => false,
        };
        if !joins {
            return Err(SqlError::compilation(
                "010010",
                "42601",
                format!(
                    "ON clause for ASOF JOIN must contain conjunctions of equality conditions only. Disjunctions are not allowed. Each side of an equality condition must only refer to either the left table or the right table. {} is invalid.",
                    shown(condition)
                ),
                self.span(place_of(condition)),
            ));
        }
        let value = self.expression(condition, scope)?;
        self.boolean(value, "ON")
    }
}

fn bare(expr: &ast::Expr) -> &ast::Expr {
    match expr {
        ast::Expr::Nested(inner) => bare(inner),
        other => other,
    }
}

/// A condition as the message shows it: in upper case, each side of AND and OR in parentheses.
fn shown(condition: &ast::Expr) -> String {
    match bare(condition) {
        ast::Expr::BinaryOp {
            left,
            op: op @ (ast::BinaryOperator::And | ast::BinaryOperator::Or),
            right,
        } => format!("({}) {op} ({})", shown(left), shown(right)),
        other => other.to_string().to_uppercase(),
    }
}

fn side(expr: &Expr, middle: usize, scope: &Scope<'_>) -> Side {
    let (mut left, mut right) = (false, false);
    expr.any(&mut |part| {
        if let ExprKind::Column(reference) = &part.kind {
            match scope
                .relations
                .iter()
                .position(|relation| relation.id == reference.relation)
            {
                Some(position) if position < middle => left = true,
                Some(_) => right = true,
                None => {}
            }
        }
        false
    });
    match (left, right) {
        (true, true) => Side::Both,
        (true, false) => Side::Left,
        (false, true) => Side::Right,
        (false, false) => Side::Neither,
    }
}

fn is_lateral(from: &From) -> bool {
    match from {
        From::Query { lateral, .. } | From::Table { lateral, .. } => *lateral,
        From::Expand(_) => true,
        From::Cte { .. } | From::Join { .. } => false,
    }
}
