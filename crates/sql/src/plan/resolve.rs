//! Names as written → complete names, by the session's current database and schema.

use super::SessionContext;
use crate::catalog::{Catalog, Relation};
use crate::error::SqlError;
use crate::name::{Ident, ObjectName, QualifiedName};
use crate::object::{Function, ObjectKind, ObjectPath, Table, base_name};
use crate::span::Span;
use std::sync::Arc;

/// Looks names up.
#[derive(Clone, Copy)]
pub(crate) struct Resolver<'a> {
    /// What exists.
    pub(crate) catalog: &'a dyn Catalog,
    /// What is current.
    pub(crate) context: &'a SessionContext,
}

impl Resolver<'_> {
    /// The current database.
    pub(crate) fn current_database(&self, span: Span) -> Result<String, SqlError> {
        self.context
            .database
            .clone()
            .ok_or_else(|| SqlError::no_current("database", span))
    }

    /// The current schema; its database must be current too.
    pub(crate) fn current_schema(&self, span: Span) -> Result<(String, String), SqlError> {
        let database = self.current_database(span)?;
        match &self.context.schema {
            Some(schema) => Ok((database, schema.clone())),
            None => Err(SqlError::no_current("schema", span)),
        }
    }

    /// The complete name of something in a schema. Nothing is looked up.
    pub(crate) fn name(&self, name: &ObjectName) -> Result<QualifiedName, SqlError> {
        let span = name.span();
        match name.parts.as_slice() {
            [name] => {
                let (database, schema) = self.current_schema(span)?;
                Ok(QualifiedName::new(database, schema, &name.value))
            }
            [schema, name] => Ok(QualifiedName::new(
                self.current_database(span)?,
                &schema.value,
                &name.value,
            )),
            [database, schema, name] => Ok(QualifiedName::new(
                &database.value,
                or_public(schema),
                &name.value,
            )),
            _ => Err(SqlError::invalid_identifier(name, span)),
        }
    }

    /// The complete name of something to be made in a schema, which must exist.
    pub(crate) fn new_name(&self, name: &ObjectName) -> Result<QualifiedName, SqlError> {
        let span = name.span();
        let name = self.name(name)?;
        self.check_schema(&name.database, &name.schema, span)?;
        Ok(name)
    }

    /// A schema's complete name: `[database.]schema`. Nothing is looked up.
    pub(crate) fn schema(&self, name: &ObjectName) -> Result<(String, String), SqlError> {
        match name.parts.as_slice() {
            [schema] => Ok((self.current_database(schema.span)?, schema.value.clone())),
            [database, schema] => Ok((database.value.clone(), or_public(schema).to_owned())),
            _ => Err(SqlError::invalid_identifier(name, name.span())),
        }
    }

    /// An error unless the database exists.
    pub(crate) fn check_database(&self, database: &str, span: Span) -> Result<(), SqlError> {
        if self.catalog.has_database(database) {
            Ok(())
        } else {
            Err(SqlError::does_not_exist("Database", database, span))
        }
    }

    /// An error unless the schema exists.
    pub(crate) fn check_schema(
        &self,
        database: &str,
        schema: &str,
        span: Span,
    ) -> Result<(), SqlError> {
        self.check_database(database, span)?;
        if self.catalog.has_schema(database, schema) {
            return Ok(());
        }
        let path = ObjectPath::Schema(database.to_owned(), schema.to_owned());
        Err(SqlError::does_not_exist("Schema", path, span))
    }

    /// A table that must exist.
    pub(crate) fn table(&self, name: &ObjectName) -> Result<Arc<Table>, SqlError> {
        self.find_table(name)?.ok_or_else(|| match self.name(name) {
            Ok(full) => SqlError::does_not_exist("Table", full, name.span()),
            Err(error) => error,
        })
    }

    /// A table, if it exists. Something else of that name is an error.
    pub(crate) fn find_table(&self, name: &ObjectName) -> Result<Option<Arc<Table>>, SqlError> {
        let full = self.name(name)?;
        match self.catalog.relation(&full) {
            Some(Relation::Table(table)) => Ok(Some(table)),
            Some(Relation::View(_) | Relation::System(_)) => Err(SqlError::compilation(
                "001003",
                "42000",
                format!("'{full}' is a view; a table is needed here"),
                name.span(),
            )),
            None => Ok(None),
        }
    }

    /// Where an object of that kind lives. Nothing is looked up.
    pub(crate) fn path(&self, kind: ObjectKind, name: &ObjectName) -> Result<ObjectPath, SqlError> {
        match kind {
            ObjectKind::Database | ObjectKind::Warehouse | ObjectKind::Integration => {
                Ok(ObjectPath::Account(name.last().value.clone()))
            }
            ObjectKind::Schema => {
                let (database, schema) = self.schema(name)?;
                Ok(ObjectPath::Schema(database, schema))
            }
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::Stage
            | ObjectKind::FileFormat
            | ObjectKind::Pipe
            | ObjectKind::Sequence
            | ObjectKind::Function => Ok(ObjectPath::Full(self.name(name)?)),
        }
    }

    /// A user-defined function, by its name with the types of its parameters.
    pub(crate) fn function(&self, name: &QualifiedName) -> Option<Arc<Function>> {
        let mut base = name.clone();
        base.name = base_name(&name.name).to_owned();
        let functions = self.catalog.functions(&base);
        functions
            .into_iter()
            .find(|function| function.name == *name)
    }

    /// Whether a query could select from it.
    pub(crate) fn is_relation(&self, path: &ObjectPath) -> bool {
        matches!(path, ObjectPath::Full(name) if self.catalog.relation(name).is_some())
    }

    /// Whether an object of that kind exists.
    pub(crate) fn exists(&self, kind: ObjectKind, path: &ObjectPath) -> bool {
        let catalog = self.catalog;
        match path {
            ObjectPath::Account(name) => match kind {
                ObjectKind::Warehouse => catalog.warehouse(name).is_some(),
                ObjectKind::Integration => catalog.integration(name).is_some(),
                _ => catalog.has_database(name),
            },
            ObjectPath::Schema(database, schema) => catalog.has_schema(database, schema),
            ObjectPath::Full(name) => match kind {
                ObjectKind::Stage => catalog.stage(name).is_some(),
                ObjectKind::FileFormat => catalog.file_format(name).is_some(),
                ObjectKind::Pipe => catalog.pipe(name).is_some(),
                ObjectKind::Sequence => catalog.sequence(name).is_some(),
                ObjectKind::Function => self.function(name).is_some(),
                ObjectKind::View => matches!(catalog.relation(name), Some(Relation::View(_))),
                _ => matches!(catalog.relation(name), Some(Relation::Table(_))),
            },
        }
    }
}

/// `db..t` leaves the schema out: PUBLIC is meant.
fn or_public(schema: &Ident) -> &str {
    match schema.value.as_str() {
        "" => "PUBLIC",
        value => value,
    }
}

/// Snowflake's noun for a kind in `… 'X' does not exist or not authorized.`
pub(crate) fn noun(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Database => "Database",
        ObjectKind::Schema => "Schema",
        ObjectKind::Warehouse => "Warehouse",
        ObjectKind::Integration => "Integration",
        ObjectKind::Table => "Table",
        ObjectKind::View => "View",
        ObjectKind::Stage => "Stage",
        ObjectKind::FileFormat => "File format",
        ObjectKind::Pipe => "Pipe",
        ObjectKind::Sequence => "Sequence",
        ObjectKind::Function => "Function",
    }
}
