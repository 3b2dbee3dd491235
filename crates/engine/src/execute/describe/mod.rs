//! DESCRIBE: in, an object; out, Snowflake's columns for its kind (the DESCRIBE pages of the SQL command reference).

mod contents;
mod file_format;
mod function;
mod integration;
mod stage;
mod table;

use super::drop::noun;
use super::show::{PIPE_COLUMNS, SEQUENCE_COLUMNS, pipe_row, sequence_row};
use crate::catalog::{Definition, Key};
use crate::error::Result;
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
pub(super) use file_format::file_format_options;
use snowmelt_sql::object::{ObjectKind, ObjectPath};
use snowmelt_sql::{DataType, Span, SqlError};

const TEXT: DataType = DataType::TEXT;

/// DESCRIBE.
pub(super) fn describe(session: &Session, kind: ObjectKind, path: &ObjectPath) -> Result<Listing> {
    let catalog = session.catalog();
    let missing = || SqlError::does_not_exist(noun(kind), path.shown(kind), Span::default());
    let Some(entry) = catalog.entry(&Key::new(kind, path)) else {
        return match path {
            ObjectPath::Full(name) => {
                table::describe_system_view(&catalog, name).ok_or_else(|| missing().into())
            }
            ObjectPath::Account(_) | ObjectPath::Schema(..) => Err(missing().into()),
        };
    };
    match &entry.definition {
        Definition::Database(database) => Ok(contents::describe_database(&catalog, &database.name)),
        Definition::Schema(schema) => Ok(contents::describe_schema(
            &catalog,
            &schema.database,
            &schema.name,
        )),
        Definition::Warehouse(warehouse) => {
            let mut listing = Listing::new(contents::COLUMNS);
            listing.rows.push(vec![
                Cell::Timestamp(entry.created_at_micros),
                Cell::from(warehouse.name.as_str()),
                Cell::from("WAREHOUSE"),
            ]);
            Ok(listing)
        }
        Definition::Integration(integration) => Ok(integration::describe(integration)),
        Definition::Table(table) => Ok(table::describe_table(table)),
        Definition::View(view) => Ok(table::describe_view(&session.view_columns(view)?)),
        Definition::Stage(stage) => Ok(stage::describe(&catalog, stage)),
        Definition::FileFormat(format) => Ok(file_format::describe(&format.format)),
        Definition::Pipe(pipe) => {
            let mut listing = Listing::new(PIPE_COLUMNS);
            listing.rows.push(pipe_row(entry, pipe));
            Ok(listing)
        }
        Definition::Function(function) => Ok(function::describe(function)),
        Definition::Sequence(sequence) => {
            let mut listing = Listing::new(SEQUENCE_COLUMNS);
            listing.rows.push(sequence_row(session, entry, sequence)?);
            Ok(listing)
        }
    }
}

/// `property`, `property_type`, `property_value`, `property_default`.
const PROPERTY_COLUMNS: &[ListingColumn] = &[
    ("property", TEXT),
    ("property_type", TEXT),
    ("property_value", TEXT),
    ("property_default", TEXT),
];
