//! ALTER TABLE and CREATE OR ALTER TABLE: the definition afterwards, and how the stored table gets there.

use super::resolve::Resolver;
use super::stored_table::{bare_name, beside, column_name, create_as, quote};
use super::{AlterTableStep, Plan, default, property, table};
use crate::analyze;
use crate::catalog::physical_relation;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::{Column, DefaultValue, Object, PropertyValue, Table, TableKind};
use crate::span::Span;
use crate::statement::{
    AlterColumnAction, AlterTable, AlterTableAction, ColumnDefinition, CreateMode, CreateTable,
    Options,
};

/// ALTER TABLE. `script` is the text the statement's spans point into.
pub(super) fn plan(
    alter: &AlterTable,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let before = match resolver.find_table(&alter.name)? {
        Some(table) => table,
        None if alter.if_exists => return Ok(Plan::Nothing),
        None => {
            let full = resolver.name(&alter.name)?;
            return Err(SqlError::does_not_exist("Table", full, alter.name.span()));
        }
    };
    let name = before.name.clone();
    if let AlterTableAction::SwapWith(other) = &alter.action {
        let other = resolver.table(other)?;
        if (other.kind == TableKind::Temporary) != (before.kind == TableKind::Temporary) {
            return Err(SqlError::unsupported(
                "SWAP WITH between a temporary table and another",
                alter.name.span(),
            ));
        }
        return Ok(Plan::AlterTable {
            name,
            steps: vec![AlterTableStep::SwapWith(other.name.clone())],
        });
    }
    let mut change = Change::new(&before);
    change.action(&alter.action, script, resolver)?;
    Ok(Plan::AlterTable {
        name,
        steps: change.steps(),
    })
}

/// CREATE OR ALTER TABLE: `wanted` is what the statement declares.
pub(super) fn plan_create_or_alter(
    wanted: Table,
    create: &CreateTable,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let Some(before) = resolver.find_table(&create.name)? else {
        return Ok(Plan::Create {
            object: Object::Table(wanted),
            mode: CreateMode::Create,
            credentials: None,
        });
    };
    let mut change = Change::new(&before);
    for column in &before.columns {
        if wanted.column(&column.name).is_none() {
            change.drop_column(&column.name, create.name.span())?;
        }
    }
    for (definition, column) in create.columns.iter().zip(&wanted.columns) {
        let span = definition.name.span;
        if before.column(&column.name).is_none() {
            change.add_column(definition, script, resolver)?;
            continue;
        }
        change.set_type(&column.name, column.data_type, span)?;
        change.set_nullable(&column.name, column.nullable, span)?;
        let altered = change.column_mut(&column.name, span)?;
        altered.comment.clone_from(&column.comment);
        if altered.default != column.default {
            if column.default.is_some() {
                return Err(SqlError::unsupported(
                    "CREATE OR ALTER TABLE that changes a column's default",
                    span,
                ));
            }
            altered.default = None;
        }
    }
    let order = |table: &Table| -> Vec<String> {
        table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    };
    if order(&change.after) != order(&wanted) {
        return Err(SqlError::unsupported(
            "CREATE OR ALTER TABLE that changes the order of columns",
            create.name.span(),
        )
        .with_hint("new columns come last"));
    }
    change.after.primary_key = wanted.primary_key;
    change.after.unique_keys = wanted.unique_keys;
    change.after.foreign_keys = wanted.foreign_keys;
    change.after.comment = wanted.comment;
    change.after.properties = wanted.properties;
    if wanted.kind != change.after.kind {
        return Err(SqlError::unsupported(
            "CREATE OR ALTER TABLE that changes the table's kind",
            create.name.span(),
        ));
    }
    Ok(Plan::AlterTable {
        name: before.name.clone(),
        steps: change.steps(),
    })
}

/// How a column of the altered table gets its values.
enum Values {
    /// From that column of the old table, by stored spelling.
    Kept(String),
    /// From a DuckDB query of one value; NULL without one.
    Added(Option<String>),
}

