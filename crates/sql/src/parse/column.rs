//! A column's definition: name, type, constraints.

use super::cursor::Cursor;
use super::{sequence, view};
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::Identity;
use crate::span::Span;
use crate::statement::{ColumnDefault, ColumnDefinition, ConstraintKind, TableConstraint};
use sqlparser::ast;
use sqlparser::tokenizer::Token;

/// `name type [constraints]`; where `untyped` is allowed the type may be left out.
pub(super) fn definition(
    cursor: &mut Cursor<'_>,
    untyped: bool,
) -> Result<ColumnDefinition, SqlError> {
    let name = cursor.ident()?;
    let mut column = ColumnDefinition {
        name,
        data_type: None,
        not_null: false,
        default: None,
        comment: None,
        constraints: Vec::new(),
    };
    let no_type =
        matches!(cursor.peek(), Token::Comma | Token::RParen) || cursor.at_word("COMMENT");
    if !(untyped && no_type) {
        column.data_type = Some(cursor.parse(|parser| parser.parse_data_type())?);
    }
    while constraint(cursor, &mut column)? {}
    Ok(column)
}

/// Reads one thing that may follow the type; gives whether there was one.
fn constraint(cursor: &mut Cursor<'_>, column: &mut ColumnDefinition) -> Result<bool, SqlError> {
    view::refuse_policies(cursor)?;
    let span = cursor.span();
    if cursor.eat_words(&["NOT", "NULL"]) {
        column.not_null = true;
        key_properties(cursor)?;
    } else if cursor.eat_word("NULL") {
        column.not_null = false;
    } else if cursor.eat_word("DEFAULT") {
        let (expression, span) = default_expression(cursor)?;
        column.default = Some(ColumnDefault::Expression(Box::new(expression), span));
    } else if cursor.eat_one_of(&["AUTOINCREMENT", "IDENTITY"]).is_some() {
        column.default = Some(ColumnDefault::Identity(identity(cursor)?));
    } else if cursor.eat_word("COMMENT") {
        column.comment = Some(cursor.string()?.0);
    } else if cursor.at_word("COLLATE") {
        return Err(SqlError::unsupported("COLLATE", span));
    } else if cursor.at_word("AS") || cursor.at_words(&["GENERATED", "ALWAYS"]) {
        return Err(SqlError::unsupported("virtual column", span));
    } else if cursor.at_word("CHECK") {
        return Err(SqlError::unsupported("CHECK constraint", span));
    } else {
        let named = cursor.eat_word("CONSTRAINT");
        let name = match named {
            true => Some(cursor.ident()?),
            false => None,
        };
        // `CONSTRAINT name NOT NULL`.
        if named && cursor.eat_words(&["NOT", "NULL"]) {
            column.not_null = true;
            key_properties(cursor)?;
            return Ok(true);
        }
        let kind = if cursor.eat_words(&["PRIMARY", "KEY"]) {
            ConstraintKind::PrimaryKey
        } else if cursor.eat_word("UNIQUE") {
            ConstraintKind::Unique
        } else if cursor.at_words(&["FOREIGN", "KEY"]) || cursor.at_word("REFERENCES") {
            cursor.eat_words(&["FOREIGN", "KEY"]);
            references(cursor)?
        } else if named {
            return Err(cursor.unexpected());
        } else {
            return Ok(false);
        };
        key_properties(cursor)?;
        column.constraints.push(TableConstraint {
            name,
            kind,
            columns: vec![column.name.clone()],
            span: cursor.span_from(span.start),
        });
    }
    Ok(true)
}

/// What follows DEFAULT. sqlparser knows that NOT NULL after it is not part of it only if it reads DEFAULT itself.
fn default_expression(cursor: &mut Cursor<'_>) -> Result<(ast::Expr, Span), SqlError> {
    let start = cursor.span().start;
    let (option, span) = cursor.parse(|parser| {
        parser.prev_token();
        parser.parse_optional_column_option()
    })?;
    match option {
        Some(ast::ColumnOption::Default(expression)) => {
            Ok((expression, Span::new(start, span.end)))
        }
        _ => Err(cursor.unexpected()),
    }
}

/// `[(start, step) | START start INCREMENT step] [ORDER | NOORDER]`.
fn identity(cursor: &mut Cursor<'_>) -> Result<Identity, SqlError> {
    let mut identity = Identity {
        sequence: None,
        start: 1,
        increment: 1,
        ordered: false,
    };
    if cursor.eat(&Token::LParen) {
        identity.start = cursor.integer()?;
        cursor.expect(&Token::Comma)?;
        identity.increment = sequence::increment_by(cursor)?;
        cursor.expect(&Token::RParen)?;
    } else if cursor.eat_word("START") {
        cursor.eat_word("WITH");
        identity.start = cursor.integer()?;
        if cursor.eat_word("INCREMENT") {
            identity.increment = sequence::increment_by(cursor)?;
        }
    } else if cursor.eat_word("INCREMENT") {
        identity.increment = sequence::increment_by(cursor)?;
    }
    if let Some(order) = cursor.eat_one_of(&["ORDER", "NOORDER"]) {
        identity.ordered = order == "ORDER";
    }
    Ok(identity)
}

