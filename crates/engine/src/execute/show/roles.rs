//! SHOW ROLES: those that every account has; others are not kept here.

use super::{LTZ, NUMBER, TEXT, passes};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::plan::ROLES;
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("is_default", TEXT),
    ("is_current", TEXT),
    ("is_inherited", TEXT),
    ("assigned_to_users", NUMBER),
    ("granted_to_roles", NUMBER),
    ("granted_roles", NUMBER),
    ("owner", TEXT),
    ("comment", TEXT),
];

pub(super) fn show(session: &Session, show: &Show) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    let current = &session.context.role;
    for role in ROLES.iter().filter(|role| passes(role, show)) {
        listing.rows.push(vec![
            Cell::Timestamp(0),
            Cell::from(*role),
            Cell::y_or_n(*role == "ACCOUNTADMIN"),
            Cell::y_or_n(role == current),
            Cell::y_or_n(role != current),
            Cell::Number(0),
            Cell::Number(0),
            Cell::Number(0),
            Cell::from(""),
            Cell::from(""),
        ]);
    }
    listing
}
