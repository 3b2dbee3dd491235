//! Statements → plans.

mod alter_table;
mod copy;
mod names;
mod stage;
mod table;
pub(crate) mod template;
