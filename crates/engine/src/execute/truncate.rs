//! TRUNCATE TABLE.

use super::widen::widen;
use crate::catalog::Key;
use crate::error::Result;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::QualifiedName;

/// TRUNCATE [TABLE]: all rows go, the load history stays.
pub(super) fn truncate(session: &mut Session, table: Option<QualifiedName>) -> Result<Listing> {
    if let Some(table) = table {
        let key = Key::relation(&table);
        session.write(|writer| {
            let relation = widen(writer, &key, &[])?;
            writer.touch(&key);
            writer.run(&format!("DELETE FROM {relation}"))
        })?;
    }
    Ok(Listing::executed())
}
