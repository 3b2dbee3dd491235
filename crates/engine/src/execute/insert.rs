//! INSERT.

use super::widen::widen;
use crate::catalog::Key;
use crate::error::Result;
use crate::result::Listing;
use crate::session::{Session, Writer};
use snowmelt_sql::QualifiedName;
use snowmelt_sql::plan::{InsertMultiPlan, InsertPlan};

/// INSERT [OVERWRITE]: `number of rows inserted`.
pub(super) fn insert(session: &mut Session, insert: InsertPlan) -> Result<Listing> {
    let key = Key::relation(&insert.table);
    let rows = session.write(|writer| {
        let relation = widen(writer, &key, &insert.widen)?;
        writer.touch(&key);
        if !insert.overwrite {
            return Ok(writer.connection.execute(&insert.sql, [])?);
        }
        // The query may read the rows that go: they go after it has run.
        let last_old = last_row(writer, &relation)?;
        let rows = writer.connection.execute(&insert.sql, [])?;
        delete_up_to(writer, &relation, last_old)?;
        Ok(rows)
    })?;
    Ok(Listing::counts(&[("number of rows inserted", rows as u64)]))
}

/// INSERT ALL | FIRST: `number of rows inserted into …`, for each table.
pub(super) fn insert_multi(session: &mut Session, insert: &InsertMultiPlan) -> Result<Listing> {
    let counts = session.write(|writer| {
        let columns: Vec<String> = (0..insert.columns)
            .map(|index| format!("c{index}"))
            .collect();
        writer.run(&format!(
            "CREATE TEMP TABLE {} ({}) AS {}",
            insert.aside,
            columns.join(", "),
            insert.source
        ))?;
        // By table, in the order in which they are named first.
        let mut counts: Vec<(&QualifiedName, u64)> = Vec::new();
        for part in &insert.parts {
            let key = Key::relation(&part.table);
            let relation = widen(writer, &key, &part.widen)?;
            writer.touch(&key);
            let index = match counts.iter().position(|(table, _)| *table == &part.table) {
                Some(index) => index,
                None => {
                    if part.overwrite {
                        // What is inserted stands aside already.
                        let last_old = last_row(writer, &relation)?;
                        delete_up_to(writer, &relation, last_old)?;
                    }
                    counts.push((&part.table, 0));
                    counts.len() - 1
                }
            };
            counts[index].1 += writer.connection.execute(&part.sql, [])? as u64;
        }
        writer.run(&format!("DROP TABLE {}", insert.aside))?;
        Ok(counts)
    })?;
    let counts: Vec<(String, u64)> = counts
        .into_iter()
        .map(|(table, rows)| (format!("number of rows inserted into {}", table.name), rows))
        .collect();
    let counts: Vec<(&str, u64)> = counts
        .iter()
        .map(|(name, rows)| (name.as_str(), *rows))
        .collect();
    Ok(Listing::counts(&counts))
}

/// The id of the newest row; new rows have higher ids than old ones.
fn last_row(writer: &Writer<'_>, relation: &str) -> Result<Option<i64>> {
    let sql = format!("SELECT max(rowid) FROM {relation}");
    Ok(writer.connection.query_row(&sql, [], |row| row.get(0))?)
}

fn delete_up_to(writer: &Writer<'_>, relation: &str, last: Option<i64>) -> Result<()> {
    match last {
        None => Ok(()),
        Some(last) => writer.run(&format!("DELETE FROM {relation} WHERE rowid <= {last}")),
    }
}
