//! USE.

use super::cursor::Cursor;
use crate::error::SqlError;
use crate::statement::{SecondaryRoles, Statement, Use};

/// USE [DATABASE | SCHEMA | WAREHOUSE | ROLE] name.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("USE")?;
    if cursor.eat_words(&["SECONDARY", "ROLES"]) {
        let roles = match cursor.eat_one_of(&["ALL", "NONE"]) {
            Some("ALL") => SecondaryRoles::All,
            Some(_) => SecondaryRoles::None,
            None => {
                return Err(SqlError::unsupported(
                    "USE SECONDARY ROLES of some roles",
                    cursor.span(),
                ));
            }
        };
        return Ok(Statement::Use(Use::SecondaryRoles(roles)));
    }
    let noun = match cursor.peek_ahead(1) {
        // `USE schema` names a database called SCHEMA.
        sqlparser::tokenizer::Token::Word(_) => {
            cursor.eat_one_of(&["DATABASE", "SCHEMA", "WAREHOUSE", "ROLE"])
        }
        _ => None,
    };
    let target = match noun {
        Some("DATABASE") => Use::Database(cursor.name_of(1)?.last().clone()),
        Some("SCHEMA") => Use::Schema(cursor.name_of(2)?),
        Some("WAREHOUSE") => Use::Warehouse(cursor.name_of(1)?.last().clone()),
        Some(_) => Use::Role(cursor.name_of(1)?.last().clone()),
        None => Use::Object(cursor.name_of(2)?),
    };
    Ok(Statement::Use(target))
}
