//! CREATE PIPE and ALTER PIPE.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::{copy, options};
use crate::error::SqlError;
use crate::statement::{AlterPipe, AlterPipeAction, CreatePipe, Statement};
use sqlparser::tokenizer::Token;

const KEPT: &[&str] = &["AWS_SNS_TOPIC", "ERROR_INTEGRATION", "INTEGRATION"];

/// What follows CREATE PIPE.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("PIPE", &[])?;
    modifiers.not_or_alter("PIPE")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.object_name()?;
    modifiers.if_not_exists(cursor)?;
    let mut given = options::read_with_tags(cursor)?;
    let auto_ingest = options::take_boolean(&mut given, "AUTO_INGEST")?.unwrap_or(false);
    let comment = options::take_text(&mut given, "COMMENT")?;
    options::check_known(
        &given,
        &[KEPT, &["AUTO_INGEST", "COMMENT"]].concat(),
        "PIPE",
    )?;
    cursor.expect_word("AS")?;
    let in_parentheses = cursor.eat(&Token::LParen);
    let start = cursor.span().start;
    let copy = copy::into_table(cursor)?;
    let copy_span = cursor.span_from(start);
    if in_parentheses {
        cursor.expect(&Token::RParen)?;
    }
    Ok(Statement::CreatePipe(Box::new(CreatePipe {
        mode: modifiers.mode,
        name,
        auto_ingest,
        comment,
        options: given,
        copy,
        copy_span,
    })))
}

/// What follows ALTER PIPE.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    const SETTABLE: &[&str] = &["COMMENT", "PIPE_EXECUTION_PAUSED"];
    let if_exists = cursor.if_exists();
    let name = cursor.object_name()?;
    let span = cursor.span();
    let action = match cursor.eat_one_of(&["REFRESH", "SET", "UNSET"]) {
        Some("REFRESH") => {
            let mut given = options::read(cursor)?;
            options::check_known(
                &given,
                &["MODIFIED_AFTER", "PREFIX"],
                "ALTER PIPE … REFRESH",
            )?;
            AlterPipeAction::Refresh {
                prefix: options::take_text(&mut given, "PREFIX")?,
                modified_after: options::take_text(&mut given, "MODIFIED_AFTER")?,
            }
        }
        Some("SET") => {
            if cursor.at_word("TAG") {
                return Err(SqlError::unsupported("TAG", cursor.span()));
            }
            let mut given = options::read(cursor)?;
            if let Some((key, _)) = given
                .iter()
                .find(|(key, _)| key.value == "ERROR_INTEGRATION")
            {
                return Err(SqlError::unsupported(
                    "ALTER PIPE … SET ERROR_INTEGRATION",
                    key.span,
                ));
            }
            options::check_known(&given, SETTABLE, "PIPE")?;
            let paused = options::take_boolean(&mut given, "PIPE_EXECUTION_PAUSED")?;
            let comment = options::take_text(&mut given, "COMMENT")?;
            match (paused, comment) {
                (Some(paused), None) => AlterPipeAction::SetPaused(paused),
                (None, Some(comment)) => AlterPipeAction::SetComment(comment),
                (Some(_), Some(_)) => {
                    return Err(SqlError::unsupported(
                        "ALTER PIPE … SET of several properties",
                        span,
                    )
                    .with_hint("set them one by one"));
                }
                (None, None) => return Err(cursor.unexpected()),
            }
        }
        Some(_) => {
            let property = cursor.ident()?;
            match property.value.as_str() {
                "PIPE_EXECUTION_PAUSED" => AlterPipeAction::UnsetPaused,
                "COMMENT" => AlterPipeAction::UnsetComment,
                _ => return Err(options::unknown(&property, SETTABLE, "PIPE")),
            }
        }
        None => return Err(cursor.expected("REFRESH, SET or UNSET")),
    };
    Ok(Statement::AlterPipe(AlterPipe {
        name,
        if_exists,
        action,
    }))
}
