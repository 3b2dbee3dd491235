//! Outer joins written in WHERE: `t1.a = t2.b (+)` keeps the rows of `t1` that have no match in `t2`.
//!
//! Follows [WHERE](https://docs.snowflake.com/en/sql-reference/constructs/where).

use super::scope::Scope;
use super::table_function::TableCall;
use super::tree::{Expr, ExprKind, From, JoinKind, Place};
use super::{Analyzer, place_of};
use crate::data_type::DataType;
use crate::error::SqlError;
use sqlparser::ast;
use std::ops::Range;

/// A WHERE clause, taken apart.
pub(super) struct Split<'s> {
    /// The conditions that may hold a `(+)`.
    marked: Vec<&'s ast::Expr>,
    /// The others.
    pub(super) rest: Option<ast::Expr>,
}

/// One item of FROM, and which of the scope's relations are its own.
struct Item {
    from: Option<From>,
    relations: Range<usize>,
    /// The conditions that join it as the side that may be missing.
    on: Vec<Expr>,
    /// The items that it is joined to.
    outer: Vec<usize>,
}

/// The conditions of WHERE with `(+)` and those without; `None` without any `(+)`.
pub(super) fn split(selection: Option<&ast::Expr>) -> Option<Split<'_>> {
    let mut conditions = Vec::new();
    conjuncts(selection?, &mut conditions);
    let (marked, rest): (Vec<_>, Vec<_>) = conditions
        .into_iter()
        .partition(|condition| condition.to_string().contains("(+)"));
    if marked.is_empty() {
        return None;
    }
    let rest = rest
        .into_iter()
        .cloned()
        .reduce(|left, right| ast::Expr::BinaryOp {
            left: Box::new(left),
            op: ast::BinaryOperator::And,
            right: Box::new(right),
        });
    Some(Split { marked, rest })
}

/// What AND connects.
pub(super) fn conjuncts<'s>(condition: &'s ast::Expr, into: &mut Vec<&'s ast::Expr>) {
    match condition {
        ast::Expr::BinaryOp {
            left,
            op: ast::BinaryOperator::And,
            right,
        } => {
            conjuncts(left, into);
            conjuncts(right, into);
        }
        ast::Expr::Nested(inner) => conjuncts(inner, into),
        other => into.push(other),
    }
}

