//! What later statements of the files change in an object declared before: ALTER and COMMENT ON become part of the
//! declaration.

use snowmelt_sql::object::{Object, PropertyValue};

/// Sets the object's comment, or that of one of its columns. Whether there is such a column was checked when the
/// statement was planned.
pub(super) fn set_comment(object: &mut Object, column: Option<&str>, comment: &str) {
    let comment = Some(comment.to_owned()).filter(|text| !text.is_empty());
    if let Some(column) = column {
        match object {
            Object::Table(table) => {
                for candidate in &mut table.columns {
                    if candidate.name == column {
                        candidate.comment.clone_from(&comment);
                    }
                }
            }
            Object::View(view) => {
                match comment {
                    Some(comment) => view.column_comments.insert(column.to_owned(), comment),
                    None => view.column_comments.remove(column),
                };
            }
            Object::Database(_)
            | Object::Schema(_)
            | Object::Warehouse(_)
            | Object::Integration(_)
            | Object::Stage(_)
            | Object::FileFormat(_)
            | Object::Pipe(_)
            | Object::Sequence(_)
            | Object::Function(_) => {}
        }
        return;
    }
    *match object {
        Object::Database(database) => &mut database.comment,
        Object::Schema(schema) => &mut schema.comment,
        Object::Warehouse(warehouse) => &mut warehouse.comment,
        Object::Integration(integration) => &mut integration.comment,
        Object::Table(table) => &mut table.comment,
        Object::View(view) => &mut view.comment,
        Object::Stage(stage) => &mut stage.comment,
        Object::FileFormat(format) => &mut format.comment,
        Object::Pipe(pipe) => &mut pipe.comment,
        Object::Sequence(sequence) => &mut sequence.comment,
        Object::Function(function) => &mut function.comment,
    } = comment;
}

/// ALTER WAREHOUSE … SET and UNSET.
pub(super) fn set_properties(
    object: &mut Object,
    set: &[(String, PropertyValue)],
    unset: &[String],
) {
    let Object::Warehouse(warehouse) = object else {
        return;
    };
    for (name, value) in set {
        match value {
            PropertyValue::Text(comment) if name == "COMMENT" => {
                warehouse.comment = Some(comment.clone());
            }
            _ => {
                warehouse.properties.insert(name.clone(), value.clone());
            }
        }
    }
    for name in unset {
        if name == "COMMENT" {
            warehouse.comment = None;
        }
        warehouse.properties.remove(name);
    }
}
