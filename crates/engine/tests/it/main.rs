//! The engine's tests, in one binary: SQL transcripts, and what only several sessions or processes show.

#![allow(clippy::unwrap_used, reason = "a test that fails is meant to panic")]

mod atomic_replace;
mod compat;
mod conformance;
mod container;
mod crash;
mod ingest;
mod load;
mod open;
mod property;
mod session;
mod support;
mod transaction;
mod users;
