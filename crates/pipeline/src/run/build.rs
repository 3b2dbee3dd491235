//! Builds one model. In: its declaration. Out: its rows swapped in, and what to put on record.

use super::{Run, seconds_between};
use crate::declare::{Build, Model};
use crate::error::PipelineError;
use crate::inventory::{TableState, table_states};
use crate::record::{Inputs, ModelRecord};
use crate::session::Session;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::statement::CreateMode;
use std::collections::{BTreeMap, BTreeSet};

/// A model that was built.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) record: ModelRecord,
    /// The model's table and its inputs, as they are now.
    pub(super) states: BTreeMap<QualifiedName, TableState>,
}

impl Run<'_> {
    /// Builds a model, whether that is needed or not.
    pub(super) fn build(
        &self,
        model: &Model,
        today: &str,
        session: &mut Session<'_>,
    ) -> Result<Built, PipelineError> {
        let started = self.clock.now_micros();
        session.is_for(&model.statement.place);
        // Before the build: what changes an input while it is read must count as a change afterwards.
        let mut states = states(session, &model.reads)?;
        let inputs = Inputs::of(&model.reads, &states).unwrap_or_default();
        match &model.build {
            Build::Create { statement, mode } => {
                let sql = statement.place.text();
                let sql = match mode {
                    CreateMode::Create => or_replace(sql),
                    CreateMode::OrReplace | CreateMode::IfNotExists | CreateMode::OrAlter => {
                        sql.to_owned()
                    }
                };
                session.send_made(statement, &sql)?;
            }
            Build::Fill { .. } => {
                self.fill(model, session).inspect_err(|_| {
                    // The first error is the one to show; a transaction that is gone needs no rollback.
                    let _ = session.execute("ROLLBACK");
                })?;
            }
        }
        for statement in &model.after {
            session.send(statement)?;
        }
        let own = self::states(session, &BTreeSet::from([model.name.clone()]))?;
        let state = own.get(&model.name).copied();
        states.extend(own);
        let record = ModelRecord {
            definition: model.definition.clone(),
            inputs,
            built_at_micros: started,
            built_on: today.to_owned(),
            seconds: seconds_between(started, self.clock.now_micros()),
            rows: state.and_then(|state| state.rows),
            altered_micros: state.and_then(|state| state.altered_micros),
        };
        Ok(Built { record, states })
    }

    /// Fills a table in one transaction.
    fn fill(&self, model: &Model, session: &mut Session<'_>) -> Result<(), PipelineError> {
        let Build::Fill {
            clears,
            query,
            statements,
        } = &model.build
        else {
            return Ok(());
        };
        let own = |session: &mut Session<'_>, sql: &str| {
            session.execute(sql).map(drop).map_err(|error| {
                PipelineError::from_target(error)
                    .with_statement(sql)
                    .at(model.statement.place.clone())
            })
        };
        // USE and SET before BEGIN: in a transaction they would not belong to it, on some targets they end it.
        if let Some(first) = statements.first() {
            session.prepare(first).map_err(PipelineError::from_target)?;
        }
        own(session, "BEGIN")?;
        if *clears {
            own(session, &format!("DELETE FROM {}", model.name))?;
        }
        if let Some((sql, statement)) = query {
            session.send_made(statement, sql)?;
        }
        for statement in statements {
            session.send(statement)?;
        }
        own(session, "COMMIT")
    }
}

/// The states of tables, one statement a database.
fn states(
    session: &mut Session<'_>,
    names: &BTreeSet<QualifiedName>,
) -> Result<BTreeMap<QualifiedName, TableState>, PipelineError> {
    let databases: BTreeSet<&str> = names.iter().map(|name| name.database.as_str()).collect();
    let mut states = BTreeMap::new();
    for database in databases {
        let here: Vec<&QualifiedName> = names
            .iter()
            .filter(|name| name.database == database)
            .collect();
        let found =
            table_states(session, database, Some(&here)).map_err(PipelineError::from_target)?;
        states.extend(found);
    }
    Ok(states)
}

/// `CREATE TABLE …` as `CREATE OR REPLACE TABLE …`.
fn or_replace(sql: &str) -> String {
    let word = sql.len()
        - sql
            .trim_start_matches(|character: char| character.is_ascii_alphabetic())
            .len();
    format!("{} OR REPLACE{}", &sql[..word], &sql[word..])
}
