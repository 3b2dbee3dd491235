//! CREATE VIEW.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::{options, query};
use crate::error::SqlError;
use crate::name::Ident;
use crate::object::TableKind;
use crate::statement::{CreateView, OptionValue, Statement};
use sqlparser::tokenizer::Token;

/// What follows CREATE [SECURE] VIEW.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    let secure = std::mem::take(&mut modifiers.secure);
    modifiers.only("VIEW", &[TableKind::Temporary])?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.object_name()?;
    modifiers.if_not_exists(cursor)?;
    let columns = match cursor.peek() {
        Token::LParen => cursor.parenthesized(column)?,
        _ => Vec::new(),
    };
    let mut given = Vec::new();
    loop {
        let before = given.len();
        options::read_into_with_tags(cursor, &mut given)?;
        let span = cursor.span();
        if cursor.eat_words(&["COPY", "GRANTS"]) {
            let value = OptionValue::Word("TRUE".to_owned(), span);
            options::add(&mut given, Ident::unquoted("COPY_GRANTS", span), value)?;
        }
        if given.len() == before {
            break;
        }
    }
    let comment = options::take_text(&mut given, "COMMENT")?;
    options::check_known(&given, &["CHANGE_TRACKING", "COPY_GRANTS"], "VIEW")?;
    refuse_policies(cursor)?;
    cursor.expect_word("AS")?;
    let (query, query_span) = query::query(cursor)?;
    Ok(Statement::CreateView(Box::new(CreateView {
        mode: modifiers.mode,
        temporary: modifiers.kind == TableKind::Temporary,
        secure,
        name,
        columns,
        query,
        query_span,
        comment,
        options: given,
    })))
}

/// `name [COMMENT '…']`.
fn column(cursor: &mut Cursor<'_>) -> Result<(Ident, Option<String>), SqlError> {
    let name = cursor.ident()?;
    refuse_policies(cursor)?;
    let comment = match cursor.eat_word("COMMENT") {
        true => Some(cursor.string()?.0),
        false => None,
    };
    refuse_policies(cursor)?;
    Ok((name, comment))
}

/// [WITH] MASKING POLICY, ROW ACCESS POLICY, TAG and their like, of views, tables and columns.
pub(super) fn refuse_policies(cursor: &Cursor<'_>) -> Result<(), SqlError> {
    let with = usize::from(cursor.at_word("WITH"));
    let word = |ahead: usize| match cursor.peek_ahead(with + ahead) {
        Token::Word(word) => word.value.to_uppercase(),
        _ => String::new(),
    };
    let what = match (word(0).as_str(), word(1).as_str()) {
        ("MASKING", "POLICY") => "MASKING POLICY",
        ("PROJECTION", "POLICY") => "PROJECTION POLICY",
        ("AGGREGATION", "POLICY") => "AGGREGATION POLICY",
        ("JOIN", "POLICY") => "JOIN POLICY",
        ("STORAGE", "LIFECYCLE") => "STORAGE LIFECYCLE POLICY",
        ("ROW", "ACCESS") => "ROW ACCESS POLICY",
        ("TAG", _) => "TAG",
        ("CONTACT", _) => "CONTACT",
        _ => return Ok(()),
    };
    Err(SqlError::unsupported(what, cursor.span()))
}
