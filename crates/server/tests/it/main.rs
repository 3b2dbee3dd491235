//! The server's tests, in one binary: a real server on a free port, requests as bytes, answers as JSON.

#![expect(clippy::unwrap_used, reason = "a test that fails is meant to panic")]

mod access;
mod driver;
mod statements;
mod storm;
mod support;
mod tls;
mod watch;
