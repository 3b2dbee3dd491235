//! COMMENT ON.

use super::drop::noun;
use crate::catalog::Key;
use crate::error::Result;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath};
use snowmelt_sql::{Span, SqlError};
use std::sync::Arc;

/// COMMENT ON an object, or on one column of a table. An empty comment takes the old one away.
pub(super) fn comment(
    session: &mut Session,
    kind: ObjectKind,
    path: &ObjectPath,
    column: Option<&str>,
    comment: String,
) -> Result<Listing> {
    let comment = Some(comment).filter(|comment| !comment.is_empty());
    session.define(|writer| {
        let Some(entry) = writer.entry(&Key::new(kind, path)).map(Arc::clone) else {
            return Err(
                SqlError::does_not_exist(noun(kind), path.shown(kind), Span::default()).into(),
            );
        };
        let mut object = entry.definition.to_object();
        let place = match (&mut object, column) {
            (Object::Table(table), Some(name)) => {
                let column = table.columns.iter_mut().find(|column| column.name == name);
                let Some(column) = column else {
                    return Err(SqlError::invalid_identifier(name, Span::default()).into());
                };
                &mut column.comment
            }
            (_, Some(_)) => {
                return Err(SqlError::unsupported(
                    format!("COMMENT ON COLUMN of a {kind}"),
                    Span::default(),
                )
                .into());
            }
            (Object::Database(database), None) => &mut database.comment,
            (Object::Schema(schema), None) => &mut schema.comment,
            (Object::Warehouse(warehouse), None) => &mut warehouse.comment,
            (Object::Integration(integration), None) => &mut integration.comment,
            (Object::Table(table), None) => &mut table.comment,
            (Object::View(view), None) => &mut view.comment,
            (Object::Stage(stage), None) => &mut stage.comment,
            (Object::FileFormat(format), None) => &mut format.comment,
            (Object::Pipe(pipe), None) => &mut pipe.comment,
            (Object::Sequence(sequence), None) => &mut sequence.comment,
            (Object::Function(function), None) => &mut function.comment,
        };
        *place = comment;
        writer.redefine(&entry, object);
        Ok(Listing::executed())
    })
}
