//! AUTOINCREMENT columns: each has a DuckDB sequence of its own, which goes where the column goes.
//!
//! The definition of the column holds the sequence's number, so that renamed, swapped and moved tables keep theirs.

use crate::error::Result;
use crate::session::Writer;
use snowmelt_sql::catalog::identity_sequence;
use snowmelt_sql::object::{DefaultValue, Identity, Table, TableKind};

/// Where the values of a new table begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// At START.
    AtStart,
    /// Where those of the table whose columns it has stand: CLONE.
    WhereTheSourceIs,
}

/// Makes a sequence for each AUTOINCREMENT column of a new table.
pub(super) fn make(writer: &Writer<'_>, table: &mut Table, begin: Begin) -> Result<()> {
    let is_temporary = table.kind == TableKind::Temporary;
    for identity in identities_mut(table) {
        let start = match (begin, identity.sequence) {
            (Begin::WhereTheSourceIs, Some(source)) => position(writer, source)?,
            _ => None,
        };
        let number = writer.engine.next_object_id();
        let number = if is_temporary { -number } else { number };
        identity.sequence = Some(number);
        let temporary = if is_temporary { "TEMP " } else { "" };
        writer.run(&format!(
            "CREATE {temporary}SEQUENCE {} START WITH {} INCREMENT BY {} MINVALUE {} MAXVALUE {}",
            identity_sequence(number),
            start.unwrap_or(identity.start),
            identity.increment,
            i64::MIN,
            i64::MAX
        ))?;
    }
    Ok(())
}

/// Drops the sequences of `table` that `kept` does not have: its new definition, or nothing.
pub(super) fn drop(writer: &Writer<'_>, table: &Table, kept: Option<&Table>) -> Result<()> {
    let is_kept = |number| {
        kept.into_iter()
            .flat_map(identities)
            .any(|identity| identity.sequence == Some(number))
    };
    for number in identities(table).filter_map(|identity| identity.sequence) {
        if !is_kept(number) {
            writer.run(&format!("DROP SEQUENCE {}", identity_sequence(number)))?;
        }
    }
    Ok(())
}

/// The value that a sequence would give next; nothing if it gave none yet.
fn position(writer: &Writer<'_>, number: i64) -> Result<Option<i64>> {
    let name = identity_sequence(number);
    let name = name.rsplit('.').next().unwrap_or_default();
    Ok(writer.connection.query_row(
        "SELECT max(last_value + increment_by) FROM duckdb_sequences() WHERE sequence_name = ?",
        [name],
        |row| row.get(0),
    )?)
}

fn identities(table: &Table) -> impl Iterator<Item = &Identity> {
    table
        .columns
        .iter()
        .filter_map(|column| match &column.default {
            Some(DefaultValue::Identity(identity)) => Some(identity),
            Some(DefaultValue::Expression(_)) | None => None,
        })
}

fn identities_mut(table: &mut Table) -> impl Iterator<Item = &mut Identity> {
    table
        .columns
        .iter_mut()
        .filter_map(|column| match &mut column.default {
            Some(DefaultValue::Identity(identity)) => Some(identity),
            Some(DefaultValue::Expression(_)) | None => None,
        })
}
