//! ALTER WAREHOUSE: properties are kept and shown back.

use crate::catalog::{Definition, Key, Namespace};
use crate::error::Result;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::object::{Object, PropertyValue};
use snowmelt_sql::{Span, SqlError};
use std::sync::Arc;

/// ALTER WAREHOUSE … SET and UNSET.
pub(super) fn alter_warehouse(
    session: &mut Session,
    name: &str,
    set: Vec<(String, PropertyValue)>,
    unset: &[String],
) -> Result<Listing> {
    session.define(|writer| {
        let entry = writer
            .entry(&Key::account(Namespace::Warehouse, name))
            .map(Arc::clone);
        let Some((entry, Definition::Warehouse(warehouse))) =
            entry.as_ref().map(|entry| (entry, &entry.definition))
        else {
            return Err(SqlError::does_not_exist("Warehouse", name, Span::default()).into());
        };
        let mut warehouse = (**warehouse).clone();
        for (property, value) in set {
            match (property.as_str(), value) {
                ("COMMENT", PropertyValue::Text(comment)) => warehouse.comment = Some(comment),
                (_, value) => {
                    warehouse.properties.insert(property, value);
                }
            }
        }
        for property in unset {
            match property.as_str() {
                "COMMENT" => warehouse.comment = None,
                _ => {
                    warehouse.properties.remove(property);
                }
            }
        }
        writer.redefine(entry, Object::Warehouse(warehouse));
        Ok(Listing::executed())
    })
}
