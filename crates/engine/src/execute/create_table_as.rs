//! CREATE TABLE … AS SELECT and … CLONE: the new table appears with its rows, in one step. Readers see the old one
//! until then; the query may read it too.

use super::create::{Existing, existing};
use super::identity::{self, Begin};
use super::physical;
use crate::catalog::Definition;
use crate::error::Result;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::catalog::{Catalog, Relation, physical_relation, physical_table};
use snowmelt_sql::object::{Object, Table};
use snowmelt_sql::statement::CreateMode;
use snowmelt_sql::{QualifiedName, Span, SqlError};

/// CREATE TABLE … AS SELECT; `query` is DuckDB's, and gives the table's columns by position in their physical types.
pub(super) fn create_table_as(
    session: &mut Session,
    table: Table,
    mode: CreateMode,
    query: &str,
) -> Result<Listing> {
    create_filled(session, table, mode, Begin::AtStart, query)
}

fn create_filled(
    session: &mut Session,
    mut table: Table,
    mode: CreateMode,
    begin: Begin,
    query: &str,
) -> Result<Listing> {
    let name = table.name.name.clone();
    let made = session.define(|writer| {
        let old = match existing(writer, &Object::Table(table.clone()), mode)? {
            Existing::Keep => return Ok(false),
            Existing::Alter(_) => {
                return Err(SqlError::unsupported(
                    "CREATE OR ALTER TABLE … AS SELECT",
                    Span::default(),
                )
                .into());
            }
            Existing::Replace(old) => Some(old),
            Existing::None => None,
        };
        identity::make(writer, &mut table, begin)?;
        writer.run(&physical::create_table_as(&table, old.is_some(), query))?;
        for statement in physical::set_not_null(&table) {
            writer.run(&statement)?;
        }
        if let Some(old) = &old {
            if let Definition::Table(old) = &old.definition {
                identity::drop(writer, old, None)?;
            }
            writer.drop(old);
        }
        writer.create(Object::Table(table));
        Ok(true)
    })?;
    Ok(Listing::status(if made {
        format!("Table {name} successfully created.")
    } else {
        format!("{name} already exists, statement succeeded.")
    }))
}

/// CREATE TABLE … CLONE: the rows are copied.
pub(super) fn create_table_clone(
    session: &mut Session,
    table: Table,
    mode: CreateMode,
    source: &QualifiedName,
) -> Result<Listing> {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| physical::physical_column(&column.name))
        .collect();
    let source = match session.catalog().relation(source) {
        Some(Relation::Table(table)) => physical_relation(&table),
        _ => physical_table(source),
    };
    let query = format!("SELECT {} FROM {source}", columns.join(", "));
    create_filled(session, table, mode, Begin::WhereTheSourceIs, &query)
}
