//! The same errors in check files, which are planned against everything the SQL files declare. What the system provides
//! is not known without an engine, and is left alone.

use super::super::{Finding, Input};
use super::broken::of_error;
use crate::check::Check;
use snowmelt_sql::SessionContext;
use snowmelt_sql::object::ObjectPath;
use snowmelt_sql::parse::parse_script_and_go_on;
use snowmelt_sql::plan::plan;

pub(super) fn check(input: &Input<'_>, findings: &mut Vec<Finding>) {
    let catalog = &input.reading.catalog;
    // What a broken statement would have made is missing here too.
    let is_complete = input.reading.errors.is_empty();
    for file in &input.project.checks {
        if let Err(error) = Check::parse(file)
            && let Some(place) = error.place.clone()
        {
            let advice = error.hint.clone().unwrap_or_default();
            findings.push(super::refused::REFUSED.found(
                place,
                error.message,
                "`run` and `check` refuse it",
                advice,
            ));
        }
        for statement in parse_script_and_go_on(&file.text) {
            catalog.take_lookups();
            let error = match statement {
                Err(error) => error,
                Ok(parsed) => {
                    match plan(&parsed, &file.text, catalog, &SessionContext::default()) {
                        Ok(_) => continue,
                        Err(error) => error,
                    }
                }
            };
            let missing = catalog.take_lookups().missing;
            let is_of_the_system = missing.iter().any(|(_, path)| match path {
                ObjectPath::Full(name) => {
                    matches!(name.schema.as_str(), "INFORMATION_SCHEMA" | "SNOWMELT")
                }
                ObjectPath::Account(_) | ObjectPath::Schema(..) => false,
            });
            if !is_of_the_system && (is_complete || missing.is_empty()) {
                findings.push(of_error(&error, file.place(error.span)));
            }
        }
    }
}
