//! The command line, seen from outside: the binary is started, and its exit code, stdout and stderr are compared. And the
//! demo's numbers, worked out a second time without SQL.

#![expect(clippy::unwrap_used, reason = "a test that fails is meant to panic")]

mod account;
mod bad_input;
mod deploy;
mod generate;
mod help;
mod init;
mod lint;
mod oracle;
mod others;
mod rejects;
mod run;
mod sandbox;
mod serve;
mod shop;
mod sql;
mod stage;
mod upload;
mod user;
