//! Text in, [`ParsedStatement`]s out: nothing resolved, every part with its place in the text.
//!
//! Queries and DML are sqlparser's; everything else has a small reader of its own, one file a noun. What Snowflake has
//! and snowmelt does not run is refused by name, what is not SQL at all is a syntax error in Snowflake's words.

mod alter;
mod alter_object;
mod bind;
mod column;
mod comment;
mod copy;
mod create;
mod cursor;
pub(crate) mod database;
mod describe;
mod dml;
mod drop;
mod file_format;
mod files;
mod flow;
mod function;
mod identifier;
mod immediate;
pub(crate) mod integration;
mod lexer;
mod limit;
mod literal;
mod noun;
pub(crate) mod options;
mod pipe;
mod query;
mod schema;
mod script;
mod secrets;
mod sequence;
mod session;
mod show;
mod spelling;
pub(crate) mod stage;
mod stage_path;
mod statement;
mod system_call;
mod table;
mod transaction;
mod unload;
mod use_object;
mod variables;
mod view;
mod warehouse;

pub use bind::{Placeholder, only_values_row, placeholders};
pub use identifier::{ident, name_in_text, object_name};
pub use literal::quote_string;
pub(crate) use literal::string_in_text;
pub use secrets::without_secrets;
pub use system_call::{SystemArgument, SystemCall, system_call};
pub use variables::resolve_variables;

pub use script::{
    ends_with_semicolon, parse_expression, parse_script, parse_script_and_go_on, statement_spans,
};
