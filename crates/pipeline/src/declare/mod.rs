//! What a project declares: objects that are to be, loads that are to run, models that are to be built.
//! In: the SQL files. Out: [`Declarations`], every name complete.

pub(crate) mod catalog;
pub(crate) mod context;
mod definition;
mod edit;
mod fill;
pub(crate) mod read;
mod sort;

pub(crate) use catalog::ProjectCatalog;
pub(crate) use context::Context;
pub(crate) use definition::{query_definition, reads_clock};
pub(crate) use read::{Elsewhere, Nowhere, Reading};
pub(crate) use sort::sort;

use crate::error::PipelineError;
use crate::place::{Place, SourceFile};
use crate::plan::Note;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath};
use snowmelt_sql::statement::CreateMode;
use std::collections::BTreeSet;

/// What a project declares.
#[derive(Debug)]
pub(crate) struct Declarations {
    /// Objects other than views, in the order in which they are first declared.
    pub(crate) objects: Vec<Declared>,
    /// Views, in the order in which they are first declared.
    pub(crate) views: Vec<DeclaredView>,
    /// Pipes and COPY statements, in order.
    pub(crate) loads: Vec<Load>,
    /// Models, in order.
    pub(crate) models: Vec<Model>,
    /// Objects that the files drop and do not make.
    pub(crate) drops: Vec<Drop>,
    /// SET, UNSET and ALTER SESSION statements, each with what must be current for it.
    pub(crate) settings: Vec<(Place, Context)>,
    /// What is worth knowing about statements that `run` does not run.
    pub(crate) notes: Vec<Note>,
    /// Everything declared, to plan checks against.
    pub(crate) catalog: ProjectCatalog,
}

/// An object that is to be.
#[derive(Debug, Clone)]
pub(crate) struct Declared {
    /// Its definition, as all statements of the files leave it.
    pub(crate) object: Object,
    /// How its CREATE statement treats an object that is there.
    pub(crate) mode: CreateMode,
    /// Its CREATE statement.
    pub(crate) statement: Sent,
    /// Whether the CREATE statement alone makes it: no later statement of the files changes it.
    pub(crate) is_whole: bool,
    /// For a table, whether a model fills it: nothing is lost when it is made anew.
    pub(crate) is_filled: bool,
}

/// A view that is to be.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredView {
    pub(crate) name: QualifiedName,
    pub(crate) declared: Declared,
    /// The tables and views it reads.
    pub(crate) reads: BTreeSet<QualifiedName>,
}

/// A statement to be sent as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Its number among all statements of the files, from 0.
    pub(crate) order: usize,
    /// The statement.
    pub(crate) place: Place,
    /// What must be current for it.
    pub(crate) context: Context,
}

/// A pipe or a COPY INTO statement.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    /// The pipe's name, or the table's for a COPY statement.
    pub(crate) name: QualifiedName,
    /// The table that is loaded.
    pub(crate) table: QualifiedName,
    /// The statement that makes the pipe, or that is the COPY.
    pub(crate) statement: Sent,
    /// Whether it is a pipe.
    pub(crate) is_pipe: bool,
}

/// A table that the project builds from others.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// The table.
    pub(crate) name: QualifiedName,
    /// How it is built.
    pub(crate) build: Build,
    /// COMMENT ON and ALTER TABLE statements that come after.
    pub(crate) after: Vec<Sent>,
    /// Tables it is built from (through views too), without itself.
    pub(crate) reads: BTreeSet<QualifiedName>,
    /// Views it is built from.
    pub(crate) views: BTreeSet<QualifiedName>,
    /// The hash of all that says how it is built.
    pub(crate) definition: String,
    /// Whether its rows depend on the day on which it is built.
    pub(crate) reads_clock: bool,
    /// Where it is declared.
    pub(crate) statement: Sent,
}

/// How a model is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Build {
    /// By one statement, CREATE TABLE … AS SELECT or CLONE, which swaps the new rows in.
    Create {
        /// The statement.
        statement: Sent,
        /// How it treats a table that is there.
        mode: CreateMode,
    },
    /// By several statements in one transaction, on a table that is declared as an object.
    Fill {
        /// Whether the rows that are there go first.
        clears: bool,
        /// `INSERT INTO … SELECT` made of a CREATE TABLE … AS SELECT; it comes first.
        query: Option<(String, Sent)>,
        /// The statements.
        statements: Vec<Sent>,
    },
}

/// An object that is not to be.
#[derive(Debug, Clone)]
pub(crate) struct Drop {
    pub(crate) kind: ObjectKind,
    pub(crate) path: ObjectPath,
    pub(crate) place: Place,
}

impl Model {
    /// Whether it is built only if it is not there.
    pub(crate) fn is_only_if_missing(&self) -> bool {
        matches!(
            self.build,
            Build::Create {
                mode: CreateMode::IfNotExists,
                ..
            }
        )
    }
}

impl Declarations {
    /// Reads and sorts the files.
    ///
    /// # Errors
    /// Every error in the files.
    pub(crate) fn read(
        files: &[SourceFile],
        elsewhere: &mut dyn Elsewhere,
    ) -> Result<Self, Vec<PipelineError>> {
        let reading = read::read(files, elsewhere).map_err(|error| vec![error])?;
        if !reading.errors.is_empty() {
            let errors = reading.errors.into_iter();
            return Err(errors
                .map(|found| PipelineError::from_sql(found.error, &found.place.file))
                .collect());
        }
        let (declarations, errors) = sort(reading);
        if errors.is_empty() {
            Ok(declarations)
        } else {
            Err(errors)
        }
    }
}
