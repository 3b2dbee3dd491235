//! CREATE PIPE and ALTER PIPE.

use super::Plan;
use super::copy::{self, CopyKind};
use super::property::properties;
use super::resolve::Resolver;
use crate::error::SqlError;
use crate::object::{Object, Pipe};
use crate::statement::{AlterPipe, CreatePipe};

/// CREATE PIPE. `script` is the text the statement's spans point into.
pub(super) fn plan(
    create: &CreatePipe,
    script: &str,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let name = resolver.new_name(&create.name)?;
    let copy = copy::copy_into(&create.copy, CopyKind::Pipe, script, resolver)?;
    Ok(Plan::Create {
        object: Object::Pipe(Pipe {
            name,
            auto_ingest: create.auto_ingest,
            properties: properties(&create.options),
            comment: create.comment.clone(),
            copy,
            definition: create.copy_span.of(script).to_owned(),
        }),
        mode: create.mode,
        credentials: None,
    })
}

/// ALTER PIPE.
pub(super) fn plan_alter(alter: &AlterPipe, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let name = resolver.name(&alter.name)?;
    if resolver.catalog.pipe(&name).is_some() {
        return Ok(Plan::AlterPipe {
            name,
            action: alter.action.clone(),
        });
    }
    match alter.if_exists {
        true => Ok(Plan::Nothing),
        false => Err(SqlError::does_not_exist("Pipe", name, alter.name.span())),
    }
}
