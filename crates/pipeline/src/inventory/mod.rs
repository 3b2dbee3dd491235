//! What a target has of the things a project is about. In: SHOW, GET_DDL, DESCRIBE and INFORMATION_SCHEMA, as few
//! statements as will do. Out: [`Inventory`].

pub(crate) mod find;
mod read;

pub(crate) use find::OnTarget;
pub(crate) use read::{read, table_states};

use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::{ObjectKind, ObjectPath};
use std::collections::BTreeMap;

/// What a target has.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    /// The target's time when it was read, in microseconds since 1970-01-01T00:00:00Z.
    pub(crate) now_micros: i64,
    /// The target's date, as CURRENT_DATE prints it.
    pub(crate) today: String,
    /// Every object that exists of the kinds and in the databases that the project declares; a view counts as a table.
    pub(crate) objects: BTreeMap<(ObjectKind, ObjectPath), Found>,
    /// Every table and view in the databases that the project is about.
    pub(crate) tables: BTreeMap<QualifiedName, TableState>,
}

/// How an object is defined on the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// It exists; its definition was not asked for.
    Exists,
    /// What GET_DDL gives.
    Ddl(String),
    /// What SHOW gives, by lower-case column, and for a stage what DESCRIBE gives, by `PARENT.PROPERTY`.
    Properties(BTreeMap<String, String>),
}

/// A table or view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableState {
    pub(crate) is_view: bool,
    /// Rows; unknown for a view.
    pub(crate) rows: Option<u64>,
    /// When it was last changed, in microseconds since 1970-01-01T00:00:00Z; unknown for the system's views.
    pub(crate) altered_micros: Option<i64>,
}

impl Inventory {
    /// How an object is defined; nothing if there is none.
    pub(crate) fn find(&self, kind: ObjectKind, path: &ObjectPath) -> Option<&Found> {
        let kind = if kind == ObjectKind::View {
            ObjectKind::Table
        } else {
            kind
        };
        self.objects.get(&(kind, path.clone()))
    }

    /// What kind of thing has the name of a table or view.
    pub(crate) fn actual_kind(&self, kind: ObjectKind, path: &ObjectPath) -> ObjectKind {
        match (kind, path) {
            (ObjectKind::Table | ObjectKind::View, ObjectPath::Full(name)) => {
                match self.tables.get(name) {
                    Some(TableState { is_view: true, .. }) => ObjectKind::View,
                    Some(_) => ObjectKind::Table,
                    None => kind,
                }
            }
            _ => kind,
        }
    }
}
