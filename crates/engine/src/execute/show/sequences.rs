//! SHOW SEQUENCES.

use super::{LTZ, NUMBER, Scope, TEXT, comment, entries};
use crate::catalog::{Definition, Namespace};
use crate::error::Result;
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::name::{physical_name, physical_schema};
use snowmelt_sql::object::Sequence;
use snowmelt_sql::statement::Show;

/// The columns of SHOW SEQUENCES and DESCRIBE SEQUENCE.
pub(in crate::execute) const COLUMNS: &[ListingColumn] = &[
    ("name", TEXT),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("next_value", NUMBER),
    ("interval", NUMBER),
    ("created_on", LTZ),
    ("owner", TEXT),
    ("comment", TEXT),
    ("owner_role_type", TEXT),
    ("ordered", TEXT),
];

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Result<Listing> {
    let mut listing = Listing::new(COLUMNS);
    for entry in entries(session, Namespace::Sequence, show, scope) {
        if let Definition::Sequence(sequence) = &entry.definition {
            listing.rows.push(row(session, &entry, sequence)?);
        }
    }
    Ok(listing)
}

/// One sequence.
pub(in crate::execute) fn row(
    session: &Session,
    entry: &crate::catalog::Entry,
    sequence: &Sequence,
) -> Result<Vec<Cell>> {
    Ok(vec![
        Cell::from(sequence.name.name.as_str()),
        Cell::from(sequence.name.database.as_str()),
        Cell::from(sequence.name.schema.as_str()),
        Cell::Number(next_value(session, sequence)?),
        Cell::Number(sequence.increment),
        Cell::Timestamp(entry.created_at_micros),
        Cell::from(entry.owner.as_str()),
        comment(entry),
        Cell::from("ROLE"),
        Cell::y_or_n(sequence.ordered),
    ])
}

fn next_value(session: &Session, sequence: &Sequence) -> Result<i64> {
    let name = &sequence.name;
    let last: Option<i64> = session.connection.query_row(
        "SELECT max(last_value) FROM duckdb_sequences() WHERE schema_name = ? AND sequence_name = ?",
        [physical_schema(&name.database, &name.schema), physical_name(&name.name)],
        |row| row.get(0),
    )?;
    Ok(last.map_or(sequence.start, |last| {
        last.saturating_add(sequence.increment)
    }))
}