impl Analyzer<'_> {
    /// FROM, its items joined as the marked conditions of WHERE say.
    pub(super) fn outer_joined(
        &mut self,
        from: &[ast::TableWithJoins],
        split: &Split<'_>,
        scope: &mut Scope<'_>,
    ) -> Result<Option<From>, SqlError> {
        let mut items = Vec::with_capacity(from.len());
        for joined in from {
            if TableCall::of(&joined.relation).is_some() || is_lateral(&joined.relation) {
                return Err(SqlError::unsupported(
                    "the outer join operator (+) beside a table function",
                    self.span(
                        split
                            .marked
                            .first()
                            .map_or(Place::NOWHERE, |one| place_of(one)),
                    ),
                ));
            }
            let start = scope.relations.len();
            let tree = self.joined(joined, None, scope)?;
            items.push(Item {
                from: Some(tree),
                relations: start..scope.relations.len(),
                on: Vec::new(),
                outer: Vec::new(),
            });
        }
        for condition in &split.marked {
            self.outer_condition(condition, &mut items, scope)?;
        }
        for item in items.iter().filter(|item| !item.on.is_empty()) {
            if let [.., second, first] = item.outer.as_slice() {
                let message = format!(
                    "Table '{}' is outer joined to multiple tables: '{}' and '{}'.",
                    name_of(item, scope),
                    name_of(&items[*first], scope),
                    name_of(&items[*second], scope)
                );
                return Err(self.outer_join_error(message, split));
            }
        }
        for item in items.iter().filter(|item| !item.on.is_empty()) {
            self.make_nullable(item.relations.clone(), scope);
        }
        let names: Vec<String> = items.iter().map(|item| name_of(item, scope)).collect();
        let mut placed = vec![false; items.len()];
        let mut tree: Option<From> = None;
        for (index, item) in items.iter_mut().enumerate() {
            if item.on.is_empty() {
                placed[index] = true;
                tree = join(tree, item.from.take(), JoinKind::Cross, None);
            }
        }
        while let Some(waiting) = placed.iter().position(|placed| !placed) {
            let next = (0..items.len()).find(|index| {
                !placed[*index] && items[*index].outer.iter().all(|outer| placed[*outer])
            });
            let Some(next) = next else {
                let other = items[waiting].outer.first().copied().unwrap_or(waiting);
                let message = format!(
                    "Outer join predicates form a cycle between '{}' and '{}'.",
                    names[waiting], names[other]
                );
                return Err(self.outer_join_error(message, split));
            };
            placed[next] = true;
            let on = std::mem::take(&mut items[next].on).into_iter().reduce(and);
            tree = join(tree, items[next].from.take(), JoinKind::Left, on);
        }
        Ok(tree)
    }

    /// One condition, given to the item whose columns bear the mark.
    fn outer_condition(
        &mut self,
        condition: &ast::Expr,
        items: &mut [Item],
        scope: &Scope<'_>,
    ) -> Result<(), SqlError> {
        self.outer_marks = Some(Vec::new());
        let value = self.expression(condition, scope);
        let marks = self.outer_marks.take().unwrap_or_default();
        let value = self.boolean(value?, "WHERE")?;
        let item_of = |relation: u32| {
            let position = scope
                .relations
                .iter()
                .position(|known| known.id == relation)?;
            items
                .iter()
                .position(|item| item.relations.contains(&position))
        };
        let mut inner: Vec<usize> = marks.iter().filter_map(|mark| item_of(*mark)).collect();
        inner.dedup();
        let mut outer: Vec<usize> = Vec::new();
        value.any(&mut |part| {
            if let ExprKind::Column(reference) = &part.kind
                && let Some(item) = item_of(reference.relation)
                && !inner.contains(&item)
                && !outer.contains(&item)
            {
                outer.push(item);
            }
            false
        });
        match (inner.as_slice(), outer.as_slice()) {
            ([one], [other]) => {
                let item = &mut items[*one];
                item.on.push(value);
                if !item.outer.contains(other) {
                    item.outer.push(*other);
                }
                Ok(())
            }
            // A condition on the table alone, beside those that join it.
            ([one], []) => {
                items[*one].on.push(value);
                Ok(())
            }
            ([one, other, ..], _) => {
                let message = format!(
                    "Outer join predicates form a cycle between '{}' and '{}'.",
                    name_of(&items[*one], scope),
                    name_of(&items[*other], scope)
                );
                Err(SqlError::compilation(
                    "001003",
                    "42000",
                    message,
                    self.span(place_of(condition)),
                ))
            }
            _ => Err(SqlError::unsupported(
                "this form of the outer join operator (+)",
                self.span(place_of(condition)),
            )),
        }
    }

    fn outer_join_error(&self, message: String, split: &Split<'_>) -> SqlError {
        let at = split
            .marked
            .first()
            .map_or(Place::NOWHERE, |one| place_of(one));
        SqlError::compilation("001003", "42000", message, self.span(at))
    }
}

fn join(left: Option<From>, right: Option<From>, kind: JoinKind, on: Option<Expr>) -> Option<From> {
    match (left, right) {
        (Some(left), Some(right)) => Some(From::Join {
            kind,
            left: Box::new(left),
            right: Box::new(right),
            on,
        }),
        (left, right) => left.or(right),
    }
}

pub(super) fn and(left: Expr, right: Expr) -> Expr {
    Expr::scalar("AND", "({0} AND {1})", vec![left, right], DataType::Boolean)
}

fn is_lateral(factor: &ast::TableFactor) -> bool {
    matches!(factor, ast::TableFactor::Derived { lateral: true, .. })
}

fn name_of(item: &Item, scope: &Scope<'_>) -> String {
    scope.relations[item.relations.clone()]
        .first()
        .and_then(|relation| relation.name.last())
        .cloned()
        .unwrap_or_default()
}
