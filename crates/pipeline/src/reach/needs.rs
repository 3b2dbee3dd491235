//! The rights that a deploy and a run need. In: what is declared and what is there. Out: needs, each for one object.
//!
//! Follows "Access control privileges". What a role makes it owns, so nothing is needed below something that is not there.

use crate::plan::prepare::Prepared;
use snowmelt_sql::object::{ObjectKind, ObjectPath};

/// A right on an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) privilege: &'static str,
    /// Snowflake's noun, as in GRANT … ON.
    pub(super) kind: &'static str,
    /// The object's full name; empty for the account.
    pub(super) name: String,
}

/// Everything that the project needs.
pub(super) fn needs(prepared: &Prepared) -> Vec<Need> {
    let mut needs = Vec::new();
    let declarations = &prepared.declarations;
    let views = declarations.views.iter().map(|view| &view.declared);
    let objects = declarations.objects.iter().chain(views);
    let objects = objects.map(|declared| (declared.object.kind(), declared.object.path()));
    let models = declarations
        .models
        .iter()
        .map(|model| (ObjectKind::Table, ObjectPath::Full(model.name.clone())));
    for (kind, path) in objects.chain(models) {
        match prepared.inventory.find(kind, &path) {
            Some(_) => existing(kind, &path, &mut needs),
            None => creating(prepared, kind, &path, &mut needs),
        }
    }
    needs
}

/// What is needed of something that is there.
fn existing(kind: ObjectKind, path: &ObjectPath, needs: &mut Vec<Need>) {
    let (noun, privileges): (_, &[_]) = match kind {
        ObjectKind::Database => ("DATABASE", &["USAGE"]),
        ObjectKind::Schema => ("SCHEMA", &["USAGE"]),
        ObjectKind::Warehouse => ("WAREHOUSE", &["USAGE"]),
        ObjectKind::Integration => ("INTEGRATION", &["USAGE"]),
        ObjectKind::Table => ("TABLE", &["SELECT", "INSERT"]),
        ObjectKind::View => ("VIEW", &["SELECT"]),
        ObjectKind::Stage => ("STAGE", &["USAGE"]),
        ObjectKind::FileFormat => ("FILE FORMAT", &["USAGE"]),
        ObjectKind::Pipe => ("PIPE", &["OPERATE", "MONITOR"]),
        ObjectKind::Sequence => ("SEQUENCE", &["USAGE"]),
        ObjectKind::Function => ("FUNCTION", &["USAGE"]),
    };
    needs.extend(privileges.iter().map(|privilege| Need {
        privilege,
        kind: noun,
        name: path.shown(kind),
    }));
}

/// What is needed to make something that is not there, where the thing it goes into is.
fn creating(prepared: &Prepared, kind: ObjectKind, path: &ObjectPath, needs: &mut Vec<Need>) {
    let privilege = match kind {
        ObjectKind::Database => "CREATE DATABASE",
        ObjectKind::Schema => "CREATE SCHEMA",
        ObjectKind::Warehouse => "CREATE WAREHOUSE",
        ObjectKind::Integration => "CREATE INTEGRATION",
        ObjectKind::Table => "CREATE TABLE",
        ObjectKind::View => "CREATE VIEW",
        ObjectKind::Stage => "CREATE STAGE",
        ObjectKind::FileFormat => "CREATE FILE FORMAT",
        ObjectKind::Pipe => "CREATE PIPE",
        ObjectKind::Sequence => "CREATE SEQUENCE",
        ObjectKind::Function => "CREATE FUNCTION",
    };
    let (kind, container) = match path {
        ObjectPath::Account(_) => {
            needs.push(Need {
                privilege,
                kind: "ACCOUNT",
                name: String::new(),
            });
            return;
        }
        ObjectPath::Schema(database, _) => (
            "DATABASE",
            (ObjectKind::Database, ObjectPath::Account(database.clone())),
        ),
        ObjectPath::Full(name) => {
            let schema = ObjectPath::Schema(name.database.clone(), name.schema.clone());
            ("SCHEMA", (ObjectKind::Schema, schema))
        }
    };
    if prepared.inventory.find(container.0, &container.1).is_some() {
        needs.push(Need {
            privilege,
            kind,
            name: container.1.to_string(),
        });
    }
}
