//! COMMENT ON.

use super::cursor::Cursor;
use super::noun;
use crate::error::SqlError;
use crate::statement::Statement;

/// COMMENT [IF EXISTS] ON kind name IS '…'.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("COMMENT")?;
    let if_exists = cursor.if_exists();
    cursor.expect_word("ON")?;
    let (kind, name) = if cursor.eat_word("COLUMN") {
        (None, cursor.name_of(4)?)
    } else {
        let kind = noun::object_kind(cursor, "COMMENT ON")?;
        (Some(kind), noun::name(cursor, kind)?)
    };
    cursor.expect_word("IS")?;
    let (comment, _) = cursor.string()?;
    Ok(Statement::Comment {
        kind,
        name,
        comment,
        if_exists,
    })
}
