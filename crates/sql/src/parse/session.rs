//! SET, UNSET and ALTER SESSION.

use super::cursor::Cursor;
use super::options;
use crate::error::SqlError;
use crate::statement::{AlterSession, Statement};
use sqlparser::tokenizer::Token;

/// SET name = expression, or SET (name, …) = (expression, …).
pub(super) fn set(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("SET")?;
    if *cursor.peek() != Token::LParen {
        let name = cursor.ident()?;
        cursor.expect(&Token::Eq)?;
        let (value, _) = cursor.parse(|parser| parser.parse_expr())?;
        return Ok(Statement::Set {
            assignments: vec![(name, value)],
        });
    }
    let names = cursor.parenthesized(|cursor| cursor.ident())?;
    cursor.expect(&Token::Eq)?;
    let span = cursor.span();
    if *cursor.peek() == Token::LParen
        && matches!(cursor.peek_ahead(1), Token::Word(word) if ["SELECT", "WITH"].iter().any(|start| word.value.eq_ignore_ascii_case(start)))
    {
        return Err(
            SqlError::unsupported("SET of several variables to a query", span)
                .with_hint("set them one by one: SET a = (SELECT …)"),
        );
    }
    let values =
        cursor.parenthesized(|cursor| Ok(cursor.parse(|parser| parser.parse_expr())?.0))?;
    if names.len() != values.len() {
        return Err(SqlError::compilation(
            "001003",
            "42000",
            format!(
                "{} variables are set to {} values",
                names.len(),
                values.len()
            ),
            span,
        ));
    }
    Ok(Statement::Set {
        assignments: names.into_iter().zip(values).collect(),
    })
}

/// UNSET name, or UNSET (name, …).
pub(super) fn unset(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("UNSET")?;
    let names = if *cursor.peek() == Token::LParen {
        cursor.parenthesized(|cursor| cursor.ident())?
    } else {
        vec![cursor.ident()?]
    };
    Ok(Statement::Unset { names })
}

/// What follows ALTER SESSION: SET parameters, or UNSET names.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let mut alter = AlterSession {
        set: Vec::new(),
        unset: Vec::new(),
    };
    if cursor.eat_word("SET") {
        alter.set = options::read(cursor)?;
        if alter.set.is_empty() {
            return Err(cursor.unexpected());
        }
    } else if cursor.eat_word("UNSET") {
        alter.unset = cursor.comma_separated(|cursor| cursor.ident())?;
    } else {
        return Err(cursor.expected("SET or UNSET"));
    }
    Ok(Statement::AlterSession(alter))
}
