//! Takes the sorted statements together: models with all that builds them, objects, views, drops.
//! In: a [`Sorter`] that has seen every statement. Out: [`Declarations`], and what `run` refuses.

use super::super::fill::{self};
use super::super::{
    Build, Context, Declarations, Declared, DeclaredView, Drop, Model, ProjectCatalog, Reading,
    Sent, definition,
};
use super::{Sorter, find};
use crate::error::PipelineError;
use crate::place::Place;
use crate::plan::Note;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath};
use std::collections::BTreeSet;

impl Sorter {
    pub(super) fn finish(mut self, reading: Reading) -> (Declarations, Vec<PipelineError>) {
        let settings = reading.settings;
        let catalog = reading.catalog;
        let loaded: BTreeSet<QualifiedName> =
            self.loads.iter().map(|load| load.table.clone()).collect();
        let mut models = self.made_models(&loaded, &settings, &catalog);
        models.extend(self.filled_models(&loaded, &settings, &catalog));
        let drops = self.kept_drops(&models);
        let mut objects = Vec::new();
        let mut views = Vec::new();
        for declared in self.objects {
            match &declared.object {
                Object::View(view) => views.push(DeclaredView {
                    name: view.name.clone(),
                    reads: self
                        .view_reads
                        .remove(&declared.object.path())
                        .unwrap_or_default(),
                    declared,
                }),
                _ => objects.push(declared),
            }
        }
        let declarations = Declarations {
            objects,
            views,
            loads: self.loads,
            models,
            drops,
            settings,
            notes: self.notes,
            catalog,
        };
        (declarations, self.errors)
    }

    /// Tables that a CREATE TABLE … AS SELECT or CLONE makes, with the statements that change them after it.
    fn made_models(
        &mut self,
        loaded: &BTreeSet<QualifiedName>,
        settings: &[(Place, Context)],
        catalog: &ProjectCatalog,
    ) -> Vec<Model> {
        let mut models = Vec::new();
        for made in std::mem::take(&mut self.made) {
            let name = made.table.name.clone();
            let changes = self.changes.remove(&name);
            let declared = |is_filled: bool| Declared {
                object: Object::Table(made.table.clone()),
                mode: made.mode,
                statement: made.statement.clone(),
                // The rows come with the statement only where nothing else fills the table.
                is_whole: !is_filled,
                is_filled,
            };
            if loaded.contains(&name) {
                if let Some(change) = changes.iter().flatten().next() {
                    self.errors
                        .push(fill::refuse_loaded(&name, &change.sent.place, &self.loads));
                }
                // Loads add to it, so it is made once and never built again.
                self.objects.push(declared(false));
                continue;
            }
            let mut statements = vec![made.statement.clone()];
            let mut reads = made.reads.clone();
            let mut relations = made.relations.clone();
            let build = match changes {
                None => Build::Create {
                    statement: made.statement.clone(),
                    mode: made.mode,
                },
                Some(changes) => {
                    for change in &changes {
                        reads.extend(change.reads.iter().cloned());
                        relations.extend(change.relations.iter().cloned());
                        statements.push(change.sent.clone());
                    }
                    self.objects.push(declared(true));
                    let query = made.query.as_ref().map(|query| {
                        let sql = format!("INSERT INTO {name}\n{}", query.text());
                        (sql, made.statement.clone())
                    });
                    Build::Fill {
                        clears: true,
                        query,
                        statements: changes.into_iter().map(|change| change.sent).collect(),
                    }
                }
            };
            statements.extend(made.after.iter().cloned());
            let statement = made.statement;
            let parts = Parts {
                name,
                statement,
                build,
                after: made.after,
                statements,
                reads,
                relations,
            };
            models.push(parts.model(settings, catalog));
        }
        models
    }

    /// Declared tables that INSERT, MERGE and the like fill.
    fn filled_models(
        &mut self,
        loaded: &BTreeSet<QualifiedName>,
        settings: &[(Place, Context)],
        catalog: &ProjectCatalog,
    ) -> Vec<Model> {
        let mut models = Vec::new();
        for (name, changes) in std::mem::take(&mut self.changes) {
            let Some(first) = changes.first() else {
                continue;
            };
            if loaded.contains(&name) {
                self.errors
                    .push(fill::refuse_loaded(&name, &first.sent.place, &self.loads));
                continue;
            }
            let path = ObjectPath::Full(name.clone());
            let Some(table) = find(&mut self.objects, ObjectKind::Table, &path) else {
                self.refuse_undeclared(&first.sent.place.clone(), &path);
                continue;
            };
            let clears = match fill::clears(&name, table.mode, &changes) {
                Ok(clears) => clears,
                Err(error) => {
                    self.errors.push(error);
                    continue;
                }
            };
            table.is_filled = clears;
            let statements: Vec<Sent> = changes.iter().map(|change| change.sent.clone()).collect();
            let reads = changes
                .iter()
                .flat_map(|change| change.reads.iter().cloned())
                .collect();
            let relations = changes
                .iter()
                .flat_map(|change| change.relations.iter().cloned())
                .collect();
            let build = Build::Fill {
                clears,
                query: None,
                statements: statements.clone(),
            };
            let statement = first.sent.clone();
            let parts = Parts {
                name,
                statement,
                build,
                after: Vec::new(),
                statements,
                reads,
                relations,
            };
            models.push(parts.model(settings, catalog));
        }
        models
    }

    /// The drops of what the files do not also make.
    fn kept_drops(&mut self, models: &[Model]) -> Vec<Drop> {
        let mut drops = Vec::new();
        for drop in std::mem::take(&mut self.drops) {
            let is_declared = find(&mut self.objects, drop.kind, &drop.path).is_some()
                || models.iter().any(
                    |model| matches!(&drop.path, ObjectPath::Full(name) if *name == model.name),
                );
            if is_declared {
                self.notes.push(Note {
                    message: format!(
                        "not dropped: `{}`, because the files also make it",
                        drop.path
                    ),
                    place: Some(drop.place),
                });
            } else {
                drops.push(drop);
            }
        }
        drops
    }
}

/// What a model is made of, before its definition is taken together.
struct Parts {
    name: QualifiedName,
    statement: Sent,
    build: Build,
    after: Vec<Sent>,
    /// All that says how it is built.
    statements: Vec<Sent>,
    reads: BTreeSet<QualifiedName>,
    /// Tables and views it names.
    relations: BTreeSet<QualifiedName>,
}

impl Parts {
    fn model(mut self, settings: &[(Place, Context)], catalog: &ProjectCatalog) -> Model {
        // A statement of several that reads the model itself reads what the ones before it built.
        let reads_itself = matches!(self.build, Build::Fill { .. });
        if reads_itself {
            self.reads.remove(&self.name);
        }
        let views = self
            .relations
            .into_iter()
            .filter(|relation| {
                let is_itself = reads_itself && *relation == self.name;
                !(is_itself || self.reads.contains(relation))
            })
            .collect();
        let texts = self
            .statements
            .iter()
            .map(|statement| statement.place.text());
        Model {
            definition: definition::definition(
                &self.name,
                &self.statements,
                &self.reads,
                &views,
                settings,
                catalog,
            ),
            reads_clock: definition::reads_clock(texts, &views, catalog),
            name: self.name,
            statement: self.statement,
            build: self.build,
            after: self.after,
            reads: self.reads,
            views,
        }
    }
}
