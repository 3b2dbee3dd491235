//! DESCRIBE TABLE and DESCRIBE VIEW.

use super::TEXT;
use crate::catalog::CatalogView;
use crate::result::{Cell, Listing, ListingColumn};
use snowmelt_sql::QualifiedName;
use snowmelt_sql::catalog::{Catalog, Relation};
use snowmelt_sql::object::{Column, DefaultValue, Table};

const COLUMNS: &[ListingColumn] = &[
    ("name", TEXT),
    ("type", TEXT),
    ("kind", TEXT),
    ("null?", TEXT),
    ("default", TEXT),
    ("primary key", TEXT),
    ("unique key", TEXT),
    ("check", TEXT),
    ("expression", TEXT),
    ("comment", TEXT),
    ("policy name", TEXT),
    ("privacy domain", TEXT),
    ("schema_evolution_record", TEXT),
];

/// The columns of a table.
pub(super) fn describe_table(table: &Table) -> Listing {
    let is_in = |columns: &[String], column: &Column| columns.contains(&column.name);
    let mut listing = Listing::new(COLUMNS);
    listing.rows.extend(table.columns.iter().map(|column| {
        let primary = table
            .primary_key
            .as_ref()
            .is_some_and(|key| is_in(&key.columns, column));
        let unique = table
            .unique_keys
            .iter()
            .any(|key| is_in(&key.columns, column));
        row(column, primary, unique)
    }));
    listing
}

/// The columns of a view.
pub(super) fn describe_view(columns: &[Column]) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    listing
        .rows
        .extend(columns.iter().map(|column| row(column, false, false)));
    listing
}

/// The columns of a view that the system provides; `None` if there is none of that name.
pub(super) fn describe_system_view(catalog: &CatalogView, name: &QualifiedName) -> Option<Listing> {
    let Some(Relation::System(view)) = catalog.relation(name) else {
        return None;
    };
    let columns: Vec<Column> = view
        .columns
        .iter()
        .map(|(name, data_type)| Column::new(name, *data_type))
        .collect();
    Some(describe_view(&columns))
}

fn row(column: &Column, primary: bool, unique: bool) -> Vec<Cell> {
    let default = match &column.default {
        Some(DefaultValue::Expression(text)) => Cell::from(text.as_str()),
        Some(DefaultValue::Identity(identity)) => {
            let order = if identity.ordered { "ORDER" } else { "NOORDER" };
            Cell::from(format!(
                "IDENTITY START {} INCREMENT {} {order}",
                identity.start, identity.increment
            ))
        }
        None => Cell::Null,
    };
    vec![
        Cell::from(column.name.as_str()),
        Cell::from(column.data_type.to_string()),
        Cell::from("COLUMN"),
        Cell::y_or_n(column.nullable),
        default,
        Cell::y_or_n(primary),
        Cell::y_or_n(unique),
        Cell::Null,
        Cell::Null,
        Cell::from(column.comment.as_deref()),
        Cell::Null,
        Cell::Null,
        Cell::Null,
    ]
}
