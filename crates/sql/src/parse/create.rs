//! CREATE: what stands before the noun, then the noun's own reader.

use super::cursor::Cursor;
use super::{
    database, file_format, function, integration, noun, pipe, schema, sequence, stage, table, view,
    warehouse,
};
use crate::error::SqlError;
use crate::object::TableKind;
use crate::span::Span;
use crate::statement::{CreateMode, Statement};

/// What stood between CREATE and the noun.
pub(super) struct Modifiers {
    /// OR REPLACE or OR ALTER.
    pub(super) mode: CreateMode,
    /// TEMPORARY, VOLATILE or TRANSIENT.
    pub(super) kind: TableKind,
    /// SECURE.
    pub(super) secure: bool,
    /// From CREATE to the noun.
    pub(super) span: Span,
}

impl Modifiers {
    /// Reads IF NOT EXISTS, which stands before or after the name. Together with OR REPLACE it is an error.
    pub(super) fn if_not_exists(&mut self, cursor: &mut Cursor<'_>) -> Result<(), SqlError> {
        if cursor.at_words(&["IF", "NOT", "EXISTS"]) {
            if self.mode != CreateMode::Create {
                let message = "options IF NOT EXISTS and OR REPLACE are incompatible.".to_owned();
                return Err(SqlError::compilation(
                    "002149",
                    "42601",
                    message,
                    cursor.span(),
                ));
            }
            cursor.eat_words(&["IF", "NOT", "EXISTS"]);
            self.mode = CreateMode::IfNotExists;
        }
        Ok(())
    }

    /// Refuses TEMPORARY, TRANSIENT and SECURE for a noun that Snowflake does not have them for, or we do not.
    pub(super) fn only(&self, noun: &str, kinds: &[TableKind]) -> Result<(), SqlError> {
        if self.secure {
            return Err(SqlError::unsupported(
                format!("CREATE SECURE {noun}"),
                self.span,
            ));
        }
        if self.kind != TableKind::Permanent && !kinds.contains(&self.kind) {
            let word = match self.kind {
                TableKind::Temporary => "TEMPORARY",
                TableKind::Transient | TableKind::Permanent => "TRANSIENT",
            };
            return Err(SqlError::unsupported(
                format!("CREATE {word} {noun}"),
                self.span,
            ));
        }
        Ok(())
    }

    /// Refuses OR ALTER, for a noun we do not alter that way.
    pub(super) fn not_or_alter(&self, noun: &str) -> Result<(), SqlError> {
        if self.mode == CreateMode::OrAlter {
            return Err(SqlError::unsupported(
                format!("CREATE OR ALTER {noun}"),
                self.span,
            ));
        }
        Ok(())
    }
}

/// CREATE [OR REPLACE | OR ALTER] [modifiers] noun ….
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let start = cursor.span().start;
    cursor.expect_word("CREATE")?;
    let mode = if cursor.eat_words(&["OR", "REPLACE"]) {
        CreateMode::OrReplace
    } else if cursor.eat_words(&["OR", "ALTER"]) {
        CreateMode::OrAlter
    } else {
        CreateMode::Create
    };
    let secure = cursor.eat_word("SECURE");
    if cursor.at_words(&["LOCAL"]) || cursor.at_words(&["GLOBAL"]) {
        cursor.advance();
    }
    // What Snowpark writes: as long as the session here, too.
    if cursor.at_words(&["SCOPED", "TEMPORARY"]) || cursor.at_words(&["SCOPED", "TEMP"]) {
        cursor.advance();
    }
    let kind = match cursor.eat_one_of(&["TEMPORARY", "TEMP", "VOLATILE", "TRANSIENT"]) {
        Some("TRANSIENT") => TableKind::Transient,
        Some(_) => TableKind::Temporary,
        None => TableKind::Permanent,
    };
    let secure = secure || cursor.eat_word("SECURE");
    let modifiers = Modifiers {
        mode,
        kind,
        secure,
        span: cursor.span_from(start),
    };
    if let Some(error) = noun::refused_noun(cursor, "CREATE") {
        return Err(error);
    }
    if cursor.at_words(&["RECURSIVE", "VIEW"]) {
        return Err(SqlError::unsupported(
            "CREATE RECURSIVE VIEW",
            cursor.span(),
        ));
    }
    let readers: &[(&[&str], Reader)] = &[
        (&["DATABASE"], database::create),
        (&["SCHEMA"], schema::create),
        (&["WAREHOUSE"], warehouse::create),
        (&["STORAGE", "INTEGRATION"], integration::create),
        (&["TABLE"], table::create),
        (&["VIEW"], view::create),
        (&["STAGE"], stage::create),
        (&["FILE", "FORMAT"], file_format::create),
        (&["PIPE"], pipe::create),
        (&["SEQUENCE"], sequence::create),
        (&["FUNCTION"], function::create),
    ];
    match readers.iter().find(|(words, _)| cursor.eat_words(words)) {
        Some((_, read)) => read(cursor, modifiers),
        None => Err(cursor.unexpected()),
    }
}

type Reader = fn(&mut Cursor<'_>, Modifiers) -> Result<Statement, SqlError>;
