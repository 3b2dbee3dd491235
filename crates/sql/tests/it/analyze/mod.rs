//! Names and types resolved, DuckDB SQL written: what the analyzer makes of statements. Whether that SQL gives
//! Snowflake's rows is proved by `conformance/`.

mod catalog;
mod errors;
mod shapes;
mod shop;

pub(crate) use catalog::Fixture;
