//! SHOW INTEGRATIONS.

use super::{LTZ, Scope, TEXT, comment, entries};
use crate::catalog::{Definition, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("name", TEXT),
    ("type", TEXT),
    ("category", TEXT),
    ("enabled", TEXT),
    ("comment", TEXT),
    ("created_on", LTZ),
];

pub(super) fn show(session: &Session, show: &Show) -> Listing {
    let everywhere = Scope {
        database: None,
        schema: None,
        table: None,
    };
    let mut listing = Listing::new(COLUMNS);
    for entry in entries(session, Namespace::Integration, show, &everywhere) {
        let Definition::Integration(integration) = &entry.definition else {
            continue;
        };
        listing.rows.push(vec![
            Cell::from(integration.name.as_str()),
            Cell::from("EXTERNAL_STAGE"),
            Cell::from("STORAGE"),
            Cell::from(integration.enabled.to_string()),
            comment(&entry),
            Cell::Timestamp(entry.created_at_micros),
        ]);
    }
    listing
}
