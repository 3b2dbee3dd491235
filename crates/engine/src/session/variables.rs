//! Session variables: SET and UNSET.

use super::Session;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::result::{ResultSet, Rows};
use snowmelt_sql::DataType;
use snowmelt_sql::plan::QueryPlan;

/// Longest text of a variable, in bytes, as in Snowflake.
const MAX_TEXT_BYTES: usize = 256;

/// What SHOW VARIABLES tells of a variable beside its value's literal in the context.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) created_at_micros: i64,
    pub(crate) updated_at_micros: i64,
    pub(crate) value: Option<String>,
    pub(crate) data_type: DataType,
}

impl Session {
    /// SET: runs the query, whose one row holds the values.
    pub(crate) fn set_variables(&mut self, names: &[String], query: &QueryPlan) -> Result<()> {
        let values = {
            let mut statement = self.connection.prepare(&query.sql)?;
            drop(statement.stream_arrow([])?);
            let rows = ResultSet {
                query_id: String::new(),
                statement: snowmelt_sql::Span::default(),
                columns: query.columns.clone(),
                rows: Rows::query(statement, &query.columns, self.formats()?.for_literals()),
            };
            rows.into_text_rows()
                .next()
                .transpose()?
                .unwrap_or_default()
        };
        if values.len() != names.len() {
            return Err(EngineError::internal(
                "SET got another number of values than of variables",
            ));
        }
        let now = self.engine.now_micros();
        for ((name, value), column) in names.iter().zip(values).zip(&query.columns) {
            if value
                .as_ref()
                .is_some_and(|value| value.len() > MAX_TEXT_BYTES)
            {
                return Err(EngineError::new(
                    EngineErrorKind::Data,
                    "001489",
                    "22001",
                    format!(
                        "Assignment to '{name}' not done because value exceeds size limit for variables. Its size is {}; the limit is {MAX_TEXT_BYTES} (internal storage size in bytes).",
                        value.map_or(0, |value| value.len())
                    ),
                ));
            }
            self.context
                .variables
                .insert(name.clone(), literal(value.as_deref(), column.data_type));
            let created_at_micros = self
                .variables
                .get(name)
                .map_or(now, |variable| variable.created_at_micros);
            self.variables.insert(
                name.clone(),
                Variable {
                    created_at_micros,
                    updated_at_micros: now,
                    value,
                    data_type: column.data_type,
                },
            );
        }
        Ok(())
    }

    /// UNSET.
    pub(crate) fn unset_variables(&mut self, names: &[String]) {
        for name in names {
            self.context.variables.remove(name);
            self.variables.remove(name);
        }
    }
}

/// The value as Snowflake SQL.
fn literal(value: Option<&str>, data_type: DataType) -> String {
    let Some(value) = value else {
        return format!("NULL::{data_type}");
    };
    let quoted = || format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"));
    match data_type {
        DataType::Number { .. } => value.to_owned(),
        DataType::Boolean => value.to_uppercase(),
        DataType::Null | DataType::Text { .. } => quoted(),
        DataType::Variant => format!("PARSE_JSON({})", quoted()),
        DataType::Object => format!("PARSE_JSON({})::OBJECT", quoted()),
        DataType::Array => format!("PARSE_JSON({})::ARRAY", quoted()),
        DataType::Float
        | DataType::Binary { .. }
        | DataType::Date
        | DataType::Time { .. }
        | DataType::TimestampNtz { .. }
        | DataType::TimestampLtz { .. }
        | DataType::TimestampTz { .. } => format!("{}::{data_type}", quoted()),
    }
}
