//! A NUMBER of scale 0 is held in 64 bits until a value comes that might not fit: then the column is widened, once, in
//! the transaction of the statement that brings the value.

use super::physical::physical_column;
use crate::catalog::{Definition, Key};
use crate::error::{EngineError, Result};
use crate::session::Writer;
use snowmelt_sql::catalog::physical_relation;
use snowmelt_sql::object::Object;
use std::sync::Arc;

/// Widens the named columns that are narrow. Gives the table's DuckDB name.
pub(crate) fn widen(writer: &mut Writer<'_>, key: &Key, columns: &[String]) -> Result<String> {
    let entry = writer.entry(key).map(Arc::clone);
    let Some((entry, Definition::Table(table))) =
        entry.as_ref().map(|entry| (entry, &entry.definition))
    else {
        return Err(EngineError::internal(format!("`{}` is no table", key.name)));
    };
    let relation = physical_relation(table);
    let mut widened = (**table).clone();
    let mut changed = false;
    for column in widened
        .columns
        .iter_mut()
        .filter(|column| column.narrow && columns.contains(&column.name))
    {
        column.narrow = false;
        let wide = column.physical();
        if wide != column.data_type.physical(true) {
            writer.run(&format!(
                "ALTER TABLE {relation} ALTER COLUMN {} SET DATA TYPE {wide}",
                physical_column(&column.name)
            ))?;
        }
        changed = true;
    }
    if changed {
        writer.adjust(entry, Object::Table(widened));
    }
    Ok(relation)
}