/// An out-of-line constraint if one stands next.
pub(super) fn table_constraint(
    cursor: &mut Cursor<'_>,
) -> Result<Option<TableConstraint>, SqlError> {
    let start = cursor.span().start;
    let keys = |cursor: &Cursor<'_>, ahead: usize| {
        let word = |ahead: usize| match cursor.peek_ahead(ahead) {
            Token::Word(word) if word.quote_style.is_none() => word.value.to_uppercase(),
            _ => String::new(),
        };
        matches!(
            (word(ahead).as_str(), word(ahead + 1).as_str()),
            ("PRIMARY" | "FOREIGN", "KEY")
        ) || word(ahead) == "UNIQUE" && *cursor.peek_ahead(ahead + 1) == Token::LParen
            || word(ahead) == "CHECK" && *cursor.peek_ahead(ahead + 1) == Token::LParen
    };
    let named = cursor.at_word("CONSTRAINT") && keys(cursor, 2);
    if !named && !keys(cursor, 0) {
        return Ok(None);
    }
    let name = match named {
        true => {
            cursor.advance();
            Some(cursor.ident()?)
        }
        false => None,
    };
    if cursor.at_word("CHECK") {
        return Err(SqlError::unsupported("CHECK constraint", cursor.span()));
    }
    let kind = if cursor.eat_words(&["PRIMARY", "KEY"]) {
        Some(ConstraintKind::PrimaryKey)
    } else if cursor.eat_word("UNIQUE") {
        Some(ConstraintKind::Unique)
    } else {
        cursor.eat_words(&["FOREIGN", "KEY"]);
        None
    };
    let columns = cursor.parenthesized(|cursor| cursor.ident())?;
    let kind = match kind {
        Some(kind) => kind,
        None => references(cursor)?,
    };
    key_properties(cursor)?;
    if cursor.eat_word("COMMENT") {
        return Err(SqlError::unsupported(
            "COMMENT of a constraint",
            cursor.span_from(start),
        ));
    }
    Ok(Some(TableConstraint {
        name,
        kind,
        columns,
        span: cursor.span_from(start),
    }))
}

/// REFERENCES table [(columns)] [MATCH …] [ON UPDATE …] [ON DELETE …].
fn references(cursor: &mut Cursor<'_>) -> Result<ConstraintKind, SqlError> {
    cursor.expect_word("REFERENCES")?;
    let table = cursor.object_name()?;
    let columns = match cursor.peek() {
        Token::LParen => cursor.parenthesized(|cursor| cursor.ident())?,
        _ => Vec::new(),
    };
    if cursor.eat_word("MATCH") && cursor.eat_one_of(&["FULL", "SIMPLE", "PARTIAL"]).is_none() {
        return Err(cursor.unexpected());
    }
    while cursor.eat_word("ON") {
        if cursor.eat_one_of(&["UPDATE", "DELETE"]).is_none() {
            return Err(cursor.unexpected());
        }
        let actions: &[&[&str]] = &[
            &["CASCADE"],
            &["SET", "NULL"],
            &["SET", "DEFAULT"],
            &["RESTRICT"],
            &["NO", "ACTION"],
        ];
        if !actions.iter().any(|words| cursor.eat_words(words)) {
            return Err(cursor.unexpected());
        }
    }
    Ok(ConstraintKind::ForeignKey { table, columns })
}

/// ENFORCED, DEFERRABLE and their like: they say nothing where no constraint is enforced. ENFORCED itself is refused.
fn key_properties(cursor: &mut Cursor<'_>) -> Result<(), SqlError> {
    let properties: &[&[&str]] = &[
        &["NOT", "ENFORCED"],
        &["NOT", "DEFERRABLE"],
        &["DEFERRABLE"],
        &["INITIALLY", "DEFERRED"],
        &["INITIALLY", "IMMEDIATE"],
        &["ENABLE"],
        &["DISABLE"],
        &["VALIDATE"],
        &["NOVALIDATE"],
        &["RELY"],
        &["NORELY"],
    ];
    loop {
        if cursor.at_word("ENFORCED") {
            return Err(SqlError::unsupported("ENFORCED constraint", cursor.span()));
        }
        if !properties.iter().any(|words| cursor.eat_words(words)) {
            return Ok(());
        }
    }
}

/// Names between commas.
pub(super) fn names(cursor: &mut Cursor<'_>) -> Result<Vec<Ident>, SqlError> {
    cursor.comma_separated(|cursor| cursor.ident())
}
