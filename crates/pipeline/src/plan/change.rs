//! What is to be done to each declared object. In: the declarations and the inventory. Out: the plan's changes, and the
//! statements that make them.

use super::diff::{Remedy, compare};
use super::loss::Losses;
use super::prepare::Prepared;
use super::{ChangeAction, Note, ObjectChange};
use crate::declare::{Build, Declared, Drop, Model, Sent};
use crate::place::Place;
use crate::report::LineKind;
use crate::session::Session;
use crate::target::TargetError;
use crate::text::if_not_exists;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath};
use snowmelt_sql::print::DdlNames;
use snowmelt_sql::statement::CreateMode;
use std::collections::BTreeSet;

/// A statement of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Made of one of the files, in whose place it is sent: names in it that are not complete mean what they mean there.
    Made(String, Sent),
    /// One of our own, for something declared at that place; its names are complete.
    Own(String, Place),
}

/// The changes of everything that is declared.
pub(super) struct Changes {
    /// Each with the statements that make it.
    pub(super) changes: Vec<(ObjectChange, Vec<Step>)>,
    /// For each view its place in `changes`.
    pub(super) views: Vec<usize>,
    pub(super) notes: Vec<Note>,
}

/// Plans the changes; asks the target what would be lost where something would.
pub(super) fn plan(prepared: &Prepared, session: &mut Session<'_>) -> Result<Changes, TargetError> {
    let declarations = &prepared.declarations;
    let mut planner = Planner {
        prepared,
        losses: Losses { prepared, session },
        changes: Vec::new(),
        notes: Vec::new(),
        remade_tables: BTreeSet::new(),
    };
    for declared in &declarations.objects {
        planner.object(declared)?;
    }
    let first_view = planner.changes.len();
    for view in &declarations.views {
        planner.object(&view.declared)?;
    }
    let views = (first_view..planner.changes.len()).collect();
    for model in &declarations.models {
        planner.model(model)?;
    }
    for drop in &declarations.drops {
        planner.dropped(drop)?;
    }
    Ok(Changes {
        changes: planner.changes,
        views,
        notes: planner.notes,
    })
}

struct Planner<'p, 's, 'a> {
    prepared: &'p Prepared,
    losses: Losses<'p, 's, 'a>,
    changes: Vec<(ObjectChange, Vec<Step>)>,
    notes: Vec<Note>,
    /// Loaded tables that are made anew.
    remade_tables: BTreeSet<QualifiedName>,
}