/// The change of one table: what it was, what it becomes.
struct Change<'a> {
    before: &'a Table,
    after: Table,
    /// One for each column of `after`.
    values: Vec<Values>,
    /// Conditions under which the change is refused: DuckDB expressions of the old column, per column of `after`.
    checks: Vec<Option<String>>,
}

impl<'a> Change<'a> {
    fn new(before: &'a Table) -> Self {
        Self {
            before,
            after: before.clone(),
            values: before
                .columns
                .iter()
                .map(|column| Values::Kept(column.name.clone()))
                .collect(),
            checks: before.columns.iter().map(|_| None).collect(),
        }
    }

    fn action(
        &mut self,
        action: &AlterTableAction,
        script: &str,
        resolver: Resolver<'_>,
    ) -> Result<(), SqlError> {
        match action {
            AlterTableAction::AddColumns {
                if_not_exists,
                columns,
            } => {
                for definition in columns {
                    let exists = self.after.column(&definition.name.value).is_some();
                    if !(exists && *if_not_exists) {
                        self.add_column(definition, script, resolver)?;
                    }
                }
            }
            AlterTableAction::DropColumns { if_exists, columns } => {
                for column in columns {
                    let exists = self.after.column(&column.value).is_some();
                    if exists || !*if_exists {
                        self.drop_column(&column.value, column.span)?;
                    }
                }
            }
            AlterTableAction::RenameColumn { from, to } => self.rename_column(from, to)?,
            AlterTableAction::AlterColumns(changes) => {
                for (column, action) in changes {
                    self.alter_column(column, action, script, resolver)?;
                }
            }
            AlterTableAction::RenameTo(name) => {
                let full = resolver.new_name(name)?;
                if resolver.catalog.relation(&full).is_some() {
                    return Err(SqlError::already_exists(full, name.span()));
                }
                self.after.name = full;
            }
            AlterTableAction::AddConstraint(constraint) => {
                let mut after = self.after.clone();
                table::add_constraint(&mut after, constraint, resolver)?;
                self.after = after;
            }
            AlterTableAction::DropConstraint(name) => self.drop_constraint(name)?,
            AlterTableAction::DropPrimaryKey => self.after.primary_key = None,
            AlterTableAction::RenameConstraint { from, to } => self.rename_constraint(from, to)?,
            AlterTableAction::ClusterBy(expressions) => {
                let key = "CLUSTER_BY".to_owned();
                let value = property::property(expressions);
                self.after.properties.insert(key, value);
            }
            AlterTableAction::DropClusteringKey => {
                self.after.properties.remove("CLUSTER_BY");
            }
            AlterTableAction::Recluster => {}
            AlterTableAction::Set(options) => self.set(options)?,
            AlterTableAction::Unset(names) => {
                for name in names {
                    match name.value.as_str() {
                        "COMMENT" => self.after.comment = None,
                        other => {
                            self.after.properties.remove(other);
                        }
                    }
                }
            }
            AlterTableAction::SwapWith(_) => {}
        }
        Ok(())
    }

    fn set(&mut self, options: &Options) -> Result<(), SqlError> {
        for (key, value) in options {
            match (key.value.as_str(), property::property(value)) {
                ("COMMENT", PropertyValue::Text(comment)) => self.after.comment = Some(comment),
                ("COMMENT", _) => {
                    return Err(crate::parse::options::invalid_value("COMMENT", value));
                }
                (key, value) => {
                    self.after.properties.insert(key.to_owned(), value);
                }
            }
        }
        Ok(())
    }

    fn position(&self, column: &str, span: Span) -> Result<usize, SqlError> {
        self.after
            .column(column)
            .map(|(position, _)| position)
            .ok_or_else(|| SqlError::invalid_identifier(crate::name::quote_if_needed(column), span))
    }

