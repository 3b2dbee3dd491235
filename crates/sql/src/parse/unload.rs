//! COPY INTO a location.

use super::cursor::Cursor;
use super::{file_format, options, query, stage_path};
use crate::error::SqlError;
use crate::name::Ident;
use crate::statement::{CopyIntoLocation, OptionValue, Options, Statement, UnloadSource};
use sqlparser::tokenizer::Token;

/// Copy options, and what stands beside them.
const KNOWN: &[&str] = &[
    "CREDENTIALS",
    "DETAILED_OUTPUT",
    "ENCRYPTION",
    "FILE_FORMAT",
    "HEADER",
    "INCLUDE_QUERY_ID",
    "MAX_FILE_SIZE",
    "OVERWRITE",
    "SINGLE",
    "STORAGE_INTEGRATION",
    "VALIDATION_MODE",
];

/// What follows COPY INTO where a stage or URL stands next.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let path = stage_path::read(cursor)?;
    cursor.expect_word("FROM")?;
    let source = if *cursor.peek() == Token::LParen {
        cursor.advance();
        let (query, span) = query::query(cursor)?;
        cursor.expect(&Token::RParen)?;
        UnloadSource::Query(query, span)
    } else {
        UnloadSource::Table(cursor.object_name()?)
    };
    let mut given = Options::new();
    let mut partition_by = None;
    loop {
        let before = given.len();
        options::read_into(cursor, &mut given)?;
        let span = cursor.span();
        if partition_by.is_none() && cursor.eat_words(&["PARTITION", "BY"]) {
            partition_by = Some(cursor.parse(|parser| parser.parse_expr())?);
        } else if cursor.eat_word("HEADER") {
            // HEADER alone means TRUE.
            let key = Ident::unquoted("HEADER", span);
            options::add(&mut given, key, OptionValue::Word("TRUE".to_owned(), span))?;
        } else if given.len() == before {
            break;
        }
    }
    options::check_known(&given, KNOWN, "COPY INTO <location>")?;
    let file_format = options::take(&mut given, "FILE_FORMAT")
        .map(file_format::of_value)
        .transpose()?;
    let validation_mode = match options::take(&mut given, "VALIDATION_MODE") {
        None => None,
        Some(OptionValue::Word(word, span) | OptionValue::Text(word, span)) => {
            Some(Ident::unquoted(&word, span))
        }
        Some(other) => return Err(options::invalid_value("VALIDATION_MODE", &other)),
    };
    Ok(Statement::CopyIntoLocation(Box::new(CopyIntoLocation {
        path,
        source,
        partition_by,
        file_format,
        options: given,
        validation_mode,
    })))
}
