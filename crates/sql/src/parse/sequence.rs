//! CREATE SEQUENCE.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::options;
use crate::error::SqlError;
use crate::statement::{CreateSequence, Statement};
use sqlparser::tokenizer::Token;

/// What follows CREATE SEQUENCE.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("SEQUENCE", &[])?;
    modifiers.not_or_alter("SEQUENCE")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.object_name()?;
    modifiers.if_not_exists(cursor)?;
    cursor.eat_word("WITH");
    let (mut start, mut increment, mut ordered, mut comment) = (None, None, false, None);
    loop {
        if start.is_none() && cursor.eat_word("START") {
            cursor.eat_word("WITH");
            cursor.eat(&Token::Eq);
            start = Some(cursor.integer()?);
        } else if increment.is_none() && cursor.eat_word("INCREMENT") {
            increment = Some(increment_by(cursor)?);
        } else if let Some(order) = cursor.eat_one_of(&["ORDER", "NOORDER"]) {
            ordered = order == "ORDER";
        } else if cursor.at_word("COMMENT") && comment.is_none() {
            let mut given = options::read(cursor)?;
            comment = options::take_text(&mut given, "COMMENT")?;
            options::check_known(&given, &["COMMENT"], "SEQUENCE")?;
        } else if !cursor.eat(&Token::Comma) {
            break;
        }
    }
    Ok(Statement::CreateSequence(CreateSequence {
        mode: modifiers.mode,
        name,
        start: start.unwrap_or(1),
        increment: increment.unwrap_or(1),
        ordered,
        comment,
    }))
}

/// What follows INCREMENT: `[BY] [=] n`, never 0.
pub(super) fn increment_by(cursor: &mut Cursor<'_>) -> Result<i64, SqlError> {
    cursor.eat_word("BY");
    cursor.eat(&Token::Eq);
    let span = cursor.span();
    match cursor.integer()? {
        0 => Err(SqlError::compilation(
            "001008",
            "22023",
            "invalid value [0] for parameter 'INCREMENT'",
            span,
        )),
        increment => Ok(increment),
    }
}