    fn column_mut(&mut self, column: &str, span: Span) -> Result<&mut Column, SqlError> {
        let position = self.position(column, span)?;
        Ok(&mut self.after.columns[position])
    }

    fn not_there(&self, column: &Ident) -> Result<(), SqlError> {
        match self.after.column(&column.value) {
            None => Ok(()),
            Some(_) => Err(SqlError::compilation(
                "001430",
                "42601",
                format!("column '{}' already exists", column.value),
                column.span,
            )),
        }
    }

    fn add_column(
        &mut self,
        definition: &ColumnDefinition,
        script: &str,
        resolver: Resolver<'_>,
    ) -> Result<(), SqlError> {
        self.not_there(&definition.name)?;
        let mut column = table::column(definition, script, resolver)?;
        let numbered = match &column.default {
            Some(DefaultValue::Identity(_)) => Some("AUTOINCREMENT"),
            Some(DefaultValue::Expression(text)) if default::is_sequence(text) => {
                Some("a sequence's default")
            }
            Some(DefaultValue::Expression(_)) | None => None,
        };
        if let Some(numbered) = numbered {
            return Err(SqlError::unsupported(
                format!("ALTER TABLE … ADD COLUMN with {numbered}"),
                definition.name.span,
            ));
        }
        let value = default::query(&column, table::default_place(definition), resolver)?;
        // The default may be longer than 64 bits.
        column.narrow &= value.is_none() || column.data_type.can_be_narrow();
        self.after.columns.push(column);
        self.values.push(Values::Added(value));
        self.checks.push(None);
        for constraint in &definition.constraints {
            table::add_constraint(&mut self.after, constraint, resolver)?;
        }
        Ok(())
    }

    fn drop_column(&mut self, column: &str, span: Span) -> Result<(), SqlError> {
        let position = self.position(column, span)?;
        if self.after.columns.len() == 1 {
            return Err(SqlError::compilation(
                "002104",
                "42601",
                "Cannot drop all columns in a table",
                span,
            ));
        }
        self.after.columns.remove(position);
        self.values.remove(position);
        self.checks.remove(position);
        // The keys that the column belonged to go with it.
        let has = |columns: &[String]| columns.iter().any(|other| other == column);
        if self
            .after
            .primary_key
            .as_ref()
            .is_some_and(|key| has(&key.columns))
        {
            self.after.primary_key = None;
        }
        self.after.unique_keys.retain(|key| !has(&key.columns));
        self.after.foreign_keys.retain(|key| !has(&key.columns));
        Ok(())
    }

    fn rename_column(&mut self, from: &Ident, to: &Ident) -> Result<(), SqlError> {
        let position = self.position(&from.value, from.span)?;
        if from != to {
            self.not_there(to)?;
        }
        self.after.columns[position].name.clone_from(&to.value);
        let keys = self
            .after
            .primary_key
            .iter_mut()
            .chain(&mut self.after.unique_keys)
            .map(|key| &mut key.columns)
            .chain(
                self.after
                    .foreign_keys
                    .iter_mut()
                    .map(|key| &mut key.columns),
            );
        for name in keys.flatten().filter(|name| **name == from.value) {
            name.clone_from(&to.value);
        }
        Ok(())
    }

    fn alter_column(
        &mut self,
        column: &Ident,
        action: &AlterColumnAction,
        script: &str,
        resolver: Resolver<'_>,
    ) -> Result<(), SqlError> {
        let (name, span) = (column.value.as_str(), column.span);
        match action {
            AlterColumnAction::SetType(written, type_span) => {
                let data_type = analyze::data_type(written, resolver.context, *type_span)?;
                self.set_type(name, data_type, *type_span)?;
            }
            AlterColumnAction::SetNotNull => self.set_nullable(name, false, span)?,
            AlterColumnAction::DropNotNull => self.set_nullable(name, true, span)?,
            AlterColumnAction::SetDefault(expression, default_span) => {
                let text = default::kept_text(expression, *default_span, script, resolver)?;
                let column = self.column_mut(name, span)?;
                let had = matches!(&column.default, Some(DefaultValue::Expression(old)) if default::is_sequence(old));
                if !had || !default::is_sequence(&text) {
                    return Err(SqlError::unsupported(
                        "ALTER COLUMN … SET DEFAULT of anything but another sequence",
                        *default_span,
                    ));
                }
                column.default = Some(DefaultValue::Expression(text));
            }
            AlterColumnAction::DropDefault => self.column_mut(name, span)?.default = None,
            AlterColumnAction::SetComment(comment) => {
                self.column_mut(name, span)?.comment = Some(comment.clone());
            }
            AlterColumnAction::UnsetComment => self.column_mut(name, span)?.comment = None,
        }
        Ok(())
    }

