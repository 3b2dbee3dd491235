//! CREATE of everything but tables that take rows from elsewhere: the DuckDB object, if there is one, and its definition
//! in the catalog, in one transaction.

use super::drop::remove;
use super::identity::{self, Begin};
use super::physical;
use crate::catalog::{Definition, Entry};
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::result::Listing;
use crate::session::{Session, Writer};
use snowmelt_sql::object::{
    Credentials, Database, Object, ObjectKind, ObjectPath, Properties, Schema, base_name,
};
use snowmelt_sql::statement::CreateMode;
use snowmelt_sql::{Span, SqlError};
use std::sync::Arc;

/// The schema that every new database has.
const PUBLIC: &str = "PUBLIC";

/// CREATE.
pub(super) fn create(
    session: &mut Session,
    object: Object,
    mode: CreateMode,
    credentials: Option<Credentials>,
) -> Result<Listing> {
    let (kind, path) = (object.kind(), object.path());
    let name = match kind {
        ObjectKind::Function => base_name(own_name(&path)).to_owned(),
        _ => own_name(&path).to_owned(),
    };
    let made = session.define(|writer| {
        match existing(writer, &object, mode)? {
            Existing::Keep => return Ok(false),
            Existing::Alter(entry) => alter(writer, &entry, object)?,
            Existing::Replace(entry) => {
                remove(writer, &entry)?;
                make(writer, object)?;
            }
            Existing::None => make(writer, object)?,
        }
        Ok(true)
    })?;
    if !made {
        return Ok(Listing::status(format!(
            "{name} already exists, statement succeeded."
        )));
    }
    become_current(session, kind, &path);
    if let (ObjectPath::Full(name), ObjectKind::Stage) = (&path, kind) {
        session.credentials.remove(name);
        if let Some(credentials) = credentials {
            session.credentials.insert(name.clone(), credentials);
        }
    }
    Ok(Listing::status(format!(
        "{} {name} successfully created.",
        noun(kind)
    )))
}

/// What is there already under a new object's name, and what is to become of it.
pub(super) enum Existing {
    /// Nothing.
    None,
    /// It stays, and the statement is done.
    Keep,
    /// CREATE OR ALTER: it gets a new definition.
    Alter(Arc<Entry>),
    /// CREATE OR REPLACE: it goes.
    Replace(Arc<Entry>),
}

/// Looks for an object under a new object's name. A temporary table only meets temporary ones, and hides others.
pub(super) fn existing(writer: &Writer<'_>, object: &Object, mode: CreateMode) -> Result<Existing> {
    let (kind, path) = (object.kind(), object.path());
    let Some(entry) = writer.entry_like(object) else {
        return Ok(Existing::None);
    };
    let found = entry.definition.kind();
    match mode {
        CreateMode::IfNotExists => Ok(Existing::Keep),
        CreateMode::Create => {
            Err(SqlError::already_exists(own_name(&path), Span::default()).into())
        }
        CreateMode::OrReplace | CreateMode::OrAlter if found != kind => Err(EngineError::new(
            EngineErrorKind::Compilation,
            "001998",
            "42710",
            format!("Object '{path}' already exists as {found}"),
        )),
        CreateMode::OrReplace => Ok(Existing::Replace(Arc::clone(entry))),
        CreateMode::OrAlter => Ok(Existing::Alter(Arc::clone(entry))),
    }
}

fn make(writer: &mut Writer<'_>, mut object: Object) -> Result<()> {
    match &mut object {
        Object::Database(database) => return make_database(writer, database.clone()),
        Object::Schema(schema) => {
            writer.run(&format!(
                "CREATE SCHEMA {}",
                physical::schema(&schema.database, &schema.name)
            ))?;
        }
        Object::Table(table) => {
            identity::make(writer, table, Begin::AtStart)?;
            writer.run(&physical::create_table(table))?;
        }
        Object::Sequence(sequence) => writer.run(&physical::create_sequence(sequence))?,
        Object::Warehouse(_)
        | Object::Integration(_)
        | Object::View(_)
        | Object::Stage(_)
        | Object::FileFormat(_)
        | Object::Pipe(_)
        | Object::Function(_) => {}
    }
    writer.create(object);
    Ok(())
}

fn make_database(writer: &mut Writer<'_>, database: Database) -> Result<()> {
    writer.run(&format!(
        "CREATE SCHEMA {}",
        physical::schema(&database.name, PUBLIC)
    ))?;
    let schema = Schema {
        database: database.name.clone(),
        name: PUBLIC.to_owned(),
        transient: database.transient,
        comment: None,
        properties: Properties::new(),
    };
    writer.create(Object::Database(database));
    writer.create(Object::Schema(schema));
    Ok(())
}

/// CREATE OR ALTER of an object without rows: the definition is replaced and the object stays the same one.
fn alter(writer: &mut Writer<'_>, entry: &Arc<Entry>, object: Object) -> Result<()> {
    if let Definition::Table(_) | Definition::Sequence(_) = entry.definition {
        let what = format!("CREATE OR ALTER {} of one that exists", object.kind());
        return Err(SqlError::unsupported(what, Span::default()).into());
    }
    if entry.definition.to_object() != object {
        writer.redefine(entry, object);
    }
    Ok(())
}

/// A new database, schema or warehouse becomes the session's current one.
fn become_current(session: &mut Session, kind: ObjectKind, path: &ObjectPath) {
    let context = &mut session.context;
    match (kind, path) {
        (ObjectKind::Database, ObjectPath::Account(name)) => {
            context.database = Some(name.clone());
            context.schema = Some(PUBLIC.to_owned());
        }
        (ObjectKind::Schema, ObjectPath::Schema(database, name)) => {
            context.database = Some(database.clone());
            context.schema = Some(name.clone());
        }
        (ObjectKind::Warehouse, ObjectPath::Account(name)) => {
            context.warehouse = Some(name.clone())
        }
        _ => {}
    }
}

/// The last part of a path.
pub(super) fn own_name(path: &ObjectPath) -> &str {
    match path {
        ObjectPath::Account(name) | ObjectPath::Schema(_, name) => name,
        ObjectPath::Full(name) => &name.name,
    }
}

/// What Snowflake calls the kind in `… successfully created.`
fn noun(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Database => "Database",
        ObjectKind::Schema => "Schema",
        ObjectKind::Warehouse => "Warehouse",
        ObjectKind::Integration => "Integration",
        ObjectKind::Table => "Table",
        ObjectKind::View => "View",
        ObjectKind::Stage => "Stage area",
        ObjectKind::FileFormat => "File format",
        ObjectKind::Pipe => "Pipe",
        ObjectKind::Sequence => "Sequence",
        ObjectKind::Function => "Function",
    }
}
