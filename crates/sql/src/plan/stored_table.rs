//! The DuckDB table that holds a table's rows, as statements.

use crate::catalog::physical_relation;
use crate::name::{physical_name, physical_schema};
use crate::object::{Column, Table, TableKind};

/// `CREATE TABLE …` for the table under that name, already quoted.
pub(super) fn create_as(name: &str, table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().map(definition).collect();
    let temporary = match table.kind {
        TableKind::Permanent | TableKind::Transient => "",
        TableKind::Temporary => "TEMP ",
    };
    format!("CREATE {temporary}TABLE {name} ({})", columns.join(", "))
}

/// The table's name inside its DuckDB schema, not quoted.
pub(super) fn bare_name(table: &Table) -> String {
    let name = &table.name;
    match table.kind {
        TableKind::Permanent | TableKind::Transient => physical_name(&name.name),
        TableKind::Temporary => {
            let schema = physical_schema(&name.database, &name.schema);
            format!("{schema}.{}", physical_name(&name.name))
        }
    }
}

/// Another name in the DuckDB schema that holds the table, quoted.
pub(super) fn beside(table: &Table, name: &str) -> String {
    let full = physical_relation(table);
    let own = quote(&bare_name(table));
    format!("{}{}", full.strip_suffix(&own).unwrap_or(""), quote(name))
}

/// A column's DuckDB name, quoted.
pub(super) fn column_name(column: &str) -> String {
    quote(&physical_name(column))
}

/// A name in double quotes.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn definition(column: &Column) -> String {
    let not_null = if column.nullable { "" } else { " NOT NULL" };
    format!(
        "{} {}{not_null}",
        column_name(&column.name),
        column.physical()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_type::DataType;
    use crate::name::QualifiedName;

    #[test]
    fn a_name_beside_the_table_is_in_its_schema() {
        let mut table = Table {
            name: QualifiedName::new("D", "s.x", "a.b"),
            kind: TableKind::Permanent,
            columns: vec![Column::new("c", DataType::INTEGER)],
            primary_key: None,
            unique_keys: Vec::new(),
            foreign_keys: Vec::new(),
            comment: None,
            properties: Default::default(),
        };
        for kind in [TableKind::Permanent, TableKind::Temporary] {
            table.kind = kind;
            assert_eq!(
                beside(&table, &bare_name(&table)),
                physical_relation(&table)
            );
        }
        table.columns[0].nullable = false;
        assert_eq!(
            create_as("t", &table),
            "CREATE TEMP TABLE t (\"c~1\" BIGINT NOT NULL)"
        );
    }
}
