//! BEGIN, START TRANSACTION, COMMIT, ROLLBACK.

use super::cursor::Cursor;
use crate::error::SqlError;
use crate::statement::Statement;

/// BEGIN [WORK | TRANSACTION] [NAME name]; anything else after BEGIN is a Snowflake Scripting block.
pub(super) fn begin(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let span = cursor.span();
    cursor.expect_word("BEGIN")?;
    cursor.eat_one_of(&["WORK", "TRANSACTION"]);
    if !cursor.at_end() && !cursor.at_word("NAME") {
        return Err(SqlError::unsupported("Snowflake Scripting block", span));
    }
    name(cursor)?;
    Ok(Statement::Begin)
}

/// START TRANSACTION [NAME name].
pub(super) fn start(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("START")?;
    cursor.expect_word("TRANSACTION")?;
    name(cursor)?;
    Ok(Statement::Begin)
}

/// COMMIT [WORK] or ROLLBACK [WORK].
pub(super) fn end(cursor: &mut Cursor<'_>, statement: Statement) -> Result<Statement, SqlError> {
    cursor.advance();
    cursor.eat_word("WORK");
    Ok(statement)
}

/// A transaction's name is only shown in lists of transactions, which we do not have.
fn name(cursor: &mut Cursor<'_>) -> Result<(), SqlError> {
    if cursor.eat_word("NAME") {
        cursor.ident()?;
    }
    Ok(())
}
