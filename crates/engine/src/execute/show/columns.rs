//! SHOW COLUMNS.

use super::{Scope, TEXT, in_scope, passes};
use crate::catalog::{Definition, Namespace};
use crate::error::Result;
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::DataType;
use snowmelt_sql::object::{Column, DefaultValue};
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("table_name", TEXT),
    ("schema_name", TEXT),
    ("column_name", TEXT),
    ("data_type", TEXT),
    ("null?", TEXT),
    ("default", TEXT),
    ("kind", TEXT),
    ("expression", TEXT),
    ("comment", TEXT),
    ("database_name", TEXT),
    ("autoincrement", TEXT),
    ("schema_evolution_record", TEXT),
];

pub(super) fn show(session: &Session, show: &Show, scope: &Scope) -> Result<Listing> {
    let limit = usize::try_from(show.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let mut listing = Listing::new(COLUMNS);
    for entry in in_scope(&session.catalog(), Namespace::Relation, scope) {
        let key = entry.key();
        let columns = match &entry.definition {
            Definition::Table(table) => table.columns.clone(),
            Definition::View(view) => session.view_columns(view)?,
            _ => Vec::new(),
        };
        for column in columns.iter().filter(|column| passes(&column.name, show)) {
            if listing.rows.len() == limit {
                return Ok(listing);
            }
            let (default, autoincrement) = match &column.default {
                Some(DefaultValue::Expression(text)) => (text.clone(), String::new()),
                Some(DefaultValue::Identity(identity)) => {
                    let order = if identity.ordered { "ORDER" } else { "NOORDER" };
                    let text = format!(
                        "IDENTITY START {} INCREMENT {} {order}",
                        identity.start, identity.increment
                    );
                    (String::new(), text)
                }
                None => (String::new(), String::new()),
            };
            listing.rows.push(vec![
                Cell::from(key.name.as_str()),
                Cell::from(key.schema.as_str()),
                Cell::from(column.name.as_str()),
                Cell::from(type_json(column)),
                Cell::from(if column.nullable { "true" } else { "NOT_NULL" }),
                Cell::from(default),
                Cell::from("COLUMN"),
                Cell::from(""),
                Cell::from(column.comment.as_deref().unwrap_or("")),
                Cell::from(key.database.as_str()),
                Cell::from(autoincrement),
                Cell::Null,
            ]);
        }
    }
    Ok(listing)
}

/// The column's type as a JSON object.
fn type_json(column: &Column) -> String {
    let nullable = column.nullable;
    let timestamp = |name: &str, precision: u8| {
        format!(r#"{{"type":"{name}","precision":0,"scale":{precision},"nullable":{nullable}}}"#)
    };
    let plain = |name: &str| format!(r#"{{"type":"{name}","nullable":{nullable}}}"#);
    match column.data_type {
        DataType::Number { precision, scale } => {
            format!(
                r#"{{"type":"FIXED","precision":{precision},"scale":{scale},"nullable":{nullable}}}"#
            )
        }
        DataType::Text { length } => format!(
            r#"{{"type":"TEXT","length":{length},"byteLength":{},"nullable":{nullable},"fixed":false}}"#,
            length
                .saturating_mul(4)
                .min(snowmelt_sql::data_type::MAX_TEXT_LENGTH)
        ),
        DataType::Binary { length } => format!(
            r#"{{"type":"BINARY","length":{length},"byteLength":{length},"nullable":{nullable},"fixed":true}}"#
        ),
        DataType::Float => plain("REAL"),
        DataType::Boolean => plain("BOOLEAN"),
        DataType::Date => plain("DATE"),
        DataType::Variant => plain("VARIANT"),
        DataType::Object => plain("OBJECT"),
        DataType::Array => plain("ARRAY"),
        DataType::Null => plain("TEXT"),
        DataType::Time { precision } => timestamp("TIME", precision),
        DataType::TimestampNtz { precision } => timestamp("TIMESTAMP_NTZ", precision),
        DataType::TimestampLtz { precision } => timestamp("TIMESTAMP_LTZ", precision),
        DataType::TimestampTz { precision } => timestamp("TIMESTAMP_TZ", precision),
    }
}
