//! SELECT: FROM first, then the list, then the clauses that may use its aliases.

use super::heading::headings;
use super::scope::Scope;
use super::tree::{Body, Distinct, Expr, ExprKind, Order, OrderKey, Output, Place, Query, Select};
use super::{Analyzer, expression, outer_join, place, place_of, place_of_name, stored};
use crate::error::SqlError;
use sqlparser::ast;

impl Analyzer<'_> {
    pub(super) fn select(
        &mut self,
        select: &ast::Select,
        order_by: Option<&ast::OrderBy>,
        around: Option<&Scope<'_>>,
    ) -> Result<Query, SqlError> {
        self.refuse_select_clauses(select)?;
        let mut scope = Scope::inside(around);
        let split = outer_join::split(select.selection.as_ref());
        let mut from = match &split {
            None => self.from(&select.from, &mut scope)?,
            Some(split) => self.outer_joined(&select.from, split, &mut scope)?,
        };
        let selection = match &split {
            None => select.selection.as_ref(),
            Some(split) => split.rest.as_ref(),
        };
        if !select.connect_by.is_empty() {
            self.start_hierarchy(select, &mut scope)?;
        }
        let (items, names) = self.select_list(select, &scope)?;
        let filter = self.condition(selection, "WHERE", &scope)?;
        if let Some(filter) = &filter {
            self.refuse_aggregates(filter, "where")?;
        }
        let group_by = self.group_by(&select.group_by, &items, &names, &scope)?;
        let having = self.condition(select.having.as_ref(), "HAVING", &scope)?;
        let qualify = self.condition(select.qualify.as_ref(), "QUALIFY", &scope)?;
        if let (Some(filter), Some(written)) = (&qualify, select.qualify.as_ref())
            && !filter.contains_window()
            && !items.iter().any(Expr::contains_window)
        {
            return Err(SqlError::compilation(
                "002036",
                "42601",
                "QUALIFY needs a window function in the SELECT list or in itself",
                self.span(place_of(written)),
            ));
        }
        let distinct = match &select.distinct {
            None | Some(ast::Distinct::All) => Distinct::Keep,
            Some(ast::Distinct::Distinct) => Distinct::Whole,
            Some(ast::Distinct::On(_)) => {
                return Err(SqlError::unsupported(
                    "DISTINCT ON",
                    self.span(place(select.select_token.0.span)),
                ));
            }
        };
        let order_by = match order_by {
            None => Vec::new(),
            Some(order_by) => self.order_by(
                order_by,
                &items,
                &names,
                distinct == Distinct::Whole,
                &scope,
            )?,
        };
        // One row has no order, whatever it is by.
        let is_one_row = group_by.is_none() && items.iter().any(Expr::contains_aggregate);
        let order_by = if is_one_row { Vec::new() } else { order_by };
        self.check_grouping(
            &scope,
            &items,
            group_by.as_ref(),
            having.as_ref(),
            qualify.as_ref(),
            &order_by,
        )?;
        let items: Vec<Expr> = items.into_iter().map(Expr::narrowed).collect();
        if let Some(hierarchy) = from
            .as_ref()
            .and_then(|from| self.finish_hierarchy(from, &scope))
        {
            from = Some(hierarchy);
        }
        let columns = items
            .iter()
            .zip(names)
            .map(|(item, name)| Output::of(name, item))
            .collect();
        let limit = match &select.top {
            None => None,
            Some(top) => self.top(top)?,
        };
        Ok(Query {
            order_by,
            limit,
            ..Query::of(
                Body::Select(Box::new(Select {
                    distinct,
                    items,
                    from,
                    filter,
                    group_by,
                    having,
                    qualify,
                })),
                columns,
            )
        })
    }

    fn refuse_select_clauses(&self, select: &ast::Select) -> Result<(), SqlError> {
        let refused = if select.into.is_some() {
            "SELECT INTO"
        } else if !select.lateral_views.is_empty() {
            "LATERAL VIEW"
        } else if select.prewhere.is_some() {
            "PREWHERE"
        } else if !select.cluster_by.is_empty()
            || !select.distribute_by.is_empty()
            || !select.sort_by.is_empty()
        {
            "CLUSTER BY in a query"
        } else if !select.named_window.is_empty() {
            "WINDOW"
        } else if select.exclude.is_some() {
            "EXCLUDE after the SELECT list"
        } else if select.value_table_mode.is_some() || select.select_modifiers.is_some() {
            "this form of SELECT"
        } else {
            return Ok(());
        };
        Err(SqlError::unsupported(
            refused,
            self.span(place(select.select_token.0.span)),
        ))
    }

    fn top(&mut self, top: &ast::Top) -> Result<Option<u64>, SqlError> {
        if top.with_ties || top.percent {
            return Err(SqlError::unsupported(
                "TOP … WITH TIES or PERCENT",
                self.span(Place::NOWHERE),
            ));
        }
        match &top.quantity {
            None => Ok(None),
            Some(ast::TopQuantity::Constant(count)) => Ok(Some(*count)),
            Some(ast::TopQuantity::Expr(expr)) => self.row_count(expr),
        }
    }

    fn condition(
        &mut self,
        condition: Option<&ast::Expr>,
        clause: &'static str,
        scope: &Scope<'_>,
    ) -> Result<Option<Expr>, SqlError> {
        match condition {
            None => Ok(None),
            Some(condition) => {
                let counted = std::mem::replace(&mut self.counts_rows, true);
                let value = self.expression(condition, scope);
                self.counts_rows = counted;
                self.boolean(value?, clause).map(Some)
            }
        }
    }

    /// `002035`-like: aggregates cannot stand where rows are chosen.
    fn refuse_aggregates(&self, filter: &Expr, clause: &str) -> Result<(), SqlError> {
        let mut found = None;
        filter.any(&mut |expr| {
            if expr.is_aggregate() || expr.is_window() {
                found = Some(expr.clone());
            }
            found.is_some()
        });
        match found {
            None => Ok(()),
            Some(expr) => {
                let (kind, name) = match &expr.kind {
                    ExprKind::Call(call) if call.window.is_some() => ("window", call.function),
                    ExprKind::Call(call) => ("aggregate", call.function),
                    _ => ("aggregate", ""),
                };
                Err(SqlError::compilation(
                    "002032",
                    "42601",
                    format!("Invalid {kind} function in {clause} clause [{name}]"),
                    self.span(expr.place),
                ))
            }
        }
    }

    /// The SELECT list with its stars expanded, and the names of its columns. Each alias is in sight of what follows.
    fn select_list(
        &mut self,
        select: &ast::Select,
        scope: &Scope<'_>,
    ) -> Result<(Vec<Expr>, Vec<String>), SqlError> {
        let mut texts: Option<Vec<String>> = None;
        let mut items = Vec::with_capacity(select.projection.len());
        let mut names = Vec::with_capacity(select.projection.len());
        for (index, item) in select.projection.iter().enumerate() {
            match item {
                ast::SelectItem::UnnamedExpr(expr) => {
                    let value = self.expression(expr, scope)?;
                    let name = match column_name(expr) {
                        Some(name) => name,
                        None => {
                            let texts = texts.get_or_insert_with(|| {
                                headings(
                                    &self.script,
                                    place(select.select_token.0.span).0.start,
                                    select.projection.len(),
                                    select.top.is_some(),
                                )
                                .unwrap_or_default()
                            });
                            match texts.get(index) {
                                Some(heading) => heading.clone(),
                                None => expr.to_string().to_uppercase(),
                            }
                        }
                    };
                    items.push(value);
                    names.push(name);
                }
                ast::SelectItem::ExprWithAlias { expr, alias } => {
                    let value = self.expression(expr, scope)?;
                    let name = stored(alias);
                    scope
                        .aliases
                        .borrow_mut()
                        .push((name.clone(), value.clone()));
                    items.push(value);
                    names.push(name);
                }
                ast::SelectItem::ExprWithAliases { .. } => {
                    return Err(SqlError::unsupported(
                        "several aliases of one expression",
                        self.span(place(select.select_token.0.span)),
                    ));
                }
                ast::SelectItem::Wildcard(options) => {
                    let at = place(options.wildcard_token.0.span);
                    if scope.relations.is_empty() {
                        return Err(SqlError::compilation(
                            "002014",
                            "42601",
                            "SELECT with no tables specified cannot use *",
                            self.span(at),
                        ));
                    }
                    let columns = scope.all_columns(at);
                    self.star(columns, options, scope, &mut items, &mut names)?;
                }
                ast::SelectItem::QualifiedWildcard(
                    ast::SelectItemQualifiedWildcardKind::ObjectName(name),
                    options,
                ) => {
                    let columns = self.qualified_star(name, scope)?;
                    self.star(columns, options, scope, &mut items, &mut names)?;
                }
                ast::SelectItem::QualifiedWildcard(
                    ast::SelectItemQualifiedWildcardKind::Expr(expr),
                    _,
                ) => {
                    return Err(SqlError::unsupported(
                        "* of an expression",
                        self.span(place_of(expr)),
                    ));
                }
            }
        }
        Ok((items, names))
    }

    /// `name.*`.
    pub(super) fn qualified_star(
        &self,
        name: &ast::ObjectName,
        scope: &Scope<'_>,
    ) -> Result<Vec<(String, Expr)>, SqlError> {
        let at = place_of_name(name);
        let qualifier: Vec<String> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .map(stored)
            .collect();
        let mut level = Some(scope);
        while let Some(around) = level {
            if let Some(relation) = around
                .relations
                .iter()
                .find(|relation| relation.is_named(&qualifier))
            {
                return Ok(relation
                    .columns
                    .iter()
                    .enumerate()
                    .map(|(position, column)| {
                        (column.name.clone(), relation.reference(position, at))
                    })
                    .collect());
            }
            level = around.parent;
        }
        Err(SqlError::compilation(
            "002003",
            "42S02",
            format!(
                "Object '{}' does not exist or not authorized.",
                qualifier.join(".")
            ),
            self.span(at),
        ))
    }

    /// Applies ILIKE, EXCLUDE, REPLACE and RENAME to the columns of a star.
    pub(super) fn star(
        &mut self,
        mut columns: Vec<(String, Expr)>,
        options: &ast::WildcardAdditionalOptions,
        scope: &Scope<'_>,
        items: &mut Vec<Expr>,
        names: &mut Vec<String>,
    ) -> Result<(), SqlError> {
        let at = place(options.wildcard_token.0.span);
        if options.opt_except.is_some() || options.opt_alias.is_some() {
            return Err(SqlError::unsupported("* EXCEPT", self.span(at)));
        }
        if let Some(ilike) = &options.opt_ilike {
            columns.retain(|(name, _)| like(&ilike.pattern.to_uppercase(), &name.to_uppercase()));
            if columns.is_empty() {
                return Err(SqlError::compilation(
                    "001080",
                    "42601",
                    "SELECT with no columns",
                    self.span(at),
                ));
            }
        }
        if let Some(exclude) = &options.opt_exclude {
            let excluded = match exclude {
                ast::ExcludeSelectItem::Single(name) => std::slice::from_ref(name),
                ast::ExcludeSelectItem::Multiple(names) => names,
            };
            for name in excluded {
                let stored_name = name
                    .0
                    .last()
                    .and_then(|part| part.as_ident())
                    .map(stored)
                    .unwrap_or_default();
                let before = columns.len();
                columns.retain(|(column, _)| *column != stored_name);
                if columns.len() == before {
                    return Err(SqlError::invalid_identifier(
                        stored_name,
                        self.span(place_of_name(name)),
                    ));
                }
            }
        }
        if let Some(replace) = &options.opt_replace {
            for element in &replace.items {
                let name = stored(&element.column_name);
                let value = self.expression(&element.expr, scope)?;
                let Some((_, column)) = columns.iter_mut().find(|(column, _)| *column == name)
                else {
                    return Err(SqlError::invalid_identifier(
                        name,
                        self.span(place(element.column_name.span)),
                    ));
                };
                *column = value;
            }
        }
        if let Some(rename) = &options.opt_rename {
            let renamed = match rename {
                ast::RenameSelectItem::Single(one) => std::slice::from_ref(one),
                ast::RenameSelectItem::Multiple(many) => many,
            };
            for element in renamed {
                let name = stored(&element.ident);
                let Some((column, _)) = columns.iter_mut().find(|(column, _)| *column == name)
                else {
                    return Err(SqlError::invalid_identifier(
                        name,
                        self.span(place(element.ident.span)),
                    ));
                };
                *column = stored(&element.alias);
            }
        }
        for (name, column) in columns {
            items.push(column);
            names.push(name);
        }
        Ok(())
    }

    /// ORDER BY: an alias wins over a column, a number is a position.
    fn order_by(
        &mut self,
        order_by: &ast::OrderBy,
        items: &[Expr],
        names: &[String],
        distinct: bool,
        scope: &Scope<'_>,
    ) -> Result<Vec<Order>, SqlError> {
        let terms = match &order_by.kind {
            ast::OrderByKind::Expressions(terms) => terms,
            ast::OrderByKind::All(options) => {
                return Ok((0..items.len())
                    .map(|index| self.order_all(options, index))
                    .collect());
            }
        };
        let mut order = Vec::with_capacity(terms.len());
        for term in terms {
            let key = self.order_key(&term.expr, items, names, scope)?;
            if distinct && matches!(key, OrderKey::Expr(_)) {
                return Err(SqlError::compilation(
                    "001104",
                    "42601",
                    format!(
                        "'{}' in order by clause is not in the select list of a SELECT DISTINCT",
                        term.expr
                    ),
                    self.span(expression::place_of_start(&term.expr)),
                ));
            }
            order.push(self.order(key, &term.options));
        }
        Ok(order)
    }

    fn order_key(
        &mut self,
        expr: &ast::Expr,
        items: &[Expr],
        names: &[String],
        scope: &Scope<'_>,
    ) -> Result<OrderKey, SqlError> {
        match expr {
            ast::Expr::Identifier(ident) => {
                let name = stored(ident);
                if let Some(position) = names.iter().position(|known| *known == name) {
                    return Ok(OrderKey::Output(position));
                }
            }
            ast::Expr::Value(value) => {
                if let Some(ordinal) = super::query::ordinal(&value.value) {
                    return match ordinal.checked_sub(1).filter(|index| *index < items.len()) {
                        Some(index) => Ok(OrderKey::Output(index)),
                        None => Err(SqlError::compilation(
                            "002037",
                            "42601",
                            format!("Invalid ORDER BY position: {ordinal}"),
                            self.span(place(value.span)),
                        )),
                    };
                }
            }
            _ => {}
        }
        let value = self.expression(expr, scope)?;
        Ok(match items.iter().position(|item| *item == value) {
            Some(position) => OrderKey::Output(position),
            None => OrderKey::Expr(value),
        })
    }
}

/// The name of a column that is selected as it is.
fn column_name(expr: &ast::Expr) -> Option<String> {
    match expr {
        ast::Expr::Identifier(ident) => Some(stored(ident)),
        ast::Expr::CompoundIdentifier(idents) => idents.last().map(stored),
        _ => None,
    }
}

/// SQL's LIKE on two short texts.
fn like(pattern: &str, text: &str) -> bool {
    fn matches(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('%', rest)) => (0..=text.len()).any(|skip| matches(rest, &text[skip..])),
            Some(('_', rest)) => !text.is_empty() && matches(rest, &text[1..]),
            Some((first, rest)) => text.first() == Some(first) && matches(rest, &text[1..]),
        }
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    matches(&pattern, &text)
}
