//! CREATE TABLE with columns, LIKE or CLONE; and the parts of a definition that CREATE TABLE … AS SELECT shares.

use super::copy::duplicate_column;
use super::property::properties;
use super::resolve::Resolver;
use super::{Plan, alter_table, default, template};
use crate::analyze;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::{Column, DefaultValue, ForeignKey, Key, Table};
use crate::span::Span;
use crate::statement::{
    ColumnDefault, ColumnDefinition, ConstraintKind, CreateMode, CreateTable, TableConstraint,
};
use std::collections::HashSet;

/// CREATE TABLE, but not AS SELECT. `script` is the text the statement's spans point into.
pub(super) fn plan(
    create: &CreateTable,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let name = resolver.new_name(&create.name)?;
    if let Some(source) = &create.clone {
        let source = resolver.table(source)?;
        let table = Table {
            name,
            kind: create.kind,
            comment: create.comment.clone().or_else(|| source.comment.clone()),
            ..(*source).clone()
        };
        return Ok(Plan::CreateTableClone {
            table,
            mode: create.mode,
            source: source.name.clone(),
        });
    }
    let mut table = Table {
        name,
        kind: create.kind,
        columns: Vec::new(),
        primary_key: None,
        unique_keys: Vec::new(),
        foreign_keys: Vec::new(),
        comment: create.comment.clone(),
        properties: kept(create),
    };
    match (&create.like, &create.template) {
        (_, Some((query, span))) => {
            table.columns = template::columns(query, *span, script, resolver)?;
        }
        (Some(source), None) => {
            let source = resolver.table(source)?;
            table = Table {
                name: table.name,
                kind: table.kind,
                comment: table.comment,
                ..(*source).clone()
            };
        }
        (None, None) => {
            table.columns = columns(&create.columns, script, resolver)?;
            add_constraints(&mut table, create, resolver)?;
        }
    }
    if create.mode == CreateMode::OrAlter {
        return alter_table::plan_create_or_alter(table, create, script, resolver);
    }
    Ok(Plan::Create {
        object: crate::object::Object::Table(table),
        mode: create.mode,
        credentials: None,
    })
}

/// CREATE TABLE … AS SELECT.
pub(super) fn plan_as_select(
    create: &CreateTable,
    query: &sqlparser::ast::Query,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let mut table = Table {
        name: resolver.new_name(&create.name)?,
        kind: create.kind,
        columns: Vec::new(),
        primary_key: None,
        unique_keys: Vec::new(),
        foreign_keys: Vec::new(),
        comment: create.comment.clone(),
        properties: kept(create),
    };
    check_names(&create.columns)?;
    for definition in &create.columns {
        table.columns.push(match definition.data_type {
            Some(_) => column(definition, script, resolver)?,
            // Its type is the query's.
            None => Column {
                comment: definition.comment.clone(),
                ..Column::new(&definition.name.value, DataType::Null)
            },
        });
    }
    let (mut table, query) =
        analyze::plan_create_table_as(table, query, script, resolver.catalog, resolver.context)?;
    add_constraints(&mut table, create, resolver)?;
    Ok(Plan::CreateTableAs {
        table,
        mode: create.mode,
        query,
    })
}

/// The options that belong to the table. COPY GRANTS is about the statement: there are no grants to copy.
pub(crate) fn kept(create: &CreateTable) -> crate::object::Properties {
    let mut kept = properties(&create.options);
    kept.remove("COPY_GRANTS");
    kept
}

