//! COPY INTO.

use super::cursor::Cursor;
use super::{file_format, options, stage_path, unload, view};
use crate::error::SqlError;
use crate::name::Ident;
use crate::statement::{CopyIntoStatement, OptionValue, StagePathRef, Statement, TransformColumn};
use sqlparser::tokenizer::Token;

/// Copy options, and what stands beside them.
const KNOWN: &[&str] = &[
    "CREDENTIALS",
    "ENCRYPTION",
    "ENFORCE_LENGTH",
    "FILES",
    "FILE_FORMAT",
    "FILE_PROCESSOR",
    "FORCE",
    "INCLUDE_METADATA",
    "LOAD_MODE",
    "LOAD_UNCERTAIN_FILES",
    "MATCH_BY_COLUMN_NAME",
    "ON_ERROR",
    "PATTERN",
    "PURGE",
    "RETURN_FAILED_ONLY",
    "SIZE_LIMIT",
    "STORAGE_INTEGRATION",
    "TRUNCATECOLUMNS",
    "VALIDATION_MODE",
];

/// COPY INTO a table or a location.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    if cursor.at_words(&["COPY", "FILES"]) {
        return Err(SqlError::unsupported("COPY FILES", cursor.span()));
    }
    if cursor.at_words(&["COPY", "INTO"]) && stage_path::stands(cursor.peek_ahead(2)) {
        cursor.advance();
        cursor.advance();
        return unload::statement(cursor);
    }
    Ok(Statement::CopyInto(Box::new(into_table(cursor)?)))
}

/// COPY INTO table [(columns)] FROM stage | (SELECT … FROM stage) [options].
pub(super) fn into_table(cursor: &mut Cursor<'_>) -> Result<CopyIntoStatement, SqlError> {
    cursor.expect_word("COPY")?;
    cursor.expect_word("INTO")?;
    let table = cursor.object_name()?;
    let columns = match cursor.peek() {
        Token::LParen => cursor.parenthesized(|cursor| cursor.ident())?,
        _ => Vec::new(),
    };
    let source = match cursor.eat_word("FROM") {
        true => source(cursor)?,
        // Without FROM the files are those of the table's own stage.
        false => Source {
            path: StagePathRef::Table {
                table: table.clone(),
                path: String::new(),
                span: table.span(),
            },
            transform: Vec::new(),
            alias: None,
        },
    };
    let mut given = options::read(cursor)?;
    options::check_known(&given, KNOWN, "COPY")?;
    let files = options::take(&mut given, "FILES")
        .map(|value| options::text_list("FILES", &value))
        .transpose()?
        .unwrap_or_default();
    let pattern = match options::take(&mut given, "PATTERN") {
        None => None,
        Some(OptionValue::Text(text, span)) => Some((text, span)),
        Some(other) => return Err(options::invalid_value("PATTERN", &other)),
    };
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
    Ok(CopyIntoStatement {
        table,
        columns,
        path: source.path,
        transform: source.transform,
        alias: source.alias,
        files,
        pattern,
        file_format,
        options: given,
        validation_mode,
    })
}

struct Source {
    path: StagePathRef,
    transform: Vec<TransformColumn>,
    alias: Option<Ident>,
}

/// What follows FROM.
fn source(cursor: &mut Cursor<'_>) -> Result<Source, SqlError> {
    if !cursor.eat(&Token::LParen) {
        return Ok(Source {
            path: stage_path::read(cursor)?,
            transform: Vec::new(),
            alias: None,
        });
    }
    cursor.expect_word("SELECT")?;
    if cursor.at_word("DISTINCT") {
        return Err(SqlError::unsupported(
            "DISTINCT in a COPY transformation",
            cursor.span(),
        ));
    }
    let transform = cursor.comma_separated(transform_column)?;
    cursor.expect_word("FROM")?;
    let path = stage_path::read(cursor)?;
    if *cursor.peek() == Token::LParen {
        return Err(
            SqlError::unsupported("stage options in a COPY transformation", cursor.span())
                .with_hint("give FILE_FORMAT and PATTERN after the closing parenthesis"),
        );
    }
    for clause in [
        "WHERE", "ORDER", "LIMIT", "GROUP", "JOIN", "QUALIFY", "HAVING",
    ] {
        if cursor.at_word(clause) {
            return Err(SqlError::unsupported(
                format!("{clause} in a COPY transformation"),
                cursor.span(),
            ));
        }
    }
    let alias = if cursor.eat_word("AS") || matches!(cursor.peek(), Token::Word(_)) {
        Some(cursor.ident()?)
    } else {
        None
    };
    for clause in [
        "WHERE", "ORDER", "LIMIT", "GROUP", "JOIN", "QUALIFY", "HAVING",
    ] {
        if cursor.at_word(clause) {
            return Err(SqlError::unsupported(
                format!("{clause} in a COPY transformation"),
                cursor.span(),
            ));
        }
    }
    cursor.expect(&Token::RParen)?;
    Ok(Source {
        path,
        transform,
        alias,
    })
}

/// `expression [[AS] name]`; the name is for the reader only.
fn transform_column(cursor: &mut Cursor<'_>) -> Result<TransformColumn, SqlError> {
    if *cursor.peek() == Token::Mul {
        return Err(SqlError::unsupported(
            "SELECT * in a COPY transformation",
            cursor.span(),
        ));
    }
    let (expression, span) = cursor.parse(|parser| parser.parse_expr())?;
    view::refuse_policies(cursor)?;
    if cursor.eat_word("AS") || matches!(cursor.peek(), Token::Word(_)) && !cursor.at_word("FROM") {
        cursor.ident()?;
    }
    Ok(TransformColumn { expression, span })
}
