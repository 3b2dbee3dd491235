//! What a run would do. In: what the project declares and what the target has. Out: a [`RunPlan`], nothing written.

pub(crate) mod change;
mod diff;
pub(crate) mod loss;
pub(crate) mod prepare;
mod show;
pub(crate) mod stale;

use crate::place::Place;
use crate::report::LineKind;
use serde::Serialize;

/// What a run would do, in the order in which the project declares things. `Display` prints it for a person.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RunPlan {
    /// Objects, with what is to be done to each.
    pub changes: Vec<ObjectChange>,
    /// Pipes that will be refreshed and COPY statements that will run.
    pub loads: Vec<PlannedLoad>,
    /// Models, with whether each will be built and why.
    pub models: Vec<PlannedModel>,
}

/// What is to be done to one object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ObjectChange {
    /// What kind.
    pub kind: LineKind,
    /// Its full name as Snowflake SQL.
    pub name: String,
    /// What is to be done.
    pub action: ChangeAction,
    /// What differs, each as one phrase: `column EMAIL is new: VARCHAR(16777216)`.
    pub differences: Vec<String>,
    /// What would be lost, each as one phrase: `1204 rows`, `the load history of 12 files`.
    pub lost: Vec<String>,
    /// The statements that do it.
    pub statements: Vec<String>,
    /// Where the project declares it.
    pub place: Place,
}

impl ObjectChange {
    /// Leaves the object as it is after all.
    pub(crate) fn keep(&mut self) {
        self.action = ChangeAction::Keep;
        self.differences.clear();
        self.lost.clear();
        self.statements.clear();
    }
}

/// What is to be done to an object that the project declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeAction {
    /// `+`: it is not there.
    Create,
    /// `~`: it is there and is changed without loss.
    Alter,
    /// `-`: it is there and is made anew; what it holds is lost.
    Replace,
    /// `-`: it is there and the project says it should not be.
    Drop,
    /// It is just so.
    Keep,
}

impl ChangeAction {
    /// The mark in front of a plan's line.
    pub fn mark(self) -> char {
        match self {
            ChangeAction::Create => '+',
            ChangeAction::Alter => '~',
            ChangeAction::Replace | ChangeAction::Drop => '-',
            ChangeAction::Keep => ' ',
        }
    }
}

/// A pipe or a COPY statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedLoad {
    /// [`LineKind::Pipe`] or [`LineKind::Copy`].
    pub kind: LineKind,
    /// The pipe's full name, or the table's for a COPY.
    pub name: String,
    /// Whether it was selected.
    pub selected: bool,
}

/// A model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedModel {
    /// Its full name.
    pub name: String,
    /// Whether it will be built. A model that is up to date now is still built if a load brings its inputs new rows.
    pub rebuild: bool,
    /// Why, or why not.
    pub why: String,
}

/// Something worth knowing that is no error.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    /// What.
    pub message: String,
    /// Where in the project's files, if it is about a place.
    pub place: Option<Place>,
}

impl RunPlan {
    /// Whether no object is to be changed and no model is known to need building. Files may still be waiting.
    pub fn is_empty(&self) -> bool {
        self.changes
            .iter()
            .all(|change| change.action == ChangeAction::Keep)
            && self.models.iter().all(|model| !model.rebuild)
    }

    /// The changes that lose something.
    pub fn destructive(&self) -> impl Iterator<Item = &ObjectChange> {
        self.changes.iter().filter(|change| !change.lost.is_empty())
    }
}
