//! SEQUENCE.

use super::{DdlNames, property, statement};
use crate::object::Sequence;

pub(super) fn ddl(sequence: &Sequence, names: DdlNames) -> String {
    let head = format!(
        "create or replace sequence {} start with {} increment by {} {}",
        names.of(&sequence.name),
        sequence.start,
        sequence.increment,
        if sequence.ordered { "order" } else { "noorder" },
    );
    statement(
        head,
        property::comment(&sequence.comment).into_iter().collect(),
    )
}
