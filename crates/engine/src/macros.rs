//! The SQL macros that lowered statements call: installed once in the warehouse file, again when they change.

use crate::catalog::store;
use crate::error::{EngineError, Result};
use crate::ledger;
use duckdb::Connection;
use snowmelt_sql::functions::macro_definitions;

/// Where `meta` keeps the hash of the macros that are installed.
const HASH: &str = "macros_hash";

/// Installs the macros, unless the warehouse has just these.
pub(crate) fn install(connection: &Connection) -> Result<()> {
    let script = script();
    let hash = format!("{:016x}", fnv1a(script.as_bytes()));
    if store::meta(connection, HASH)?.as_deref() == Some(hash.as_str()) {
        return Ok(());
    }
    connection.execute_batch(&script).map_err(|error| {
        EngineError::internal("DuckDB refuses a macro of snowmelt's").with_detail(error.to_string())
    })?;
    store::set_meta(connection, HASH, &hash)
}

/// Every macro's `CREATE OR REPLACE MACRO`.
fn script() -> String {
    let macros = macro_definitions()
        .into_iter()
        .map(|(_, definition)| definition);
    let of_ledger = ledger::MACROS.iter().map(|definition| definition());
    macros.chain(of_ledger).collect::<Vec<_>>().join(";\n")
}

/// FNV-1a, 64 bits: tells scripts apart, and gives the same number in every build.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
