//! DATABASE, SCHEMA, WAREHOUSE, STORAGE INTEGRATION.

use super::property::{clauses, comment, text_list};
use super::{DdlNames, statement};
use crate::name::quote_if_needed;
use crate::object::{Database, Integration, PropertyValue, Schema, Warehouse};
use crate::parse::quote_string;

pub(super) fn database(database: &Database) -> String {
    let transient = if database.transient { "transient " } else { "" };
    let name = quote_if_needed(&database.name);
    let mut lines = clauses(&database.properties, &[]);
    lines.extend(comment(&database.comment));
    statement(
        format!("create or replace {transient}database {name}"),
        lines,
    )
}

pub(super) fn schema(schema: &Schema, names: DdlNames) -> String {
    let transient = if schema.transient { "transient " } else { "" };
    let mut name = quote_if_needed(&schema.name);
    if names == DdlNames::Full {
        name = format!("{}.{name}", quote_if_needed(&schema.database));
    }
    let mut lines = Vec::new();
    if schema.properties.get("MANAGED_ACCESS") == Some(&PropertyValue::Boolean(true)) {
        lines.push("WITH MANAGED ACCESS".to_owned());
    }
    lines.extend(clauses(&schema.properties, &["MANAGED_ACCESS"]));
    lines.extend(comment(&schema.comment));
    statement(format!("create or replace {transient}schema {name}"), lines)
}

pub(super) fn warehouse(warehouse: &Warehouse) -> String {
    let name = quote_if_needed(&warehouse.name);
    let mut lines = clauses(&warehouse.properties, &[]);
    lines.extend(comment(&warehouse.comment));
    statement(format!("create or replace warehouse {name}"), lines)
}

pub(super) fn integration(integration: &Integration) -> String {
    let name = quote_if_needed(&integration.name);
    let mut lines = vec![
        "TYPE = EXTERNAL_STAGE".to_owned(),
        format!(
            "STORAGE_PROVIDER = {}",
            quote_string(&integration.storage_provider)
        ),
        format!(
            "ENABLED = {}",
            if integration.enabled { "TRUE" } else { "FALSE" }
        ),
    ];
    lines.extend(clauses(&integration.properties, &[]));
    let allowed = text_list(&integration.allowed_locations);
    lines.push(format!("STORAGE_ALLOWED_LOCATIONS = {allowed}"));
    if !integration.blocked_locations.is_empty() {
        let blocked = text_list(&integration.blocked_locations);
        lines.push(format!("STORAGE_BLOCKED_LOCATIONS = {blocked}"));
    }
    lines.extend(comment(&integration.comment));
    statement(
        format!("create or replace storage integration {name}"),
        lines,
    )
}
