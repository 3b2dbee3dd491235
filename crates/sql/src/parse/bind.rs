//! Placeholders of a driver's bind variables: text in, where each stands out. `?` counts from 1; `:1` and `:NAME` name
//! the value.

use super::lexer;
use crate::span::Span;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// A place in a statement that a value goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// The placeholder in the text.
    pub span: Span,
    /// Which value: a number from 1, or a name as written.
    pub name: String,
}

/// The placeholders of a text, in order. A colon with a word after it is one only if `is_bound` knows the word: else it is
/// a path into a VARIANT.
pub fn placeholders(text: &str, is_bound: &dyn Fn(&str) -> bool) -> Vec<Placeholder> {
    let tokens = lexer::tokenize(text).tokens;
    let mut found = Vec::new();
    let mut marks = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        let span = Span::from(token.span);
        match &token.token {
            Token::Placeholder(mark) if mark == "?" => {
                marks += 1;
                found.push(Placeholder {
                    span,
                    name: marks.to_string(),
                });
            }
            Token::Colon if !continues(&tokens[..index], span) => {
                let Some(next) = tokens.get(index + 1) else {
                    continue;
                };
                let next_span = Span::from(next.span);
                let name = next_span.of(text);
                let is_name = matches!(next.token, Token::Number(..) | Token::Word(_));
                if is_name && next_span.start == span.end && is_bound(name) {
                    found.push(Placeholder {
                        span: span.union(next_span),
                        name: name.to_owned(),
                    });
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a colon belongs to what stands directly before it: a column's path.
fn continues(before: &[TokenWithSpan], colon: Span) -> bool {
    before.last().is_some_and(|last| {
        Span::from(last.span).end == colon.start
            && match &last.token {
                Token::Word(_) | Token::RBracket | Token::RParen => true,
                Token::Placeholder(mark) => mark != "?",
                _ => false,
            }
    })
}

/// The one row of `… VALUES ( … )` at the end of a text, with its parentheses: an INSERT that is repeated for many values.
pub fn only_values_row(text: &str) -> Option<Span> {
    let mut tokens = lexer::tokenize(text).tokens;
    while tokens
        .last()
        .is_some_and(|last| last.token == Token::SemiColon)
    {
        tokens.pop();
    }
    let close = Span::from(
        tokens
            .last()
            .filter(|last| last.token == Token::RParen)?
            .span,
    );
    let mut depth = 0_usize;
    let open = tokens.iter().rposition(|token| {
        match token.token {
            Token::RParen => depth += 1,
            Token::LParen => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let is_values = |token: &TokenWithSpan| matches!(&token.token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("VALUES"));
    let is_insert = tokens.first().is_some_and(|first| {
        matches!(&first.token, Token::Word(word) if word.value.eq_ignore_ascii_case("INSERT"))
    });
    (is_insert && open > 0 && is_values(&tokens[open - 1]))
        .then(|| Span::from(tokens[open].span).union(close))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_strings_comments_and_paths() {
        let text =
            "select ?, '?', v:a, v:1, :1, :x::int, t.$1:x, -- ?\n a.b[0]:x, (:1) from t where s=:y";
        let found: Vec<_> = placeholders(text, &|name| ["1", "x", "y"].contains(&name))
            .into_iter()
            .map(|placeholder| (placeholder.span.of(text).to_owned(), placeholder.name))
            .collect();
        let expected = [
            ("?", "1"),
            (":1", "1"),
            (":x", "x"),
            (":1", "1"),
            (":y", "y"),
        ];
        assert_eq!(
            found,
            expected.map(|(text, name)| (text.to_owned(), name.to_owned()))
        );
    }

    #[test]
    fn the_row_of_an_insert_is_found() {
        let row = |text: &str| only_values_row(text).map(|span| span.of(text).to_owned());
        assert_eq!(
            row("insert into t (a, b) values (?, f(?)) ;").as_deref(),
            Some("(?, f(?))")
        );
        assert_eq!(row("insert into t values (?), (?)"), None);
        assert_eq!(row("insert into t select ?"), None);
        assert_eq!(row("select * from values (?)"), None);
    }
}
