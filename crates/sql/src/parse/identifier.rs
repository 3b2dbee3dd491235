//! Names: sqlparser's and those written inside strings → ours.

use crate::error::SqlError;
use crate::name::{Ident, ObjectName};
use crate::span::Span;
use sqlparser::ast;

/// One identifier of sqlparser's tree, folded as Snowflake stores it.
pub fn ident(ident: &ast::Ident) -> Ident {
    match ident.quote_style {
        None => Ident::unquoted(&ident.value, ident.span.into()),
        Some(_) => Ident::quoted(ident.value.clone(), ident.span.into()),
    }
}

/// A name of sqlparser's tree. A part left out (`db..t`) is an empty one. `IDENTIFIER('…')` is read; with a variable it
/// needs the session, which the caller has: it is refused here.
pub fn object_name(name: &ast::ObjectName) -> Result<ObjectName, SqlError> {
    let mut parts = Vec::with_capacity(name.0.len());
    for part in &name.0 {
        match part {
            ast::ObjectNamePart::Identifier(part) => parts.push(ident(part)),
            ast::ObjectNamePart::Function(function) => {
                let span = function.name.span.into();
                let text = literal_argument(function)
                    .ok_or_else(|| SqlError::unsupported("IDENTIFIER() of an expression", span))?;
                let named = name_in_text(text, span)
                    .ok_or_else(|| SqlError::invalid_identifier(text, span))?;
                parts.extend(named.parts);
            }
        }
    }
    Ok(ObjectName { parts })
}

fn literal_argument(function: &ast::ObjectNamePartFunction) -> Option<&str> {
    match function.args.as_slice() {
        [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(ast::Expr::Value(value)))] => {
            match &value.value {
                ast::Value::SingleQuotedString(text) => Some(text),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A name written inside a string, such as `FORMAT_NAME = 'db.raw."my format"'`. All its parts get `span`.
pub fn name_in_text(text: &str, span: Span) -> Option<ObjectName> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = part_in_text(rest, span)?;
        parts.push(part);
        if after.is_empty() {
            return Some(ObjectName { parts });
        }
        rest = after.strip_prefix('.')?;
        if parts.len() == 1 && rest.starts_with('.') {
            parts.push(Ident::quoted("", span));
            rest = &rest[1..];
        }
    }
}

/// The identifier at the start of `text` and what follows it.
pub(super) fn part_in_text(text: &str, span: Span) -> Option<(Ident, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        let mut at = 0;
        loop {
            let quote = at + inner[at..].find('"')?;
            if inner[quote + 1..].starts_with('"') {
                at = quote + 2;
                continue;
            }
            let value = inner[..quote].replace("\"\"", "\"");
            return Some((Ident::quoted(value, span), &inner[quote + 1..]));
        }
    }
    let end = text
        .find(|character: char| !(character.is_ascii_alphanumeric() || "_$".contains(character)))
        .unwrap_or(text.len());
    let (part, after) = text.split_at(end);
    let starts_well = part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts_well.then(|| (Ident::unquoted(part, span), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_inside_strings() {
        let text = |name: &str| {
            name_in_text(name, Span::default()).map(|name| {
                name.parts
                    .into_iter()
                    .map(|part| part.value)
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(
            text("db.raw.\"my \"\"f\"\"\"").unwrap(),
            ["DB", "RAW", "my \"f\""]
        );
        assert_eq!(text("db..t").unwrap(), ["DB", "", "T"]);
        assert_eq!(text("1a"), None);
        assert_eq!(text("a."), None);
        assert_eq!(text(""), None);
        assert_eq!(text("a b"), None);
        assert_eq!(text("\"a"), None);
    }
}
