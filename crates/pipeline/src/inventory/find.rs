//! Objects that exist on the target though the files do not declare them: asked for one by one, when a statement needs
//! them.

use super::read::{get_ddl, text};
use crate::declare::{Elsewhere, ProjectCatalog};
use crate::error::PipelineError;
use crate::session::Session;
use crate::target::{TargetError, TargetErrorKind};
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::object::{
    Database, FileFormatRef, Object, ObjectKind, ObjectPath, Schema, Stage, StageLocation, Table,
};
use snowmelt_sql::parse::{parse_script, quote_string};
use snowmelt_sql::plan::{Plan, plan};
use snowmelt_sql::{QualifiedName, SessionContext};

/// Asks the target.
pub(crate) struct OnTarget<'s, 'a>(pub(crate) &'s mut Session<'a>);

impl Elsewhere for OnTarget<'_, '_> {
    fn find(
        &mut self,
        kind: ObjectKind,
        path: &ObjectPath,
    ) -> Result<Option<Object>, PipelineError> {
        self.look(kind, path).map_err(PipelineError::from_target)
    }
}

impl OnTarget<'_, '_> {
    fn look(&mut self, kind: ObjectKind, path: &ObjectPath) -> Result<Option<Object>, TargetError> {
        match (kind, path) {
            (ObjectKind::Database, ObjectPath::Account(name)) => {
                let rows = self
                    .0
                    .execute(&format!("SHOW DATABASES LIKE {}", pattern(name)))?;
                let is_there = (0..rows.rows.len()).any(|row| text(&rows, row, "name") == *name);
                Ok(is_there.then(|| {
                    Object::Database(Database {
                        name: name.clone(),
                        transient: false,
                        comment: None,
                        properties: Default::default(),
                    })
                }))
            }
            (ObjectKind::Schema, ObjectPath::Schema(database, name)) => {
                let sql = format!(
                    "SHOW SCHEMAS LIKE {} IN DATABASE {}",
                    pattern(name),
                    quote_if_needed(database)
                );
                let Some(rows) = absent_is_none(self.0.execute(&sql))? else {
                    return Ok(None);
                };
                let is_there = (0..rows.rows.len()).any(|row| text(&rows, row, "name") == *name);
                Ok(is_there.then(|| {
                    Object::Schema(Schema {
                        database: database.clone(),
                        name: name.clone(),
                        transient: false,
                        comment: None,
                        properties: Default::default(),
                    })
                }))
            }
            (ObjectKind::Stage, ObjectPath::Full(name)) => self.stage(name),
            (ObjectKind::Table, ObjectPath::Full(name))
                if matches!(name.schema.as_str(), "INFORMATION_SCHEMA" | "SNOWMELT") =>
            {
                self.system_view(name)
            }
            _ => {
                let sql = format!("SELECT {} AS DDL", get_ddl(kind, path));
                let Some(rows) = absent_is_none(self.0.execute(&sql))? else {
                    return Ok(None);
                };
                Ok(rows
                    .value(0, "DDL")
                    .and_then(|ddl| from_ddl(ddl, path, &ProjectCatalog::default())))
            }
        }
    }

    fn stage(&mut self, name: &QualifiedName) -> Result<Option<Object>, TargetError> {
        let schema = format!(
            "{}.{}",
            quote_if_needed(&name.database),
            quote_if_needed(&name.schema)
        );
        let sql = format!(
            "SHOW STAGES LIKE {} IN SCHEMA {schema}",
            pattern(&name.name)
        );
        let Some(rows) = absent_is_none(self.0.execute(&sql))? else {
            return Ok(None);
        };
        let Some(row) = (0..rows.rows.len()).find(|row| text(&rows, *row, "name") == name.name)
        else {
            return Ok(None);
        };
        let url = text(&rows, row, "url");
        let location = if url.is_empty() {
            StageLocation::Internal
        } else {
            StageLocation::External { url }
        };
        Ok(Some(Object::Stage(Stage {
            name: name.clone(),
            temporary: false,
            location,
            integration: None,
            file_format: None::<FileFormatRef>,
            directory: false,
            comment: None,
            properties: Default::default(),
        })))
    }

    /// A view of the system, as a table of its columns.
    fn system_view(&mut self, name: &QualifiedName) -> Result<Option<Object>, TargetError> {
        let Some(rows) = absent_is_none(self.0.execute(&format!("DESCRIBE VIEW {name}")))? else {
            return Ok(None);
        };
        let columns: Vec<String> = (0..rows.rows.len())
            .map(|row| {
                format!(
                    "{} {}",
                    quote_if_needed(&text(&rows, row, "name")),
                    text(&rows, row, "type")
                )
            })
            .collect();
        // The name is complete, and whether its database is known does not matter to the columns.
        let ddl = format!("CREATE TABLE T ({})", columns.join(", "));
        let path = ObjectPath::Full(name.clone());
        Ok(match from_ddl(&ddl, &path, &ProjectCatalog::default()) {
            Some(Object::Table(table)) => Some(Object::Table(Table {
                name: name.clone(),
                ..table
            })),
            _ => None,
        })
    }
}

/// The object that a CREATE statement of GET_DDL makes; nothing if it cannot be read. Names in it that are not complete are
/// those of the object's own schema.
pub(crate) fn from_ddl(ddl: &str, path: &ObjectPath, catalog: &ProjectCatalog) -> Option<Object> {
    let statements = parse_script(ddl).ok()?;
    let (database, schema) = match path {
        ObjectPath::Account(_) => (None, None),
        ObjectPath::Schema(database, _) => (Some(database.clone()), None),
        ObjectPath::Full(name) => (Some(name.database.clone()), Some(name.schema.clone())),
    };
    let context = SessionContext {
        database,
        schema,
        ..SessionContext::default()
    };
    match plan(statements.first()?, ddl, catalog, &context).ok()? {
        Plan::Create { object, .. } => Some(object),
        _ => None,
    }
}

/// A name as a LIKE pattern that matches it alone, but for case.
fn pattern(name: &str) -> String {
    quote_string(
        &name
            .replace('\\', "\\\\")
            .replace('_', "\\_")
            .replace('%', "\\%"),
    )
}

fn absent_is_none<T>(result: Result<T, TargetError>) -> Result<Option<T>, TargetError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind == TargetErrorKind::Statement => Ok(None),
        Err(error) => Err(error),
    }
}
