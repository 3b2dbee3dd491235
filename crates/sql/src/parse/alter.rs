//! ALTER: the noun's own reader.

use super::cursor::Cursor;
use super::{alter_object, noun, pipe, session, table, warehouse};
use crate::error::SqlError;
use crate::object::ObjectKind;
use crate::statement::Statement;

/// ALTER noun ….
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("ALTER")?;
    if cursor.eat_word("SESSION") {
        return session::alter(cursor);
    }
    match noun::object_kind(cursor, "ALTER")? {
        ObjectKind::Table => table::alter(cursor),
        ObjectKind::Pipe => pipe::alter(cursor),
        ObjectKind::Warehouse => warehouse::alter(cursor),
        kind @ (ObjectKind::Database
        | ObjectKind::Schema
        | ObjectKind::Integration
        | ObjectKind::View
        | ObjectKind::Stage
        | ObjectKind::FileFormat
        | ObjectKind::Sequence
        | ObjectKind::Function) => alter_object::statement(cursor, kind),
    }
}
