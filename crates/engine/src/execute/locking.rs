//! What a plan reads and writes: in, a plan; out, the tables it was made from and the objects whose locks it needs.

use crate::catalog::{Image, Key, Namespace};
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath};
use snowmelt_sql::plan::{AlterTableStep, Plan};
use snowmelt_sql::statement::CreateMode;

/// The tables whose rows the plan reads.
pub(crate) fn tables_read(plan: &Plan) -> &[QualifiedName] {
    match plan {
        Plan::Query(query)
        | Plan::CreateTableAs { query, .. }
        | Plan::SetVariables { query, .. } => &query.reads,
        Plan::Insert(insert) => &insert.reads,
        Plan::InsertMulti(insert) => &insert.reads,
        Plan::Modify(modify) => &modify.reads,
        Plan::Unload(unload) => &unload.query.reads,
        Plan::CreateTableClone { source, .. } => std::slice::from_ref(source),
        Plan::Truncate(_)
        | Plan::Create { .. }
        | Plan::AlterTable { .. }
        | Plan::AlterObject { .. }
        | Plan::AlterProperties { .. }
        | Plan::AlterPipe { .. }
        | Plan::AlterWarehouse { .. }
        | Plan::Comment { .. }
        | Plan::Drop { .. }
        | Plan::CopyInto { .. }
        | Plan::Put(_)
        | Plan::Get(_)
        | Plan::Remove { .. }
        | Plan::List { .. }
        | Plan::Use(_)
        | Plan::Show { .. }
        | Plan::Describe { .. }
        | Plan::UnsetVariables(_)
        | Plan::AlterSession { .. }
        | Plan::Begin
        | Plan::Commit
        | Plan::Rollback
        | Plan::ExecuteImmediate(_)
        | Plan::Nothing => &[],
    }
}

/// The objects that the plan changes. Loads take the lock of their table themselves, a file at a time.
pub(crate) fn keys_written(plan: &Plan, image: &Image) -> Vec<Key> {
    match plan {
        Plan::Insert(insert) => vec![Key::relation(&insert.table)],
        Plan::InsertMulti(insert) => {
            let parts = insert.parts.iter();
            parts.map(|part| Key::relation(&part.table)).collect()
        }
        Plan::Modify(modify) => vec![Key::relation(&modify.table)],
        Plan::Truncate(table) => table.iter().map(Key::relation).collect(),
        Plan::Create { object, mode, .. } => created(object, *mode, image),
        Plan::CreateTableAs { table, .. } | Plan::CreateTableClone { table, .. } => {
            vec![Key::relation(&table.name)]
        }
        Plan::AlterTable { name, steps } => altered(name, steps),
        Plan::AlterObject { path, object, .. } => vec![
            Key::new(object.kind(), path),
            Key::new(object.kind(), &object.path()),
        ],
        Plan::AlterProperties { kind, path, .. } => vec![Key::new(*kind, path)],
        Plan::AlterWarehouse { name, .. } => vec![Key::account(Namespace::Warehouse, name)],
        Plan::Comment { kind, path, .. } => vec![Key::new(*kind, path)],
        Plan::Drop { kind, path, .. } => with_contents(*kind, path, image),
        Plan::Query(_)
        | Plan::AlterPipe { .. }
        | Plan::CopyInto { .. }
        | Plan::Unload(_)
        | Plan::Put(_)
        | Plan::Get(_)
        | Plan::Remove { .. }
        | Plan::List { .. }
        | Plan::Use(_)
        | Plan::Show { .. }
        | Plan::Describe { .. }
        | Plan::SetVariables { .. }
        | Plan::UnsetVariables(_)
        | Plan::AlterSession { .. }
        | Plan::Begin
        | Plan::Commit
        | Plan::Rollback
        | Plan::ExecuteImmediate(_)
        | Plan::Nothing => Vec::new(),
    }
}

fn created(object: &Object, mode: CreateMode, image: &Image) -> Vec<Key> {
    let (kind, path) = (object.kind(), object.path());
    match mode {
        CreateMode::OrReplace => with_contents(kind, &path, image),
        CreateMode::Create | CreateMode::IfNotExists | CreateMode::OrAlter => {
            vec![Key::new(kind, &path)]
        }
    }
}

/// An object and, for a database or schema, everything in it.
fn with_contents(kind: ObjectKind, path: &ObjectPath, image: &Image) -> Vec<Key> {
    let mut keys = vec![Key::new(kind, path)];
    match (kind, path) {
        (ObjectKind::Database, ObjectPath::Account(name)) => {
            keys.extend(image.in_database(name).map(|(key, _)| key.clone()));
        }
        (ObjectKind::Schema, ObjectPath::Schema(database, name)) => {
            keys.extend(image.in_schema(database, name).map(|(key, _)| key.clone()));
        }
        _ => {}
    }
    keys
}

fn altered(name: &QualifiedName, steps: &[AlterTableStep]) -> Vec<Key> {
    let mut keys = vec![Key::relation(name)];
    keys.extend(steps.iter().map(|step| match step {
        AlterTableStep::Change { table, .. } => Key::relation(&table.name),
        AlterTableStep::SwapWith(other) => Key::relation(other),
    }));
    keys
}
