//! ALTER of databases, schemas, integrations, views, stages, file formats and sequences: RENAME TO, SET, UNSET.

use super::cursor::Cursor;
use super::{noun, options, sequence, view};
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::ObjectKind;
use crate::span::Span;
use crate::statement::{AlterObject, AlterObjectAction, OptionValue, Options, Statement};

/// What follows ALTER and the noun.
pub(super) fn statement(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Result<Statement, SqlError> {
    let if_exists = cursor.if_exists();
    let name = noun::name(cursor, kind)?;
    let action = action(cursor, kind)?;
    Ok(Statement::AlterObject(AlterObject {
        kind,
        name,
        if_exists,
        action,
    }))
}

fn action(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Result<AlterObjectAction, SqlError> {
    let span = cursor.span();
    if cursor.eat_words(&["RENAME", "TO"]) {
        let to = cursor.name_of(noun::most_parts(kind))?;
        return Ok(AlterObjectAction::RenameTo(to));
    }
    for refused in [
        "SWAP", "REFRESH", "ENABLE", "DISABLE", "ADD", "DROP", "ALTER", "MODIFY",
    ] {
        let managed = cursor.at_words(&[refused, "MANAGED", "ACCESS"]);
        if cursor.at_word(refused) && !managed {
            return Err(SqlError::unsupported(
                format!("ALTER {kind} … {refused}"),
                span,
            ));
        }
    }
    if kind == ObjectKind::Schema {
        let enabled = cursor.eat_words(&["ENABLE", "MANAGED", "ACCESS"]);
        if enabled || cursor.eat_words(&["DISABLE", "MANAGED", "ACCESS"]) {
            return Ok(AlterObjectAction::Set(flag(
                "MANAGED_ACCESS",
                enabled,
                span,
            )));
        }
    }
    // ALTER SEQUENCE s INCREMENT 5: SET may be left out.
    let set = cursor.eat_word("SET");
    if kind == ObjectKind::Sequence && (set || cursor.at_word("INCREMENT")) {
        return Ok(AlterObjectAction::Set(sequence_options(cursor)?));
    }
    if set {
        view::refuse_policies(cursor)?;
        if cursor.at_word("TAG") {
            return Err(SqlError::unsupported("TAG", cursor.span()));
        }
        if matches!(kind, ObjectKind::View | ObjectKind::Function) && cursor.eat_word("SECURE") {
            return Ok(AlterObjectAction::Set(flag("SECURE", true, span)));
        }
        let given = options::read(cursor)?;
        if given.is_empty() {
            return Err(cursor.unexpected());
        }
        return Ok(AlterObjectAction::Set(given));
    }
    if cursor.eat_word("UNSET") {
        if cursor.at_word("TAG") {
            return Err(SqlError::unsupported("TAG", cursor.span()));
        }
        if matches!(kind, ObjectKind::View | ObjectKind::Function) && cursor.eat_word("SECURE") {
            return Ok(AlterObjectAction::Set(flag("SECURE", false, span)));
        }
        let names = cursor.comma_separated(|cursor| cursor.ident())?;
        return Ok(AlterObjectAction::Unset(names));
    }
    Err(cursor.expected("RENAME TO, SET or UNSET"))
}

fn flag(key: &str, value: bool, span: Span) -> Options {
    let word = if value { "TRUE" } else { "FALSE" };
    vec![(
        Ident::unquoted(key, span),
        OptionValue::Word(word.to_owned(), span),
    )]
}

/// `[INCREMENT [BY] [=] n] [ORDER | NOORDER] [COMMENT = '…']`.
fn sequence_options(cursor: &mut Cursor<'_>) -> Result<Options, SqlError> {
    let mut given = Options::new();
    loop {
        let span = cursor.span();
        let before = given.len();
        if cursor.eat_word("INCREMENT") {
            let step = sequence::increment_by(cursor)?;
            let value = OptionValue::Number(step.to_string(), cursor.span_from(span.start));
            options::add(&mut given, Ident::unquoted("INCREMENT", span), value)?;
        } else if let Some(order) = cursor.eat_one_of(&["ORDER", "NOORDER"]) {
            let (key, value) = flag("ORDERED", order == "ORDER", span).remove(0);
            options::add(&mut given, key, value)?;
        } else {
            options::read_into(cursor, &mut given)?;
        }
        if given.len() == before {
            break;
        }
    }
    if given.is_empty() {
        return Err(cursor.unexpected());
    }
    Ok(given)
}
