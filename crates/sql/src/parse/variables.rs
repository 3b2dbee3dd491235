//! `IDENTIFIER($variable)`: a name that the session knows. The tokens of such a statement are changed before it is read.

use super::cursor::Cursor;
use super::identifier::name_in_text;
use super::{lexer, limit, statement};
use crate::error::SqlError;
use crate::name::ObjectName;
use crate::span::Span;
use crate::statement::{ParsedStatement, Statement};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Whether the statement names something by a session variable.
pub(super) fn are_in(tokens: &[TokenWithSpan]) -> bool {
    tokens.windows(4).any(|window| call(window).is_some())
}

/// The statement, read now if it names something by a session variable. `variables` holds Snowflake literals by stored
/// spelling, `script` is the text that the statement's span points into.
///
/// # Errors
/// What the statement's reader refuses; a variable that is not set or holds no name.
pub fn resolve_variables<'a>(
    parsed: &'a ParsedStatement,
    script: &str,
    variables: &BTreeMap<String, String>,
) -> Result<Cow<'a, ParsedStatement>, SqlError> {
    match parsed.statement {
        Statement::WithVariables => {
            let span = parsed.span;
            let statement = read(script, span, variables)?;
            Ok(Cow::Owned(ParsedStatement { statement, span }))
        }
        _ => Ok(Cow::Borrowed(parsed)),
    }
}

/// Reads the statement under `span` with its variables replaced.
fn read(
    script: &str,
    span: Span,
    variables: &BTreeMap<String, String>,
) -> Result<Statement, SqlError> {
    let text = span.of(script);
    let mut tokens: Vec<TokenWithSpan> = Vec::new();
    for mut token in lexer::tokenize(text).tokens {
        let place = Span::from(token.span).shift(span.start);
        token.span = lexer::token_span(place.start, place.end);
        tokens.push(token);
        let Some(variable) = tokens.last_chunk::<4>().and_then(|last| call(last)) else {
            continue;
        };
        let variable = variable.to_owned();
        let start = tokens.len() - 4;
        let place = Span::new(Span::from(tokens[start].span).start, place.end);
        tokens.truncate(start);
        let name = value(&variable, variables, place)?;
        for (index, part) in name.parts.into_iter().enumerate() {
            let mut push = |token| {
                tokens.push(TokenWithSpan {
                    token,
                    span: lexer::token_span(place.start, place.end),
                });
            };
            if index > 0 {
                push(Token::Period);
            }
            push(Token::Word(Word {
                value: part.value,
                quote_style: Some('"'),
                keyword: Keyword::NoKeyword,
            }));
        }
    }
    limit::check(&tokens)?;
    let statement = statement::parse(&mut Cursor::new(script, tokens, span.end))?;
    refuse_kept(&statement, script)?;
    Ok(statement)
}

/// The variable of `IDENTIFIER ( $variable )`.
fn call(tokens: &[TokenWithSpan]) -> Option<&str> {
    let [identifier, open, variable, close] = tokens else {
        return None;
    };
    let (Token::Word(word), Token::LParen, Token::Placeholder(variable), Token::RParen) = (
        &identifier.token,
        &open.token,
        &variable.token,
        &close.token,
    ) else {
        return None;
    };
    let name = variable.strip_prefix('$')?;
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    (is_name && word.quote_style.is_none() && word.value.eq_ignore_ascii_case("IDENTIFIER"))
        .then_some(name)
}

/// The name that the variable holds.
fn value(
    variable: &str,
    variables: &BTreeMap<String, String>,
    span: Span,
) -> Result<ObjectName, SqlError> {
    let literal = variables.get(&variable.to_uppercase()).ok_or_else(|| {
        SqlError::compilation(
            "002211",
            "02000",
            format!(
                "Session variable '${}' does not exist",
                variable.to_uppercase()
            ),
            span,
        )
    })?;
    let tokens = lexer::tokenize(literal).tokens;
    match tokens.first().map(|token| &token.token) {
        Some(Token::SingleQuotedString(text)) => {
            name_in_text(text, span).ok_or_else(|| SqlError::invalid_identifier(text, span))
        }
        _ => Err(SqlError::invalid_identifier(literal, span)),
    }
}

/// What a view or pipe keeps is its text: a variable in it would mean another thing in each session.
fn refuse_kept(statement: &Statement, script: &str) -> Result<(), SqlError> {
    let kept = match statement {
        Statement::CreateView(view) => view.query_span,
        Statement::CreatePipe(pipe) => pipe.copy_span,
        _ => return Ok(()),
    };
    match are_in(&lexer::tokenize(kept.of(script)).tokens) {
        true => Err(SqlError::unsupported(
            "IDENTIFIER() of a variable in a view or pipe",
            kept,
        )),
        false => Ok(()),
    }
}
