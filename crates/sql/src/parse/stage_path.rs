//! `@db.schema.stage/path`, and LIST, which reads one.

use super::cursor::Cursor;
use super::{identifier, options};
use crate::error::SqlError;
use crate::name::ObjectName;
use crate::span::Span;
use crate::statement::{StagePathRef, Statement};
use sqlparser::tokenizer::Token;

/// LIST | LS @stage[/path] [PATTERN = '…'].
pub(super) fn list(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.advance();
    let path = read(cursor)?;
    let mut given = options::read(cursor)?;
    options::check_known(&given, &["PATTERN"], "LIST")?;
    let pattern = options::take_text(&mut given, "PATTERN")?;
    Ok(Statement::List { path, pattern })
}

/// Whether the token is a stage reference, bare or in quotes, or a URL.
pub(super) fn stands(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.quote_style.is_none() && word.value.starts_with('@'),
        Token::SingleQuotedString(text) => text.starts_with('@') || text.contains("://"),
        _ => false,
    }
}

/// A stage reference, bare or in quotes, or a URL in quotes.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<StagePathRef, SqlError> {
    let span = cursor.span();
    let path = match cursor.peek() {
        Token::Word(word) if word.quote_style.is_none() && word.value.starts_with('@') => {
            StagePathRef::from_text(&word.value, span)?
        }
        Token::SingleQuotedString(text) if text.starts_with('@') => {
            StagePathRef::from_text(text, span)?
        }
        Token::SingleQuotedString(text) if text.contains("://") => StagePathRef::Url {
            url: text.clone(),
            span,
        },
        _ => return Err(cursor.expected("a stage, such as `@my_stage/path/`")),
    };
    cursor.advance();
    Ok(path)
}

impl StagePathRef {
    /// Reads `@[db.][schema.]stage[/path]`, `@[db.][schema.]%table[/path]` or `@~[/path]`: the value of a table name in
    /// sqlparser's tree that starts with `@`, or of a string constant. The path may hold anything.
    ///
    /// # Errors
    /// Syntax, if it is none of these.
    pub fn from_text(text: &str, span: Span) -> Result<Self, SqlError> {
        let wrong = || SqlError::syntax(format!("unexpected '{text}'."), span);
        let after_at = text.strip_prefix('@').ok_or_else(wrong)?;
        if let Some(rest) = after_at.strip_prefix('~') {
            let path = path(rest).ok_or_else(wrong)?;
            return Ok(StagePathRef::User { path, span });
        }
        let mut parts = Vec::new();
        let mut rest = after_at;
        let of_table = loop {
            let of_table = rest.starts_with('%');
            let (part, after) =
                identifier::part_in_text(rest.strip_prefix('%').unwrap_or(rest), span)
                    .ok_or_else(wrong)?;
            parts.push(part);
            rest = after;
            match rest.strip_prefix('.') {
                Some(after) if !of_table && parts.len() < 3 => rest = after,
                _ => break of_table,
            }
            if parts.len() == 1 && rest.starts_with('.') {
                parts.push(crate::name::Ident::quoted("", span));
                rest = &rest[1..];
            }
        };
        let path = path(rest).ok_or_else(wrong)?;
        let name = ObjectName { parts };
        Ok(if of_table {
            StagePathRef::Table {
                table: name,
                path,
                span,
            }
        } else {
            StagePathRef::Named {
                stage: name,
                path,
                span,
            }
        })
    }

    /// Where the reference stands.
    pub fn span(&self) -> Span {
        match self {
            StagePathRef::Named { span, .. }
            | StagePathRef::Table { span, .. }
            | StagePathRef::User { span, .. }
            | StagePathRef::Url { span, .. } => *span,
        }
    }
}

/// What follows the stage's name: nothing, or `/` and the path.
fn path(rest: &str) -> Option<String> {
    match rest.strip_prefix('/') {
        Some(path) => Some(path.to_owned()),
        None => rest.is_empty().then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        let read = |text: &str| match StagePathRef::from_text(text, Span::default()) {
            Ok(StagePathRef::Named { stage, path, .. }) => format!("stage {stage} [{path}]"),
            Ok(StagePathRef::Table { table, path, .. }) => format!("table {table} [{path}]"),
            Ok(StagePathRef::User { path, .. }) => format!("user [{path}]"),
            Ok(StagePathRef::Url { url, .. }) => url,
            Err(error) => error.message,
        };
        assert_eq!(read("@s"), "stage S []");
        assert_eq!(
            read("@db.\"sch\".s/a b/c.csv"),
            "stage DB.\"sch\".S [a b/c.csv]"
        );
        assert_eq!(read("@db..s/"), "stage DB.\"\".S []");
        assert_eq!(read("@db.sch.%t/x"), "table DB.SCH.T [x]");
        assert_eq!(read("@%t"), "table T []");
        assert_eq!(read("@~/x/"), "user [x/]");
        for wrong in ["@", "s", "@a.b.c.d", "@s x", "@~x", "@%t.x", "@/x", "@1"] {
            assert_eq!(read(wrong), format!("unexpected '{wrong}'."), "{wrong}");
        }
    }
}
