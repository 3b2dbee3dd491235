//! SHOW VARIABLES.

use super::{LTZ, TEXT, is_like};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::DataType;
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("session_id", TEXT),
    ("created_on", LTZ),
    ("updated_on", LTZ),
    ("name", TEXT),
    ("value", TEXT),
    ("type", TEXT),
    ("comment", TEXT),
];

pub(super) fn show(session: &Session, show: &Show) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    for (name, variable) in &session.variables {
        if show
            .like
            .as_ref()
            .is_some_and(|pattern| !is_like(name, pattern))
        {
            continue;
        }
        listing.rows.push(vec![
            Cell::from(session.context.session_id.to_string()),
            Cell::Timestamp(variable.created_at_micros),
            Cell::Timestamp(variable.updated_at_micros),
            Cell::from(name.as_str()),
            Cell::from(variable.value.as_deref()),
            Cell::from(type_name(variable.data_type)),
            Cell::from(""),
        ]);
    }
    listing
}

fn type_name(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Number { .. } => "fixed",
        DataType::Null | DataType::Text { .. } => "text",
        DataType::Float => "real",
        DataType::Boolean => "boolean",
        DataType::Date => "date",
        DataType::Time { .. } => "time",
        DataType::TimestampNtz { .. } => "timestamp_ntz",
        DataType::TimestampLtz { .. } => "timestamp_ltz",
        DataType::TimestampTz { .. } => "timestamp_tz",
        DataType::Binary { .. } => "binary",
        DataType::Variant => "variant",
        DataType::Object => "object",
        DataType::Array => "array",
    }
}
