//! Objects → the Snowflake DDL that makes them, as GET_DDL prints it. Parsing and planning the text gives the same object.

mod account;
mod file_format;
mod function;
mod pipe;
mod property;
mod sequence;
mod stage;
mod table;
mod view;

use crate::name::{QualifiedName, quote_if_needed};
use crate::object::Object;

/// How objects in a schema are named in DDL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DdlNames {
    /// The object's own name, as GET_DDL does by default.
    Bare,
    /// `DATABASE.SCHEMA.NAME`.
    Full,
}

impl Object {
    /// `create or replace …;`. Texts that the user wrote (a view's query, a pipe's COPY statement, a column's default)
    /// stand in it as they were written; a stage's credentials never do.
    pub fn ddl(&self, names: DdlNames) -> String {
        match self {
            Object::Database(database) => account::database(database),
            Object::Schema(schema) => account::schema(schema, names),
            Object::Warehouse(warehouse) => account::warehouse(warehouse),
            Object::Integration(integration) => account::integration(integration),
            Object::Table(table) => table::ddl(table, names),
            Object::View(view) => view::ddl(view, names),
            Object::Stage(stage) => stage::ddl(stage, names),
            Object::FileFormat(format) => file_format::ddl(format, names),
            Object::Pipe(pipe) => pipe::ddl(pipe, names),
            Object::Sequence(sequence) => sequence::ddl(sequence, names),
            Object::Function(function) => function::ddl(function, names),
        }
    }
}

impl DdlNames {
    fn of(self, name: &QualifiedName) -> String {
        match self {
            DdlNames::Bare => quote_if_needed(&name.name),
            DdlNames::Full => name.to_string(),
        }
    }
}

/// A statement of one line of head and one line for each clause.
fn statement(head: String, clauses: Vec<String>) -> String {
    let mut text = head;
    for clause in clauses {
        text.push_str("\n\t");
        text.push_str(&clause);
    }
    text.push(';');
    text
}

/// `(A, B)`.
fn name_list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quote_if_needed(name)).collect();
    format!("({})", names.join(", "))
}
