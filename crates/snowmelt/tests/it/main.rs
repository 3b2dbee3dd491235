//! The command line, seen from outside: the binary is started, and its exit code, stdout and stderr are compared. And the
//! demo's numbers, worked out a second time without SQL.

mod generate;
mod help;
mod init;
mod oracle;
mod sandbox;
mod sql;
mod upload;
