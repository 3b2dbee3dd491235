//! DESCRIBE FUNCTION.

use super::TEXT;
use crate::result::{Cell, Listing};
use snowmelt_sql::object::{Function, FunctionReturns};

/// `property`, `value`.
pub(super) fn describe(function: &Function) -> Listing {
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|parameter| {
            let default = match &parameter.default {
                Some(default) => format!(" DEFAULT {default}"),
                None => String::new(),
            };
            format!("{} {}{default}", parameter.name, parameter.data_type.noun())
        })
        .collect();
    let returns = match &function.returns {
        FunctionReturns::Value(data_type) => data_type.to_string(),
        FunctionReturns::Table(columns) => {
            let columns: Vec<String> = columns
                .iter()
                .map(|(name, data_type)| format!("{name} {}", data_type.noun()))
                .collect();
            format!("TABLE ({})", columns.join(", "))
        }
    };
    let mut listing = Listing::new(&[("property", TEXT), ("value", TEXT)]);
    listing.rows = vec![
        vec![
            Cell::from("signature"),
            Cell::from(format!("({})", parameters.join(", "))),
        ],
        vec![Cell::from("returns"), Cell::from(returns)],
        vec![Cell::from("language"), Cell::from("SQL")],
        vec![Cell::from("body"), Cell::from(function.body.as_str())],
    ];
    listing
}
