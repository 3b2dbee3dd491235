//! SHOW TABLES.

use super::{
    LTZ, NUMBER, Scope, TERSE, TEXT, cluster_by, comment, entries, property_text, retention_time,
    with_history,
};
use crate::catalog::information_schema::row_width_bytes;
use crate::catalog::{Definition, Namespace};
use crate::error::Result;
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::catalog::physical_relation;
use snowmelt_sql::object::{Table, TableKind};
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("kind", TEXT),
    ("comment", TEXT),
    ("cluster_by", TEXT),
    ("rows", NUMBER),
    ("bytes", NUMBER),
    ("owner", TEXT),
    ("retention_time", TEXT),
    ("automatic_clustering", TEXT),
    ("change_tracking", TEXT),
    ("search_optimization", TEXT),
    ("search_optimization_progress", TEXT),
    ("search_optimization_bytes", NUMBER),
    ("is_external", TEXT),
    ("enable_schema_evolution", TEXT),
    ("owner_role_type", TEXT),
    ("is_event", TEXT),
    ("is_hybrid", TEXT),
    ("is_iceberg", TEXT),
    ("is_immutable", TEXT),
];

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Result<Listing> {
    let limit = usize::try_from(show.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let mut listing = Listing::new(if show.terse { TERSE } else { COLUMNS });
    // Views have the same names' namespace, and do not count.
    let every = Show {
        limit: None,
        ..show.clone()
    };
    for entry in entries(session, Namespace::Relation, &every, scope) {
        let Definition::Table(table) = &entry.definition else {
            continue;
        };
        if listing.rows.len() == limit {
            break;
        }
        let created_on = Cell::Timestamp(entry.created_at_micros);
        let name = &table.name;
        if show.terse {
            listing.rows.push(vec![
                created_on,
                Cell::from(name.name.as_str()),
                Cell::from("TABLE"),
                Cell::from(name.database.as_str()),
                Cell::from(name.schema.as_str()),
            ]);
            continue;
        }
        let rows = row_count(session, table)?;
        listing.rows.push(vec![
            created_on,
            Cell::from(name.name.as_str()),
            Cell::from(name.database.as_str()),
            Cell::from(name.schema.as_str()),
            Cell::from(kind(table)),
            comment(&entry),
            cluster_by(&table.properties),
            Cell::Number(rows),
            Cell::Number(rows.saturating_mul(row_width_bytes(table))),
            Cell::from(entry.owner.as_str()),
            retention_time(&table.properties),
            Cell::from("OFF"),
            Cell::from(
                if property_text(&table.properties, "CHANGE_TRACKING") == "true" {
                    "ON"
                } else {
                    "OFF"
                },
            ),
            Cell::from("OFF"),
            Cell::Null,
            Cell::Null,
            Cell::from("N"),
            Cell::y_or_n(property_text(&table.properties, "ENABLE_SCHEMA_EVOLUTION") == "true"),
            Cell::from("ROLE"),
            Cell::from("N"),
            Cell::from("N"),
            Cell::from("N"),
            Cell::from("N"),
        ]);
    }
    Ok(with_history(listing, show, "retention_time"))
}

/// How many rows a table has.
pub(super) fn row_count(session: &Session, table: &Table) -> Result<i64> {
    let query = format!("SELECT count(*) FROM {}", physical_relation(table));
    Ok(session.connection.query_row(&query, [], |row| row.get(0))?)
}

fn kind(table: &Table) -> &'static str {
    match table.kind {
        TableKind::Permanent => "TABLE",
        TableKind::Transient => "TRANSIENT",
        TableKind::Temporary => "TEMPORARY",
    }
}
