//! CREATE SEQUENCE.

use super::Plan;
use super::resolve::Resolver;
use crate::error::SqlError;
use crate::object::{Object, Sequence};
use crate::statement::CreateSequence;

/// CREATE SEQUENCE.
pub(super) fn plan(create: &CreateSequence, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    Ok(Plan::Create {
        object: Object::Sequence(Sequence {
            name: resolver.new_name(&create.name)?,
            start: create.start,
            increment: create.increment,
            ordered: create.ordered,
            comment: create.comment.clone(),
        }),
        mode: create.mode,
        credentials: None,
    })
}
