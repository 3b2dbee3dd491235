//! INSERT.

use super::widen::widen;
use crate::catalog::Key;
use crate::error::Result;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::plan::InsertPlan;

/// INSERT [OVERWRITE]: `number of rows inserted`.
pub(super) fn insert(session: &mut Session, insert: InsertPlan) -> Result<Listing> {
    let key = Key::relation(&insert.table);
    let rows = session.write(|writer| {
        let relation = widen(writer, &key, &insert.widen)?;
        writer.touch(&key);
        if !insert.overwrite {
            return Ok(writer.connection.execute(&insert.sql, [])?);
        }
        // The query may read the rows that go: they go after it has run. New rows have higher ids than old ones.
        let last_old: Option<i64> = writer.connection.query_row(
            &format!("SELECT max(rowid) FROM {relation}"),
            [],
            |row| row.get(0),
        )?;
        let rows = writer.connection.execute(&insert.sql, [])?;
        if let Some(last_old) = last_old {
            writer.run(&format!("DELETE FROM {relation} WHERE rowid <= {last_old}"))?;
        }
        Ok(rows)
    })?;
    Ok(Listing::counts(&[("number of rows inserted", rows as u64)]))
}
