//! SHOW STAGES.

use super::{LTZ, Scope, TEXT, comment, entries};
use crate::catalog::{Definition, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::object::StageLocation;
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("url", TEXT),
    ("has_credentials", TEXT),
    ("has_encryption_key", TEXT),
    ("owner", TEXT),
    ("comment", TEXT),
    ("region", TEXT),
    ("type", TEXT),
    ("cloud", TEXT),
    ("notification_channel", TEXT),
    ("storage_integration", TEXT),
    ("endpoint", TEXT),
    ("owner_role_type", TEXT),
    ("directory_enabled", TEXT),
];

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    for entry in entries(session, Namespace::Stage, show, scope) {
        let Definition::Stage(stage) = &entry.definition else {
            continue;
        };
        let (url, kind, cloud) = match &stage.location {
            StageLocation::Internal => ("", "INTERNAL", Cell::Null),
            StageLocation::External { url } => (url.as_str(), "EXTERNAL", Cell::from("AWS")),
        };
        listing.rows.push(vec![
            Cell::Timestamp(entry.created_at_micros),
            Cell::from(stage.name.name.as_str()),
            Cell::from(stage.name.database.as_str()),
            Cell::from(stage.name.schema.as_str()),
            Cell::from(url),
            Cell::y_or_n(session.credentials.contains_key(&stage.name)),
            Cell::from("N"),
            Cell::from(entry.owner.as_str()),
            comment(&entry),
            Cell::Null,
            Cell::from(kind),
            cloud,
            Cell::Null,
            Cell::from(stage.integration.as_deref()),
            Cell::Null,
            Cell::from("ROLE"),
            Cell::y_or_n(stage.directory),
        ]);
    }
    listing
}
