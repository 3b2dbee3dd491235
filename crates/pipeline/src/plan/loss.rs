//! What goes with an object when it is dropped or made anew. In: the object. Out: phrases for a person; none if nothing
//! would be lost.

use super::prepare::Prepared;
use crate::session::Session;
use crate::target::TargetError;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::object::{ObjectKind, ObjectPath};
use snowmelt_sql::parse::quote_string;

/// How far back the load history is asked for, in days: an account keeps 14.
pub(crate) const HISTORY_DAYS: u32 = 13;

/// Asks the target what would be lost.
pub(super) struct Losses<'p, 's, 'a> {
    pub(super) prepared: &'p Prepared,
    pub(super) session: &'s mut Session<'a>,
}

impl Losses<'_, '_, '_> {
    /// What goes with an object. `is_filled` says that the run itself fills it again.
    pub(super) fn of(
        &mut self,
        kind: ObjectKind,
        path: &ObjectPath,
        is_filled: bool,
    ) -> Result<Vec<String>, TargetError> {
        Ok(match (kind, path) {
            (ObjectKind::Table, ObjectPath::Full(name)) => {
                if is_filled || self.prepared.records.models.contains_key(name) {
                    return Ok(Vec::new());
                }
                self.of_table(name)?
            }
            (ObjectKind::Pipe, ObjectPath::Full(name)) => {
                let load = self
                    .prepared
                    .declarations
                    .loads
                    .iter()
                    .find(|load| load.name == *name);
                match load {
                    Some(load) => history_phrase(self.files_loaded(&load.table, Some(name))?),
                    None => vec!["its load history".to_owned()],
                }
            }
            (ObjectKind::Database | ObjectKind::Schema, _) => self.of_container(path),
            (ObjectKind::Stage, _) => vec!["the files in it, if it is internal".to_owned()],
            (ObjectKind::Sequence, _) => {
                vec!["its position: numbers will be handed out again".to_owned()]
            }
            (ObjectKind::Integration, _) => {
                vec![
                    "on an account its external id: the bucket's trust has to be set up again"
                        .to_owned(),
                ]
            }
            (
                ObjectKind::View
                | ObjectKind::FileFormat
                | ObjectKind::Warehouse
                | ObjectKind::Function,
                _,
            )
            | (ObjectKind::Table | ObjectKind::Pipe, _) => Vec::new(),
        })
    }

    /// What goes with a table that was loaded; nothing if it was not.
    pub(super) fn of_loaded(&mut self, table: &QualifiedName) -> Result<Vec<String>, TargetError> {
        if self.files_loaded(table, None)? == 0 {
            return Ok(Vec::new());
        }
        self.of_table(table)
    }

    /// Whether a table has no rows.
    pub(super) fn is_empty(&self, kind: ObjectKind, path: &ObjectPath) -> bool {
        match (kind, path) {
            (ObjectKind::Table, ObjectPath::Full(name)) => {
                let state = self.prepared.inventory.tables.get(name);
                state.is_some_and(|state| state.rows == Some(0))
            }
            _ => false,
        }
    }

    fn of_table(&mut self, name: &QualifiedName) -> Result<Vec<String>, TargetError> {
        let mut lost = Vec::new();
        match self
            .prepared
            .inventory
            .tables
            .get(name)
            .and_then(|state| state.rows)
        {
            Some(0) => {}
            Some(1) => lost.push("1 row".to_owned()),
            Some(rows) => lost.push(format!("{rows} rows")),
            None => lost.push("its rows".to_owned()),
        }
        lost.extend(history_phrase(self.files_loaded(name, None)?));
        Ok(lost)
    }

    fn of_container(&self, path: &ObjectPath) -> Vec<String> {
        let is_inside = |name: &QualifiedName| match path {
            ObjectPath::Account(database) => name.database == *database,
            ObjectPath::Schema(database, schema) => {
                name.database == *database && name.schema == *schema
            }
            ObjectPath::Full(_) => false,
        };
        let tables = self
            .prepared
            .inventory
            .tables
            .keys()
            .filter(|name| is_inside(name))
            .count();
        match tables {
            0 => Vec::new(),
            1 => vec!["1 table with all its rows".to_owned()],
            _ => vec![format!("{tables} tables with all their rows")],
        }
    }

    /// How many files the load history of a table, or of one pipe on it, has.
    fn files_loaded(
        &mut self,
        table: &QualifiedName,
        pipe: Option<&QualifiedName>,
    ) -> Result<u64, TargetError> {
        let is_there = self.prepared.inventory.tables.contains_key(table);
        if !is_there {
            return Ok(0);
        }
        let only = pipe
            .map(|pipe| format!(" WHERE {}", of_pipe(pipe)))
            .unwrap_or_default();
        let rows = self.session.execute(&format!(
            "SELECT COUNT(*) AS FILES FROM TABLE({}){only}",
            copy_history(
                table,
                &format!("DATEADD(DAY, -{HISTORY_DAYS}, CURRENT_TIMESTAMP())")
            )
        ))?;
        Ok(rows
            .value(0, "FILES")
            .and_then(|files| files.parse().ok())
            .unwrap_or_default())
    }
}

fn history_phrase(files: u64) -> Vec<String> {
    match files {
        0 => Vec::new(),
        1 => vec!["the load history of 1 file, which would be loaded again".to_owned()],
        _ => vec![format!(
            "the load history of {files} files, which would be loaded again"
        )],
    }
}

/// `DB.INFORMATION_SCHEMA.COPY_HISTORY(…)` of a table since a time given as SQL.
pub(crate) fn copy_history(table: &QualifiedName, since: &str) -> String {
    format!(
        "{}.INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => {}, START_TIME => {since})",
        quote_if_needed(&table.database),
        quote_string(&table.to_string())
    )
}

/// The condition that a row of COPY_HISTORY is of that pipe.
pub(crate) fn of_pipe(pipe: &QualifiedName) -> String {
    format!(
        "PIPE_CATALOG_NAME = {} AND PIPE_SCHEMA_NAME = {} AND PIPE_NAME = {}",
        quote_string(&pipe.database),
        quote_string(&pipe.schema),
        quote_string(&pipe.name)
    )
}