    fn set_nullable(&mut self, column: &str, nullable: bool, span: Span) -> Result<(), SqlError> {
        self.column_mut(column, span)?.nullable = nullable;
        Ok(())
    }

    /// Longer text, more or fewer digits: what Snowflake lets a column become.
    fn set_type(&mut self, column: &str, wanted: DataType, span: Span) -> Result<(), SqlError> {
        let position = self.position(column, span)?;
        let altered = &mut self.after.columns[position];
        let old = altered.data_type;
        let refuse = |why: &str| {
            Err(SqlError::compilation(
                "040052",
                "22000",
                format!("cannot change column {column} from type {old} to {wanted}{why}"),
                span,
            ))
        };
        match (old, wanted) {
            _ if old == wanted => return Ok(()),
            (DataType::Text { length: old }, DataType::Text { length }) if length < old => {
                return refuse(" because reducing the byte-length of a varchar is not supported.");
            }
            (DataType::Text { .. }, DataType::Text { .. }) => {}
            (
                DataType::Number {
                    precision: old,
                    scale,
                },
                DataType::Number {
                    precision,
                    scale: new_scale,
                },
            ) if scale == new_scale => {
                if precision < old {
                    let limit = format!("1{}", "0".repeat(usize::from(precision - scale)));
                    self.checks[position] = Some(limit);
                }
            }
            _ => return refuse(""),
        }
        self.after.columns[position].data_type = wanted;
        Ok(())
    }

    fn drop_constraint(&mut self, name: &Ident) -> Result<(), SqlError> {
        let named = |other: &Option<String>| other.as_ref() == Some(&name.value);
        let after = &mut self.after;
        let before = after.unique_keys.len() + after.foreign_keys.len();
        after.unique_keys.retain(|key| !named(&key.name));
        after.foreign_keys.retain(|key| !named(&key.name));
        if after
            .primary_key
            .as_ref()
            .is_some_and(|key| named(&key.name))
        {
            after.primary_key = None;
        } else if before == after.unique_keys.len() + after.foreign_keys.len() {
            return Err(no_constraint(name));
        }
        Ok(())
    }

    fn rename_constraint(&mut self, from: &Ident, to: &Ident) -> Result<(), SqlError> {
        let after = &mut self.after;
        let names = after
            .primary_key
            .iter_mut()
            .chain(&mut after.unique_keys)
            .map(|key| &mut key.name)
            .chain(after.foreign_keys.iter_mut().map(|key| &mut key.name));
        for name in names.flatten() {
            if *name == from.value {
                name.clone_from(&to.value);
                return Ok(());
            }
        }
        Err(no_constraint(from))
    }

    /// The one step that makes the change.
    fn steps(self) -> Vec<AlterTableStep> {
        if self.after == *self.before {
            return Vec::new();
        }
        let sql = match self.statements() {
            Some(statements) => statements,
            None => self.rebuild(),
        };
        vec![AlterTableStep::Change {
            table: self.after,
            sql,
        }]
    }

