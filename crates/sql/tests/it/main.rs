//! The front end on whole scripts.

#![expect(clippy::unwrap_used, reason = "a test that fails is meant to panic")]

mod analyze;
mod parse;
mod plan;
mod print;
mod session;
