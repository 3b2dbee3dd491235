//! EXECUTE IMMEDIATE.

use super::cursor::Cursor;
use super::stage_path;
use crate::error::SqlError;
use crate::statement::{Immediate, Statement};
use sqlparser::tokenizer::Token;

/// EXECUTE IMMEDIATE '…' | $$…$$ | $variable | FROM @stage/file.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("EXECUTE")?;
    cursor.expect_word("IMMEDIATE")?;
    let immediate = if cursor.eat_word("FROM") {
        Immediate::File(stage_path::read(cursor)?)
    } else if let Token::Placeholder(name) = cursor.peek()
        && let Some(name) = name.strip_prefix('$')
    {
        let (name, span) = (name.to_uppercase(), cursor.span());
        cursor.advance();
        Immediate::Variable(name, span)
    } else {
        let (text, span) = cursor.string()?;
        Immediate::Text(text, span)
    };
    if cursor.at_word("USING") {
        return Err(SqlError::unsupported(
            "EXECUTE IMMEDIATE … USING",
            cursor.span(),
        ));
    }
    Ok(Statement::ExecuteImmediate(immediate))
}
