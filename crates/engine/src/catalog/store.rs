//! The catalog in the warehouse file: schema `snowmelt`, tables `meta`, `objects` and `altered`. Rows in, an [`Image`]
//! out; changes in, rows out.

use super::change::Change;
use super::image::{Entry, Image};
use crate::error::{EngineError, Result};
use crate::ledger;
use duckdb::{Connection, params};
use snowmelt_sql::object::{Object, ObjectPath};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The version of the tables below and of every other table in schema `snowmelt`.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// `altered` holds a row for every write, so that two writers of one table never change the same row; beyond this
/// many, all but the newest of each object go.
const ALTERED_ROWS_KEPT: u64 = 10_000;

const CREATE: &str = "
    CREATE SCHEMA snowmelt;
    CREATE TABLE snowmelt.meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL);
    CREATE TABLE snowmelt.objects (
        id BIGINT NOT NULL,
        kind VARCHAR NOT NULL,
        database_name VARCHAR NOT NULL,
        schema_name VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        definition JSON NOT NULL,
        owner VARCHAR NOT NULL,
        created_at_micros BIGINT NOT NULL,
        ddl_at_micros BIGINT NOT NULL
    );
    CREATE TABLE snowmelt.altered (object_id BIGINT NOT NULL, altered_at_micros BIGINT NOT NULL);
";

/// What a warehouse holds when it is opened.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) image: Image,
    pub(crate) next_id: i64,
    pub(crate) last_stamp_micros: i64,
}

/// Makes the tables in a new warehouse.
pub(crate) fn create(connection: &Connection) -> Result<()> {
    connection.execute_batch(CREATE)?;
    set_meta(connection, "format_version", &FORMAT_VERSION.to_string())
}

/// Whether the database has the tables, and their version.
pub(crate) fn format_version(connection: &Connection) -> Result<Option<u32>> {
    let exists: bool = connection.query_row(
        "SELECT count(*) > 0 FROM duckdb_tables() WHERE schema_name = 'snowmelt' AND table_name = 'meta'",
        [],
        |row| row.get(0),
    )?;
    if !exists {
        return Ok(None);
    }
    let text = meta(connection, "format_version")?;
    Ok(Some(
        text.and_then(|text| text.parse().ok()).unwrap_or(u32::MAX),
    ))
}

/// Whether anything was ever made in the database.
pub(crate) fn is_empty(connection: &Connection) -> Result<bool> {
    Ok(connection.query_row(
        "SELECT (SELECT count(*) FROM duckdb_tables() WHERE NOT internal) = 0
            AND (SELECT count(*) FROM duckdb_views() WHERE NOT internal) = 0",
        [],
        |row| row.get(0),
    )?)
}

/// A value of `meta`.
pub(crate) fn meta(connection: &Connection, key: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare("SELECT value FROM snowmelt.meta WHERE key = ?")?;
    let mut rows = statement.query([key])?;
    Ok(match rows.next()? {
        Some(row) => Some(row.get(0)?),
        None => None,
    })
}

/// Sets a value of `meta`.
pub(crate) fn set_meta(connection: &Connection, key: &str, value: &str) -> Result<()> {
    connection.execute("DELETE FROM snowmelt.meta WHERE key = ?", [key])?;
    connection.execute("INSERT INTO snowmelt.meta VALUES (?, ?)", [key, value])?;
    Ok(())
}

/// Reads the whole catalog.
pub(crate) fn load(connection: &Connection) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut statement = connection.prepare(
        "SELECT id, definition, owner, created_at_micros, ddl_at_micros FROM snowmelt.objects ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let definition: String = row.get(1)?;
        let object: Object = serde_json::from_str(&definition).map_err(|error| {
            EngineError::internal(format!(
                "object {id} of the warehouse's catalog cannot be read"
            ))
            .with_detail(definition)
            .with_source(error)
        })?;
        let entry = Entry {
            id,
            definition: object.into(),
            owner: row.get(2)?,
            created_at_micros: row.get(3)?,
            ddl_at_micros: row.get(4)?,
        };
        loaded.last_stamp_micros = loaded
            .last_stamp_micros
            .max(entry.ddl_at_micros)
            .max(entry.created_at_micros);
        loaded.next_id = loaded.next_id.max(id + 1);
        loaded.image.apply(&Change::Create(Arc::new(entry)));
    }
    let (last_id, last_altered): (i64, i64) = connection.query_row(
        "SELECT coalesce(max(object_id), 0), coalesce(max(altered_at_micros), 0) FROM snowmelt.altered",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    loaded.next_id = loaded.next_id.max(last_id + 1).max(1);
    loaded.last_stamp_micros = loaded.last_stamp_micros.max(last_altered);
    Ok(loaded)
}

