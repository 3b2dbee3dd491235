//! DROP.

use super::cursor::Cursor;
use super::noun;
use crate::error::SqlError;
use crate::statement::Statement;

/// DROP kind [IF EXISTS] name [CASCADE].
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("DROP")?;
    let kind = noun::object_kind(cursor, "DROP")?;
    let if_exists = cursor.if_exists();
    let name = noun::name(cursor, kind)?;
    // CASCADE is what happens anyway; RESTRICT would have to look for references.
    if cursor.at_word("RESTRICT") {
        return Err(SqlError::unsupported(
            format!("DROP {kind} … RESTRICT"),
            cursor.span(),
        ));
    }
    cursor.eat_word("CASCADE");
    Ok(Statement::Drop {
        kind,
        name,
        if_exists,
    })
}
