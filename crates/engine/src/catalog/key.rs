//! How objects are found: namespace, database, schema, name.

use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::{ObjectKind, ObjectPath};

/// A set of names that must differ. Tables and views share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Namespace {
    Database,
    Schema,
    Warehouse,
    Integration,
    Relation,
    Stage,
    FileFormat,
    Pipe,
    Sequence,
    Function,
}

impl From<ObjectKind> for Namespace {
    fn from(kind: ObjectKind) -> Self {
        match kind {
            ObjectKind::Database => Namespace::Database,
            ObjectKind::Schema => Namespace::Schema,
            ObjectKind::Warehouse => Namespace::Warehouse,
            ObjectKind::Integration => Namespace::Integration,
            ObjectKind::Table | ObjectKind::View => Namespace::Relation,
            ObjectKind::Stage => Namespace::Stage,
            ObjectKind::FileFormat => Namespace::FileFormat,
            ObjectKind::Pipe => Namespace::Pipe,
            ObjectKind::Sequence => Namespace::Sequence,
            ObjectKind::Function => Namespace::Function,
        }
    }
}

/// Where an object is found. Parts that its kind does not have are empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) namespace: Namespace,
    pub(crate) database: String,
    pub(crate) schema: String,
    pub(crate) name: String,
}

impl Key {
    /// The key of an object of that kind at that path.
    pub(crate) fn new(kind: ObjectKind, path: &ObjectPath) -> Self {
        let namespace = Namespace::from(kind);
        match path {
            ObjectPath::Account(name) => Self::account(namespace, name),
            ObjectPath::Schema(database, name) => Self::schema(database, name),
            ObjectPath::Full(name) => Self::full(namespace, name),
        }
    }

    /// A database, warehouse or integration.
    pub(crate) fn account(namespace: Namespace, name: &str) -> Self {
        Self {
            namespace,
            database: String::new(),
            schema: String::new(),
            name: name.to_owned(),
        }
    }

    /// A schema.
    pub(crate) fn schema(database: &str, name: &str) -> Self {
        Self {
            namespace: Namespace::Schema,
            database: database.to_owned(),
            schema: String::new(),
            name: name.to_owned(),
        }
    }

    /// Anything in a schema.
    pub(crate) fn full(namespace: Namespace, name: &QualifiedName) -> Self {
        Self {
            namespace,
            database: name.database.clone(),
            schema: name.schema.clone(),
            name: name.name.clone(),
        }
    }

    /// A table or view.
    pub(crate) fn relation(name: &QualifiedName) -> Self {
        Self::full(Namespace::Relation, name)
    }

    /// Whether the object is in that schema.
    pub(crate) fn is_in_schema(&self, database: &str, schema: &str) -> bool {
        self.database == database && self.schema == schema
    }
}
