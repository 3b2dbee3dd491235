//! A Snowflake account as a target. In: a connection of Snowflake's own `connections.toml` or `config.toml`, and the
//! environment. Out: an [`AccountTarget`]. Credentials and the driver's types stay in here.

mod cell;
mod client;
mod connection;
mod credential;
mod failure;
mod files;
mod query_tag;
mod session;

pub use client::{AccountTarget, StatementCanceller};
pub use connection::Connection;
pub use credential::Secret;
pub use files::Environment;
pub use query_tag::QueryTag;
pub use session::{AccountSession, ValueKind};
