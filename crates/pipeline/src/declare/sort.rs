//! Sorts the files' statements: what declares an object, what loads, what builds a model, what `run` does not run.
//! In: a [`Reading`] without errors. Out: [`Declarations`], and what `run` refuses.

mod finish;

use super::fill::Change;
use super::read::ReadStatement;
use super::{Declarations, Declared, Drop, Load, Reading, Sent, edit};
use crate::error::PipelineError;
use crate::place::Place;
use crate::plan::Note;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath, Table, TableKind};
use snowmelt_sql::plan::{AlterTableStep, Plan};
use snowmelt_sql::statement::{AlterPipeAction, CreateMode, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// Sorts the statements. What is refused leaves the rest sorted, so that all refusals are shown at once.
pub(crate) fn sort(reading: Reading) -> (Declarations, Vec<PipelineError>) {
    let mut sorter = Sorter::default();
    for statement in &reading.statements {
        if let Some(plan) = &statement.plan {
            sorter.statement(statement, plan);
        }
    }
    sorter.finish(reading)
}

/// A table made by CREATE TABLE … AS SELECT or CLONE.
struct Made {
    table: Table,
    mode: CreateMode,
    statement: Sent,
    /// The query's text and its place, for AS SELECT.
    query: Option<Place>,
    reads: BTreeSet<QualifiedName>,
    /// Tables and views it names.
    relations: BTreeSet<QualifiedName>,
    after: Vec<Sent>,
}

#[derive(Default)]
struct Sorter {
    objects: Vec<Declared>,
    made: Vec<Made>,
    loads: Vec<Load>,
    changes: BTreeMap<QualifiedName, Vec<Change>>,
    /// What each view reads.
    view_reads: BTreeMap<ObjectPath, BTreeSet<QualifiedName>>,
    drops: Vec<Drop>,
    notes: Vec<Note>,
    errors: Vec<PipelineError>,
}

impl Sorter {
    fn statement(&mut self, statement: &ReadStatement, plan: &Plan) {
        let sent = statement.sent();
        match plan {
            Plan::Create { object, mode, .. } => self.create(statement, object, *mode),
            Plan::CreateTableAs { table, mode, query } => {
                let text = match &statement.parsed.statement {
                    Statement::CreateTable(create) => create
                        .query
                        .as_ref()
                        .map(|(_, span)| statement.place.file.place(*span)),
                    _ => None,
                };
                self.make(
                    statement,
                    table,
                    *mode,
                    text,
                    query.reads.iter().cloned().collect(),
                );
            }
            Plan::CreateTableClone {
                table,
                mode,
                source,
            } => {
                self.make(
                    statement,
                    table,
                    *mode,
                    None,
                    BTreeSet::from([source.clone()]),
                );
            }
            Plan::Insert(insert) => {
                self.change(statement, &insert.table, &insert.reads, insert.overwrite)
            }
            Plan::InsertMulti(_) => self.errors.push(
                PipelineError::user("`run` fills one table by one statement, and not several")
                    .with_hint("write an INSERT for each table, or run it with `snowmelt sql`")
                    .at(statement.place.clone()),
            ),
            Plan::Modify(modify) => self.change(statement, &modify.table, &modify.reads, false),
            Plan::Truncate(Some(table)) => self.change(statement, table, &[], true),
            Plan::CopyInto {
                copy,
                validation_mode: None,
            } => self.loads.push(Load {
                name: copy.table.clone(),
                table: copy.table.clone(),
                statement: sent,
                is_pipe: false,
            }),
            Plan::CopyInto { .. } => {
                self.not_run(statement, "COPY INTO with VALIDATION_MODE loads nothing")
            }
            Plan::AlterTable { name, steps } => self.alter_table(sent, name, steps),
            Plan::AlterPipe { name, action } => match action {
                AlterPipeAction::Refresh { .. } => {
                    self.not_run(statement, "`run` refreshes every pipe");
                }
                AlterPipeAction::SetComment(comment) => {
                    self.edit(
                        statement,
                        ObjectKind::Pipe,
                        &ObjectPath::Full(name.clone()),
                        |object| {
                            edit::set_comment(object, None, comment);
                        },
                    );
                }
                AlterPipeAction::UnsetComment => {
                    self.edit(
                        statement,
                        ObjectKind::Pipe,
                        &ObjectPath::Full(name.clone()),
                        |object| {
                            edit::set_comment(object, None, "");
                        },
                    );
                }
                AlterPipeAction::SetPaused(_) | AlterPipeAction::UnsetPaused => self.not_run(
                    statement,
                    "whether a pipe is paused is not declared but done, with `snowmelt sql`",
                ),
            },
            Plan::AlterObject { path, object, .. } => {
                if object.path() == *path {
                    self.edit(statement, object.kind(), path, |old| *old = object.clone());
                } else {
                    self.not_run(
                        statement,
                        "a new name is not declared but given, with `snowmelt sql`",
                    );
                }
            }
            Plan::AlterProperties {
                kind,
                path,
                set,
                unset,
            } => self.edit(statement, *kind, path, |object| {
                object.change_properties(set.clone(), unset);
            }),
            Plan::AlterWarehouse { name, set, unset } => {
                let path = ObjectPath::Account(name.clone());
                self.edit(statement, ObjectKind::Warehouse, &path, |object| {
                    edit::set_properties(object, set, unset);
                });
            }
            Plan::Comment {
                kind,
                path,
                column,
                comment,
            } => {
                if let Some(made) = self.made_of(path) {
                    made.after.push(sent);
                } else {
                    self.edit(statement, *kind, path, |object| {
                        edit::set_comment(object, column.as_deref(), comment);
                    });
                }
            }
            Plan::Drop { kind, path, .. } => self.drops.push(Drop {
                kind: *kind,
                path: path.clone(),
                place: statement.place.clone(),
            }),
            Plan::Query(_) => self.not_run(
                statement,
                "a query changes nothing: run it with `snowmelt sql`",
            ),
            Plan::Unload(_) | Plan::Put(_) | Plan::Get(_) | Plan::Remove { .. } => self.not_run(
                statement,
                "it moves files and declares nothing: run it with `snowmelt sql`",
            ),
            Plan::ExecuteImmediate(_) => self.not_run(
                statement,
                "what it runs is not known before: write the statement itself, or run it with `snowmelt sql`",
            ),
            Plan::List { .. } | Plan::Show { .. } | Plan::Describe { .. } => {
                self.not_run(
                    statement,
                    "it only shows something: run it with `snowmelt sql`",
                );
            }
            Plan::Begin | Plan::Commit | Plan::Rollback => self.not_run(
                statement,
                "`run` builds each model in a transaction of its own",
            ),
            Plan::Use(_)
            | Plan::SetVariables { .. }
            | Plan::UnsetVariables(_)
            | Plan::AlterSession { .. }
            | Plan::Truncate(None)
            | Plan::Nothing => {}
        }
    }

    fn create(&mut self, statement: &ReadStatement, object: &Object, mode: CreateMode) {
        if is_temporary(object) {
            return self.refuse_temporary(statement, &object.path());
        }
        if let Object::Pipe(pipe) = object {
            let is_known = self
                .loads
                .iter()
                .any(|load| load.is_pipe && load.name == pipe.name);
            if !is_known {
                self.loads.push(Load {
                    name: pipe.name.clone(),
                    table: pipe.copy.table.clone(),
                    statement: statement.sent(),
                    is_pipe: true,
                });
            }
        }
        if self.made_of(&object.path()).is_some()
            && matches!(object, Object::Table(_) | Object::View(_))
        {
            return self.refuse_twice(statement, &object.path());
        }
        if let Some(earlier) = find(&mut self.objects, object.kind(), &object.path()) {
            // What exists already stays as it is, here as there.
            if mode != CreateMode::IfNotExists && earlier.object != *object {
                self.refuse_twice(statement, &object.path());
            }
            return;
        }
        if matches!(object, Object::View(_)) {
            self.view_reads
                .insert(object.path(), statement.relations.clone());
        }
        self.objects.push(Declared {
            object: object.clone(),
            mode,
            statement: statement.sent(),
            is_whole: true,
            is_filled: false,
        });
    }

    fn make(
        &mut self,
        statement: &ReadStatement,
        table: &Table,
        mode: CreateMode,
        query: Option<Place>,
        reads: BTreeSet<QualifiedName>,
    ) {
        let path = ObjectPath::Full(table.name.clone());
        if table.kind == TableKind::Temporary {
            return self.refuse_temporary(statement, &path);
        }
        if self.made_of(&path).is_some()
            || find(&mut self.objects, ObjectKind::Table, &path).is_some()
        {
            if mode != CreateMode::IfNotExists {
                self.refuse_twice(statement, &path);
            }
            return;
        }
        self.made.push(Made {
            table: table.clone(),
            mode,
            statement: statement.sent(),
            query,
            reads,
            relations: statement.relations.clone(),
            after: Vec::new(),
        });
    }

    fn change(
        &mut self,
        statement: &ReadStatement,
        table: &QualifiedName,
        reads: &[QualifiedName],
        clears: bool,
    ) {
        self.changes
            .entry(table.clone())
            .or_default()
            .push(Change::new(statement, reads, clears));
    }

    fn alter_table(&mut self, sent: Sent, name: &QualifiedName, steps: &[AlterTableStep]) {
        let path = ObjectPath::Full(name.clone());
        let renames = steps.iter().any(|step| match step {
            AlterTableStep::Change { table, .. } => table.name != *name,
            AlterTableStep::SwapWith(_) => true,
        });
        if renames {
            self.errors.push(
                PipelineError::user(format!("`run` does not rename or swap tables: `{name}`"))
                    .with_detail("the files declare what is to be, and a renamed table is declared twice")
                    .with_hint("declare the table under its new name, and rename it once with `snowmelt sql`")
                    .at(sent.place),
            );
        } else if let Some(made) = self.made_of(&path) {
            made.after.push(sent);
        } else if let Some(declared) = find(&mut self.objects, ObjectKind::Table, &path) {
            if let Some(AlterTableStep::Change { table, .. }) = steps.last() {
                declared.object = Object::Table(table.clone());
                declared.is_whole = false;
            }
        } else {
            self.refuse_undeclared(&sent.place, &path);
        }
    }

    fn edit(
        &mut self,
        statement: &ReadStatement,
        kind: ObjectKind,
        path: &ObjectPath,
        edit: impl FnOnce(&mut Object),
    ) {
        match find(&mut self.objects, kind, path) {
            Some(declared) => {
                edit(&mut declared.object);
                declared.is_whole = false;
            }
            None => self.refuse_undeclared(&statement.place, path),
        }
    }

    fn made_of(&mut self, path: &ObjectPath) -> Option<&mut Made> {
        self.made
            .iter_mut()
            .find(|made| matches!(path, ObjectPath::Full(name) if *name == made.table.name))
    }

    fn not_run(&mut self, statement: &ReadStatement, why: &str) {
        let text = statement.place.text();
        let first_line = text.lines().next().unwrap_or("").trim();
        let shown: String = first_line.chars().take(60).collect();
        let dots = if shown.len() < text.len() { " …" } else { "" };
        self.notes.push(Note {
            message: format!("not run: `{shown}{dots}`: {why}"),
            place: Some(statement.place.clone()),
        });
    }

    fn refuse_temporary(&mut self, statement: &ReadStatement, path: &ObjectPath) {
        self.errors.push(
            PipelineError::user(format!("`run` does not make temporary objects: `{path}`"))
                .with_detail("models are built in several sessions, and a temporary object is seen by one only")
                .with_hint("write it as a common table expression (WITH), or make it TRANSIENT")
                .at(statement.place.clone()),
        );
    }

    fn refuse_twice(&mut self, statement: &ReadStatement, path: &ObjectPath) {
        self.errors.push(
            PipelineError::user(format!("`{path}` is declared twice"))
                .with_detail("the files say what is to be, so each object is declared once")
                .with_hint("take one of the statements away, or give the step in between a name of its own")
                .at(statement.place.clone()),
        );
    }

    fn refuse_undeclared(&mut self, place: &Place, path: &ObjectPath) {
        self.errors.push(
            PipelineError::user(format!("the files change `{path}` and do not declare it"))
                .with_hint("declare it with CREATE, or run the statement once with `snowmelt sql`")
                .at(place.clone()),
        );
    }
}

fn is_temporary(object: &Object) -> bool {
    matches!(object, Object::Table(table) if table.kind == TableKind::Temporary)
}

/// The declared object of that kind and name; tables and views share their names.
fn find<'a>(
    objects: &'a mut [Declared],
    kind: ObjectKind,
    path: &ObjectPath,
) -> Option<&'a mut Declared> {
    let fold = |kind| {
        if kind == ObjectKind::View {
            ObjectKind::Table
        } else {
            kind
        }
    };
    objects.iter_mut().find(|declared| {
        fold(declared.object.kind()) == fold(kind) && declared.object.path() == *path
    })
}
