//! CREATE SCHEMA.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::{database, options};
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::TableKind;
use crate::statement::{CreateSchema, OptionValue, Statement};

/// What follows CREATE [TRANSIENT] SCHEMA.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("SCHEMA", &[TableKind::Transient])?;
    modifiers.not_or_alter("SCHEMA")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.name_of(2)?;
    modifiers.if_not_exists(cursor)?;
    if cursor.at_word("CLONE") {
        return Err(SqlError::unsupported(
            "CREATE SCHEMA … CLONE",
            cursor.span(),
        ));
    }
    let start = cursor.span().start;
    let managed = cursor.eat_words(&["WITH", "MANAGED", "ACCESS"]);
    let managed_span = cursor.span_from(start);
    let mut given = options::read_with_tags(cursor)?;
    let comment = options::take_text(&mut given, "COMMENT")?;
    options::check_known(&given, database::KEPT, "SCHEMA")?;
    if managed {
        let key = Ident::unquoted("MANAGED_ACCESS", managed_span);
        given.push((key, OptionValue::Word("TRUE".to_owned(), managed_span)));
    }
    Ok(Statement::CreateSchema(CreateSchema {
        mode: modifiers.mode,
        transient: modifiers.kind == TableKind::Transient,
        name,
        comment,
        options: given,
    }))
}
