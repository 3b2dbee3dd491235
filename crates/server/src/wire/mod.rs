//! The words of Snowflake's driver protocol: what the public drivers send and read. Only here are protocol types derived;
//! elsewhere they are made by named functions.

pub(crate) mod envelope;
pub(crate) mod login;
pub(crate) mod monitoring;
pub(crate) mod query;
pub(crate) mod statements;
