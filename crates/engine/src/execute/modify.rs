//! UPDATE, DELETE and MERGE.

use super::widen::widen;
use crate::arrow::array::AsArray;
use crate::arrow::record_batch::RecordBatch;
use crate::catalog::Key;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::result::Listing;
use crate::session::{Session, Writer};
use snowmelt_sql::plan::{ModifyKind, ModifyPlan};

/// UPDATE, DELETE or MERGE: Snowflake's counts.
pub(super) fn modify(session: &mut Session, modify: ModifyPlan) -> Result<Listing> {
    let key = Key::relation(&modify.table);
    session.write(|writer| {
        widen(writer, &key, &modify.widen)?;
        writer.touch(&key);
        if let Some(guard) = &modify.guard {
            check(writer, guard)?;
        }
        match modify.kind {
            ModifyKind::Update => {
                let multi_joined: i64 = match &modify.multi_joined {
                    None => 0,
                    Some(query) => writer.connection.query_row(query, [], |row| row.get(0))?,
                };
                let rows = writer.connection.execute(&modify.sql, [])? as u64;
                Ok(Listing::counts(&[
                    ("number of rows updated", rows),
                    (
                        "number of multi-joined rows updated",
                        multi_joined.unsigned_abs(),
                    ),
                ]))
            }
            ModifyKind::Delete => {
                let rows = writer.connection.execute(&modify.sql, [])? as u64;
                Ok(Listing::counts(&[("number of rows deleted", rows)]))
            }
            ModifyKind::Merge {
                inserts,
                updates,
                deletes,
            } => {
                let merged = merge(writer, &modify.sql)?;
                let counts: Vec<(&str, u64)> = [
                    (inserts, "number of rows inserted", merged.inserted),
                    (updates, "number of rows updated", merged.updated),
                    (deletes, "number of rows deleted", merged.deleted),
                ]
                .into_iter()
                .filter(|(can, _, _)| *can)
                .map(|(_, name, count)| (name, count))
                .collect();
                Ok(Listing::counts(&counts))
            }
        }
    })
}

/// Refuses the statement if its guard finds a row.
fn check(writer: &Writer<'_>, guard: &str) -> Result<()> {
    let mut statement = writer.connection.prepare(guard)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else {
        return Ok(());
    };
    let found: String = row.get(0)?;
    Err(EngineError::new(
        EngineErrorKind::Data,
        "100090",
        "42P18",
        "Duplicate row detected during DML action",
    )
    .with_detail(found))
}

/// What a MERGE did.
#[derive(Debug, Default)]
struct Merged {
    inserted: u64,
    updated: u64,
    deleted: u64,
}

fn merge(writer: &Writer<'_>, sql: &str) -> Result<Merged> {
    let mut statement = writer.connection.prepare(sql)?;
    drop(statement.query_arrow([])?);
    let mut merged = Merged::default();
    while let Some(batch) = statement.step()? {
        let batch = RecordBatch::from(batch);
        let Some(actions) = batch.column(0).as_string_opt::<i32>() else {
            return Err(EngineError::internal("MERGE did not say what it did"));
        };
        for action in actions.iter().flatten() {
            match action {
                "INSERT" => merged.inserted += 1,
                "UPDATE" => merged.updated += 1,
                "DELETE" => merged.deleted += 1,
                _ => {}
            }
        }
    }
    Ok(merged)
}
