//! The option lists that most statements end in: `KEY = value`, with or without commas between, values nested in
//! parentheses. Reads them, and says which name was meant when one is unknown.

use super::cursor::Cursor;
use crate::error::SqlError;
use crate::name::{Ident, ObjectName};
use crate::span::Span;
use crate::statement::{OptionValue, Options};
use sqlparser::tokenizer::Token;

/// Reads options as long as `KEY =` stands next.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Options, SqlError> {
    let mut options = Options::new();
    read_into(cursor, &mut options)?;
    Ok(options)
}

/// Reads options as long as `KEY =` stands next, adding to those read before.
pub(super) fn read_into(cursor: &mut Cursor<'_>, options: &mut Options) -> Result<(), SqlError> {
    loop {
        // A comma belongs to the list only if another option follows.
        let after_comma = usize::from(*cursor.peek() == Token::Comma && !options.is_empty());
        let at_option = matches!(cursor.peek_ahead(after_comma), Token::Word(_))
            && *cursor.peek_ahead(after_comma + 1) == Token::Eq;
        if !at_option {
            return Ok(());
        }
        if after_comma == 1 {
            cursor.advance();
        }
        let key = cursor.ident()?;
        cursor.expect(&Token::Eq)?;
        let value = value(cursor, 0)?;
        add(options, key, value)?;
    }
}

/// The same where `[WITH] TAG (…)` may stand too: refused by name.
pub(super) fn read_with_tags(cursor: &mut Cursor<'_>) -> Result<Options, SqlError> {
    let mut options = Options::new();
    read_into_with_tags(cursor, &mut options)?;
    Ok(options)
}

/// See [`read_with_tags`].
pub(super) fn read_into_with_tags(
    cursor: &mut Cursor<'_>,
    options: &mut Options,
) -> Result<(), SqlError> {
    read_into(cursor, options)?;
    let with = usize::from(cursor.at_word("WITH"));
    let tag = matches!(cursor.peek_ahead(with), Token::Word(word) if word.value.eq_ignore_ascii_case("TAG"));
    if tag && *cursor.peek_ahead(with + 1) == Token::LParen {
        return Err(SqlError::unsupported("TAG", cursor.span()));
    }
    Ok(())
}

/// Adds an option that must not be there yet.
pub(super) fn add(options: &mut Options, key: Ident, value: OptionValue) -> Result<(), SqlError> {
    if options.iter().any(|(other, _)| *other == key) {
        return Err(SqlError::compilation(
            "001003",
            "42000",
            format!("duplicate property '{}'", key.value),
            key.span,
        ));
    }
    options.push((key, value));
    Ok(())
}

/// One value.
fn value(cursor: &mut Cursor<'_>, depth: usize) -> Result<OptionValue, SqlError> {
    if depth > 8 {
        return Err(super::cursor::too_deep(cursor.span()));
    }
    let start = cursor.span().start;
    match cursor.peek().clone() {
        Token::SingleQuotedString(_) | Token::DollarQuotedString(_) => {
            let (text, span) = cursor.string()?;
            Ok(OptionValue::Text(text, span))
        }
        Token::Number(digits, _) => {
            cursor.advance();
            Ok(OptionValue::Number(digits, cursor.span_from(start)))
        }
        Token::Minus => {
            cursor.advance();
            match cursor.peek().clone() {
                Token::Number(digits, _) => {
                    cursor.advance();
                    Ok(OptionValue::Number(
                        format!("-{digits}"),
                        cursor.span_from(start),
                    ))
                }
                _ => Err(cursor.expected("a number")),
            }
        }
        Token::LParen => parenthesized(cursor, depth),
        // A stage: INFER_SCHEMA and the like.
        Token::Word(word) if word.quote_style.is_none() && word.value.starts_with('@') => {
            cursor.advance();
            Ok(OptionValue::Word(word.value, cursor.span_from(start)))
        }
        Token::Word(word) => {
            let name = cursor.object_name()?;
            if name.parts.len() == 1 && word.quote_style.is_none() {
                Ok(OptionValue::Word(word.value, name.span()))
            } else {
                Ok(OptionValue::Name(name))
            }
        }
        _ => Err(cursor.expected("a value")),
    }
}

/// `(value, …)` or `(KEY = value …)`.
fn parenthesized(cursor: &mut Cursor<'_>, depth: usize) -> Result<OptionValue, SqlError> {
    let start = cursor.span().start;
    cursor.expect(&Token::LParen)?;
    if matches!(cursor.peek(), Token::Word(_)) && *cursor.peek_ahead(1) == Token::Eq {
        let mut options = Options::new();
        loop {
            let key = cursor.ident()?;
            cursor.expect(&Token::Eq)?;
            let value = value(cursor, depth + 1)?;
            add(&mut options, key, value)?;
            let comma = cursor.eat(&Token::Comma);
            if !comma && cursor.eat(&Token::RParen) {
                return Ok(OptionValue::Options(options, cursor.span_from(start)));
            }
        }
    }
    let mut values = Vec::new();
    if !cursor.eat(&Token::RParen) {
        loop {
            values.push(value(cursor, depth + 1)?);
            if cursor.eat(&Token::RParen) {
                break;
            }
            cursor.expect(&Token::Comma)?;
        }
    }
    Ok(OptionValue::List(values, cursor.span_from(start)))
}

