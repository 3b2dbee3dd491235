//! FROM: tables, views, subqueries, table functions and how they join.

use super::query::{relation_columns, relation_of};
use super::scope::{Relation, Scope};
use super::table_function::TableCall;
use super::tree::{Column, Expr, From, JoinKind, Place};
use super::{Analyzer, place, place_of, place_of_name, stored};
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

    /// A table and what is joined to it, after `before`, which its table functions may refer to.
    fn joined(
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
                self.make_nullable(kind, first, middle, scope);
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
                self.make_nullable(kind, first, middle, scope);
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

    fn asof_join(
        &mut self,
        left: From,
        right: From,
        match_condition: &ast::Expr,
        constraint: &ast::JoinConstraint,
        middle: usize,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        // Rows of the left side without a match stay, with NULLs.
        self.make_nullable(JoinKind::Left, 0, middle, scope);
        let condition = self.expression(match_condition, scope)?;
        let mut on = self.boolean(condition, "MATCH_CONDITION")?;
        match constraint {
            ast::JoinConstraint::None => {}
            ast::JoinConstraint::On(equal) => {
                let equal = self.expression(equal, scope)?;
                let equal = self.boolean(equal, "ON")?;
                on = Expr::scalar(
                    "AND",
                    "({0} AND {1})",
                    vec![equal, on],
                    crate::DataType::Boolean,
                );
            }
            other => {
                return Err(SqlError::unsupported(
                    format!("ASOF JOIN with {other:?}"),
                    self.span(place_of(match_condition)),
                ));
            }
        }
        Ok(From::Join {
            kind: JoinKind::AsOfLeft,
            left: Box::new(left),
            right: Box::new(right),
            on: Some(on),
        })
    }

    /// Columns of a side that an outer join fills with NULLs become nullable.
    fn make_nullable(&self, kind: JoinKind, first: usize, middle: usize, scope: &mut Scope<'_>) {
        let end = scope.relations.len();
        let range = match kind {
            JoinKind::Inner | JoinKind::Cross => return,
            JoinKind::Left | JoinKind::AsOfLeft => middle..end,
            JoinKind::Right => first..middle,
            JoinKind::Full => first..end,
        };
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

    fn using(
        &mut self,
        kind: JoinKind,
        names: &[(String, Place)],
        first: usize,
        middle: usize,
        scope: &mut Scope<'_>,
    ) -> Result<Expr, SqlError> {
        self.make_nullable(kind, first, middle, scope);
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
        side: std::ops::Range<usize>,
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

    fn table_factor(
        &mut self,
        factor: &ast::TableFactor,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        use ast::TableFactor as T;
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
                    sample: self.sample(sample.as_ref())?,
                })
            }
            T::NestedJoin {
                table_with_joins,
                alias: None,
            } => self.table_with_joins(table_with_joins, scope),
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
        if name.to_string().starts_with('@') {
            return Err(SqlError::unsupported(
                "a query over staged files",
                self.span(place_of_name(name)),
            ));
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
        T::Pivot { .. } => "PIVOT",
        T::Unpivot { .. } | T::UnpivotExpr { .. } => "UNPIVOT",
        T::MatchRecognize { .. } => "MATCH_RECOGNIZE",
        T::SemanticView { .. } => "SEMANTIC_VIEW",
        T::NestedJoin { .. } => "an alias of a join in parentheses",
        T::UNNEST { .. } => "UNNEST",
        T::JsonTable { .. } | T::OpenJsonTable { .. } => "JSON_TABLE",
        T::XmlTable { .. } => "XMLTABLE",
        T::Table { .. } | T::Derived { .. } | T::TableFunction { .. } | T::Function { .. } => {
            "this form of table"
        }
    }
}
