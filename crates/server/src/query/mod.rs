//! Statements of clients: told apart, filled with bound values, run, waited for, cancelled, looked up again.

mod array;
mod bind;
mod control;
mod kind;
mod registry;
mod run;
mod staged;

pub(crate) use registry::{Finished, Outcome, Queries, Query, Stop};
pub(crate) use run::{Asked, submit};
