//! SHOW: in, what to list, where, and what to filter by; out, Snowflake's columns in its order (the SHOW pages of the SQL
//! command reference), sorted by database, schema and name. One file a kind.

mod columns;
mod databases;
mod file_formats;
mod functions;
mod integrations;
mod keys;
mod objects;
mod parameters;
mod pipes;
mod roles;
mod schemas;
mod sequences;
mod stages;
mod tables;
mod variables;
mod views;
mod warehouses;

use super::describe::file_format_options;
use crate::catalog::{CatalogView, Entry, Key, Namespace};
use crate::error::Result;
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
pub(super) use pipes::{COLUMNS as PIPE_COLUMNS, row as pipe_row};
pub(super) use sequences::{COLUMNS as SEQUENCE_COLUMNS, row as sequence_row};
use snowmelt_sql::object::{ObjectKind, Properties, PropertyValue};
use snowmelt_sql::statement::{Show, ShowKind};
use snowmelt_sql::{DataType, QualifiedName};
use std::sync::Arc;

const TEXT: DataType = DataType::TEXT;
const NUMBER: DataType = DataType::INTEGER;
const LTZ: DataType = DataType::TimestampLtz { precision: 3 };

/// What SHOW TERSE gives for the kinds that have it.
const TERSE: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("kind", TEXT),
    ("database_name", TEXT),
    ("schema_name", TEXT),
];

/// Where to look; `None` is everywhere.
pub(super) struct Scope {
    pub(super) database: Option<String>,
    pub(super) schema: Option<String>,
    pub(super) table: Option<QualifiedName>,
}

/// SHOW.
pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Result<Listing> {
    match show.kind {
        ShowKind::Objects(ObjectKind::Database) => Ok(databases::show(session, show)),
        ShowKind::Objects(ObjectKind::Schema) => Ok(schemas::show(session, show, scope)),
        ShowKind::Objects(ObjectKind::Warehouse) => Ok(warehouses::show(session, show)),
        ShowKind::Objects(ObjectKind::Integration) => Ok(integrations::show(session, show)),
        ShowKind::Objects(ObjectKind::Table) => tables::show(session, show, scope),
        ShowKind::Objects(ObjectKind::View) => Ok(views::show(session, show, scope)),
        ShowKind::Objects(ObjectKind::Stage) => Ok(stages::show(session, show, scope)),
        ShowKind::Objects(ObjectKind::FileFormat) => Ok(file_formats::show(session, show, scope)),
        ShowKind::Objects(ObjectKind::Pipe) => Ok(pipes::show(session, show, scope)),
        ShowKind::Objects(ObjectKind::Sequence) => sequences::show(session, show, scope),
        ShowKind::TablesAndViews => objects::show(session, show, scope),
        ShowKind::Columns => columns::show(session, show, scope),
        ShowKind::Parameters => Ok(parameters::show(session, show)),
        ShowKind::Variables => Ok(variables::show(session, show)),
        ShowKind::Functions => Ok(functions::show(session, show, scope, functions::Which::All)),
        ShowKind::BuiltinFunctions => Ok(functions::show(
            session,
            show,
            scope,
            functions::Which::Builtin,
        )),
        ShowKind::Objects(ObjectKind::Function) => Ok(functions::show(
            session,
            show,
            scope,
            functions::Which::User,
        )),
        ShowKind::PrimaryKeys => Ok(keys::primary(session, scope)),
        ShowKind::UniqueKeys => Ok(keys::unique(session, scope)),
        ShowKind::ImportedKeys => Ok(keys::imported(session, scope)),
        ShowKind::ExportedKeys => Ok(keys::exported(session, scope)),
        ShowKind::Roles => Ok(roles::show(session, show)),
    }
}

/// The objects of one namespace that are in scope and pass the filters, in order.
fn entries(session: &Session, namespace: Namespace, show: &Show, scope: &Scope) -> Vec<Arc<Entry>> {
    let catalog = session.catalog();
    let found = in_scope(&catalog, namespace, scope);
    filter(found, show)
}

