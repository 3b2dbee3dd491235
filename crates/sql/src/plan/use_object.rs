//! USE.

use super::resolve::Resolver;
use super::{Plan, UsePlan};
use crate::error::SqlError;
use crate::name::{Ident, ObjectName};
use crate::span::Span;
use crate::statement::Use;

/// The roles every account has; others are not kept here.
pub const ROLES: &[&str] = &[
    "ACCOUNTADMIN",
    "ORGADMIN",
    "PUBLIC",
    "READER",
    "SECURITYADMIN",
    "SYSADMIN",
    "USERADMIN",
];

/// USE.
pub(super) fn plan(target: &Use, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    Ok(Plan::Use(match target {
        Use::Database(name) => database(name, resolver)?,
        Use::Schema(name) => schema(name, resolver)?,
        Use::Warehouse(name) => {
            if resolver.catalog.warehouse(&name.value).is_none() {
                return Err(missing("Warehouse", &name.value, name.span));
            }
            UsePlan::Warehouse(name.value.clone())
        }
        Use::Role(name) => {
            if !ROLES.contains(&name.value.as_str()) {
                return Err(missing("Role", &name.value, name.span)
                    .with_hint("roles are not kept here: only those of every account exist"));
            }
            UsePlan::Role(name.value.clone())
        }
        Use::SecondaryRoles(roles) => UsePlan::SecondaryRoles(*roles),
        Use::Object(name) => match name.parts.as_slice() {
            [one] => database(one, resolver)?,
            _ => schema(name, resolver)?,
        },
    }))
}

fn database(name: &Ident, resolver: Resolver<'_>) -> Result<UsePlan, SqlError> {
    match resolver.catalog.has_database(&name.value) {
        true => Ok(UsePlan::Database(name.value.clone())),
        false => Err(missing("Database", &name.value, name.span)),
    }
}

fn schema(name: &ObjectName, resolver: Resolver<'_>) -> Result<UsePlan, SqlError> {
    let (database, schema) = resolver.schema(name)?;
    match resolver.catalog.has_schema(&database, &schema) {
        true => Ok(UsePlan::Schema(database, schema)),
        false => Err(missing("Schema", &name.to_string(), name.span())),
    }
}

/// USE and SHOW … IN say less than other statements about what is missing: the detail makes up for it.
pub(super) fn missing(kind: &str, name: &str, span: Span) -> SqlError {
    SqlError::compilation(
        "002043",
        "02000",
        "Object does not exist, or operation cannot be performed.",
        span,
    )
    .with_detail(format!("{kind} '{name}' does not exist"))
}
