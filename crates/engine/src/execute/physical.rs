//! How objects are held in DuckDB: definitions in, DuckDB statements out.

use snowmelt_sql::catalog::physical_relation;
use snowmelt_sql::name::{physical_name, physical_schema};
use snowmelt_sql::object::{Column, Sequence, Table, TableKind};

/// An identifier in double quotes.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A column's DuckDB name, quoted.
pub(crate) fn physical_column(name: &str) -> String {
    quote(&physical_name(name))
}

/// `CREATE TABLE`.
pub(super) fn create_table(table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().map(column_definition).collect();
    format!(
        "CREATE {} {} ({})",
        table_noun(table),
        physical_relation(table),
        columns.join(", ")
    )
}

/// `CREATE [OR REPLACE] TABLE … AS query`, whose columns are the table's by position; NOT NULL is not part of it.
pub(super) fn create_table_as(table: &Table, replace: bool, query: &str) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| physical_column(&column.name))
        .collect();
    let or_replace = if replace { "OR REPLACE " } else { "" };
    format!(
        "CREATE {or_replace}{} {} ({}) AS {query}",
        table_noun(table),
        physical_relation(table),
        columns.join(", ")
    )
}

/// The statements that forbid NULL where a table made by [`create_table_as`] must not have it.
pub(super) fn set_not_null(table: &Table) -> impl Iterator<Item = String> {
    let relation = physical_relation(table);
    table
        .columns
        .iter()
        .filter(|column| !column.nullable)
        .map(move |column| {
            format!(
                "ALTER TABLE {relation} ALTER COLUMN {} SET NOT NULL",
                physical_column(&column.name)
            )
        })
}

/// `DROP TABLE`.
pub(super) fn drop_table(table: &Table) -> String {
    format!("DROP TABLE {}", physical_relation(table))
}

fn column_definition(column: &Column) -> String {
    let not_null = if column.nullable { "" } else { " NOT NULL" };
    format!(
        "{} {}{not_null}",
        physical_column(&column.name),
        column.physical()
    )
}

fn table_noun(table: &Table) -> &'static str {
    match table.kind {
        TableKind::Temporary => "TEMP TABLE",
        TableKind::Permanent | TableKind::Transient => "TABLE",
    }
}

/// The DuckDB schema of a Snowflake schema, quoted.
pub(super) fn schema(database: &str, name: &str) -> String {
    quote(&physical_schema(database, name))
}

/// `CREATE SEQUENCE`: no limits but those of 64 bits.
pub(super) fn create_sequence(sequence: &Sequence) -> String {
    format!(
        "CREATE SEQUENCE {} START WITH {} INCREMENT BY {} MINVALUE {} MAXVALUE {}",
        sequence_name(sequence),
        sequence.start,
        sequence.increment,
        i64::MIN,
        i64::MAX
    )
}

/// `DROP SEQUENCE`.
pub(super) fn drop_sequence(sequence: &Sequence) -> String {
    format!("DROP SEQUENCE {}", sequence_name(sequence))
}

fn sequence_name(sequence: &Sequence) -> String {
    let name = &sequence.name;
    format!(
        "{}.{}",
        schema(&name.database, &name.schema),
        physical_column(&name.name)
    )
}
