//! SHOW PRIMARY KEYS, UNIQUE KEYS, IMPORTED KEYS and EXPORTED KEYS: a row a column of a key.

use super::{LTZ, NUMBER, Scope, TEXT, in_scope};
use crate::catalog::{CatalogView, Definition, Entry, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::catalog::{Catalog, Relation};
use snowmelt_sql::object::{ForeignKey, Key, Table};

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("table_name", TEXT),
    ("column_name", TEXT),
    ("key_sequence", NUMBER),
    ("comment", TEXT),
    ("constraint_name", TEXT),
];

const FOREIGN_COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("pk_database_name", TEXT),
    ("pk_schema_name", TEXT),
    ("pk_table_name", TEXT),
    ("pk_column_name", TEXT),
    ("fk_database_name", TEXT),
    ("fk_schema_name", TEXT),
    ("fk_table_name", TEXT),
    ("fk_column_name", TEXT),
    ("key_sequence", NUMBER),
    ("update_rule", TEXT),
    ("delete_rule", TEXT),
    ("fk_name", TEXT),
    ("pk_name", TEXT),
    ("deferrability", TEXT),
    ("rely", TEXT),
    ("comment", TEXT),
];

pub(super) fn primary(session: &Session, scope: &Scope) -> Listing {
    keys(session, scope, 0, |table| {
        table.primary_key.iter().collect()
    })
}

pub(super) fn unique(session: &Session, scope: &Scope) -> Listing {
    keys(session, scope, 1, |table| {
        table.unique_keys.iter().collect()
    })
}

/// `first` is the number of the first of these keys among all of a table.
fn keys(
    session: &Session,
    scope: &Scope,
    first: usize,
    of: impl Fn(&Table) -> Vec<&Key>,
) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    for entry in in_scope(&session.catalog(), Namespace::Relation, scope) {
        let Definition::Table(table) = &entry.definition else {
            continue;
        };
        for (number, key) in of(table).into_iter().enumerate() {
            let name = constraint_name(key.name.as_deref(), &entry, first + number);
            for (column, sequence) in key.columns.iter().zip(1..) {
                listing.rows.push(vec![
                    Cell::Timestamp(entry.created_at_micros),
                    Cell::from(table.name.database.as_str()),
                    Cell::from(table.name.schema.as_str()),
                    Cell::from(table.name.name.as_str()),
                    Cell::from(column.as_str()),
                    Cell::Number(sequence),
                    Cell::Null,
                    Cell::from(name.as_str()),
                ]);
            }
        }
    }
    listing
}

/// The foreign keys of the tables in scope.
pub(super) fn imported(session: &Session, scope: &Scope) -> Listing {
    let catalog = session.catalog();
    let mut listing = Listing::new(FOREIGN_COLUMNS);
    for entry in in_scope(&catalog, Namespace::Relation, scope) {
        foreign(&catalog, &entry, |_| true, &mut listing);
    }
    listing
}

/// The foreign keys of any table that refer to tables in scope.
pub(super) fn exported(session: &Session, scope: &Scope) -> Listing {
    let catalog = session.catalog();
    let mut listing = Listing::new(FOREIGN_COLUMNS);
    let everywhere = Scope {
        database: None,
        schema: None,
        table: None,
    };
    let is_in = |wanted: &Option<String>, name: &String| {
        wanted.as_ref().is_none_or(|wanted| wanted == name)
    };
    for entry in in_scope(&catalog, Namespace::Relation, &everywhere) {
        let refers = |key: &ForeignKey| {
            is_in(&scope.database, &key.table.database)
                && is_in(&scope.schema, &key.table.schema)
                && scope.table.as_ref().is_none_or(|table| *table == key.table)
        };
        foreign(&catalog, &entry, refers, &mut listing);
    }
    listing
}

fn foreign(
    catalog: &CatalogView,
    entry: &Entry,
    is_wanted: impl Fn(&ForeignKey) -> bool,
    listing: &mut Listing,
) {
    let Definition::Table(table) = &entry.definition else {
        return;
    };
    for (number, key) in table.foreign_keys.iter().enumerate() {
        if !is_wanted(key) {
            continue;
        }
        let primary = match catalog.relation(&key.table) {
            Some(Relation::Table(table)) => table.primary_key.clone(),
            _ => None,
        };
        let columns = match (&key.referenced_columns[..], &primary) {
            ([], Some(primary)) => &primary.columns[..],
            (columns, _) => columns,
        };
        let name = constraint_name(
            key.name.as_deref(),
            entry,
            1 + table.unique_keys.len() + number,
        );
        for ((column, sequence), referred) in key.columns.iter().zip(1..).zip(columns) {
            listing.rows.push(vec![
                Cell::Timestamp(entry.created_at_micros),
                Cell::from(key.table.database.as_str()),
                Cell::from(key.table.schema.as_str()),
                Cell::from(key.table.name.as_str()),
                Cell::from(referred.as_str()),
                Cell::from(table.name.database.as_str()),
                Cell::from(table.name.schema.as_str()),
                Cell::from(table.name.name.as_str()),
                Cell::from(column.as_str()),
                Cell::Number(sequence),
                Cell::from("NO ACTION"),
                Cell::from("NO ACTION"),
                Cell::from(name.as_str()),
                Cell::from(primary.as_ref().and_then(|key| key.name.as_deref())),
                Cell::from("NOT DEFERRABLE"),
                Cell::from("false"),
                Cell::Null,
            ]);
        }
    }
}

/// A key without a name gets one that stays the same.
fn constraint_name(given: Option<&str>, entry: &Entry, number: usize) -> String {
    match (given, number) {
        (Some(name), _) => name.to_owned(),
        (None, 0) => format!("SYS_CONSTRAINT_{}", entry.id),
        (None, number) => format!("SYS_CONSTRAINT_{}_{number}", entry.id),
    }
}
