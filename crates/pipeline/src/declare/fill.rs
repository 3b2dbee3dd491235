//! Tables that the files fill by INSERT, MERGE, UPDATE, DELETE and TRUNCATE: which of them can be built again, and how.

use super::read::ReadStatement;
use super::{Load, Sent};
use crate::error::PipelineError;
use crate::place::Place;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::statement::{CreateMode, Statement};
use std::collections::BTreeSet;

/// A statement that changes a table's rows.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) sent: Sent,
    pub(super) reads: Vec<QualifiedName>,
    /// Tables and views it names.
    pub(super) relations: BTreeSet<QualifiedName>,
    /// Whether it takes all rows away first: TRUNCATE, INSERT OVERWRITE.
    pub(super) clears: bool,
    /// Whether running it twice adds rows twice.
    pub(super) adds: bool,
}

impl Change {
    pub(super) fn new(statement: &ReadStatement, reads: &[QualifiedName], clears: bool) -> Self {
        Self {
            sent: statement.sent(),
            reads: reads.to_vec(),
            relations: statement.relations.clone(),
            clears,
            adds: matches!(statement.parsed.statement, Statement::Insert(_)) && !clears,
        }
    }
}

/// Whether the table's rows go before the statements run. A table that CREATE makes anew holds what the statements put
/// there and nothing else; one that CREATE … IF NOT EXISTS keeps is changed by the statements, which must then be such
/// that running them again does no harm.
pub(super) fn clears(
    name: &QualifiedName,
    mode: CreateMode,
    changes: &[Change],
) -> Result<bool, PipelineError> {
    match mode {
        CreateMode::Create | CreateMode::OrReplace => Ok(true),
        CreateMode::IfNotExists | CreateMode::OrAlter => {
            if changes.first().is_some_and(|change| change.clears) {
                return Ok(true);
            }
            match changes.iter().find(|change| change.adds) {
                None => Ok(false),
                Some(change) => Err(PipelineError::user(format!(
                    "each run would insert the same rows into `{name}` again"
                ))
                .with_detail(
                    "the table is kept from run to run: it is created only if it does not exist",
                )
                .with_hint(
                    "declare it with CREATE OR REPLACE TABLE, or write INSERT OVERWRITE or MERGE",
                )
                .at(change.sent.place.clone())),
            }
        }
    }
}

/// The refusal of a statement that changes the rows of a table that is loaded.
pub(super) fn refuse_loaded(name: &QualifiedName, place: &Place, loads: &[Load]) -> PipelineError {
    let by = loads
        .iter()
        .find(|load| load.table == *name)
        .map(|load| match load.is_pipe {
            false => format!("COPY INTO at {} loads it", load.statement.place),
            true => format!("the pipe `{}` loads it", load.name),
        });
    PipelineError::user(format!("`run` does not change rows of `{name}`, which is loaded"))
        .with_detail(by.unwrap_or_default())
        .with_hint(
            "put the change into a model (CREATE OR REPLACE TABLE … AS SELECT), or run it once with `snowmelt sql`",
        )
        .at(place.clone())
}
