//! How values are written as JSON where a client does not want them as drivers read them: the SQL API's `jsonv2`, and text
//! as people read it.

use serde_json::{Map, Value};
use snowmelt_sql::DataType;

/// Which types are written as the session's output formats say, and what stands for NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shown {
    date: bool,
    time: bool,
    timestamp_ntz: bool,
    timestamp_ltz: bool,
    timestamp_tz: bool,
    /// Whether NULL is `null`, and not the text `"null"`.
    pub(super) nullable: bool,
}

impl Shown {
    /// As the SQL API does: a type is written by its output format if the request says one.
    pub(crate) fn asked(parameters: &Map<String, Value>, nullable: bool) -> Self {
        let is_set = |name: &str| parameters.keys().any(|key| key.eq_ignore_ascii_case(name));
        let any = is_set("TIMESTAMP_OUTPUT_FORMAT");
        Self {
            date: is_set("DATE_OUTPUT_FORMAT"),
            time: is_set("TIME_OUTPUT_FORMAT"),
            timestamp_ntz: any || is_set("TIMESTAMP_NTZ_OUTPUT_FORMAT"),
            timestamp_ltz: any || is_set("TIMESTAMP_LTZ_OUTPUT_FORMAT"),
            timestamp_tz: any || is_set("TIMESTAMP_TZ_OUTPUT_FORMAT"),
            nullable,
        }
    }

    /// Everything by its output format.
    pub(crate) fn as_people_read() -> Self {
        Self {
            date: true,
            time: true,
            timestamp_ntz: true,
            timestamp_ltz: true,
            timestamp_tz: true,
            nullable: true,
        }
    }

    /// Whether values of the type are written by their output format.
    pub(super) fn is_formatted(self, data_type: DataType) -> bool {
        match data_type {
            DataType::Date => self.date,
            DataType::Time { .. } => self.time,
            DataType::TimestampNtz { .. } => self.timestamp_ntz,
            DataType::TimestampLtz { .. } => self.timestamp_ltz,
            DataType::TimestampTz { .. } => self.timestamp_tz,
            _ => true,
        }
    }
}
