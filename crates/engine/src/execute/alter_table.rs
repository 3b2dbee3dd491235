//! ALTER TABLE: each step changes the DuckDB table and the definition; all steps commit together.

use super::identity;
use super::physical::{create_table_as, drop_table, physical_column, quote, schema, set_not_null};
use crate::catalog::{Definition, Entry, Key};
use crate::error::Result;
use crate::result::Listing;
use crate::session::{Session, Writer};
use snowmelt_sql::catalog::physical_relation;
use snowmelt_sql::name::physical_name;
use snowmelt_sql::object::{Object, Table};
use snowmelt_sql::plan::AlterTableStep;
use snowmelt_sql::{QualifiedName, Span, SqlError};
use std::sync::Arc;

/// ALTER TABLE.
pub(super) fn alter_table(
    session: &mut Session,
    name: &QualifiedName,
    steps: Vec<AlterTableStep>,
) -> Result<Listing> {
    session.define(|writer| {
        let mut name = name.clone();
        for step in steps {
            match step {
                AlterTableStep::Change { table, sql } => {
                    let (entry, old) = find(writer, &name)?;
                    sql.iter().try_for_each(|statement| writer.run(statement))?;
                    identity::drop(writer, &old, Some(&table))?;
                    name = table.name.clone();
                    writer.redefine(&entry, Object::Table(table));
                }
                AlterTableStep::SwapWith(other) => swap(writer, &name, &other)?,
            }
        }
        Ok(())
    })?;
    Ok(Listing::executed())
}

fn find(writer: &Writer<'_>, name: &QualifiedName) -> Result<(Arc<Entry>, Arc<Table>)> {
    match writer
        .entry(&Key::relation(name))
        .map(|entry| (entry, &entry.definition))
    {
        Some((entry, Definition::Table(table))) => Ok((Arc::clone(entry), Arc::clone(table))),
        _ => Err(SqlError::does_not_exist("Table", name, Span::default()).into()),
    }
}

/// SWAP WITH: the two tables change names.
fn swap(writer: &mut Writer<'_>, left: &QualifiedName, right: &QualifiedName) -> Result<()> {
    let (left_entry, left_table) = find(writer, left)?;
    let (right_entry, right_table) = find(writer, right)?;
    if left_entry.is_temporary() != right_entry.is_temporary() {
        return Err(SqlError::unsupported(
            "SWAP WITH between a temporary and another table",
            Span::default(),
        )
        .into());
    }
    let mut new_left = (*right_table).clone();
    new_left.name = left.clone();
    let mut new_right = (*left_table).clone();
    new_right.name = right.clone();
    if left.database == right.database && left.schema == right.schema && !left_entry.is_temporary()
    {
        let aside = format!("{}~swapped", physical_name(&left.name));
        let place = schema(&left.database, &left.schema);
        writer.run(&format!(
            "ALTER TABLE {} RENAME TO {}",
            physical_relation(&left_table),
            quote(&aside)
        ))?;
        writer.run(&format!(
            "ALTER TABLE {} RENAME TO {}",
            physical_relation(&right_table),
            physical_column(&left.name)
        ))?;
        writer.run(&format!(
            "ALTER TABLE {place}.{} RENAME TO {}",
            quote(&aside),
            physical_column(&right.name)
        ))?;
    } else {
        // DuckDB moves no table to another schema: the rows are copied.
        let mut aside = (*left_table).clone();
        aside.name.name = format!("{}~swapped", left.name);
        copy(writer, &left_table, &aside)?;
        copy(writer, &right_table, &new_left)?;
        copy(writer, &aside, &new_right)?;
    }
    writer.drop(&left_entry);
    writer.drop(&right_entry);
    writer.redefine(&left_entry, Object::Table(new_right));
    writer.redefine(&right_entry, Object::Table(new_left));
    Ok(())
}

/// Makes `to` with the rows of `from`, which goes.
fn copy(writer: &mut Writer<'_>, from: &Table, to: &Table) -> Result<()> {
    let columns: Vec<String> = from
        .columns
        .iter()
        .map(|column| physical_column(&column.name))
        .collect();
    let query = format!(
        "SELECT {} FROM {}",
        columns.join(", "),
        physical_relation(from)
    );
    writer.run(&create_table_as(to, false, &query))?;
    for statement in set_not_null(to) {
        writer.run(&statement)?;
    }
    writer.run(&drop_table(from))
}