impl Planner<'_, '_, '_> {
    fn object(&mut self, declared: &Declared) -> Result<(), TargetError> {
        let inventory = &self.prepared.inventory;
        let (kind, path) = (declared.object.kind(), declared.object.path());
        let Some(found) = inventory.find(kind, &path) else {
            let step = creation(declared);
            return self.push(
                declared,
                ChangeAction::Create,
                Vec::new(),
                Vec::new(),
                vec![step],
            );
        };
        let actual = inventory.actual_kind(kind, &path);
        if actual != kind {
            let lost = self.losses.of(actual, &path, declared.is_filled)?;
            let noun = actual.to_string().to_lowercase();
            let drop = Step::Own(
                format!("DROP {actual} {path}"),
                declared.statement.place.clone(),
            );
            let phrases = vec![format!("there is a {noun} of that name")];
            return self.push(
                declared,
                ChangeAction::Replace,
                phrases,
                lost,
                vec![drop, creation(declared)],
            );
        }
        let difference = compare(declared, found, &self.prepared.declarations.catalog);
        let place = &declared.statement.place;
        match difference.remedy {
            Remedy::Keep => {
                if let Object::Pipe(pipe) = &declared.object
                    && self.remade_tables.contains(&pipe.copy.table)
                {
                    let table = &pipe.copy.table;
                    let phrases = vec![format!(
                        "its table {table} is made anew and all files are loaded again"
                    )];
                    return self.replace(declared, actual, phrases);
                }
                self.push(
                    declared,
                    ChangeAction::Keep,
                    Vec::new(),
                    Vec::new(),
                    Vec::new(),
                )
            }
            Remedy::Alter { statements, lost } => {
                let lost = if self.losses.is_empty(kind, &path) || declared.is_filled {
                    Vec::new()
                } else {
                    lost
                };
                let steps = statements
                    .into_iter()
                    .map(|sql| Step::Own(sql, place.clone()))
                    .collect();
                self.push(
                    declared,
                    ChangeAction::Alter,
                    difference.phrases,
                    lost,
                    steps,
                )
            }
            Remedy::ReplaceFreely => {
                let steps = replacement(declared, actual);
                self.push(
                    declared,
                    ChangeAction::Alter,
                    difference.phrases,
                    Vec::new(),
                    steps,
                )
            }
            Remedy::Replace => self.replace(declared, actual, difference.phrases),
            Remedy::Tell => {
                for phrase in difference.phrases {
                    let noun = line_kind(kind).noun();
                    self.notes.push(Note {
                        message: format!("{noun} `{path}` differs and is left as it is: {phrase}"),
                        place: Some(place.clone()),
                    });
                }
                self.push(
                    declared,
                    ChangeAction::Keep,
                    Vec::new(),
                    Vec::new(),
                    Vec::new(),
                )
            }
        }
    }

    fn replace(
        &mut self,
        declared: &Declared,
        actual: ObjectKind,
        phrases: Vec<String>,
    ) -> Result<(), TargetError> {
        let path = declared.object.path();
        let lost = self.losses.of(actual, &path, declared.is_filled)?;
        if let Object::Table(table) = &declared.object {
            self.remade_tables.insert(table.name.clone());
        }
        let steps = replacement(declared, actual);
        self.push(declared, ChangeAction::Replace, phrases, lost, steps)
    }

    /// A model's table is made by building it; a change shows only where something else stands in its place.
    fn model(&mut self, model: &Model) -> Result<(), TargetError> {
        let inventory = &self.prepared.inventory;
        let path = ObjectPath::Full(model.name.clone());
        if !matches!(model.build, Build::Create { .. })
            || inventory.find(ObjectKind::Table, &path).is_none()
        {
            return Ok(());
        }
        let place = &model.statement.place;
        let actual = inventory.actual_kind(ObjectKind::Table, &path);
        let (phrase, lost, steps) = if actual == ObjectKind::View {
            let drop = Step::Own(format!("DROP VIEW {path}"), place.clone());
            (
                "there is a view of that name".to_owned(),
                Vec::new(),
                vec![drop],
            )
        } else if self.prepared.records.models.contains_key(&model.name)
            || model.is_only_if_missing()
        {
            return Ok(());
        } else {
            // Rows that a pipe or COPY loaded were not built from anything.
            let lost = self.losses.of_loaded(&model.name)?;
            if lost.is_empty() {
                return Ok(());
            }
            (
                "it was loaded, and is declared as a model now".to_owned(),
                lost,
                Vec::new(),
            )
        };
        let change = ObjectChange {
            kind: LineKind::Model,
            name: path.to_string(),
            action: ChangeAction::Replace,
            differences: vec![phrase],
            lost,
            statements: texts(&steps),
            place: place.clone(),
        };
        self.changes.push((change, steps));
        Ok(())
    }

    fn dropped(&mut self, drop: &Drop) -> Result<(), TargetError> {
        let inventory = &self.prepared.inventory;
        if inventory.find(drop.kind, &drop.path).is_none()
            || inventory.actual_kind(drop.kind, &drop.path) != drop.kind
        {
            return Ok(());
        }
        let steps = vec![Step::Own(
            format!("DROP {} {}", drop.kind, drop.path),
            drop.place.clone(),
        )];
        let change = ObjectChange {
            kind: line_kind(drop.kind),
            name: drop.path.to_string(),
            action: ChangeAction::Drop,
            differences: vec!["the files drop it".to_owned()],
            lost: self.losses.of(drop.kind, &drop.path, false)?,
            statements: texts(&steps),
            place: drop.place.clone(),
        };
        self.changes.push((change, steps));
        Ok(())
    }

    fn push(
        &mut self,
        declared: &Declared,
        action: ChangeAction,
        differences: Vec<String>,
        lost: Vec<String>,
        steps: Vec<Step>,
    ) -> Result<(), TargetError> {
        let change = ObjectChange {
            kind: line_kind(declared.object.kind()),
            name: declared.object.path().to_string(),
            action,
            differences,
            lost,
            statements: texts(&steps),
            place: declared.statement.place.clone(),
        };
        self.changes.push((change, steps));
        Ok(())
    }
}

/// The statement that makes an object that is not there.
fn creation(declared: &Declared) -> Step {
    Step::Made(
        if_not_exists(&definition(declared)),
        declared.statement.clone(),
    )
}

/// The statement of the files that makes the object; or one that says all that several statements of the files say.
fn definition(declared: &Declared) -> String {
    if declared.is_whole {
        return declared.statement.place.text().to_owned();
    }
    let ddl = declared.object.ddl(DdlNames::Full);
    ddl.trim_end().trim_end_matches(';').to_owned()
}

/// The statements that make an object anew that is there.
fn replacement(declared: &Declared, actual: ObjectKind) -> Vec<Step> {
    let made = Step::Made(definition(declared), declared.statement.clone());
    let replaces = !declared.is_whole || declared.mode == CreateMode::OrReplace;
    if replaces {
        return vec![made];
    }
    let drop = format!("DROP {actual} {}", declared.object.path());
    vec![Step::Own(drop, declared.statement.place.clone()), made]
}

fn texts(steps: &[Step]) -> Vec<String> {
    steps
        .iter()
        .map(|step| match step {
            Step::Made(sql, _) | Step::Own(sql, _) => sql.clone(),
        })
        .collect()
}

/// What reports call an object of that kind.
pub(crate) fn line_kind(kind: ObjectKind) -> LineKind {
    match kind {
        ObjectKind::Database => LineKind::Database,
        ObjectKind::Schema => LineKind::Schema,
        ObjectKind::Warehouse => LineKind::Warehouse,
        ObjectKind::Integration => LineKind::Integration,
        ObjectKind::Table => LineKind::Table,
        ObjectKind::View => LineKind::View,
        ObjectKind::Stage => LineKind::Stage,
        ObjectKind::FileFormat => LineKind::FileFormat,
        ObjectKind::Pipe => LineKind::Pipe,
        ObjectKind::Sequence => LineKind::Sequence,
        ObjectKind::Function => LineKind::Function,
    }
}
