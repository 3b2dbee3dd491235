//! MERGE.

use super::insert::{ColumnTarget, with_widening};
use super::scope::{Relation, Scope};
use super::tree::{
    Body, Expr, From, GroupBy, GroupingSets, JoinKind, Output, Place, Query, Select,
};
use super::update::{duplicate_row, row_id};
use super::{Analyzer, place, place_of_name, stored};
use crate::catalog::{Catalog, physical_relation};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower::{self, quote_name};
use crate::name::physical_name;
use crate::object::{Column, PropertyValue, Table};
use crate::plan::{ModifyKind, ModifyPlan, SessionContext};
use sqlparser::ast;

/// Plans a MERGE. `script` is the text its spans point into.
///
/// # Errors
/// Whatever Snowflake's compiler would refuse, and what snowmelt does not support.
pub fn plan_merge(
    merge: &ast::Merge,
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<ModifyPlan, SqlError> {
    with_widening(script, catalog, context, |analyzer, widen| {
        analyzer.merge(merge, widen)
    })
}

/// What WHEN MATCHED clauses can do to a target row, in their order: the condition, and whether it is an update.
type MatchedActions = Vec<(Option<Expr>, bool)>;

impl Analyzer<'_> {
    fn merge(
        &mut self,
        merge: &ast::Merge,
        widen: &mut Vec<String>,
    ) -> Result<ModifyPlan, SqlError> {
        if merge.output.is_some() {
            return Err(SqlError::unsupported(
                "MERGE … OUTPUT",
                self.span(place(merge.merge_token.0.span)),
            ));
        }
        let mut scope = Scope::default();
        let joined = |relation: &ast::TableFactor| ast::TableWithJoins {
            relation: relation.clone(),
            joins: Vec::new(),
        };
        let (table, target, id) = self.dml_target(&joined(&merge.table), &mut scope)?;
        let source = self.table_with_joins(&joined(&merge.source), &mut scope)?;
        let on = self.expression(&merge.on, &scope)?;
        let on = self.boolean(on, "ON")?;
        let mut source_scope = Scope::default();
        std::mem::swap(&mut source_scope.relations, &mut scope.relations);
        let target_relation = source_scope.relations.remove(0);
        let mut clauses = Vec::with_capacity(merge.clauses.len());
        let mut actions: MatchedActions = Vec::new();
        let (mut inserts, mut updates, mut deletes) = (false, false, false);
        // What WHEN NOT MATCHED says can see the source only.
        let mut not_matched_sql = Vec::new();
        let mut unconditional = [false; 2];
        for clause in &merge.clauses {
            if matches!(
                clause.clause_kind,
                ast::MergeClauseKind::NotMatched | ast::MergeClauseKind::NotMatchedByTarget
            ) {
                self.check_reachable(clause, &mut unconditional[1])?;
                not_matched_sql.push(self.insert_clause(clause, &table, &source_scope, widen)?);
                inserts = true;
            }
        }
        scope.relations.push(target_relation);
        scope.relations.append(&mut source_scope.relations);
        for clause in &merge.clauses {
            match clause.clause_kind {
                ast::MergeClauseKind::NotMatched | ast::MergeClauseKind::NotMatchedByTarget => {}
                ast::MergeClauseKind::NotMatchedBySource => {
                    return Err(SqlError::unsupported(
                        "WHEN NOT MATCHED BY SOURCE",
                        self.span(place(clause.when_token.0.span)),
                    ));
                }
                ast::MergeClauseKind::Matched => {
                    self.check_reachable(clause, &mut unconditional[0])?;
                    let (sql, condition, is_update) =
                        self.matched_clause(clause, &table, &scope, widen)?;
                    updates |= is_update;
                    deletes |= !is_update;
                    clauses.push(sql);
                    actions.push((condition, is_update));
                }
            }
        }
        clauses.extend(not_matched_sql);
        let guard = self.merge_guard(id, &target, &source, &on, &actions);
        let sql = format!(
            "MERGE INTO {} AS t{id} USING {} ON {} {} RETURNING merge_action",
            physical_relation(&table),
            lower::relation(&source),
            lower::expression(&on),
            clauses.join(" ")
        );
        Ok(ModifyPlan {
            table: table.name.clone(),
            kind: ModifyKind::Merge {
                inserts,
                updates,
                deletes,
            },
            widen: widen.clone(),
            guard,
            multi_joined: None,
            sql,
            reads: std::mem::take(&mut self.reads),
        })
    }

    /// A clause after one of its kind without a condition would never be reached.
    fn check_reachable(
        &self,
        clause: &ast::MergeClause,
        unconditional: &mut bool,
    ) -> Result<(), SqlError> {
        if *unconditional {
            return Err(SqlError::compilation(
                "001003",
                "42000",
                "unreachable case in MERGE: a clause of its kind before it has no condition",
                self.span(place(clause.when_token.0.span)),
            ));
        }
        *unconditional = clause.predicate.is_none();
        Ok(())
    }

    fn clause_condition(
        &mut self,
        clause: &ast::MergeClause,
        scope: &Scope<'_>,
    ) -> Result<Option<Expr>, SqlError> {
        match &clause.predicate {
            None => Ok(None),
            Some(predicate) => {
                let predicate = self.expression(predicate, scope)?;
                self.boolean(predicate, "WHEN").map(Some)
            }
        }
    }

    fn matched_clause(
        &mut self,
        clause: &ast::MergeClause,
        table: &Table,
        scope: &Scope<'_>,
        widen: &mut Vec<String>,
    ) -> Result<(String, Option<Expr>, bool), SqlError> {
        let condition = self.clause_condition(clause, scope)?;
        let head = match &condition {
            None => "WHEN MATCHED THEN".to_owned(),
            Some(condition) => format!("WHEN MATCHED AND {} THEN", lower::expression(condition)),
        };
        let at = place(clause.when_token.0.span);
        match &clause.action {
            ast::MergeAction::Delete { .. } => Ok((format!("{head} DELETE"), condition, false)),
            ast::MergeAction::Update(update) => {
                if update.update_predicate.is_some() || update.delete_predicate.is_some() {
                    return Err(SqlError::unsupported(
                        "UPDATE … WHERE in MERGE",
                        self.span(at),
                    ));
                }
                let set = match &update.kind {
                    ast::MergeUpdateKind::Set(assignments) => assignments
                        .iter()
                        .map(|assignment| self.assignment(assignment, table, scope, widen))
                        .collect::<Result<Vec<_>, _>>()?,
                    ast::MergeUpdateKind::Wildcard => {
                        let after = place(update.update_token.0.span).0.end;
                        if !self.is_all_by_name(after) {
                            return Err(SqlError::unsupported("UPDATE SET *", self.span(at)));
                        }
                        let source = &scope.relations[1..];
                        self.by_name(source, table, at)?
                            .into_iter()
                            .map(|(column, value)| {
                                let target = ColumnTarget::for_value(column, &value, widen);
                                Ok((column.name.clone(), target.assign(self, value)?))
                            })
                            .collect::<Result<Vec<_>, SqlError>>()?
                    }
                };
                let set: Vec<String> = set
                    .iter()
                    .map(|(name, value)| {
                        format!(
                            "{} = {}",
                            quote_name(&physical_name(name)),
                            lower::expression(value)
                        )
                    })
                    .collect();
                Ok((
                    format!("{head} UPDATE SET {}", set.join(", ")),
                    condition,
                    true,
                ))
            }
            ast::MergeAction::Insert(_) | ast::MergeAction::DoNothing { .. } => Err(
                SqlError::unsupported("this action of WHEN MATCHED", self.span(at)),
            ),
        }
    }

    fn insert_clause(
        &mut self,
        clause: &ast::MergeClause,
        table: &Table,
        scope: &Scope<'_>,
        widen: &mut Vec<String>,
    ) -> Result<String, SqlError> {
        let at = place(clause.when_token.0.span);
        let condition = self.clause_condition(clause, scope)?;
        let head = match &condition {
            None => "WHEN NOT MATCHED THEN".to_owned(),
            Some(condition) => {
                format!("WHEN NOT MATCHED AND {} THEN", lower::expression(condition))
            }
        };
        let ast::MergeAction::Insert(insert) = &clause.action else {
            return Err(SqlError::unsupported(
                "this action of WHEN NOT MATCHED",
                self.span(at),
            ));
        };
        if insert.kind == ast::MergeInsertKind::Wildcard
            && self.is_all_by_name(place(insert.insert_token.0.span).0.end)
        {
            let values = self.by_name(&scope.relations, table, at)?;
            let mut names = Vec::with_capacity(values.len());
            let mut texts = Vec::with_capacity(values.len());
            for (column, value) in values {
                let target = ColumnTarget::for_value(column, &value, widen);
                names.push(quote_name(&physical_name(&column.name)));
                texts.push(lower::expression(&target.assign(self, value)?));
            }
            return Ok(format!(
                "{head} INSERT ({}) VALUES ({})",
                names.join(", "),
                texts.join(", ")
            ));
        }
        let ast::MergeInsertKind::Values(values) = &insert.kind else {
            return Err(SqlError::unsupported(
                "INSERT without VALUES in MERGE",
                self.span(at),
            ));
        };
        let [row] = values.rows.as_slice() else {
            return Err(SqlError::unsupported(
                "several rows in INSERT of MERGE",
                self.span(at),
            ));
        };
        let columns = self.merge_columns(&insert.columns, table)?;
        if columns.len() != row.content.len() {
            return Err(SqlError::compilation(
                "002020",
                "21S01",
                format!(
                    "Insert value list does not match column list expecting {} but got {}",
                    columns.len(),
                    row.content.len()
                ),
                self.span(at),
            ));
        }
        let mut names = Vec::new();
        let mut texts = Vec::new();
        for (column, expr) in columns.iter().zip(&row.content) {
            let value = if super::insert::is_default(expr) {
                self.default_value(column)?
            } else {
                self.expression(expr, scope)?
            };
            let target = ColumnTarget::for_value(column, &value, widen);
            names.push(quote_name(&physical_name(&column.name)));
            texts.push(lower::expression(&target.assign(self, value)?));
        }
        for column in &table.columns {
            let given = columns.iter().any(|known| known.name == column.name);
            if !given && column.default.is_some() {
                let value = self.default_value(column)?;
                names.push(quote_name(&physical_name(&column.name)));
                texts.push(lower::expression(
                    &ColumnTarget::of(column).assign(self, value)?,
                ));
            }
        }
        Ok(format!(
            "{head} INSERT ({}) VALUES ({})",
            names.join(", "),
            texts.join(", ")
        ))
    }

    /// Whether ALL BY NAME stands after that byte of the text: the parser shows it as `*`.
    fn is_all_by_name(&self, after: usize) -> bool {
        self.script
            .get(after..)
            .and_then(|rest| rest.trim_start().get(..3))
            .is_some_and(|word| word.eq_ignore_ascii_case("ALL"))
    }

    /// Each column of the target with the source's column of that name; both sides must have the same names.
    fn by_name<'t>(
        &self,
        source: &[Relation],
        table: &'t Table,
        at: Place,
    ) -> Result<Vec<(&'t Column, Expr)>, SqlError> {
        let columns: Vec<(&str, Expr)> = source
            .iter()
            .flat_map(|relation| {
                relation
                    .columns
                    .iter()
                    .enumerate()
                    .map(|(position, column)| {
                        (column.name.as_str(), relation.reference(position, at))
                    })
            })
            .collect();
        let missing = |name: &str| {
            SqlError::invalid_identifier(crate::name::quote_if_needed(name), self.span(at))
        };
        if let Some((name, _)) = columns
            .iter()
            .find(|(name, _)| table.column(name).is_none())
        {
            return Err(missing(name));
        }
        table
            .columns
            .iter()
            .map(|column| {
                columns
                    .iter()
                    .find(|(name, _)| *name == column.name)
                    .map(|(_, value)| (column, value.clone()))
                    .ok_or_else(|| missing(&column.name))
            })
            .collect()
    }

    fn merge_columns(
        &self,
        names: &[ast::ObjectName],
        table: &Table,
    ) -> Result<Vec<Column>, SqlError> {
        if names.is_empty() {
            return Ok(table.columns.clone());
        }
        names
            .iter()
            .map(|name| {
                let column_name = name
                    .0
                    .last()
                    .and_then(|part| part.as_ident())
                    .map(stored)
                    .unwrap_or_default();
                table
                    .column(&column_name)
                    .map(|(_, column)| column.clone())
                    .ok_or_else(|| {
                        SqlError::invalid_identifier(
                            crate::name::quote_if_needed(&column_name),
                            self.span(place_of_name(name)),
                        )
                    })
            })
            .collect()
    }

    /// A target row that several source rows would update, or update and delete, is an error unless the session says
    /// otherwise; rows that are only deleted are not.
    fn merge_guard(
        &self,
        id: u32,
        target: &From,
        source: &From,
        on: &Expr,
        actions: &MatchedActions,
    ) -> Option<String> {
        let allowed = matches!(
            self.context
                .parameters
                .get("ERROR_ON_NONDETERMINISTIC_MERGE"),
            Some(PropertyValue::Boolean(false))
        );
        if allowed || !actions.iter().any(|(_, is_update)| *is_update) {
            return None;
        }
        // 1 for an update, 0 for a delete, NULL for no action.
        let mut template = "CASE".to_owned();
        let mut arguments = Vec::new();
        for (condition, is_update) in actions {
            match condition {
                Some(condition) => {
                    template.push_str(&format!(
                        " WHEN {{{}}} THEN {}",
                        arguments.len(),
                        u8::from(*is_update)
                    ));
                    arguments.push(condition.clone());
                }
                None if arguments.is_empty() => {
                    template = format!("CASE WHEN TRUE THEN {}", u8::from(*is_update))
                }
                None => template.push_str(&format!(" ELSE {}", u8::from(*is_update))),
            }
        }
        template.push_str(" END");
        let having = Expr::scalar(
            "COUNT",
            format!("(count({template}) > 1 AND max({template}) = 1)"),
            arguments,
            DataType::Boolean,
        );
        let row = row_id(id);
        let joined = From::Join {
            kind: JoinKind::Inner,
            left: Box::new(target.clone()),
            right: Box::new(source.clone()),
            on: Some(on.clone()),
        };
        let mut select = Select::of(vec![row.clone()], Some(joined), None);
        select.group_by = Some(GroupBy {
            keys: vec![row.clone()],
            sets: GroupingSets::Plain,
        });
        select.having = Some(having);
        let doubles = Query::of(Body::Select(Box::new(select)), vec![Output::of("", &row)]);
        Some(duplicate_row(&lower::query(&doubles)))
    }
}
