//! What was built from what, and when: ordinary tables in the schema SNOWMELT of the models' own databases, so that it is
//! the same on the embedded engine and on an account. In: builds, check results, runs. Out: what was recorded last.
//!
//! `MODELS` has a row a model, `CHECKS` a row a check, `RUNS` a row a run, `OBJECTS` a row an object that was deployed.

mod check;
mod model;
mod object;
mod run;

pub(crate) use check::CheckRecord;
pub(crate) use model::ModelRecord;

use crate::inventory::{Inventory, TableState};
use crate::report::RunReport;
use crate::session::Session;
use crate::status::LastRun;
use crate::target::TargetError;
use serde::{Deserialize, Serialize};
use snowmelt_sql::QualifiedName;
use snowmelt_sql::name::quote_if_needed;
use std::collections::{BTreeMap, BTreeSet};

/// The schema of the records.
pub(crate) const SCHEMA: &str = "SNOWMELT";

/// The records of a project's databases.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// By model.
    pub(crate) models: BTreeMap<QualifiedName, ModelRecord>,
    /// By the check's file.
    pub(crate) checks: BTreeMap<String, CheckRecord>,
    /// The hash of each object's definition as it was deployed last, by kind and name: `table DB.SCHEMA.T`.
    pub(crate) objects: BTreeMap<String, String>,
}

/// The tables of records that exist: what is missing is made before it is first written.
#[derive(Debug, Default)]
pub(crate) struct RecordTables(BTreeSet<QualifiedName>);

/// When each input of a build was last changed, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Inputs(pub(crate) BTreeMap<String, i64>);

impl Inputs {
    /// The inputs as they are now; nothing if one of them does not tell when it was changed.
    pub(crate) fn of<'a>(
        names: impl IntoIterator<Item = &'a QualifiedName>,
        tables: &BTreeMap<QualifiedName, TableState>,
    ) -> Option<Self> {
        names
            .into_iter()
            .map(|name| Some((name.to_string(), tables.get(name)?.altered_micros?)))
            .collect::<Option<_>>()
            .map(Self)
    }

    /// The first input that differs.
    pub(crate) fn first_change<'a>(&'a self, earlier: &'a Inputs) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(name, at)| earlier.0.get(*name) != Some(at))
            .or_else(|| {
                earlier
                    .0
                    .iter()
                    .find(|(name, _)| !self.0.contains_key(*name))
            })
            .map(|(name, _)| name.as_str())
    }

    /// As a SQL literal.
    fn literal(&self) -> String {
        // A map of strings and numbers always has a JSON form.
        let json = serde_json::to_string(self).unwrap_or_default();
        snowmelt_sql::parse::quote_string(&json)
    }

    fn parse(json: &str) -> Self {
        // What cannot be read equals nothing, and the model is built again.
        serde_json::from_str(json).unwrap_or_default()
    }
}

impl Records {
    /// Reads what the databases of the models, and for the checks the project's home, have on record.
    pub(crate) fn read<'a>(
        session: &mut Session<'_>,
        inventory: &Inventory,
        databases: impl IntoIterator<Item = &'a str>,
    ) -> Result<(Self, RecordTables), TargetError> {
        let mut records = Records::default();
        let mut tables = RecordTables::default();
        let databases: BTreeSet<&str> = databases.into_iter().collect();
        for database in databases {
            for table in [model::TABLE, check::TABLE, run::TABLE, object::TABLE] {
                let name = QualifiedName::new(database, SCHEMA, table);
                if inventory.tables.contains_key(&name) {
                    tables.0.insert(name);
                }
            }
            if tables.has(database, model::TABLE) {
                records.models.extend(model::read(session, database)?);
            }
            if tables.has(database, check::TABLE) {
                records.checks.extend(check::read(session, database)?);
            }
            if tables.has(database, object::TABLE) {
                records.objects.extend(object::read(session, database)?);
            }
        }
        Ok((records, tables))
    }
}

impl RecordTables {
    /// Puts builds on record.
    pub(crate) fn write_models(
        &mut self,
        session: &mut Session<'_>,
        built: &[(QualifiedName, ModelRecord)],
    ) -> Result<(), TargetError> {
        let databases: BTreeSet<&str> = built
            .iter()
            .map(|(name, _)| name.database.as_str())
            .collect();
        for database in databases {
            self.make(session, database, model::TABLE, model::COLUMNS)?;
            let here: Vec<_> = built
                .iter()
                .filter(|(name, _)| name.database == database)
                .collect();
            model::write(session, database, &here)?;
        }
        Ok(())
    }

    /// Puts check results on record.
    pub(crate) fn write_checks(
        &mut self,
        session: &mut Session<'_>,
        home: &str,
        results: &[(String, CheckRecord)],
    ) -> Result<(), TargetError> {
        if results.is_empty() {
            return Ok(());
        }
        self.make(session, home, check::TABLE, check::COLUMNS)?;
        check::write(session, home, results)
    }

    /// Puts the definitions of deployed objects on record.
    pub(crate) fn write_objects(
        &mut self,
        session: &mut Session<'_>,
        home: &str,
        objects: &[(String, String)],
        deployed_at_micros: i64,
    ) -> Result<(), TargetError> {
        if objects.is_empty() {
            return Ok(());
        }
        self.make(session, home, object::TABLE, object::COLUMNS)?;
        object::write(session, home, objects, deployed_at_micros)
    }

    /// Puts a run on record.
    pub(crate) fn write_run(
        &mut self,
        session: &mut Session<'_>,
        home: &str,
        report: &RunReport,
    ) -> Result<(), TargetError> {
        self.make(session, home, run::TABLE, run::COLUMNS)?;
        run::write(session, home, report)
    }

    /// The run of a project that began last.
    pub(crate) fn last_run(
        &self,
        session: &mut Session<'_>,
        home: &str,
        project: &str,
    ) -> Result<Option<LastRun>, TargetError> {
        if !self.has(home, run::TABLE) {
            return Ok(None);
        }
        run::last(session, home, project)
    }

    fn has(&self, database: &str, table: &str) -> bool {
        self.0
            .contains(&QualifiedName::new(database, SCHEMA, table))
    }

    fn make(
        &mut self,
        session: &mut Session<'_>,
        database: &str,
        table: &str,
        columns: &str,
    ) -> Result<(), TargetError> {
        let name = QualifiedName::new(database, SCHEMA, table);
        if !self.0.contains(&name) {
            let schema = format!("{}.{SCHEMA}", quote_if_needed(database));
            session.execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))?;
            session.execute(&format!("CREATE TABLE IF NOT EXISTS {name} ({columns})"))?;
            self.0.insert(name);
        }
        Ok(())
    }
}

/// Replaces the rows of those keys in one transaction.
fn replace(
    session: &mut Session<'_>,
    table: &QualifiedName,
    key: &str,
    keys: &[String],
    rows: &[String],
) -> Result<(), TargetError> {
    session.execute("BEGIN")?;
    let done = session
        .execute(&format!(
            "DELETE FROM {table} WHERE {key} IN ({})",
            keys.join(", ")
        ))
        .and_then(|_| session.execute(&format!("INSERT INTO {table} VALUES {}", rows.join(", "))))
        .and_then(|_| session.execute("COMMIT"));
    if done.is_err() {
        // The first error is the one to show; a transaction that is gone needs no rollback.
        let _ = session.execute("ROLLBACK");
    }
    done.map(drop)
}
