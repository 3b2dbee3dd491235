//! DROP: the DuckDB object and its definition go together; a database or schema takes all that is in it along.

use super::create::own_name;
use super::{identity, physical};
use crate::catalog::{Definition, Entry, Key};
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::result::Listing;
use crate::session::{Session, Writer};
use snowmelt_sql::object::{ObjectKind, ObjectPath, base_name};
use snowmelt_sql::{Span, SqlError};
use std::sync::Arc;

/// DROP.
pub(super) fn drop(
    session: &mut Session,
    kind: ObjectKind,
    path: &ObjectPath,
    if_exists: bool,
) -> Result<Listing> {
    let name = own_name(path);
    let name = match kind {
        ObjectKind::Function => base_name(name),
        _ => name,
    };
    let found = session.define(|writer| {
        let Some(entry) = writer.entry(&Key::new(kind, path)).map(Arc::clone) else {
            return Ok(false);
        };
        let found = entry.definition.kind();
        if found != kind {
            return Err(EngineError::new(
                EngineErrorKind::Compilation,
                "002203",
                "42809",
                format!("Object found is of type '{found}', not specified type '{kind}'."),
            ));
        }
        remove(writer, &entry)?;
        Ok(true)
    })?;
    if !found && !if_exists {
        return Err(SqlError::does_not_exist(noun(kind), path.shown(kind), Span::default()).into());
    }
    if !found {
        return Ok(Listing::status(format!(
            "Drop statement executed successfully ({name} already dropped)."
        )));
    }
    leave(session, kind, path);
    Ok(Listing::status(format!("{name} successfully dropped.")))
}

/// Takes an object away, with all that is in it.
pub(super) fn remove(writer: &mut Writer<'_>, entry: &Arc<Entry>) -> Result<()> {
    match &entry.definition {
        Definition::Database(database) => {
            let inside: Vec<Arc<Entry>> = writer
                .image()
                .in_database(&database.name)
                .map(|(_, entry)| Arc::clone(entry))
                .collect();
            for entry in &inside {
                match &entry.definition {
                    Definition::Schema(schema) => {
                        writer.run(&drop_schema(&schema.database, &schema.name))?;
                    }
                    Definition::Table(table) => identity::drop(writer, table, None)?,
                    _ => {}
                }
                writer.drop(entry);
            }
        }
        Definition::Schema(schema) => {
            let inside: Vec<Arc<Entry>> = writer
                .image()
                .in_schema(&schema.database, &schema.name)
                .map(|(_, entry)| Arc::clone(entry))
                .collect();
            writer.run(&drop_schema(&schema.database, &schema.name))?;
            for entry in &inside {
                if let Definition::Table(table) = &entry.definition {
                    identity::drop(writer, table, None)?;
                }
                writer.drop(entry);
            }
        }
        Definition::Table(table) => {
            writer.run(&physical::drop_table(table))?;
            identity::drop(writer, table, None)?;
        }
        Definition::Sequence(sequence) => writer.run(&physical::drop_sequence(sequence))?,
        Definition::Warehouse(_)
        | Definition::Integration(_)
        | Definition::View(_)
        | Definition::Stage(_)
        | Definition::FileFormat(_)
        | Definition::Pipe(_)
        | Definition::Function(_) => {}
    }
    writer.drop(entry);
    Ok(())
}

fn drop_schema(database: &str, name: &str) -> String {
    format!("DROP SCHEMA {} CASCADE", physical::schema(database, name))
}

/// What is gone is no session's current one; other sessions find out when they use it.
fn leave(session: &mut Session, kind: ObjectKind, path: &ObjectPath) {
    let context = &mut session.context;
    match (kind, path) {
        (ObjectKind::Database, ObjectPath::Account(name))
            if context.database.as_ref() == Some(name) =>
        {
            context.database = None;
            context.schema = None;
        }
        (ObjectKind::Schema, ObjectPath::Schema(database, name))
            if context.database.as_ref() == Some(database)
                && context.schema.as_ref() == Some(name) =>
        {
            context.schema = None;
        }
        (ObjectKind::Warehouse, ObjectPath::Account(name))
            if context.warehouse.as_ref() == Some(name) =>
        {
            context.warehouse = None;
        }
        _ => {}
    }
}

/// What Snowflake calls the kind in `… does not exist or not authorized.`
pub(super) fn noun(kind: ObjectKind) -> &'static str {
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
