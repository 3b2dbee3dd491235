//! `SNOWMELT.CHECKS`: which checks found nothing, in which data. A check that passed passes again as long as its query
//! and its inputs are the same.

use super::{Inputs, SCHEMA};
use crate::session::Session;
use crate::target::TargetError;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::parse::quote_string;
use std::collections::BTreeMap;

pub(super) const TABLE: &str = "CHECKS";
pub(super) const COLUMNS: &str = "CHECK_FILE STRING NOT NULL, DEFINITION_HASH STRING, INPUTS STRING, \
     PASSED_AT_MICROS NUMBER(38,0)";

/// When a check last found nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckRecord {
    /// The hash of its query.
    pub(crate) definition: String,
    /// Its inputs as they were before it ran.
    pub(crate) inputs: Inputs,
    /// When it ran, in microseconds since 1970-01-01T00:00:00Z.
    pub(crate) passed_at_micros: i64,
}

pub(super) fn read(
    session: &mut Session<'_>,
    database: &str,
) -> Result<BTreeMap<String, CheckRecord>, TargetError> {
    let rows = session.execute(&format!(
        "SELECT CHECK_FILE, DEFINITION_HASH, INPUTS, PASSED_AT_MICROS FROM {}.{SCHEMA}.{TABLE}",
        quote_if_needed(database)
    ))?;
    let value = |row, column| rows.value(row, column).unwrap_or_default();
    Ok((0..rows.rows.len())
        .map(|row| {
            let record = CheckRecord {
                definition: value(row, "DEFINITION_HASH").to_owned(),
                inputs: Inputs::parse(value(row, "INPUTS")),
                passed_at_micros: value(row, "PASSED_AT_MICROS").parse().unwrap_or_default(),
            };
            (value(row, "CHECK_FILE").to_owned(), record)
        })
        .collect())
}

pub(super) fn write(
    session: &mut Session<'_>,
    database: &str,
    results: &[(String, CheckRecord)],
) -> Result<(), TargetError> {
    let table = QualifiedName::new(database, SCHEMA, TABLE);
    let keys: Vec<String> = results.iter().map(|(file, _)| quote_string(file)).collect();
    let rows: Vec<String> = results
        .iter()
        .map(|(file, record)| {
            format!(
                "({}, {}, {}, {})",
                quote_string(file),
                quote_string(&record.definition),
                record.inputs.literal(),
                record.passed_at_micros
            )
        })
        .collect();
    super::replace(session, &table, "CHECK_FILE", &keys, &rows)
}
