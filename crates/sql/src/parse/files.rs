//! PUT, GET, REMOVE.

use super::cursor::Cursor;
use super::lexer::LOCAL_FILE;
use super::{options, stage_path};
use crate::error::SqlError;
use crate::span::Span;
use crate::statement::{FileCommand, Statement};
use sqlparser::tokenizer::Token;

/// PUT file://… @stage [PARALLEL = n] [AUTO_COMPRESS = …] [SOURCE_COMPRESSION = …] [OVERWRITE = …].
pub(super) fn put(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    const KNOWN: &[&str] = &[
        "AUTO_COMPRESS",
        "OVERWRITE",
        "PARALLEL",
        "SOURCE_COMPRESSION",
    ];
    cursor.expect_word("PUT")?;
    let source = local_file(cursor)?;
    let path = stage_path::read(cursor)?;
    let given = options::read(cursor)?;
    options::check_known(&given, KNOWN, "PUT")?;
    Ok(Statement::Files(FileCommand::Put {
        source,
        path,
        options: given,
    }))
}

/// GET @stage file://… [PARALLEL = n] [PATTERN = '…'].
pub(super) fn get(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("GET")?;
    let path = stage_path::read(cursor)?;
    let target = local_file(cursor)?;
    let given = options::read(cursor)?;
    options::check_known(&given, &["PARALLEL", "PATTERN"], "GET")?;
    Ok(Statement::Files(FileCommand::Get {
        path,
        target,
        options: given,
    }))
}

/// REMOVE | RM @stage [PATTERN = '…'].
pub(super) fn remove(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.advance();
    let path = stage_path::read(cursor)?;
    let mut given = options::read(cursor)?;
    options::check_known(&given, &["PATTERN"], "REMOVE")?;
    let pattern = options::take_text(&mut given, "PATTERN")?;
    Ok(Statement::Files(FileCommand::Remove { path, pattern }))
}

/// `file://…`, bare or in quotes.
fn local_file(cursor: &mut Cursor<'_>) -> Result<(String, Span), SqlError> {
    let starts = |text: &str| {
        text.get(..LOCAL_FILE.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(LOCAL_FILE))
    };
    let file = match cursor.peek() {
        Token::Word(word) if word.quote_style.is_none() && starts(&word.value) => {
            word.value.clone()
        }
        Token::SingleQuotedString(text) if starts(text) => text.clone(),
        _ => return Err(cursor.expected("a local file, such as `file:///tmp/data.csv`")),
    };
    let span = cursor.span();
    cursor.advance();
    Ok((file, span))
}
