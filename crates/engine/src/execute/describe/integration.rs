//! DESCRIBE INTEGRATION.

use super::PROPERTY_COLUMNS;
use crate::execute::show::value_text;
use crate::result::{Cell, Listing};
use snowmelt_sql::object::Integration;

pub(super) fn describe(integration: &Integration) -> Listing {
    let mut listing = Listing::new(PROPERTY_COLUMNS);
    let mut row = |name: &str, kind: &str, value: String, default: &str| {
        listing.rows.push(vec![
            Cell::from(name),
            Cell::from(kind),
            Cell::from(value),
            Cell::from(default),
        ]);
    };
    row(
        "ENABLED",
        "Boolean",
        integration.enabled.to_string(),
        "false",
    );
    row(
        "STORAGE_PROVIDER",
        "String",
        integration.storage_provider.clone(),
        "",
    );
    row(
        "STORAGE_ALLOWED_LOCATIONS",
        "List",
        integration.allowed_locations.join(","),
        "[]",
    );
    row(
        "STORAGE_BLOCKED_LOCATIONS",
        "List",
        integration.blocked_locations.join(","),
        "[]",
    );
    for (name, value) in &integration.properties {
        row(name, "String", value_text(value), "");
    }
    row(
        "COMMENT",
        "String",
        integration.comment.clone().unwrap_or_default(),
        "",
    );
    listing
}
