//! SHOW WAREHOUSES: what CREATE WAREHOUSE said; one machine runs everything at once and is always there.

use super::{LTZ, NUMBER, Scope, TEXT, comment, entries, property_text};
use crate::catalog::{Definition, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::object::{Properties, PropertyValue};
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("name", TEXT),
    ("state", TEXT),
    ("type", TEXT),
    ("size", TEXT),
    ("min_cluster_count", NUMBER),
    ("max_cluster_count", NUMBER),
    ("started_clusters", NUMBER),
    ("running", NUMBER),
    ("queued", NUMBER),
    ("is_default", TEXT),
    ("is_current", TEXT),
    ("is_interactive", TEXT),
    ("auto_suspend", NUMBER),
    ("auto_resume", TEXT),
    ("available", TEXT),
    ("provisioning", TEXT),
    ("quiescing", TEXT),
    ("other", TEXT),
    ("created_on", LTZ),
    ("resumed_on", LTZ),
    ("updated_on", LTZ),
    ("owner", TEXT),
    ("comment", TEXT),
    ("enable_query_acceleration", TEXT),
    ("query_acceleration_max_scale_factor", NUMBER),
    ("resource_monitor", TEXT),
    ("actives", NUMBER),
    ("pendings", NUMBER),
    ("failed", NUMBER),
    ("suspended", NUMBER),
    ("uuid", TEXT),
    ("scaling_policy", TEXT),
    ("owner_role_type", TEXT),
    ("resource_constraint", TEXT),
    ("generation", TEXT),
];

pub(super) fn show(session: &Session, show: &Show) -> Listing {
    let everywhere = Scope {
        database: None,
        schema: None,
        table: None,
    };
    let mut listing = Listing::new(COLUMNS);
    for entry in entries(session, Namespace::Warehouse, show, &everywhere) {
        let Definition::Warehouse(warehouse) = &entry.definition else {
            continue;
        };
        let given = &warehouse.properties;
        let text_or = |name: &str, default: &str| match property_text(given, name) {
            text if text.is_empty() => Cell::from(default),
            text => Cell::from(text),
        };
        listing.rows.push(vec![
            Cell::from(warehouse.name.as_str()),
            Cell::from("STARTED"),
            text_or("WAREHOUSE_TYPE", "STANDARD"),
            Cell::from(size(given)),
            number(given, "MIN_CLUSTER_COUNT", 1),
            number(given, "MAX_CLUSTER_COUNT", 1),
            Cell::Number(1),
            Cell::Number(0),
            Cell::Number(0),
            Cell::from("N"),
            Cell::y_or_n(session.context.warehouse.as_ref() == Some(&warehouse.name)),
            Cell::from("N"),
            number(given, "AUTO_SUSPEND", 600),
            text_or("AUTO_RESUME", "true"),
            Cell::from("100"),
            Cell::from("0"),
            Cell::from("0"),
            Cell::from("0"),
            Cell::Timestamp(entry.created_at_micros),
            Cell::Timestamp(entry.created_at_micros),
            Cell::Timestamp(entry.ddl_at_micros),
            Cell::from(entry.owner.as_str()),
            comment(&entry),
            text_or("ENABLE_QUERY_ACCELERATION", "false"),
            number(given, "QUERY_ACCELERATION_MAX_SCALE_FACTOR", 8),
            text_or("RESOURCE_MONITOR", "null"),
            Cell::Number(0),
            Cell::Number(0),
            Cell::Number(0),
            Cell::Number(0),
            Cell::from(entry.id.to_string()),
            text_or("SCALING_POLICY", "STANDARD"),
            Cell::from("ROLE"),
            match property_text(given, "RESOURCE_CONSTRAINT") {
                text if text.is_empty() => Cell::Null,
                text => Cell::from(text),
            },
            text_or("GENERATION", "1"),
        ]);
    }
    listing
}

fn number(given: &Properties, name: &str, default: i64) -> Cell {
    match given.get(name) {
        Some(PropertyValue::Integer(value)) => Cell::Number(*value),
        Some(PropertyValue::Text(text)) if text.eq_ignore_ascii_case("NULL") => Cell::Null,
        Some(PropertyValue::Text(text)) => text.parse().map_or(Cell::Number(default), Cell::Number),
        _ => Cell::Number(default),
    }
}

/// WAREHOUSE_SIZE as SHOW prints it: `XSMALL` and `X-SMALL` are `X-Small`.
fn size(given: &Properties) -> String {
    let text = property_text(given, "WAREHOUSE_SIZE")
        .to_uppercase()
        .replace('-', "");
    match text.as_str() {
        "" | "XSMALL" => "X-Small".to_owned(),
        "SMALL" => "Small".to_owned(),
        "MEDIUM" => "Medium".to_owned(),
        "LARGE" => "Large".to_owned(),
        "XLARGE" => "X-Large".to_owned(),
        "XXLARGE" | "X2LARGE" | "2XLARGE" => "2X-Large".to_owned(),
        "XXXLARGE" | "X3LARGE" | "3XLARGE" => "3X-Large".to_owned(),
        "X4LARGE" | "4XLARGE" => "4X-Large".to_owned(),
        "X5LARGE" | "5XLARGE" => "5X-Large".to_owned(),
        "X6LARGE" | "6XLARGE" => "6X-Large".to_owned(),
        _ => text,
    }
}