/// Typed column definitions → columns.
pub(crate) fn columns(
    definitions: &[ColumnDefinition],
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Vec<Column>, SqlError> {
    check_names(definitions)?;
    definitions
        .iter()
        .map(|definition| {
            let column = column(definition, script, resolver)?;
            // Whether the default is a value of the column's type shows when it is planned.
            default::check(&column, default_place(definition), resolver)?;
            Ok(column)
        })
        .collect()
}

/// No name twice.
fn check_names(definitions: &[ColumnDefinition]) -> Result<(), SqlError> {
    let mut names = HashSet::new();
    match definitions
        .iter()
        .find(|definition| !names.insert(&definition.name.value))
    {
        Some(definition) => Err(duplicate_column(&definition.name)),
        None => Ok(()),
    }
}

/// One typed column definition → a column.
pub(crate) fn column(
    definition: &ColumnDefinition,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Column, SqlError> {
    let (written, span) = definition.data_type.as_ref().ok_or_else(|| {
        SqlError::syntax(
            format!("unexpected '{}'.", definition.name.value),
            definition.name.span,
        )
        .with_detail("the column has no data type")
    })?;
    let mut column = Column::new(
        &definition.name.value,
        analyze::data_type(written, resolver.context, *span)?,
    );
    column.nullable = !definition.not_null && !is_primary_key(definition);
    column.comment = definition.comment.clone();
    column.default = match &definition.default {
        None => None,
        Some(ColumnDefault::Expression(expression, span)) => {
            let text = default::kept_text(expression, *span, script, resolver)?;
            Some(DefaultValue::Expression(text))
        }
        Some(ColumnDefault::Identity(identity)) => {
            if !column.data_type.can_be_narrow() {
                return Err(SqlError::compilation(
                    "002023",
                    "22000",
                    format!(
                        "Expression type does not match column data type, expecting {} but got NUMBER(38,0) for column {}",
                        column.data_type, column.name
                    ),
                    *span,
                ));
            }
            Some(DefaultValue::Identity(*identity))
        }
    };
    Ok(column)
}

fn is_primary_key(definition: &ColumnDefinition) -> bool {
    definition
        .constraints
        .iter()
        .any(|constraint| constraint.kind == ConstraintKind::PrimaryKey)
}

/// In-line and out-of-line keys. The columns of a primary key take no NULL.
pub(crate) fn add_constraints(
    table: &mut Table,
    create: &CreateTable,
    resolver: Resolver<'_>,
) -> Result<(), SqlError> {
    let in_line = create.columns.iter().flat_map(|column| &column.constraints);
    for constraint in in_line.chain(&create.constraints) {
        add_constraint(table, constraint, resolver)?;
    }
    Ok(())
}

/// Adds one key.
pub(crate) fn add_constraint(
    table: &mut Table,
    constraint: &TableConstraint,
    resolver: Resolver<'_>,
) -> Result<(), SqlError> {
    for column in &constraint.columns {
        if table.column(&column.value).is_none() {
            return Err(SqlError::invalid_identifier(column, column.span));
        }
    }
    let name = constraint.name.as_ref().map(|name| name.value.clone());
    let columns = stored(&constraint.columns);
    match &constraint.kind {
        ConstraintKind::PrimaryKey => {
            if table.primary_key.is_some() {
                return Err(SqlError::compilation(
                    "002200",
                    "42601",
                    format!("primary key already exists for table '{}'", table.name.name),
                    constraint.span,
                ));
            }
            for column in &mut table.columns {
                if columns.contains(&column.name) {
                    column.nullable = false;
                }
            }
            table.primary_key = Some(Key { name, columns });
        }
        ConstraintKind::Unique => table.unique_keys.push(Key { name, columns }),
        ConstraintKind::ForeignKey {
            table: other,
            columns: others,
        } => {
            let referenced = resolver.name(other)?;
            let known = if referenced == table.name {
                others.iter().find(|key| table.column(&key.value).is_none())
            } else {
                let other = resolver.table(other)?;
                others.iter().find(|key| other.column(&key.value).is_none())
            };
            if let Some(unknown) = known {
                return Err(SqlError::invalid_identifier(unknown, unknown.span));
            }
            table.foreign_keys.push(ForeignKey {
                name,
                columns,
                table: referenced,
                referenced_columns: stored(others),
            });
        }
    }
    Ok(())
}

fn stored(names: &[Ident]) -> Vec<String> {
    names.iter().map(|name| name.value.clone()).collect()
}

/// TRUNCATE.
pub(super) fn plan_truncate(
    name: &crate::name::ObjectName,
    if_exists: bool,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    if if_exists {
        let found = resolver.find_table(name)?;
        return Ok(Plan::Truncate(found.map(|table| table.name.clone())));
    }
    Ok(Plan::Truncate(Some(resolver.table(name)?.name.clone())))
}

/// Where the column's default is written; its name if it has none.
pub(super) fn default_place(definition: &ColumnDefinition) -> Span {
    match &definition.default {
        Some(ColumnDefault::Expression(_, span)) => *span,
        Some(ColumnDefault::Identity(_)) | None => definition.name.span,
    }
}
