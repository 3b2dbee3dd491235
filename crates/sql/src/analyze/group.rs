//! GROUP BY, and the rule that what is not grouped must be aggregated.

use super::scope::{Found, Scope};
use super::tree::{ColumnRef, Expr, ExprKind, GroupBy, GroupingSets, Order, OrderKey, Place};
use super::{Analyzer, place, stored};
use crate::error::SqlError;
use sqlparser::ast;

impl Analyzer<'_> {
    pub(super) fn group_by(
        &mut self,
        group_by: &ast::GroupByExpr,
        items: &[Expr],
        names: &[String],
        scope: &Scope<'_>,
    ) -> Result<Option<GroupBy>, SqlError> {
        match group_by {
            ast::GroupByExpr::Expressions(terms, modifiers) => {
                if !modifiers.is_empty() {
                    return Err(SqlError::unsupported(
                        "GROUP BY … WITH",
                        self.span(Place::NOWHERE),
                    ));
                }
                if terms.is_empty() {
                    return Ok(None);
                }
                self.group_terms(terms, items, names, scope).map(Some)
            }
            ast::GroupByExpr::All(_) => {
                let mut keys: Vec<Expr> = Vec::new();
                for item in items {
                    if !item.contains_aggregate() && !item.contains_window() && !keys.contains(item)
                    {
                        keys.push(item.clone());
                    }
                }
                Ok(Some(GroupBy {
                    keys,
                    sets: GroupingSets::Plain,
                }))
            }
        }
    }

    fn group_terms(
        &mut self,
        terms: &[ast::Expr],
        items: &[Expr],
        names: &[String],
        scope: &Scope<'_>,
    ) -> Result<GroupBy, SqlError> {
        let mut keys: Vec<Expr> = Vec::new();
        // Every combination so far; plain terms extend each, CUBE, ROLLUP and GROUPING SETS multiply them.
        let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
        let mut plain = true;
        for term in terms {
            let alternatives: Vec<Vec<usize>> = match term {
                ast::Expr::Rollup(groups) => {
                    plain = false;
                    let groups = self.key_groups(groups, items, names, scope, &mut keys)?;
                    (0..=groups.len())
                        .rev()
                        .map(|count| groups[..count].concat())
                        .collect()
                }
                ast::Expr::Cube(groups) => {
                    plain = false;
                    let groups = self.key_groups(groups, items, names, scope, &mut keys)?;
                    if groups.len() > 7 {
                        return Err(SqlError::unsupported(
                            "CUBE of more than 7 elements",
                            self.span(Place::NOWHERE),
                        ));
                    }
                    (0..1_usize << groups.len())
                        .rev()
                        .map(|mask| {
                            groups
                                .iter()
                                .enumerate()
                                .filter(|(index, _)| mask & (1 << index) != 0)
                                .flat_map(|(_, group)| group.clone())
                                .collect()
                        })
                        .collect()
                }
                ast::Expr::GroupingSets(groups) => {
                    plain = false;
                    self.key_groups(groups, items, names, scope, &mut keys)?
                }
                term => {
                    let key = self.group_key(term, items, names, scope)?;
                    vec![vec![position_of(&mut keys, key)]]
                }
            };
            sets = sets
                .iter()
                .flat_map(|set| {
                    alternatives
                        .iter()
                        .map(move |more| [set.as_slice(), more.as_slice()].concat())
                })
                .collect();
        }
        Ok(GroupBy {
            keys,
            sets: if plain {
                GroupingSets::Plain
            } else {
                GroupingSets::Sets(sets)
            },
        })
    }

    fn key_groups(
        &mut self,
        groups: &[Vec<ast::Expr>],
        items: &[Expr],
        names: &[String],
        scope: &Scope<'_>,
        keys: &mut Vec<Expr>,
    ) -> Result<Vec<Vec<usize>>, SqlError> {
        groups
            .iter()
            .map(|group| {
                group
                    .iter()
                    .map(|term| {
                        let key = self.group_key(term, items, names, scope)?;
                        Ok(position_of(keys, key))
                    })
                    .collect()
            })
            .collect()
    }

    /// One key: a position, a column, an alias, an expression. A column wins over an alias of the same name.
    fn group_key(
        &mut self,
        term: &ast::Expr,
        items: &[Expr],
        names: &[String],
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let key = match term {
            ast::Expr::Value(value) => match super::query::ordinal(&value.value) {
                Some(ordinal) => match ordinal.checked_sub(1).and_then(|index| items.get(index)) {
                    Some(item) => item.clone(),
                    None => {
                        return Err(SqlError::compilation(
                            "000979",
                            "42601",
                            format!("[{ordinal}] is not a valid group by expression"),
                            self.span(place(value.span)),
                        ));
                    }
                },
                None => self.expression(term, scope)?,
            },
            ast::Expr::Identifier(ident) => {
                let name = stored(ident);
                match scope.column(&name, place(ident.span)) {
                    Found::Nothing => match names.iter().position(|known| *known == name) {
                        Some(index) => items[index].clone(),
                        None => self.expression(term, scope)?,
                    },
                    Found::Column(_) | Found::Ambiguous => self.expression(term, scope)?,
                }
            }
            term => self.expression(term, scope)?,
        };
        if key.contains_aggregate() || key.contains_window() {
            return Err(SqlError::compilation(
                "000979",
                "42601",
                format!("[{term}] is not a valid group by expression"),
                self.span(super::expression::place_of_start(term)),
            ));
        }
        Ok(key)
    }

    /// In a grouped query every column outside of an aggregate must be (part of) a key.
    pub(super) fn check_grouping(
        &self,
        scope: &Scope<'_>,
        items: &[Expr],
        group_by: Option<&GroupBy>,
        having: Option<&Expr>,
        qualify: Option<&Expr>,
        order_by: &[Order],
    ) -> Result<(), SqlError> {
        let order_keys = order_by.iter().filter_map(|term| match &term.key {
            OrderKey::Expr(expr) => Some(expr),
            OrderKey::Output(_) => None,
        });
        let all: Vec<&Expr> = items
            .iter()
            .chain(having)
            .chain(qualify)
            .chain(order_keys)
            .collect();
        let grouped = group_by.is_some()
            || having.is_some()
            || all.iter().any(|expr| expr.contains_aggregate());
        if !grouped {
            return Ok(());
        }
        let keys = group_by.map_or(&[][..], |group_by| &group_by.keys);
        for (index, expr) in all.into_iter().enumerate() {
            let clause = (group_by.is_some() && index < items.len()).then_some("select");
            self.check_grouped(scope, expr, keys, clause, false)?;
        }
        Ok(())
    }

    fn check_grouped(
        &self,
        scope: &Scope<'_>,
        expr: &Expr,
        keys: &[Expr],
        clause: Option<&str>,
        in_aggregate: bool,
    ) -> Result<(), SqlError> {
        if !in_aggregate && keys.contains(expr) {
            return Ok(());
        }
        if expr.is_aggregate() {
            if in_aggregate {
                return Err(SqlError::compilation(
                    "002036",
                    "42601",
                    "Aggregate functions cannot be nested",
                    self.span(expr.place),
                ));
            }
            for child in expr.children() {
                self.check_grouped(scope, child, keys, clause, true)?;
            }
            return Ok(());
        }
        if let ExprKind::Column(reference) = &expr.kind
            && !in_aggregate
            && scope.owns(reference.relation)
        {
            let name = full_name(scope, reference);
            // With GROUP BY the message is about the item, without it about the expression.
            return Err(match clause {
                Some(clause) => SqlError::compilation(
                    "001104",
                    "42601",
                    format!(
                        "'{name}' in {clause} clause is neither an aggregate nor in the group by clause."
                    ),
                    self.span(expr.place),
                ),
                None => SqlError::compilation(
                    "000979",
                    "42601",
                    format!("[{name}] is not a valid group by expression"),
                    self.span(expr.place),
                ),
            });
        }
        for child in expr.children() {
            self.check_grouped(scope, child, keys, clause, in_aggregate)?;
        }
        Ok(())
    }
}

/// A column's name with that of its table, as messages show it.
pub(super) fn full_name(scope: &Scope<'_>, reference: &ColumnRef) -> String {
    let relation = scope
        .relations
        .iter()
        .find(|relation| relation.id == reference.relation);
    match relation.and_then(|relation| relation.name.last()) {
        Some(relation) => format!("{relation}.{}", reference.column.name),
        None => reference.column.name.clone(),
    }
}

fn position_of(keys: &mut Vec<Expr>, key: Expr) -> usize {
    match keys.iter().position(|known| *known == key) {
        Some(position) => position,
        None => {
            keys.push(key);
            keys.len() - 1
        }
    }
}
