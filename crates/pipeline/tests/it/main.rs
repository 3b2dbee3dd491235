//! The pipeline crate from outside: projects in text, a target that only counts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod connection;
mod deploy;
mod fake_target;
mod lint;
mod project;
mod refusals;
mod run;
