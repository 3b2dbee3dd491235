//! DESCRIBE DATABASE and DESCRIBE SCHEMA: what is in them.

use crate::catalog::{CatalogView, Entry, Key, Namespace, information_schema};
use crate::result::{Cell, Listing, ListingColumn};
use snowmelt_sql::DataType;
use std::sync::Arc;

/// `created_on`, `name`, `kind`.
pub(super) const COLUMNS: &[ListingColumn] = &[
    ("created_on", DataType::TimestampLtz { precision: 3 }),
    ("name", DataType::TEXT),
    ("kind", DataType::TEXT),
];

/// The schemas of a database.
pub(super) fn describe_database(catalog: &CatalogView, database: &str) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    if let Some(entry) = catalog.entry(&Key::account(Namespace::Database, database)) {
        listing.rows.push(vec![
            Cell::Timestamp(entry.created_at_micros),
            Cell::from(information_schema::NAME),
            Cell::from("SCHEMA"),
        ]);
    }
    let schemas = catalog
        .image
        .in_database(database)
        .filter(|(key, _)| key.namespace == Namespace::Schema);
    listing
        .rows
        .extend(schemas.map(|(key, entry)| row(key, entry)));
    listing
}

/// The objects of a schema.
pub(super) fn describe_schema(catalog: &CatalogView, database: &str, schema: &str) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    listing.rows.extend(
        catalog
            .image
            .in_schema(database, schema)
            .map(|(key, entry)| row(key, entry)),
    );
    listing
}

fn row(key: &Key, entry: &Arc<Entry>) -> Vec<Cell> {
    vec![
        Cell::Timestamp(entry.created_at_micros),
        Cell::from(key.name.as_str()),
        Cell::from(entry.definition.kind().to_string()),
    ]
}
