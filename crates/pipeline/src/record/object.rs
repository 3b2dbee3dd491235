//! `SNOWMELT.OBJECTS`: how each object was defined when it was deployed last.

use super::SCHEMA;
use crate::session::Session;
use crate::target::TargetError;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::parse::quote_string;
use std::collections::BTreeMap;

pub(super) const TABLE: &str = "OBJECTS";
pub(super) const COLUMNS: &str =
    "OBJECT STRING NOT NULL, DEFINITION_HASH STRING, DEPLOYED_AT_MICROS NUMBER(38,0)";

pub(super) fn read(
    session: &mut Session<'_>,
    database: &str,
) -> Result<BTreeMap<String, String>, TargetError> {
    let rows = session.execute(&format!(
        "SELECT OBJECT, DEFINITION_HASH FROM {}.{SCHEMA}.{TABLE}",
        quote_if_needed(database)
    ))?;
    let value = |row, column| rows.value(row, column).unwrap_or_default().to_owned();
    Ok((0..rows.rows.len())
        .map(|row| (value(row, "OBJECT"), value(row, "DEFINITION_HASH")))
        .collect())
}

pub(super) fn write(
    session: &mut Session<'_>,
    database: &str,
    objects: &[(String, String)],
    deployed_at_micros: i64,
) -> Result<(), TargetError> {
    let table = QualifiedName::new(database, SCHEMA, TABLE);
    let keys: Vec<String> = objects
        .iter()
        .map(|(object, _)| quote_string(object))
        .collect();
    let rows: Vec<String> = objects
        .iter()
        .map(|(object, hash)| {
            let (object, hash) = (quote_string(object), quote_string(hash));
            format!("({object}, {hash}, {deployed_at_micros})")
        })
        .collect();
    super::replace(session, &table, "OBJECT", &keys, &rows)
}
