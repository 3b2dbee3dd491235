//! Reads the inventory: one SHOW a kind and database, one query of INFORMATION_SCHEMA.TABLES a database, and GET_DDL of
//! all declared objects in one statement.

use super::{Found, Inventory, TableState};
use crate::declare::Declarations;
use crate::session::Session;
use crate::target::{Rows, TargetError, TargetErrorKind};
use snowmelt_sql::QualifiedName;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::object::{ObjectKind, ObjectPath};
use snowmelt_sql::parse::quote_string;
use std::collections::{BTreeMap, BTreeSet};

/// How many definitions one statement asks for.
const DDL_BATCH: usize = 200;

/// Reads what the target has of what the declarations are about.
pub(crate) fn read(
    session: &mut Session<'_>,
    declarations: &Declarations,
) -> Result<Inventory, TargetError> {
    let mut inventory = Inventory::default();
    let clock = session.execute(
        "SELECT DATE_PART(EPOCH_MICROSECOND, CURRENT_TIMESTAMP()) AS NOW_MICROS, TO_VARCHAR(CURRENT_DATE()) AS TODAY",
    )?;
    inventory.now_micros = number(&clock, 0, "NOW_MICROS")?;
    inventory.today = clock.value(0, "TODAY").unwrap_or_default().to_owned();

    let kinds: BTreeSet<ObjectKind> = declarations
        .objects
        .iter()
        .map(|declared| declared.object.kind())
        .chain(declarations.drops.iter().map(|drop| drop.kind))
        .collect();
    let mut databases = databases(declarations);
    let shown = session.execute("SHOW DATABASES")?;
    databases.retain(|database| {
        (0..shown.rows.len()).any(|row| shown.value(row, "name") == Some(database))
    });
    for row in 0..shown.rows.len() {
        let path = ObjectPath::Account(text(&shown, row, "name"));
        inventory.objects.insert(
            (ObjectKind::Database, path),
            Found::Properties(properties(&shown, row)),
        );
    }
    for (kind, noun) in [
        (ObjectKind::Warehouse, "WAREHOUSES"),
        (ObjectKind::Integration, "INTEGRATIONS"),
    ] {
        if kinds.contains(&kind) {
            let shown = session.execute(&format!("SHOW {noun}"))?;
            for row in 0..shown.rows.len() {
                let path = ObjectPath::Account(text(&shown, row, "name"));
                inventory.objects.insert((kind, path), Found::Exists);
            }
        }
    }
    for database in &databases {
        let quoted = quote_if_needed(database);
        let shown = session.execute(&format!("SHOW SCHEMAS IN DATABASE {quoted}"))?;
        for row in 0..shown.rows.len() {
            let path = ObjectPath::Schema(database.clone(), text(&shown, row, "name"));
            inventory.objects.insert(
                (ObjectKind::Schema, path),
                Found::Properties(properties(&shown, row)),
            );
        }
        for (name, state) in table_states(session, database, None)? {
            let path = ObjectPath::Full(name.clone());
            inventory
                .objects
                .insert((ObjectKind::Table, path), Found::Exists);
            inventory.tables.insert(name, state);
        }
        for (kind, noun) in [
            (ObjectKind::Stage, "STAGES"),
            (ObjectKind::FileFormat, "FILE FORMATS"),
            (ObjectKind::Pipe, "PIPES"),
            (ObjectKind::Sequence, "SEQUENCES"),
            (ObjectKind::Function, "USER FUNCTIONS"),
        ] {
            if !kinds.contains(&kind) {
                continue;
            }
            let shown = session.execute(&format!("SHOW {noun} IN DATABASE {quoted}"))?;
            for row in 0..shown.rows.len() {
                let name = QualifiedName::new(
                    database,
                    text(&shown, row, "schema_name"),
                    match kind {
                        ObjectKind::Function => signature(&text(&shown, row, "arguments")),
                        _ => text(&shown, row, "name"),
                    },
                );
                let found = match kind {
                    ObjectKind::Stage => Found::Properties(properties(&shown, row)),
                    _ => Found::Exists,
                };
                inventory
                    .objects
                    .insert((kind, ObjectPath::Full(name)), found);
            }
        }
    }
    definitions(session, declarations, &mut inventory)?;
    Ok(inventory)
}

/// Tables and views of a database: all of them, or those in the list.
pub(crate) fn table_states(
    session: &mut Session<'_>,
    database: &str,
    only: Option<&[&QualifiedName]>,
) -> Result<Vec<(QualifiedName, TableState)>, TargetError> {
    let which = match only {
        None => "TABLE_SCHEMA <> 'INFORMATION_SCHEMA'".to_owned(),
        Some(names) => names
            .iter()
            .map(|name| {
                let (schema, name) = (quote_string(&name.schema), quote_string(&name.name));
                format!("(TABLE_SCHEMA = {schema} AND TABLE_NAME = {name})")
            })
            .collect::<Vec<_>>()
            .join(" OR "),
    };
    let rows = session.execute(&format!(
        "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ROW_COUNT, \
         DATE_PART(EPOCH_MICROSECOND, LAST_ALTERED) AS ALTERED_MICROS \
         FROM {}.INFORMATION_SCHEMA.TABLES WHERE {which}",
        quote_if_needed(database)
    ))?;
    (0..rows.rows.len())
        .map(|row| {
            let name = QualifiedName::new(
                database,
                text(&rows, row, "TABLE_SCHEMA"),
                text(&rows, row, "TABLE_NAME"),
            );
            let state = TableState {
                is_view: text(&rows, row, "TABLE_TYPE").contains("VIEW"),
                rows: rows
                    .value(row, "ROW_COUNT")
                    .and_then(|count| count.parse().ok()),
                altered_micros: rows
                    .value(row, "ALTERED_MICROS")
                    .and_then(|micros| micros.parse().ok()),
            };
            Ok((name, state))
        })
        .collect()
}

