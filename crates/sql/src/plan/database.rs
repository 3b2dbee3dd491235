//! CREATE DATABASE and CREATE SCHEMA.

use super::Plan;
use super::property::properties;
use super::resolve::Resolver;
use crate::error::SqlError;
use crate::object::{Database, Object, Schema};
use crate::statement::{CreateDatabase, CreateSchema};

/// CREATE DATABASE.
pub(super) fn plan(create: &CreateDatabase) -> Plan {
    Plan::Create {
        object: Object::Database(Database {
            name: create.name.value.clone(),
            transient: create.transient,
            comment: create.comment.clone(),
            properties: properties(&create.options),
        }),
        mode: create.mode,
        credentials: None,
    }
}

/// CREATE SCHEMA.
pub(super) fn plan_schema(create: &CreateSchema, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let (database, name) = resolver.schema(&create.name)?;
    resolver.check_database(&database, create.name.span())?;
    Ok(Plan::Create {
        object: Object::Schema(Schema {
            database,
            name,
            transient: create.transient,
            comment: create.comment.clone(),
            properties: properties(&create.options),
        }),
        mode: create.mode,
        credentials: None,
    })
}