/// Writes changes and stamps into the open transaction. `touched` are objects whose data changed.
pub(crate) fn write(
    connection: &Connection,
    changes: &[Change],
    touched: &BTreeSet<i64>,
    stamp_micros: i64,
) -> Result<()> {
    let net = Net::of(changes);
    delete(connection, "snowmelt.objects", &net.gone)?;
    append(connection, None, "snowmelt", "objects", &net.kept)?;
    // An object that is redefined, or has another name now, is the same object and keeps its history.
    for id in &net.gone {
        if !net.kept.iter().any(|entry| entry.id == *id) {
            ledger::forget(connection, *id)?;
        }
    }
    let kept = net.kept.iter().map(|entry| entry.id);
    let altered: BTreeSet<i64> = touched
        .iter()
        .copied()
        .filter(|id| !net.gone.contains(id))
        .chain(kept)
        .collect();
    // The appender takes a tenth of the time that a prepared INSERT takes, which DuckDB plans again after each DDL.
    let mut appender = connection.appender_to_db("altered", "snowmelt")?;
    for id in altered {
        appender.append_row(params![id, stamp_micros])?;
    }
    Ok(appender.flush()?)
}

/// Writes the session's temporary tables into its own table of objects, so that INFORMATION_SCHEMA shows them.
pub(crate) fn write_temporary(connection: &Connection, changes: &[Change]) -> Result<()> {
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS snowmelt_objects AS SELECT * FROM snowmelt.objects LIMIT 0",
    )?;
    let net = Net::of(changes);
    delete(connection, "temp.main.snowmelt_objects", &net.gone)?;
    append(
        connection,
        Some("temp"),
        "main",
        "snowmelt_objects",
        &net.kept,
    )
}

/// What a transaction's changes come to.
struct Net<'c> {
    /// Rows that have to go: of objects that are dropped or redefined.
    gone: BTreeSet<i64>,
    /// Rows that are new.
    kept: Vec<&'c Entry>,
}

impl<'c> Net<'c> {
    fn of(changes: &'c [Change]) -> Self {
        let mut gone = BTreeSet::new();
        let mut kept: BTreeMap<i64, &Entry> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Create(entry) => {
                    kept.insert(entry.id, entry);
                }
                Change::Redefine(entry) => {
                    gone.insert(entry.id);
                    kept.insert(entry.id, entry);
                }
                Change::Drop(entry) => {
                    gone.insert(entry.id);
                    kept.remove(&entry.id);
                }
            }
        }
        Self {
            gone,
            kept: kept.into_values().collect(),
        }
    }
}

fn delete(connection: &Connection, table: &str, ids: &BTreeSet<i64>) -> Result<()> {
    if !ids.is_empty() {
        let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
        connection.execute_batch(&format!(
            "DELETE FROM {table} WHERE id IN ({})",
            ids.join(", ")
        ))?;
    }
    Ok(())
}

fn append(
    connection: &Connection,
    catalog: Option<&str>,
    schema: &str,
    table: &str,
    entries: &[&Entry],
) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut appender = match catalog {
        Some(catalog) => connection.appender_to_catalog_and_db(table, catalog, schema)?,
        None => connection.appender_to_db(table, schema)?,
    };
    for entry in entries {
        let object = entry.definition.to_object();
        let definition = serde_json::to_string(&object).map_err(|error| {
            EngineError::internal("a definition cannot be written").with_source(error)
        })?;
        let (database, schema, name) = match object.path() {
            ObjectPath::Account(name) => (String::new(), String::new(), name),
            ObjectPath::Schema(database, name) => (database, String::new(), name),
            ObjectPath::Full(name) => (name.database, name.schema, name.name),
        };
        appender.append_row(params![
            entry.id,
            object.kind().to_string(),
            database,
            schema,
            name,
            definition,
            entry.owner,
            entry.created_at_micros,
            entry.ddl_at_micros,
        ])?;
    }
    Ok(appender.flush()?)
}

/// Drops all stamps but each living object's newest, when there are too many.
pub(crate) fn compact(connection: &Connection) -> Result<()> {
    let rows: i64 = connection.query_row("SELECT count(*) FROM snowmelt.altered", [], |row| {
        row.get(0)
    })?;
    if rows.unsigned_abs() <= ALTERED_ROWS_KEPT {
        return Ok(());
    }
    connection.execute_batch(
        "CREATE OR REPLACE TABLE snowmelt.altered AS
            SELECT object_id, max(altered_at_micros) AS altered_at_micros FROM snowmelt.altered
            WHERE object_id IN (SELECT id FROM snowmelt.objects) GROUP BY object_id",
    )?;
    Ok(())
}
