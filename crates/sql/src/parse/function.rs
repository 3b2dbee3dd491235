//! CREATE FUNCTION … LANGUAGE SQL, and the names of functions, which have the types of their parameters.

use super::create::Modifiers;
use super::cursor::Cursor;
use crate::analyze::data_type;
use crate::error::SqlError;
use crate::name::ObjectName;
use crate::object::{Volatility, name_with_signature};
use crate::plan::SessionContext;
use crate::statement::{CreateFunction, FunctionArgument, ReturnsClause, Statement};
use sqlparser::ast;
use sqlparser::tokenizer::Token;

/// What follows CREATE [SECURE] FUNCTION.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    let secure = std::mem::take(&mut modifiers.secure);
    modifiers.only("FUNCTION", &[])?;
    modifiers.not_or_alter("FUNCTION")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.object_name()?;
    let arguments = match *cursor.peek_ahead(1) == Token::RParen {
        true => {
            cursor.expect(&Token::LParen)?;
            cursor.advance();
            Vec::new()
        }
        false => cursor.parenthesized(argument)?,
    };
    cursor.eat_words(&["COPY", "GRANTS"]);
    cursor.expect_word("RETURNS")?;
    let returns = match cursor.eat_word("TABLE") {
        true => ReturnsClause::Table(cursor.parenthesized(|cursor| {
            let name = cursor.ident()?;
            Ok((name, written_type(cursor)?))
        })?),
        false => ReturnsClause::Value(written_type(cursor)?),
    };
    // Snowflake does not enforce it for functions in SQL.
    cursor.eat_words(&["NOT", "NULL"]);
    let mut create = CreateFunction {
        mode: modifiers.mode,
        name,
        secure,
        arguments,
        returns,
        strict: false,
        volatility: None,
        memoizable: false,
        comment: None,
        body: String::new(),
    };
    while option(cursor, &mut create)? {}
    cursor.expect_word("AS")?;
    create.body = cursor.string()?.0;
    Ok(Statement::CreateFunction(Box::new(create)))
}

/// Reads one of the clauses between RETURNS and AS; gives whether there was one.
fn option(cursor: &mut Cursor<'_>, create: &mut CreateFunction) -> Result<bool, SqlError> {
    if cursor.eat_word("LANGUAGE") {
        if !cursor.at_word("SQL") {
            let language = cursor.word().ok_or_else(|| cursor.unexpected())?;
            return Err(SqlError::unsupported(
                format!("functions in LANGUAGE {language}"),
                cursor.span(),
            ));
        }
        cursor.advance();
    } else if cursor.eat_words(&["CALLED", "ON", "NULL", "INPUT"]) {
        create.strict = false;
    } else if cursor.eat_words(&["RETURNS", "NULL", "ON", "NULL", "INPUT"])
        || cursor.eat_word("STRICT")
    {
        create.strict = true;
    } else if cursor.eat_word("VOLATILE") {
        create.volatility = Some(Volatility::Volatile);
    } else if cursor.eat_word("IMMUTABLE") {
        create.volatility = Some(Volatility::Immutable);
    } else if cursor.eat_word("MEMOIZABLE") {
        create.memoizable = true;
    } else if cursor.eat_word("COMMENT") {
        cursor.expect(&Token::Eq)?;
        create.comment = Some(cursor.string()?.0);
    } else {
        for word in [
            "RUNTIME_VERSION",
            "HANDLER",
            "PACKAGES",
            "IMPORTS",
            "TARGET_PATH",
            "EXTERNAL_ACCESS_INTEGRATIONS",
            "SECRETS",
            "ARTIFACT_REPOSITORY",
        ] {
            if cursor.at_word(word) {
                let what = format!("{word} of a function: only LANGUAGE SQL");
                return Err(SqlError::unsupported(what, cursor.span()));
            }
        }
        return Ok(false);
    }
    Ok(true)
}

/// `name type [DEFAULT expression]`.
fn argument(cursor: &mut Cursor<'_>) -> Result<FunctionArgument, SqlError> {
    let name = cursor.ident()?;
    let data_type = written_type(cursor)?;
    let default = if cursor.eat_word("DEFAULT") || cursor.eat(&Token::Assignment) {
        let (_, span) = cursor.parse(|parser| parser.parse_expr())?;
        Some(cursor.text(span).to_owned())
    } else {
        None
    };
    Ok(FunctionArgument {
        name,
        data_type,
        default,
    })
}

fn written_type(cursor: &mut Cursor<'_>) -> Result<ast::DataType, SqlError> {
    Ok(cursor.parse(|parser| parser.parse_data_type())?.0)
}

/// `name(type, …)`: the last part of the name takes the types in, as the catalog has it.
pub(super) fn name(cursor: &mut Cursor<'_>, most: usize) -> Result<ObjectName, SqlError> {
    let mut name = cursor.name_of(most)?;
    let empty = *cursor.peek_ahead(1) == Token::RParen;
    let mut types = Vec::new();
    if empty {
        cursor.expect(&Token::LParen)?;
        cursor.advance();
    } else {
        let context = SessionContext::default();
        for written in cursor.parenthesized(|cursor| Ok((cursor.span(), written_type(cursor)?)))? {
            types.push(data_type(&written.1, &context, written.0)?);
        }
    }
    if let Some(last) = name.parts.last_mut() {
        last.value = name_with_signature(&last.value, types);
    }
    Ok(name)
}