/// Takes an option out of the list.
pub(super) fn take(options: &mut Options, key: &str) -> Option<OptionValue> {
    let at = options.iter().position(|(name, _)| name.value == key)?;
    Some(options.remove(at).1)
}

/// Takes a string option out of the list.
pub(super) fn take_text(options: &mut Options, key: &str) -> Result<Option<String>, SqlError> {
    match take(options, key) {
        None => Ok(None),
        Some(OptionValue::Text(text, _)) => Ok(Some(text)),
        Some(other) => Err(invalid_value(key, &other)),
    }
}

/// Takes TRUE or FALSE out of the list; strings are read too, as Snowflake does.
pub(super) fn take_boolean(options: &mut Options, key: &str) -> Result<Option<bool>, SqlError> {
    take(options, key)
        .map(|value| boolean(key, &value))
        .transpose()
}

/// TRUE or FALSE.
pub(crate) fn boolean(key: &str, value: &OptionValue) -> Result<bool, SqlError> {
    match value {
        OptionValue::Word(word, _) | OptionValue::Text(word, _)
            if word.eq_ignore_ascii_case("TRUE") =>
        {
            Ok(true)
        }
        OptionValue::Word(word, _) | OptionValue::Text(word, _)
            if word.eq_ignore_ascii_case("FALSE") =>
        {
            Ok(false)
        }
        other => Err(invalid_value(key, other)),
    }
}

/// Takes a name out of the list: bare, of several parts, or in a string.
pub(super) fn take_name(options: &mut Options, key: &str) -> Result<Option<ObjectName>, SqlError> {
    take(options, key)
        .map(|value| name(key, &value))
        .transpose()
}

/// A name: bare, of several parts, or in a string.
pub(crate) fn name(key: &str, value: &OptionValue) -> Result<ObjectName, SqlError> {
    match value {
        OptionValue::Name(name) => Ok(name.clone()),
        OptionValue::Word(word, span) => Ok(ObjectName {
            parts: vec![Ident::unquoted(word, *span)],
        }),
        OptionValue::Text(text, span) => super::identifier::name_in_text(text, *span)
            .ok_or_else(|| SqlError::invalid_identifier(text, *span)),
        other => Err(invalid_value(key, other)),
    }
}

/// A string, or a list of strings.
pub(crate) fn text_list(key: &str, value: &OptionValue) -> Result<Vec<String>, SqlError> {
    match value {
        OptionValue::Text(text, _) => Ok(vec![text.clone()]),
        OptionValue::List(values, _) => values
            .iter()
            .map(|value| match value {
                OptionValue::Text(text, _) => Ok(text.clone()),
                other => Err(invalid_value(key, other)),
            })
            .collect(),
        other => Err(invalid_value(key, other)),
    }
}

/// An error unless every option is one of `known`. `noun` is the statement's object, e.g. `STAGE`.
pub(crate) fn check_known(options: &Options, known: &[&str], noun: &str) -> Result<(), SqlError> {
    match options
        .iter()
        .find(|(key, _)| !known.contains(&key.value.as_str()))
    {
        Some((key, _)) => Err(unknown(key, known, noun)),
        None => Ok(()),
    }
}

/// The option is not one that `noun` has; the nearest of `known` is the hint.
pub(crate) fn unknown(key: &Ident, known: &[&str], noun: &str) -> SqlError {
    let error = SqlError::compilation(
        "001420",
        "22023",
        format!("invalid property '{}' for '{noun}'", key.value),
        key.span,
    );
    match nearest(&key.value, known) {
        Some(nearest) => error.with_hint(format!("did you mean `{nearest}`?")),
        None => error,
    }
}

/// The value does not fit the option.
pub(crate) fn invalid_value(key: &str, value: &OptionValue) -> SqlError {
    SqlError::compilation(
        "001008",
        "22023",
        format!("invalid value [{}] for parameter '{key}'", shown(value)),
        value.span(),
    )
}

fn shown(value: &OptionValue) -> String {
    match value {
        OptionValue::Text(text, _) => format!("'{text}'"),
        OptionValue::Number(text, _) | OptionValue::Word(text, _) => text.clone(),
        OptionValue::Name(name) => name.to_string(),
        OptionValue::List(..) | OptionValue::Options(..) => "(…)".to_owned(),
    }
}

/// The candidate most like `text`, if any is alike.
pub(crate) fn nearest<'c>(text: &str, candidates: &[&'c str]) -> Option<&'c str> {
    candidates
        .iter()
        .map(|candidate| (strsim::jaro_winkler(text, candidate), *candidate))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

impl OptionValue {
    /// Where the value stands.
    pub fn span(&self) -> Span {
        match self {
            OptionValue::Text(_, span)
            | OptionValue::Number(_, span)
            | OptionValue::Word(_, span)
            | OptionValue::List(_, span)
            | OptionValue::Options(_, span) => *span,
            OptionValue::Name(name) => name.span(),
        }
    }
}
