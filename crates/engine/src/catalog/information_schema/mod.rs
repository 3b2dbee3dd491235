//! INFORMATION_SCHEMA: the views that each database has. In: a view's name; out: its columns, and DuckDB SQL over the
//! catalog's own tables that gives its rows. One file a view; the columns are those of Snowflake's documentation
//! (Information Schema reference), in its order.

mod columns;
mod databases;
mod file_formats;
mod functions;
mod load_history;
mod pipes;
mod schemata;
mod sequences;
mod stages;
mod tables;
mod views;

use super::image::{Entry, Image};
use super::key::Key;
use super::view::CatalogView;
use crate::ledger;
use snowmelt_sql::catalog::SystemView;
use snowmelt_sql::{DataType, QualifiedName};
use std::collections::BTreeMap;
use std::sync::Arc;
pub(crate) use tables::row_width_bytes;

/// The schema's name.
pub(crate) const NAME: &str = "INFORMATION_SCHEMA";

/// The schema of what Snowflake does not have: SNOWMELT.REJECTS.
const SNOWMELT: &str = "SNOWMELT";

/// TIMESTAMP_LTZ as the views have it: milliseconds.
const LTZ: DataType = DataType::TimestampLtz { precision: 3 };
const TEXT: DataType = DataType::TEXT;
const NUMBER: DataType = DataType::INTEGER;

/// A view: its name, its columns, and what writes its query.
struct Definition {
    name: &'static str,
    columns: &'static [(&'static str, DataType)],
    sql: fn(&Scope<'_>) -> String,
}

/// Every view, by name.
const VIEWS: [&Definition; 11] = [
    &columns::COLUMNS,
    &databases::DATABASES,
    &file_formats::FILE_FORMATS,
    &functions::FUNCTIONS,
    &load_history::LOAD_HISTORY,
    &pipes::PIPES,
    &schemata::SCHEMATA,
    &sequences::SEQUENCES,
    &stages::STAGES,
    &tables::TABLES,
    &views::VIEWS,
];

/// What a view's query is written from.
pub(crate) struct Scope<'a> {
    pub(crate) database: &'a str,
    pub(crate) image: &'a Image,
    pub(crate) temporary: &'a BTreeMap<Key, Arc<Entry>>,
    pub(crate) catalog: &'a CatalogView,
}

/// Whether a schema of that name is the system's.
pub(crate) fn is_system_schema(name: &str) -> bool {
    name == NAME || name == SNOWMELT
}

/// The view of that name in the database of the scope.
pub(crate) fn view(name: &QualifiedName, scope: &Scope<'_>) -> Option<SystemView> {
    if name.schema == SNOWMELT {
        return (name.name == "REJECTS").then(|| ledger::rejects_view(scope.database));
    }
    if name.schema != NAME {
        return None;
    }
    let definition = VIEWS.iter().find(|view| view.name == name.name)?;
    let columns = definition
        .columns
        .iter()
        .map(|(name, data_type)| ((*name).to_owned(), *data_type))
        .collect();
    Some(SystemView {
        columns,
        sql: (definition.sql)(scope),
    })
}

impl Scope<'_> {
    /// The database's name as a DuckDB literal.
    fn database_literal(&self) -> String {
        literal(self.database)
    }

    /// `(id, kind, database_name, schema_name, name, definition, owner, created_at, ddl_at, altered_at)` of every
    /// object, as a subquery.
    fn objects(&self) -> String {
        let temporary = if self.temporary.is_empty() {
            ""
        } else {
            "UNION ALL SELECT *, ddl_at_micros FROM temp.main.snowmelt_objects"
        };
        format!(
            "(SELECT id, kind, database_name, schema_name, name, definition, owner,
                make_timestamptz(created_at_micros) AS created_at, make_timestamptz(ddl_at_micros) AS ddl_at,
                make_timestamptz(altered_at_micros) AS altered_at
            FROM (
                SELECT o.*, coalesce(a.altered_at_micros, o.ddl_at_micros) AS altered_at_micros
                FROM snowmelt.objects AS o LEFT JOIN (
                    SELECT object_id, max(altered_at_micros) AS altered_at_micros
                    FROM snowmelt.altered GROUP BY object_id
                ) AS a ON a.object_id = o.id
                {temporary}
            ))"
        )
    }

    /// The same, of one kind in the scope's database, as `o`.
    fn objects_of_kind(&self, kind: &str) -> String {
        format!(
            "(SELECT * FROM {} WHERE kind = '{kind}' AND database_name = {}) AS o",
            self.objects(),
            self.database_literal()
        )
    }
}

/// A DuckDB string literal.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `SELECT` with `NULL` for every column that `given` does not name, in the order of `columns`.
fn select(
    columns: &[(&'static str, DataType)],
    given: &[(&'static str, &str)],
    from: &str,
) -> String {
    let items: Vec<String> = columns
        .iter()
        .map(
            |(name, data_type)| match given.iter().find(|(given, _)| given == name) {
                Some((_, expression)) => format!("{expression} AS \"{name}\""),
                None => format!("NULL::{} AS \"{name}\"", data_type.physical(true)),
            },
        )
        .collect();
    debug_assert!(
        given
            .iter()
            .all(|(name, _)| columns.iter().any(|(column, _)| column == name))
    );
    format!("SELECT {} FROM {from}", items.join(", "))
}

/// DATA_RETENTION_TIME_IN_DAYS of `o`, 1 if it was not given.
const RETENTION_TIME: &str =
    "coalesce(try_cast(o.definition->>'$.properties.DATA_RETENTION_TIME_IN_DAYS' AS BIGINT), 1)";
/// COMMENT of `o`.
const COMMENT: &str = "(o.definition->>'$.comment')";