/// The databases that the project declares, reads or writes.
fn databases(declarations: &Declarations) -> BTreeSet<String> {
    let objects = declarations
        .objects
        .iter()
        .map(|declared| match declared.object.path() {
            ObjectPath::Account(name) if declared.object.kind() == ObjectKind::Database => {
                Some(name)
            }
            ObjectPath::Account(_) => None,
            ObjectPath::Schema(database, _) => Some(database),
            ObjectPath::Full(name) => Some(name.database),
        });
    let models = declarations.models.iter().flat_map(|model| {
        model
            .reads
            .iter()
            .chain([&model.name])
            .map(|name| Some(name.database.clone()))
    });
    let loads = declarations
        .loads
        .iter()
        .flat_map(|load| [&load.name, &load.table].map(|name| Some(name.database.clone())));
    let drops = declarations.drops.iter().map(|drop| match &drop.path {
        ObjectPath::Account(_) => None,
        ObjectPath::Schema(database, _) => Some(database.clone()),
        ObjectPath::Full(name) => Some(name.database.clone()),
    });
    let views = declarations.views.iter().flat_map(|view| {
        view.reads
            .iter()
            .chain([&view.name])
            .map(|name| Some(name.database.clone()))
    });
    objects
        .chain(views)
        .chain(models)
        .chain(loads)
        .chain(drops)
        .flatten()
        .collect()
}

/// Asks for the definitions of the declared objects that exist.
fn definitions(
    session: &mut Session<'_>,
    declarations: &Declarations,
    inventory: &mut Inventory,
) -> Result<(), TargetError> {
    let views = declarations.views.iter().map(|view| &view.declared);
    let wanted: Vec<(ObjectKind, ObjectPath)> = declarations
        .objects
        .iter()
        .chain(views)
        .map(|declared| (declared.object.kind(), declared.object.path()))
        .filter(|(kind, path)| matches!(inventory.find(*kind, path), Some(Found::Exists)))
        .map(|(kind, path)| (inventory.actual_kind(kind, &path), path))
        .collect();
    for batch in wanted.chunks(DDL_BATCH) {
        let items: Vec<String> = batch
            .iter()
            .enumerate()
            .map(|(index, (kind, path))| format!("{} AS D{index}", get_ddl(*kind, path)))
            .collect();
        let mut rows = session.execute(&format!("SELECT {}", items.join(", ")))?;
        let values = rows.rows.pop().unwrap_or_default();
        for ((kind, path), ddl) in batch.iter().zip(values) {
            let kind = if *kind == ObjectKind::View {
                ObjectKind::Table
            } else {
                *kind
            };
            if let Some(ddl) = ddl {
                inventory
                    .objects
                    .insert((kind, path.clone()), Found::Ddl(ddl));
            }
        }
    }
    let stages = wanted_stages(declarations);
    for path in stages {
        let key = (ObjectKind::Stage, path.clone());
        let Some(Found::Properties(properties)) = inventory.objects.get_mut(&key) else {
            continue;
        };
        let rows = session.execute(&format!("DESCRIBE STAGE {path}"))?;
        for row in 0..rows.rows.len() {
            let name = format!(
                "{}.{}",
                text(&rows, row, "parent_property"),
                text(&rows, row, "property")
            );
            properties.insert(name, text(&rows, row, "property_value"));
        }
    }
    Ok(())
}

fn wanted_stages(declarations: &Declarations) -> Vec<ObjectPath> {
    declarations
        .objects
        .iter()
        .filter(|declared| declared.object.kind() == ObjectKind::Stage)
        .map(|declared| declared.object.path())
        .collect()
}

/// `GET_DDL('TABLE', 'DB.S.T', TRUE)`.
pub(super) fn get_ddl(kind: ObjectKind, path: &ObjectPath) -> String {
    let noun = match kind {
        ObjectKind::FileFormat => "FILE_FORMAT".to_owned(),
        _ => kind.to_string(),
    };
    format!(
        "GET_DDL('{noun}', {}, TRUE)",
        quote_string(&path.shown(kind))
    )
}

/// `ADD(NUMBER, NUMBER)` of SHOW's `ADD(NUMBER, DEFAULT NUMBER) RETURN NUMBER`.
fn signature(arguments: &str) -> String {
    let signature = arguments.split(" RETURN ").next().unwrap_or(arguments);
    signature.replace("DEFAULT ", "")
}

/// The value of a column, empty if it is NULL or not there.
pub(super) fn text(rows: &Rows, row: usize, column: &str) -> String {
    rows.value(row, column).unwrap_or_default().to_owned()
}

/// A row of SHOW by lower-case column; NULL is left out.
fn properties(rows: &Rows, row: usize) -> BTreeMap<String, String> {
    rows.columns
        .iter()
        .zip(rows.rows.get(row).into_iter().flatten())
        .filter_map(|(column, value)| Some((column.to_lowercase(), value.clone()?)))
        .collect()
}

fn number(rows: &Rows, row: usize, column: &str) -> Result<i64, TargetError> {
    rows.value(row, column)
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| {
            TargetError::new(
                TargetErrorKind::Internal,
                format!("the target gave no number for {column}"),
            )
        })
}
