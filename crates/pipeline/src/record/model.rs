//! `SNOWMELT.MODELS`: from which definition and which inputs each model was built.

use super::{Inputs, SCHEMA};
use crate::session::Session;
use crate::target::TargetError;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::parse::quote_string;
use std::collections::BTreeMap;

pub(super) const TABLE: &str = "MODELS";
pub(super) const COLUMNS: &str = "SCHEMA_NAME STRING NOT NULL, MODEL_NAME STRING NOT NULL, DEFINITION_HASH STRING, \
     INPUTS STRING, BUILT_AT_MICROS NUMBER(38,0), BUILT_ON STRING, BUILD_SECONDS FLOAT, ROW_COUNT NUMBER(38,0), \
     ALTERED_MICROS NUMBER(38,0)";

/// How a model was built last.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModelRecord {
    /// The hash of its definition.
    pub(crate) definition: String,
    /// Its inputs as they were before it was built.
    pub(crate) inputs: Inputs,
    /// When the build began, in microseconds since 1970-01-01T00:00:00Z.
    pub(crate) built_at_micros: i64,
    /// The target's date then.
    pub(crate) built_on: String,
    /// How long it took.
    pub(crate) seconds: f64,
    /// Rows it has since.
    pub(crate) rows: Option<u64>,
    /// When it was last changed, just after it was built: by nothing but the build.
    pub(crate) altered_micros: Option<i64>,
}

pub(super) fn read(
    session: &mut Session<'_>,
    database: &str,
) -> Result<BTreeMap<QualifiedName, ModelRecord>, TargetError> {
    let rows = session.execute(&format!(
        "SELECT SCHEMA_NAME, MODEL_NAME, DEFINITION_HASH, INPUTS, BUILT_AT_MICROS, BUILT_ON, BUILD_SECONDS, \
         ROW_COUNT, ALTERED_MICROS FROM {}.{SCHEMA}.{TABLE}",
        quote_if_needed(database)
    ))?;
    let value = |row, column| rows.value(row, column).unwrap_or_default();
    Ok((0..rows.rows.len())
        .map(|row| {
            let name = QualifiedName::new(
                database,
                value(row, "SCHEMA_NAME"),
                value(row, "MODEL_NAME"),
            );
            let record = ModelRecord {
                definition: value(row, "DEFINITION_HASH").to_owned(),
                inputs: Inputs::parse(value(row, "INPUTS")),
                built_at_micros: value(row, "BUILT_AT_MICROS").parse().unwrap_or_default(),
                built_on: value(row, "BUILT_ON").to_owned(),
                seconds: value(row, "BUILD_SECONDS").parse().unwrap_or_default(),
                rows: value(row, "ROW_COUNT").parse().ok(),
                altered_micros: value(row, "ALTERED_MICROS").parse().ok(),
            };
            (name, record)
        })
        .collect())
}

pub(super) fn write(
    session: &mut Session<'_>,
    database: &str,
    built: &[&(QualifiedName, ModelRecord)],
) -> Result<(), TargetError> {
    let table = QualifiedName::new(database, SCHEMA, TABLE);
    let keys: Vec<String> = built
        .iter()
        .map(|(name, _)| quote_string(&format!("{}.{}", name.schema, name.name)))
        .collect();
    let rows: Vec<String> = built
        .iter()
        .map(|(name, record)| {
            format!(
                "({}, {}, {}, {}, {}, {}, {}, {}, {})",
                quote_string(&name.schema),
                quote_string(&name.name),
                quote_string(&record.definition),
                record.inputs.literal(),
                record.built_at_micros,
                quote_string(&record.built_on),
                record.seconds,
                or_null(record.rows),
                or_null(record.altered_micros),
            )
        })
        .collect();
    super::replace(
        session,
        &table,
        "SCHEMA_NAME || '.' || MODEL_NAME",
        &keys,
        &rows,
    )
}

pub(super) fn or_null<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "NULL".to_owned(), |value| value.to_string())
}
