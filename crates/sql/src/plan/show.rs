//! SHOW and DESCRIBE: where to look.

use super::Plan;
use super::resolve::Resolver;
use super::use_object::missing;
use crate::error::SqlError;
use crate::name::ObjectName;
use crate::object::ObjectKind;
use crate::statement::{Describe, Show, ShowKind, ShowScope};

/// SHOW. Without IN the current database is searched, or the account if there is none.
pub(super) fn plan(show: &Show, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let mut scope = Scope::default();
    match (&show.scope, show.kind) {
        // These live in the account or the session: there is nowhere else to look.
        (
            _,
            ShowKind::Objects(
                ObjectKind::Database | ObjectKind::Warehouse | ObjectKind::Integration,
            )
            | ShowKind::Parameters
            | ShowKind::Roles
            | ShowKind::Variables,
        ) => {
            if let Some(scope) = &show.scope
                && !matches!(scope, ShowScope::Account)
            {
                return Err(SqlError::syntax("unexpected 'IN'.", show.span));
            }
        }
        (None, _) => scope.database = resolver.context.database.clone(),
        (Some(ShowScope::Account), _) => {}
        (Some(ShowScope::Database(name)), _) => {
            let database = match name {
                Some(name) => name.value.clone(),
                None => resolver.current_database(show.span)?,
            };
            let span = name.as_ref().map_or(show.span, |name| name.span);
            if !resolver.catalog.has_database(&database) {
                return Err(missing("Database", &database, span));
            }
            scope.database = Some(database);
        }
        (Some(ShowScope::Schema(Some(name))), _) => scope.in_schema(name, resolver)?,
        (Some(ShowScope::Schema(None)), _) => {
            let (database, schema) = resolver.current_schema(show.span)?;
            scope.database = Some(database);
            scope.schema = Some(schema);
        }
        (Some(ShowScope::Table(name)), _) => scope.in_table(name, resolver)?,
        (Some(ShowScope::Name(name)), kind) if kind.is_of_tables() => {
            scope.in_table(name, resolver)?;
        }
        (Some(ShowScope::Name(name)), ShowKind::Objects(ObjectKind::Schema)) => {
            let database = name.last();
            if name.parts.len() > 1 {
                return Err(SqlError::invalid_identifier(name, name.span()));
            }
            if !resolver.catalog.has_database(&database.value) {
                return Err(missing("Database", &database.value, database.span));
            }
            scope.database = Some(database.value.clone());
        }
        (Some(ShowScope::Name(name)), _) => scope.in_schema(name, resolver)?,
    }
    Ok(Plan::Show {
        show: show.clone(),
        database: scope.database,
        schema: scope.schema,
        table: scope.table,
    })
}

#[derive(Default)]
struct Scope {
    database: Option<String>,
    schema: Option<String>,
    table: Option<crate::name::QualifiedName>,
}

impl Scope {
    fn in_schema(&mut self, name: &ObjectName, resolver: Resolver<'_>) -> Result<(), SqlError> {
        let (database, schema) = resolver.schema(name)?;
        if !resolver.catalog.has_schema(&database, &schema) {
            return Err(missing("Schema", &name.to_string(), name.span()));
        }
        self.database = Some(database);
        self.schema = Some(schema);
        Ok(())
    }

    fn in_table(&mut self, name: &ObjectName, resolver: Resolver<'_>) -> Result<(), SqlError> {
        let table = resolver.name(name)?;
        if resolver.catalog.relation(&table).is_none() {
            return Err(SqlError::does_not_exist("Table", table, name.span()));
        }
        self.database = Some(table.database.clone());
        self.schema = Some(table.schema.clone());
        self.table = Some(table);
        Ok(())
    }
}

/// DESCRIBE; the object must exist.
pub(super) fn plan_describe(describe: &Describe, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let path = resolver.path(describe.kind, &describe.name)?;
    // DESCRIBE TABLE also takes a view's name, and the other way round.
    let found = match describe.kind {
        ObjectKind::Table | ObjectKind::View => {
            resolver.exists(ObjectKind::Table, &path) || resolver.is_relation(&path)
        }
        kind => resolver.exists(kind, &path),
    };
    if !found {
        return Err(SqlError::does_not_exist(
            super::resolve::noun(describe.kind),
            path,
            describe.name.span(),
        ));
    }
    Ok(Plan::Describe {
        kind: describe.kind,
        path,
    })
}
