//! One object's definition, shared: the image, a plan and a result may hold the same one.

use snowmelt_sql::object::{
    Database, Function, Integration, NamedFileFormat, Object, ObjectKind, ObjectPath, Pipe, Schema,
    Sequence, Stage, Table, View, Warehouse,
};
use std::sync::Arc;

/// A shared [`Object`].
#[derive(Debug, Clone)]
pub(crate) enum Definition {
    Database(Arc<Database>),
    Schema(Arc<Schema>),
    Warehouse(Arc<Warehouse>),
    Integration(Arc<Integration>),
    Table(Arc<Table>),
    View(Arc<View>),
    Stage(Arc<Stage>),
    FileFormat(Arc<NamedFileFormat>),
    Pipe(Arc<Pipe>),
    Sequence(Arc<Sequence>),
    Function(Arc<Function>),
}

impl From<Object> for Definition {
    fn from(object: Object) -> Self {
        match object {
            Object::Database(database) => Definition::Database(Arc::new(database)),
            Object::Schema(schema) => Definition::Schema(Arc::new(schema)),
            Object::Warehouse(warehouse) => Definition::Warehouse(Arc::new(warehouse)),
            Object::Integration(integration) => Definition::Integration(Arc::new(integration)),
            Object::Table(table) => Definition::Table(Arc::new(table)),
            Object::View(view) => Definition::View(Arc::new(view)),
            Object::Stage(stage) => Definition::Stage(Arc::new(stage)),
            Object::FileFormat(format) => Definition::FileFormat(Arc::new(format)),
            Object::Pipe(pipe) => Definition::Pipe(Arc::new(pipe)),
            Object::Sequence(sequence) => Definition::Sequence(Arc::new(sequence)),
            Object::Function(function) => Definition::Function(Arc::new(function)),
        }
    }
}

impl Definition {
    /// A copy of the definition, to change it or to write it down.
    pub(crate) fn to_object(&self) -> Object {
        match self {
            Definition::Database(database) => Object::Database((**database).clone()),
            Definition::Schema(schema) => Object::Schema((**schema).clone()),
            Definition::Warehouse(warehouse) => Object::Warehouse((**warehouse).clone()),
            Definition::Integration(integration) => Object::Integration((**integration).clone()),
            Definition::Table(table) => Object::Table((**table).clone()),
            Definition::View(view) => Object::View((**view).clone()),
            Definition::Stage(stage) => Object::Stage((**stage).clone()),
            Definition::FileFormat(format) => Object::FileFormat((**format).clone()),
            Definition::Pipe(pipe) => Object::Pipe((**pipe).clone()),
            Definition::Sequence(sequence) => Object::Sequence((**sequence).clone()),
            Definition::Function(function) => Object::Function((**function).clone()),
        }
    }

    /// The object's kind.
    pub(crate) fn kind(&self) -> ObjectKind {
        match self {
            Definition::Database(_) => ObjectKind::Database,
            Definition::Schema(_) => ObjectKind::Schema,
            Definition::Warehouse(_) => ObjectKind::Warehouse,
            Definition::Integration(_) => ObjectKind::Integration,
            Definition::Table(_) => ObjectKind::Table,
            Definition::View(_) => ObjectKind::View,
            Definition::Stage(_) => ObjectKind::Stage,
            Definition::FileFormat(_) => ObjectKind::FileFormat,
            Definition::Pipe(_) => ObjectKind::Pipe,
            Definition::Sequence(_) => ObjectKind::Sequence,
            Definition::Function(_) => ObjectKind::Function,
        }
    }

    /// Where the object lives.
    pub(crate) fn path(&self) -> ObjectPath {
        match self {
            Definition::Database(database) => ObjectPath::Account(database.name.clone()),
            Definition::Schema(schema) => {
                ObjectPath::Schema(schema.database.clone(), schema.name.clone())
            }
            Definition::Warehouse(warehouse) => ObjectPath::Account(warehouse.name.clone()),
            Definition::Integration(integration) => ObjectPath::Account(integration.name.clone()),
            Definition::Table(table) => ObjectPath::Full(table.name.clone()),
            Definition::View(view) => ObjectPath::Full(view.name.clone()),
            Definition::Stage(stage) => ObjectPath::Full(stage.name.clone()),
            Definition::FileFormat(format) => ObjectPath::Full(format.name.clone()),
            Definition::Pipe(pipe) => ObjectPath::Full(pipe.name.clone()),
            Definition::Sequence(sequence) => ObjectPath::Full(sequence.name.clone()),
            Definition::Function(function) => ObjectPath::Full(function.name.clone()),
        }
    }

    /// COMMENT.
    pub(crate) fn comment(&self) -> Option<&str> {
        match self {
            Definition::Database(database) => database.comment.as_deref(),
            Definition::Schema(schema) => schema.comment.as_deref(),
            Definition::Warehouse(warehouse) => warehouse.comment.as_deref(),
            Definition::Integration(integration) => integration.comment.as_deref(),
            Definition::Table(table) => table.comment.as_deref(),
            Definition::View(view) => view.comment.as_deref(),
            Definition::Stage(stage) => stage.comment.as_deref(),
            Definition::FileFormat(format) => format.comment.as_deref(),
            Definition::Pipe(pipe) => pipe.comment.as_deref(),
            Definition::Sequence(sequence) => sequence.comment.as_deref(),
            Definition::Function(function) => function.comment.as_deref(),
        }
    }
}
