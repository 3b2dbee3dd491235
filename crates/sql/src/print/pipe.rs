//! PIPE.

use super::{DdlNames, property};
use crate::object::Pipe;

pub(super) fn ddl(pipe: &Pipe, names: DdlNames) -> String {
    let mut text = format!("create or replace pipe {}", names.of(&pipe.name));
    if pipe.auto_ingest {
        text.push_str(" auto_ingest=true");
    }
    for clause in property::clauses(&pipe.properties, &[]) {
        text.push_str("\n\t");
        text.push_str(&clause);
    }
    if let Some(comment) = property::comment(&pipe.comment) {
        text.push_str("\n\t");
        text.push_str(&comment);
    }
    text.push_str("\nas ");
    text.push_str(&pipe.definition);
    text.push(';');
    text
}
