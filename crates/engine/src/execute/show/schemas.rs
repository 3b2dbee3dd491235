//! SHOW SCHEMAS.

use super::{LTZ, Scope, TERSE, TEXT, comment, in_scope, passes, retention_time, with_history};
use crate::catalog::information_schema;
use crate::catalog::{Definition, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("is_default", TEXT),
    ("is_current", TEXT),
    ("database_name", TEXT),
    ("owner", TEXT),
    ("comment", TEXT),
    ("options", TEXT),
    ("retention_time", TEXT),
    ("owner_role_type", TEXT),
    ("object_visibility", TEXT),
];

/// One schema as it is listed.
struct Row {
    database: String,
    name: String,
    created_on: Cell,
    owner: Cell,
    comment: Cell,
    options: Cell,
    retention_time: Cell,
}

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Listing {
    let mut rows = rows(session, scope);
    rows.retain(|row| passes(&row.name, show));
    rows.sort_by(|left, right| (&left.database, &left.name).cmp(&(&right.database, &right.name)));
    rows.truncate(usize::try_from(show.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX));

    let context = &session.context;
    let mut listing = Listing::new(if show.terse { TERSE } else { COLUMNS });
    for row in rows {
        let is_current = context.database.as_ref() == Some(&row.database)
            && context.schema.as_ref() == Some(&row.name);
        listing.rows.push(if show.terse {
            vec![
                row.created_on,
                row.name.into(),
                Cell::Null,
                row.database.into(),
                Cell::Null,
            ]
        } else {
            vec![
                row.created_on,
                row.name.into(),
                Cell::from("N"),
                Cell::y_or_n(is_current),
                row.database.into(),
                row.owner,
                row.comment,
                row.options,
                row.retention_time,
                Cell::from("ROLE"),
                Cell::Null,
            ]
        });
    }
    with_history(listing, show, "retention_time")
}

fn rows(session: &Session, scope: &Scope) -> Vec<Row> {
    let catalog = session.catalog();
    let in_database = Scope {
        database: scope.database.clone(),
        schema: None,
        table: None,
    };
    let mut rows = Vec::new();
    for entry in in_scope(&catalog, Namespace::Schema, &in_database) {
        if let Definition::Schema(schema) = &entry.definition {
            rows.push(Row {
                database: schema.database.clone(),
                name: schema.name.clone(),
                created_on: Cell::Timestamp(entry.created_at_micros),
                owner: Cell::from(entry.owner.as_str()),
                comment: comment(&entry),
                options: Cell::from(if schema.transient { "TRANSIENT" } else { "" }),
                retention_time: retention_time(&schema.properties),
            });
        }
    }
    for entry in catalog.image.namespace(Namespace::Database) {
        if let Definition::Database(database) = &entry.definition
            && scope
                .database
                .as_ref()
                .is_none_or(|name| *name == database.name)
        {
            rows.push(Row {
                database: database.name.clone(),
                name: information_schema::NAME.to_owned(),
                created_on: Cell::Timestamp(entry.created_at_micros),
                owner: Cell::from(""),
                comment: Cell::from("Views describing the contents of schemas in this database"),
                options: Cell::from(""),
                retention_time: Cell::from("1"),
            });
        }
    }
    rows
}
