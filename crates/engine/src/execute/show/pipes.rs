//! SHOW PIPES; DESCRIBE PIPE gives the same columns.

use super::{LTZ, Scope, TEXT, comment, entries, property_text};
use crate::catalog::{Definition, Entry, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::object::Pipe;
use snowmelt_sql::statement::Show;

/// The columns of SHOW PIPES and DESCRIBE PIPE.
pub(in crate::execute) const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("definition", TEXT),
    ("owner", TEXT),
    ("notification_channel", TEXT),
    ("comment", TEXT),
    ("integration", TEXT),
    ("pattern", TEXT),
    ("error_integration", TEXT),
    ("owner_role_type", TEXT),
    ("invalid_reason", TEXT),
    ("kind", TEXT),
];

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    for entry in entries(session, Namespace::Pipe, show, scope) {
        if let Definition::Pipe(pipe) = &entry.definition {
            listing.rows.push(row(&entry, pipe));
        }
    }
    listing
}

/// One pipe.
pub(in crate::execute) fn row(entry: &Entry, pipe: &Pipe) -> Vec<Cell> {
    let property = |name: &str| match property_text(&pipe.properties, name) {
        text if text.is_empty() => Cell::Null,
        text => Cell::from(text),
    };
    vec![
        Cell::Timestamp(entry.created_at_micros),
        Cell::from(pipe.name.name.as_str()),
        Cell::from(pipe.name.database.as_str()),
        Cell::from(pipe.name.schema.as_str()),
        Cell::from(pipe.definition.as_str()),
        Cell::from(entry.owner.as_str()),
        // Snowflake shows the ARN of its own queue here; ours is named in the project, if there is one.
        Cell::Null,
        comment(entry),
        property("INTEGRATION"),
        Cell::from(pipe.copy.pattern.as_deref()),
        property("ERROR_INTEGRATION"),
        Cell::from("ROLE"),
        Cell::Null,
        Cell::from("STAGE"),
    ]
}