    /// DuckDB's own ALTER TABLE statements; `None` where they cannot do it in one transaction: it neither adds a column
    /// that is not null, nor changes a table further after rows were filled in or checked for NULL, nor moves a table.
    fn statements(&self) -> Option<Vec<String>> {
        let table = physical_relation(self.before);
        let (old, new) = (&self.before.name, &self.after.name);
        let mut statements = Vec::new();
        let mut checks_null = false;
        for column in &self.before.columns {
            let kept =
                |values: &Values| matches!(values, Values::Kept(name) if *name == column.name);
            if !self.values.iter().any(kept) {
                let name = column_name(&column.name);
                statements.push(format!("ALTER TABLE {table} DROP COLUMN {name}"));
            }
        }
        for (index, (column, values)) in self.after.columns.iter().zip(&self.values).enumerate() {
            let name = column_name(&column.name);
            let from = match values {
                Values::Added(None) if column.nullable => {
                    let data_type = column.physical();
                    statements.push(format!("ALTER TABLE {table} ADD COLUMN {name} {data_type}"));
                    continue;
                }
                Values::Added(_) => return None,
                Values::Kept(from) => from,
            };
            let (_, before) = self.before.column(from)?;
            if from != &column.name {
                let from = column_name(from);
                statements.push(format!(
                    "ALTER TABLE {table} RENAME COLUMN {from} TO {name}"
                ));
            }
            let alter = format!("ALTER TABLE {table} ALTER COLUMN {name}");
            if before.physical() != column.physical() || self.checks[index].is_some() {
                let using = self.checked(index, &name);
                let data_type = column.physical();
                statements.push(format!("{alter} SET DATA TYPE {data_type} USING {using}"));
            }
            if before.nullable != column.nullable {
                checks_null |= !column.nullable;
                let action = if column.nullable { "DROP" } else { "SET" };
                statements.push(format!("{alter} {action} NOT NULL"));
            }
        }
        if old != new {
            let moves = (&old.database, &old.schema) != (&new.database, &new.schema);
            if moves && self.before.kind != TableKind::Temporary {
                return None;
            }
            let name = quote(&bare_name(&self.after));
            statements.push(format!("ALTER TABLE {table} RENAME TO {name}"));
        }
        (!checks_null || statements.len() == 1).then_some(statements)
    }

    /// A new table filled from the old one.
    fn rebuild(&self) -> Vec<String> {
        let old = physical_relation(self.before);
        let new = physical_relation(&self.after);
        let values: Vec<String> = self
            .values
            .iter()
            .enumerate()
            .map(|(index, values)| match values {
                Values::Kept(from) => self.checked(index, &column_name(from)),
                Values::Added(None) => "NULL".to_owned(),
                Values::Added(Some(query)) => format!("({query})"),
            })
            .collect();
        // A name that no Snowflake object has: `~` is followed by hexadecimal digits in those.
        let (target, rename) = if old == new {
            let name = bare_name(&self.after);
            let target = beside(&self.after, &format!("{name}~rebuilt"));
            (target, Some(quote(&name)))
        } else {
            (new, None)
        };
        let mut statements = vec![
            create_as(&target, &self.after),
            format!(
                "INSERT INTO {target} SELECT {} FROM {old}",
                values.join(", ")
            ),
            format!("DROP TABLE {old}"),
        ];
        if let Some(name) = rename {
            statements.push(format!("ALTER TABLE {target} RENAME TO {name}"));
        }
        statements
    }

    /// The old value, refused where it does not fit the new type.
    fn checked(&self, index: usize, value: &str) -> String {
        let column = &self.after.columns[index];
        match &self.checks[index] {
            None => value.to_owned(),
            Some(limit) => {
                let error = crate::raised::raise(
                    "100132",
                    "22003",
                    &format!("'Numeric value ''' || {value} || ''' is out of range'"),
                );
                format!(
                    "CAST(CASE WHEN abs({value}) >= {limit} THEN {error} ELSE {value} END AS {})",
                    column.physical()
                )
            }
        }
    }
}

fn no_constraint(name: &Ident) -> SqlError {
    SqlError::does_not_exist("Constraint", name, name.span)
}
