//! SHOW OBJECTS: tables and views.

use super::tables::row_count;
use super::{LTZ, NUMBER, Scope, TERSE, TEXT, cluster_by, comment, entries, retention_time};
use crate::catalog::information_schema::row_width_bytes;
use crate::catalog::{Definition, Namespace};
use crate::error::Result;
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
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
    ("owner_role_type", TEXT),
    ("budget", TEXT),
    ("is_hybrid", TEXT),
    ("is_dynamic", TEXT),
    ("is_iceberg", TEXT),
];

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Result<Listing> {
    let mut listing = Listing::new(if show.terse { TERSE } else { COLUMNS });
    for entry in entries(session, Namespace::Relation, show, scope) {
        let (kind, cluster_by, rows, bytes, retention_time) = match &entry.definition {
            Definition::Table(table) if show.terse => (
                "TABLE",
                Cell::Null,
                Cell::Null,
                Cell::Null,
                retention_time(&table.properties),
            ),
            Definition::Table(table) => {
                let rows = row_count(session, table)?;
                (
                    "TABLE",
                    cluster_by(&table.properties),
                    Cell::Number(rows),
                    Cell::Number(rows.saturating_mul(row_width_bytes(table))),
                    retention_time(&table.properties),
                )
            }
            _ => (
                "VIEW",
                Cell::from(""),
                Cell::Null,
                Cell::Null,
                Cell::from("1"),
            ),
        };
        let key = entry.key();
        let created_on = Cell::Timestamp(entry.created_at_micros);
        listing.rows.push(if show.terse {
            vec![
                created_on,
                key.name.into(),
                Cell::from(kind),
                key.database.into(),
                key.schema.into(),
            ]
        } else {
            vec![
                created_on,
                key.name.into(),
                key.database.into(),
                key.schema.into(),
                Cell::from(kind),
                comment(&entry),
                cluster_by,
                rows,
                bytes,
                Cell::from(entry.owner.as_str()),
                retention_time,
                Cell::from("ROLE"),
                Cell::Null,
                Cell::from("N"),
                Cell::from("N"),
                Cell::from("N"),
            ]
        });
    }
    Ok(listing)
}
