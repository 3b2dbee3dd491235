//! Session parameters: their values, and what setting one does here. Which there are, and which values each takes, the
//! front end knows.

use super::Session;
use crate::error::Result;
use crate::result::time_zone;
use snowmelt_sql::SessionContext;
use snowmelt_sql::object::PropertyValue;
use snowmelt_sql::plan::{PARAMETERS, shown};

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

    fn apply_parameter(&mut self, name: &str) -> Result<()> {
        match name {
            "TIMEZONE" => self.apply_time_zone(),
            // A transaction that AUTOCOMMIT = FALSE began stays open until COMMIT.
            _ => Ok(()),
        }
    }

    /// Gives DuckDB the session's time zone.
    pub(super) fn apply_time_zone(&self) -> Result<()> {
        let zone = self.context.time_zone().replace('\'', "''");
        Ok(self
            .connection
            .execute_batch(&format!("SET TimeZone = '{zone}'"))?)
    }
}
