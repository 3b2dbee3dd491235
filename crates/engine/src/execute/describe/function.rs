//! DESCRIBE FUNCTION.

use super::TEXT;
use crate::result::{Cell, Listing};
use snowmelt_sql::object::Function;

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
    let mut listing = Listing::new(&[("property", TEXT), ("value", TEXT)]);
    listing.rows = vec![
        vec![
            Cell::from("signature"),
            Cell::from(format!("({})", parameters.join(", "))),
        ],
        vec![
            Cell::from("returns"),
            Cell::from(function.returns.to_string()),
        ],
        vec![Cell::from("language"), Cell::from("SQL")],
        vec![Cell::from("body"), Cell::from(function.body.as_str())],
    ];
    listing
}
