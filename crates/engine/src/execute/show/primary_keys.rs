//! SHOW PRIMARY KEYS.

use super::{LTZ, NUMBER, Scope, TEXT, in_scope};
use crate::catalog::{Definition, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("table_name", TEXT),
    ("column_name", TEXT),
    ("key_sequence", NUMBER),
    ("comment", TEXT),
    ("constraint_name", TEXT),
];

pub(super) fn show(session: &Session, scope: &Scope) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    for entry in in_scope(&session.catalog(), Namespace::Relation, scope) {
        let Definition::Table(table) = &entry.definition else {
            continue;
        };
        let Some(key) = &table.primary_key else {
            continue;
        };
        // A key without a name gets one that stays the same.
        let name = key
            .name
            .clone()
            .unwrap_or_else(|| format!("SYS_CONSTRAINT_{}", entry.id));
        for (column, sequence) in key.columns.iter().zip(1..) {
            listing.rows.push(vec![
                Cell::Timestamp(entry.created_at_micros),
                Cell::from(table.name.database.as_str()),
                Cell::from(table.name.schema.as_str()),
                Cell::from(table.name.name.as_str()),
                Cell::from(column.as_str()),
                Cell::Number(sequence),
                Cell::Null,
                Cell::from(name.as_str()),
            ]);
        }
    }
    listing
}