/// The objects of one namespace that are in scope, in order; a temporary table hides its namesake.
fn in_scope(catalog: &CatalogView, namespace: Namespace, scope: &Scope) -> Vec<Arc<Entry>> {
    let is_in = |key: &Key| {
        scope
            .database
            .as_ref()
            .is_none_or(|database| key.database == *database)
            && scope
                .schema
                .as_ref()
                .is_none_or(|schema| key.schema == *schema)
            && scope
                .table
                .as_ref()
                .is_none_or(|table| key.name == table.name)
    };
    let mut found: Vec<(Key, Arc<Entry>)> = catalog
        .image
        .namespace(namespace)
        .map(|entry| (entry.key(), entry))
        .filter(|(key, _)| !catalog.temporary.contains_key(key))
        .chain(
            catalog
                .temporary
                .iter()
                .filter(|(key, _)| key.namespace == namespace)
                .map(|(key, entry)| (key.clone(), entry)),
        )
        .filter(|(key, _)| is_in(key))
        .map(|(key, entry)| (key, Arc::clone(entry)))
        .collect();
    found.sort_by(|(left, _), (right, _)| left.cmp(right));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// LIKE, STARTS WITH and LIMIT … FROM, on the objects' own names.
fn filter(entries: Vec<Arc<Entry>>, show: &Show) -> Vec<Arc<Entry>> {
    let limit = usize::try_from(show.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    entries
        .into_iter()
        .filter(|entry| passes(&entry.key().name, show))
        .take(limit)
        .collect()
}

/// Whether a name passes LIKE, STARTS WITH and FROM.
fn passes(name: &str, show: &Show) -> bool {
    show.like
        .as_ref()
        .is_none_or(|pattern| is_like(name, pattern))
        && show
            .starts_with
            .as_ref()
            .is_none_or(|start| name.starts_with(start.as_str()))
        && show.from.as_ref().is_none_or(|from| name > from.as_str())
}

/// SQL's LIKE without regard to case: `%` any run, `_` any character, a backslash takes the next one as it is.
fn is_like(text: &str, pattern: &str) -> bool {
    fn matches(text: &[char], pattern: &[char]) -> bool {
        match pattern {
            [] => text.is_empty(),
            ['%', rest @ ..] => (0..=text.len()).any(|start| matches(&text[start..], rest)),
            ['_', rest @ ..] => !text.is_empty() && matches(&text[1..], rest),
            ['\\', literal, rest @ ..] | [literal, rest @ ..] => {
                text.first() == Some(literal) && matches(&text[1..], rest)
            }
        }
    }
    // A run of `%` is as good as one, and costs much more.
    let mut pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    pattern.dedup_by(|left, right| *left == '%' && *right == '%');
    let text: Vec<char> = text.to_lowercase().chars().collect();
    matches(&text, &pattern)
}

/// The listing, with a column `dropped_on` after `after` for SHOW … HISTORY: nothing that was dropped is kept.
fn with_history(mut listing: Listing, show: &Show, after: &str) -> Listing {
    let position = listing
        .columns
        .iter()
        .position(|column| column.name == after);
    if let (true, Some(position)) = (show.history, position) {
        let dropped_on = Listing::new(&[("dropped_on", LTZ)]).columns;
        listing
            .columns
            .splice(position + 1..position + 1, dropped_on);
        listing
            .rows
            .iter_mut()
            .for_each(|row| row.insert(position + 1, Cell::Null));
    }
    listing
}

/// A text property as it is shown; empty if it was not given.
fn property_text(properties: &Properties, name: &str) -> String {
    properties.get(name).map(value_text).unwrap_or_default()
}

/// A kept value as text.
pub(super) fn value_text(value: &PropertyValue) -> String {
    match value {
        PropertyValue::Boolean(value) => value.to_string(),
        PropertyValue::Integer(value) => value.to_string(),
        PropertyValue::Text(text) => text.clone(),
        PropertyValue::List(values) => {
            format!(
                "[{}]",
                values.iter().map(value_text).collect::<Vec<_>>().join(", ")
            )
        }
        PropertyValue::Options(options) => {
            let options: Vec<String> = options
                .iter()
                .map(|(name, value)| format!("{name}={}", value_text(value)))
                .collect();
            format!("({})", options.join(" "))
        }
    }
}

/// DATA_RETENTION_TIME_IN_DAYS as it is shown.
fn retention_time(properties: &Properties) -> Cell {
    match properties.get("DATA_RETENTION_TIME_IN_DAYS") {
        Some(value) => Cell::from(value_text(value)),
        None => Cell::from("1"),
    }
}

/// CLUSTER BY as it is shown: `LINEAR(a, b)`.
fn cluster_by(properties: &Properties) -> Cell {
    match properties.get("CLUSTER_BY") {
        Some(PropertyValue::List(keys)) if !keys.is_empty() => {
            let keys: Vec<String> = keys.iter().map(value_text).collect();
            Cell::from(format!("LINEAR({})", keys.join(", ")))
        }
        _ => Cell::from(""),
    }
}

/// A comment as it is shown: empty if there is none.
fn comment(entry: &Entry) -> Cell {
    Cell::from(entry.definition.comment().unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::is_like;

    #[test]
    fn like_ignores_case_and_knows_its_wildcards() {
        assert!(is_like("SALES_2024", "sales%"));
        assert!(is_like("SALES_2024", "%%%_2024"));
        assert!(is_like("a_b", r"a\_b"));
        assert!(!is_like("axb", r"a\_b"));
        assert!(!is_like("SALES", "SALE"));
    }
}
