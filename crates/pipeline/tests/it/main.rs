//! The pipeline crate from outside: projects in text, a target that only counts.

mod fake_target;
mod lint;
mod project;
mod refusals;
mod run;
