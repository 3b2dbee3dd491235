//! The catalog in memory: what every session's front end reads.

use super::change::Change;
use super::definition::Definition;
use super::key::{Key, Namespace};
use snowmelt_sql::object::TableKind;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One object in the catalog.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Unique for good: an object that is replaced gets a new one.
    pub(crate) id: i64,
    /// What it is.
    pub(crate) definition: Definition,
    /// The role that owns it.
    pub(crate) owner: String,
    /// When it was made.
    pub(crate) created_at_micros: i64,
    /// When its definition changed last.
    pub(crate) ddl_at_micros: i64,
}

impl Entry {
    /// Where it is found.
    pub(crate) fn key(&self) -> Key {
        Key::new(self.definition.kind(), &self.definition.path())
    }

    /// Whether it is one session's own temporary object.
    pub(crate) fn is_temporary(&self) -> bool {
        match &self.definition {
            Definition::Table(table) => table.kind == TableKind::Temporary,
            Definition::View(view) => view.temporary,
            Definition::Stage(stage) => stage.temporary,
            Definition::FileFormat(format) => format.temporary,
            Definition::Database(_)
            | Definition::Schema(_)
            | Definition::Warehouse(_)
            | Definition::Integration(_)
            | Definition::Pipe(_)
            | Definition::Sequence(_)
            | Definition::Function(_) => false,
        }
    }
}

/// All objects, at one instant.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    entries: BTreeMap<Key, Arc<Entry>>,
    /// Grows with every change.
    pub(crate) version: u64,
}

impl Image {
    /// The object at that key.
    pub(crate) fn get(&self, key: &Key) -> Option<&Arc<Entry>> {
        self.entries.get(key)
    }

    /// The objects of one namespace, by database, schema and name.
    pub(crate) fn namespace(&self, namespace: Namespace) -> impl Iterator<Item = &Arc<Entry>> {
        let first = Key::account(namespace, "");
        self.entries
            .range(first..)
            .take_while(move |(key, _)| key.namespace == namespace)
            .map(|(_, entry)| entry)
    }

    /// Everything in a database: its schemas, and all that is in them.
    pub(crate) fn in_database(&self, database: &str) -> impl Iterator<Item = (&Key, &Arc<Entry>)> {
        self.entries
            .iter()
            .filter(move |(key, _)| key.database == database)
    }

    /// Everything in a schema.
    pub(crate) fn in_schema(
        &self,
        database: &str,
        schema: &str,
    ) -> impl Iterator<Item = (&Key, &Arc<Entry>)> {
        self.entries
            .iter()
            .filter(move |(key, _)| key.is_in_schema(database, schema))
    }

    /// Whether the database or schema that an object lives in exists.
    pub(crate) fn has_parent_of(&self, key: &Key) -> bool {
        match key.namespace {
            Namespace::Database | Namespace::Warehouse | Namespace::Integration => true,
            Namespace::Schema => self
                .get(&Key::account(Namespace::Database, &key.database))
                .is_some(),
            _ => self.get(&Key::schema(&key.database, &key.schema)).is_some(),
        }
    }

    /// Carries a change out.
    pub(crate) fn apply(&mut self, change: &Change) {
        self.version += 1;
        match change {
            Change::Create(entry) | Change::Redefine(entry) => {
                self.entries.insert(entry.key(), Arc::clone(entry));
            }
            Change::Drop(entry) => {
                self.entries.remove(&entry.key());
            }
        }
    }
}
