//! TRUNCATE TABLE.

use super::widen::widen;
use crate::catalog::Key;
use crate::error::Result;
use crate::ledger;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::QualifiedName;

/// TRUNCATE [TABLE]: all rows go, and COPY may load its files again; what pipes have loaded they still know.
pub(super) fn truncate(session: &mut Session, table: Option<QualifiedName>) -> Result<Listing> {
    if let Some(table) = table {
        let key = Key::relation(&table);
        session.write(|writer| {
            let relation = widen(writer, &key, &[])?;
            writer.touch(&key);
            if let Some(entry) = writer.entry(&key) {
                ledger::truncate(writer.connection, entry.id)?;
            }
            writer.run(&format!("DELETE FROM {relation}"))
        })?;
    }
    Ok(Listing::executed())
}
