//! The objects that a project's files have declared so far, as a catalog to plan the next statement against.
//! In: declarations. Out: answers to lookups, and what was looked up.

use snowmelt_sql::Catalog;
use snowmelt_sql::catalog::Relation;
use snowmelt_sql::name::QualifiedName;
use snowmelt_sql::object::{
    Function, Integration, NamedFileFormat, Object, ObjectKind, ObjectPath, Pipe, Sequence, Stage,
    Warehouse,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Declared objects, and objects that exist elsewhere and were asked for.
#[derive(Debug, Default)]
pub(crate) struct ProjectCatalog {
    databases: BTreeSet<String>,
    schemas: BTreeSet<(String, String)>,
    relations: BTreeMap<QualifiedName, Relation>,
    stages: BTreeMap<QualifiedName, Arc<Stage>>,
    file_formats: BTreeMap<QualifiedName, Arc<NamedFileFormat>>,
    pipes: BTreeMap<QualifiedName, Arc<Pipe>>,
    sequences: BTreeMap<QualifiedName, Arc<Sequence>>,
    functions: BTreeMap<QualifiedName, Arc<Function>>,
    warehouses: BTreeMap<String, Arc<Warehouse>>,
    integrations: BTreeMap<String, Arc<Integration>>,
    lookups: Mutex<Lookups>,
}

/// What planning a statement asked for.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    /// Tables and views that were found.
    pub(crate) relations: BTreeSet<QualifiedName>,
    /// Objects that were not; a table may as well be a view.
    pub(crate) missing: BTreeSet<(ObjectKind, ObjectPath)>,
}

impl ProjectCatalog {
    /// Declares an object, in place of one of the same kind and name.
    pub(crate) fn insert(&mut self, object: Object) {
        match object {
            Object::Database(database) => {
                self.schemas
                    .insert((database.name.clone(), "PUBLIC".to_owned()));
                self.databases.insert(database.name);
            }
            Object::Schema(schema) => {
                self.schemas.insert((schema.database, schema.name));
            }
            Object::Warehouse(warehouse) => {
                self.warehouses
                    .insert(warehouse.name.clone(), Arc::new(warehouse));
            }
            Object::Integration(integration) => {
                self.integrations
                    .insert(integration.name.clone(), Arc::new(integration));
            }
            Object::Table(table) => {
                let name = table.name.clone();
                self.relations
                    .insert(name, Relation::Table(Arc::new(table)));
            }
            Object::View(view) => {
                let name = view.name.clone();
                self.relations.insert(name, Relation::View(Arc::new(view)));
            }
            Object::Stage(stage) => {
                self.stages.insert(stage.name.clone(), Arc::new(stage));
            }
            Object::FileFormat(format) => {
                self.file_formats
                    .insert(format.name.clone(), Arc::new(format));
            }
            Object::Pipe(pipe) => {
                self.pipes.insert(pipe.name.clone(), Arc::new(pipe));
            }
            Object::Sequence(sequence) => {
                self.sequences
                    .insert(sequence.name.clone(), Arc::new(sequence));
            }
            Object::Function(function) => {
                self.functions
                    .insert(function.name.clone(), Arc::new(function));
            }
        }
    }

    /// What was looked up since the last call.
    pub(crate) fn take_lookups(&self) -> Lookups {
        std::mem::take(&mut *self.lookups())
    }

    fn lookups(&self) -> MutexGuard<'_, Lookups> {
        self.lookups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every relation, in the order of its name.
    pub(crate) fn relations(&self) -> impl Iterator<Item = (&QualifiedName, &Relation)> {
        self.relations.iter()
    }

    fn found<T>(
        &self,
        kind: ObjectKind,
        path: impl FnOnce() -> ObjectPath,
        value: Option<T>,
    ) -> Option<T> {
        if value.is_none() {
            self.lookups().missing.insert((kind, path()));
        }
        value
    }
}

impl Catalog for ProjectCatalog {
    fn has_database(&self, name: &str) -> bool {
        let found = self.databases.contains(name).then_some(());
        self.found(
            ObjectKind::Database,
            || ObjectPath::Account(name.to_owned()),
            found,
        )
        .is_some()
    }

    fn has_schema(&self, database: &str, name: &str) -> bool {
        let is_system =
            matches!(name, "INFORMATION_SCHEMA" | "SNOWMELT") && self.databases.contains(database);
        let found = (is_system
            || self
                .schemas
                .contains(&(database.to_owned(), name.to_owned())))
        .then_some(());
        self.found(
            ObjectKind::Schema,
            || ObjectPath::Schema(database.to_owned(), name.to_owned()),
            found,
        )
        .is_some()
    }

    fn relation(&self, name: &QualifiedName) -> Option<Relation> {
        let found = self.relations.get(name).cloned();
        if found.is_some() {
            self.lookups().relations.insert(name.clone());
        }
        self.found(ObjectKind::Table, || ObjectPath::Full(name.clone()), found)
    }

    fn stage(&self, name: &QualifiedName) -> Option<Arc<Stage>> {
        let found = self.stages.get(name).cloned();
        self.found(ObjectKind::Stage, || ObjectPath::Full(name.clone()), found)
    }

    fn file_format(&self, name: &QualifiedName) -> Option<Arc<NamedFileFormat>> {
        let found = self.file_formats.get(name).cloned();
        self.found(
            ObjectKind::FileFormat,
            || ObjectPath::Full(name.clone()),
            found,
        )
    }

    fn pipe(&self, name: &QualifiedName) -> Option<Arc<Pipe>> {
        let found = self.pipes.get(name).cloned();
        self.found(ObjectKind::Pipe, || ObjectPath::Full(name.clone()), found)
    }

    fn sequence(&self, name: &QualifiedName) -> Option<Arc<Sequence>> {
        let found = self.sequences.get(name).cloned();
        self.found(
            ObjectKind::Sequence,
            || ObjectPath::Full(name.clone()),
            found,
        )
    }

    fn functions(&self, name: &QualifiedName) -> Vec<Arc<Function>> {
        self.functions
            .range(name.clone()..)
            .take_while(|(known, _)| {
                (&known.database, &known.schema) == (&name.database, &name.schema)
                    && known.name.starts_with(&name.name)
            })
            .filter(|(_, function)| function.base_name() == name.name)
            .map(|(_, function)| Arc::clone(function))
            .collect()
    }

    fn warehouse(&self, name: &str) -> Option<Arc<Warehouse>> {
        let found = self.warehouses.get(name).cloned();
        self.found(
            ObjectKind::Warehouse,
            || ObjectPath::Account(name.to_owned()),
            found,
        )
    }

    fn integration(&self, name: &str) -> Option<Arc<Integration>> {
        let found = self.integrations.get(name).cloned();
        self.found(
            ObjectKind::Integration,
            || ObjectPath::Account(name.to_owned()),
            found,
        )
    }
}
