//! VIEW.

use super::{DdlNames, property};
use crate::name::quote_if_needed;
use crate::object::View;
use crate::parse::quote_string;

pub(super) fn ddl(view: &View, names: DdlNames) -> String {
    let secure = if view.secure { "secure " } else { "" };
    let temporary = if view.temporary { "temporary " } else { "" };
    let mut text = format!(
        "create or replace {secure}{temporary}view {}",
        names.of(&view.name)
    );
    if !view.column_names.is_empty() {
        let columns: Vec<String> = view
            .column_names
            .iter()
            .map(|name| match view.column_comments.get(name) {
                Some(comment) => format!(
                    "\n\t{} COMMENT {}",
                    quote_if_needed(name),
                    quote_string(comment)
                ),
                None => format!("\n\t{}", quote_if_needed(name)),
            })
            .collect();
        text.push('(');
        text.push_str(&columns.join(","));
        text.push_str("\n)");
    }
    let clauses = property::clauses(&view.properties, &[]);
    for clause in clauses.into_iter().chain(property::comment(&view.comment)) {
        text.push(' ');
        text.push_str(&clause);
    }
    text.push_str(" as\n");
    text.push_str(&view.query);
    text.push(';');
    text
}
