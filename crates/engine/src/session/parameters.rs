//! Session parameters: their values, and what setting one does here. Which there are, and which values each takes, the
//! front end knows.

use super::Session;
use crate::error::Result;
use crate::result::time_zone;
use snowmelt_sql::SessionContext;
use snowmelt_sql::object::PropertyValue;
use snowmelt_sql::plan::{PARAMETERS, shown};

/// Parameters that our macros read, and the DuckDB variables that hold them.
const FORMATS: &[(&str, &str)] = &[
    ("DATE_INPUT_FORMAT", "snowmelt_date_input"),
    ("TIME_INPUT_FORMAT", "snowmelt_time_input"),
    ("TIMESTAMP_INPUT_FORMAT", "snowmelt_timestamp_input"),
    ("DATE_OUTPUT_FORMAT", "snowmelt_date_output"),
    ("TIME_OUTPUT_FORMAT", "snowmelt_time_output"),
    (
        "TIMESTAMP_NTZ_OUTPUT_FORMAT",
        "snowmelt_timestamp_ntz_output",
    ),
    (
        "TIMESTAMP_LTZ_OUTPUT_FORMAT",
        "snowmelt_timestamp_ltz_output",
    ),
    ("TIMESTAMP_TZ_OUTPUT_FORMAT", "snowmelt_timestamp_tz_output"),
    ("TWO_DIGIT_CENTURY_START", "snowmelt_century_start"),
];

/// The value of a parameter as text: its default if it was not set, empty if there is no such parameter.
pub(crate) fn text(context: &SessionContext, name: &str) -> String {
    match context.parameters.get(name) {
        Some(value) => shown(value),
        None => {
            let parameter = PARAMETERS.iter().find(|parameter| parameter.name == name);
            parameter.map_or_else(String::new, |parameter| parameter.default.to_owned())
        }
    }
}

/// The value of a parameter as a number that is not negative.
pub(crate) fn number(context: &SessionContext, name: &str) -> usize {
    text(context, name).parse().unwrap_or(0)
}

impl Session {
    /// AUTOCOMMIT.
    pub(crate) fn autocommit(&self) -> bool {
        !matches!(
            self.context.parameters.get("AUTOCOMMIT"),
            Some(PropertyValue::Boolean(false))
        )
    }

    /// A parameter that is a time, in seconds.
    pub(crate) fn parameter_seconds(&self, name: &str) -> u64 {
        number(&self.context, name) as u64
    }

    /// ALTER SESSION SET: the value was checked when the statement was planned.
    pub(crate) fn set_parameter(&mut self, name: &str, value: &PropertyValue) -> Result<()> {
        if name == "TIMEZONE" {
            time_zone(&shown(value))?;
        }
        self.context
            .parameters
            .insert(name.to_owned(), value.clone());
        self.apply_parameter(name)
    }

    /// ALTER SESSION UNSET.
    pub(crate) fn unset_parameter(&mut self, name: &str) -> Result<()> {
        self.context.parameters.remove(name);
        self.apply_parameter(name)
    }

    fn apply_parameter(&self, name: &str) -> Result<()> {
        match name {
            "TIMEZONE" => self.apply_time_zone(),
            // A transaction that AUTOCOMMIT = FALSE began stays open until COMMIT.
            _ => self.apply_format(name),
        }
    }

    /// Gives DuckDB the formats that a parameter stands for, as the variables that our macros read.
    fn apply_format(&self, name: &str) -> Result<()> {
        for (parameter, variable) in FORMATS {
            if *parameter != name
                && !(name == "TIMESTAMP_OUTPUT_FORMAT" && parameter.starts_with("TIMESTAMP_"))
            {
                continue;
            }
            let mut given = text(&self.context, parameter);
            if given.is_empty() {
                given = text(&self.context, "TIMESTAMP_OUTPUT_FORMAT");
            }
            let statement = if given.eq_ignore_ascii_case("auto") {
                format!("RESET VARIABLE {variable}")
            } else if given.bytes().all(|byte| byte.is_ascii_digit()) {
                format!("SET VARIABLE {variable} = CAST({given} AS BIGINT)")
            } else {
                format!("SET VARIABLE {variable} = '{}'", given.replace('\'', "''"))
            };
            self.connection.execute_batch(&statement)?;
        }
        Ok(())
    }

    /// Gives DuckDB the session's time zone.
    pub(super) fn apply_time_zone(&self) -> Result<()> {
        let zone = self.context.time_zone().replace('\'', "''");
        Ok(self
            .connection
            .execute_batch(&format!("SET TimeZone = '{zone}'"))?)
    }
}
