//! CREATE FILE FORMAT, and the FILE_FORMAT option of stages and COPY.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::options;
use crate::error::SqlError;
use crate::object::TableKind;
use crate::statement::{CreateFileFormat, FileFormatOptions, OptionValue, Statement};

/// What follows CREATE FILE FORMAT. The options are checked against the format's type when the statement is planned.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("FILE FORMAT", &[TableKind::Temporary])?;
    modifiers.not_or_alter("FILE FORMAT")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.object_name()?;
    modifiers.if_not_exists(cursor)?;
    if cursor.at_word("CLONE") {
        return Err(SqlError::unsupported(
            "CREATE FILE FORMAT … CLONE",
            cursor.span(),
        ));
    }
    let start = cursor.span().start;
    let mut given = options::read(cursor)?;
    let span = cursor.span_from(start);
    let comment = options::take_text(&mut given, "COMMENT")?;
    Ok(Statement::CreateFileFormat(CreateFileFormat {
        mode: modifiers.mode,
        temporary: modifiers.kind == TableKind::Temporary,
        name,
        format: FileFormatOptions::Inline(given, span),
        comment,
    }))
}

/// FILE_FORMAT = (FORMAT_NAME = …) | (TYPE = … …) | 'name' | name.
pub(super) fn of_value(value: OptionValue) -> Result<FileFormatOptions, SqlError> {
    match value {
        OptionValue::Options(mut given, span) => {
            match options::take_name(&mut given, "FORMAT_NAME")? {
                None => Ok(FileFormatOptions::Inline(given, span)),
                Some(name) => match given.first() {
                    None => Ok(FileFormatOptions::Named(name)),
                    Some((key, _)) => Err(SqlError::compilation(
                        "001003",
                        "42000",
                        format!("FORMAT_NAME and {} cannot both be given", key.value),
                        key.span,
                    )
                    .with_hint("a named format cannot be changed where it is used")),
                },
            }
        }
        // `FILE_FORMAT = ('name')`, an older form.
        OptionValue::List(mut values, span) if values.len() == 1 => match values.pop() {
            Some(value @ OptionValue::Text(..)) => of_value(value),
            _ => Err(SqlError::syntax("unexpected '('.", span)),
        },
        value => Ok(FileFormatOptions::Named(options::name(
            "FILE_FORMAT",
            &value,
        )?)),
    }
}
