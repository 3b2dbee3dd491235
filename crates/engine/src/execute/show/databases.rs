//! SHOW DATABASES.

use super::{LTZ, Scope, TERSE, TEXT, comment, entries, retention_time, with_history};
use crate::catalog::{Definition, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("is_default", TEXT),
    ("is_current", TEXT),
    ("origin", TEXT),
    ("owner", TEXT),
    ("comment", TEXT),
    ("options", TEXT),
    ("retention_time", TEXT),
    ("kind", TEXT),
    ("owner_role_type", TEXT),
    ("object_visibility", TEXT),
    ("data_quality_monitoring_settings", TEXT),
];

pub(super) fn show(session: &Session, show: &Show) -> Listing {
    let everywhere = Scope {
        database: None,
        schema: None,
        table: None,
    };
    let mut listing = Listing::new(if show.terse { TERSE } else { COLUMNS });
    for entry in entries(session, Namespace::Database, show, &everywhere) {
        let Definition::Database(database) = &entry.definition else {
            continue;
        };
        let created_on = Cell::Timestamp(entry.created_at_micros);
        let name = Cell::from(database.name.as_str());
        listing.rows.push(if show.terse {
            vec![created_on, name, Cell::Null, Cell::Null, Cell::Null]
        } else {
            vec![
                created_on,
                name,
                Cell::from("N"),
                Cell::y_or_n(session.context.database.as_ref() == Some(&database.name)),
                Cell::from(""),
                Cell::from(entry.owner.as_str()),
                comment(&entry),
                Cell::from(if database.transient { "TRANSIENT" } else { "" }),
                retention_time(&database.properties),
                Cell::from("STANDARD"),
                Cell::from("ROLE"),
                Cell::Null,
                Cell::Null,
            ]
        });
    }
    with_history(listing, show, "retention_time")
}
