//! Statements → plans.

mod alter_object;
mod alter_table;
mod copy;
mod files;
mod names;
mod stage;
mod table;
pub(crate) mod template;
mod variables;
