//! Snowflake's functions that SQL cannot say: scalar functions in Rust, a file per family, under names that begin with
//! `snowmelt_`. What Snowflake calls them, takes and gives is in the registry of `snowmelt-sql`; its templates call these.

mod array;
mod binary;
mod bits;
mod compress;
mod digest;
mod encoding;
mod initcap;
mod minhash;
mod moment;
mod native;
mod number;
mod number_format;
mod object;
mod random;
mod regexp;
mod rows_for;
mod similarity;
mod text;
mod variant;

use duckdb::Connection;
use native::{Bridge, Native};

/// Makes the functions known to the database; once, for all its connections.
///
/// # Errors
/// Only when DuckDB refuses.
pub(crate) fn register(database: &Connection) -> duckdb::Result<()> {
    array::register(database)?;
    binary::register(database)?;
    bits::register(database)?;
    compress::register(database)?;
    digest::register(database)?;
    encoding::register(database)?;
    initcap::register(database)?;
    minhash::register(database)?;
    moment::register(database)?;
    number::register(database)?;
    number_format::register(database)?;
    object::register(database)?;
    random::register(database)?;
    regexp::register(database)?;
    rows_for::register(database)?;
    similarity::register(database)?;
    text::register(database)?;
    variant::register(database)
}

/// Makes one function known.
fn add<N: Native>(database: &Connection) -> duckdb::Result<()> {
    database.register_scalar_function::<Bridge<N>>(N::NAME)
}

#[cfg(test)]
mod tests {
    use duckdb::Connection;

    /// The first column of a query, as text.
    pub(super) fn rows(sql: &str) -> Vec<Option<String>> {
        let database = Connection::open_in_memory().unwrap();
        super::register(&database).unwrap();
        let mut statement = database
            .prepare(&format!("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({sql})"))
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<duckdb::Result<_>>()
            .unwrap()
    }

    /// The one value of a query; NULL as `NULL`.
    pub(super) fn one(sql: &str) -> String {
        rows(sql)
            .pop()
            .flatten()
            .unwrap_or_else(|| "NULL".to_owned())
    }
}
