//! One form for definitions that mean the same, whoever printed them.

use crate::text;
use snowmelt_sql::object::{CopyInto, DefaultValue, Object, OnError};

/// What of a table's properties says how it is created and is not kept.
const ONLY_AT_CREATION: [&str; 2] = ["COPY_GRANTS", "COPY_TAGS"];

/// The definition in one form.
pub(super) fn normal(mut object: Object) -> Object {
    match &mut object {
        Object::Table(table) => {
            for column in &mut table.columns {
                // How wide the values so far are, not part of the declaration.
                column.narrow = false;
                if let Some(DefaultValue::Expression(expression)) = &mut column.default {
                    *expression = text::normalized(expression);
                }
                no_empty(&mut column.comment);
            }
            for name in ONLY_AT_CREATION {
                table.properties.remove(name);
            }
            no_empty(&mut table.comment);
        }
        Object::View(view) => {
            view.query = text::normalized(view.query.trim().trim_end_matches(';'));
            for name in ONLY_AT_CREATION {
                view.properties.remove(name);
            }
            no_empty(&mut view.comment);
        }
        Object::Pipe(pipe) => {
            // The COPY statement counts, not how it is written.
            pipe.definition.clear();
            copy(&mut pipe.copy);
            no_empty(&mut pipe.comment);
        }
        Object::Stage(stage) => no_empty(&mut stage.comment),
        Object::FileFormat(format) => no_empty(&mut format.comment),
        Object::Sequence(sequence) => no_empty(&mut sequence.comment),
        Object::Function(function) => {
            function.body = text::normalized(function.body.trim().trim_end_matches(';'));
            no_empty(&mut function.comment);
        }
        Object::Integration(integration) => {
            integration.storage_provider = integration.storage_provider.to_uppercase();
            no_empty(&mut integration.comment);
        }
        Object::Warehouse(warehouse) => no_empty(&mut warehouse.comment),
        Object::Database(database) => no_empty(&mut database.comment),
        Object::Schema(schema) => no_empty(&mut schema.comment),
    }
    object
}

fn copy(copy: &mut CopyInto) {
    copy.options.on_error.get_or_insert(OnError::SkipFile);
    for item in &mut copy.source.transform {
        item.expression = text::normalized(&item.expression);
    }
}

/// An empty comment is none.
fn no_empty(comment: &mut Option<String>) {
    comment.take_if(|text| text.is_empty());
}
