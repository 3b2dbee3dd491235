//! DESCRIBE.

use super::cursor::Cursor;
use super::{noun, options};
use crate::error::SqlError;
use crate::object::ObjectKind;
use crate::statement::{Describe, Statement};

/// DESC[RIBE] kind name [TYPE = COLUMNS].
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.advance();
    let kind = noun::object_kind(cursor, "DESCRIBE")?;
    let name = noun::name(cursor, kind)?;
    if kind == ObjectKind::Table {
        let given = options::read(cursor)?;
        options::check_known(&given, &["TYPE"], "DESCRIBE TABLE")?;
        for (key, value) in &given {
            match options::name("TYPE", value) {
                Ok(name) if name.last().value == "COLUMNS" => {}
                Ok(name) if name.last().value == "STAGE" => {
                    return Err(SqlError::unsupported(
                        "DESCRIBE TABLE … TYPE = STAGE",
                        key.span,
                    ));
                }
                _ => return Err(options::invalid_value("TYPE", value)),
            }
        }
    }
    Ok(Statement::Describe(Describe { kind, name }))
}
