//! SHOW PARAMETERS: of the session.

use super::{TEXT, is_like};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use crate::session::parameters::text;
use snowmelt_sql::plan::{PARAMETERS, ParameterKind};
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("key", TEXT),
    ("value", TEXT),
    ("default", TEXT),
    ("level", TEXT),
    ("description", TEXT),
    ("type", TEXT),
];

pub(super) fn show(session: &Session, show: &Show) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    for parameter in PARAMETERS {
        if show
            .like
            .as_ref()
            .is_some_and(|pattern| !is_like(parameter.name, pattern))
        {
            continue;
        }
        let is_set = session.context.parameters.contains_key(parameter.name);
        let value_type = match parameter.kind {
            ParameterKind::Boolean => "BOOLEAN",
            ParameterKind::Number(..) => "NUMBER",
            ParameterKind::Text | ParameterKind::OneOf(_) => "STRING",
        };
        listing.rows.push(vec![
            Cell::from(parameter.name),
            Cell::from(text(&session.context, parameter.name)),
            Cell::from(parameter.default),
            Cell::from(if is_set { "SESSION" } else { "" }),
            Cell::from(""),
            Cell::from(value_type),
        ]);
    }
    listing
}
