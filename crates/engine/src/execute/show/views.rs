//! SHOW VIEWS.

use super::{LTZ, Scope, TERSE, TEXT, comment, entries, property_text};
use crate::catalog::{Definition, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::object::View;
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("reserved", TEXT),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("owner", TEXT),
    ("comment", TEXT),
    ("text", TEXT),
    ("is_secure", TEXT),
    ("is_materialized", TEXT),
    ("owner_role_type", TEXT),
    ("change_tracking", TEXT),
];

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Listing {
    let limit = usize::try_from(show.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let every = Show {
        limit: None,
        ..show.clone()
    };
    let mut listing = Listing::new(if show.terse { TERSE } else { COLUMNS });
    for entry in entries(session, Namespace::Relation, &every, scope) {
        let Definition::View(view) = &entry.definition else {
            continue;
        };
        if listing.rows.len() == limit {
            break;
        }
        let created_on = Cell::Timestamp(entry.created_at_micros);
        let name = &view.name;
        let (own, database, schema) = (
            Cell::from(name.name.as_str()),
            Cell::from(name.database.as_str()),
            Cell::from(name.schema.as_str()),
        );
        listing.rows.push(if show.terse {
            vec![created_on, own, Cell::from("VIEW"), database, schema]
        } else {
            vec![
                created_on,
                own,
                Cell::from(""),
                database,
                schema,
                Cell::from(entry.owner.as_str()),
                comment(&entry),
                Cell::from(text(view)),
                Cell::from(view.secure.to_string()),
                Cell::from("false"),
                Cell::from("ROLE"),
                Cell::from(
                    if property_text(&view.properties, "CHANGE_TRACKING") == "true" {
                        "ON"
                    } else {
                        "OFF"
                    },
                ),
            ]
        });
    }
    listing
}

/// The statement that makes the view.
fn text(view: &View) -> String {
    let secure = if view.secure { "secure " } else { "" };
    let columns = if view.column_names.is_empty() {
        String::new()
    } else {
        let names: Vec<String> = view
            .column_names
            .iter()
            .map(|name| quote_if_needed(name))
            .collect();
        format!("({})", names.join(", "))
    };
    format!(
        "create or replace {secure}view {}{columns} as {}",
        quote_if_needed(&view.name.name),
        view.query
    )
}
