//! The flow operator: `SHOW TABLES ->> SELECT "name" FROM $1`. In: the tokens of a chain. Out: the script that does the
//! same, in which `$1` is the result before, `$2` the one before that.
//! <https://docs.snowflake.com/en/sql-reference/operators-flow>

use crate::span::Span;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The chain as a script; `None` if the statement is no chain.
pub(super) fn script(text: &str, tokens: &[TokenWithSpan]) -> Option<String> {
    if !tokens.iter().any(|token| token.token == Token::LongArrow) {
        return None;
    }
    let mut script = String::with_capacity(text.len());
    let mut copied = Span::from(tokens.first()?.span).start;
    for (index, token) in tokens.iter().enumerate() {
        let span = Span::from(token.span);
        let instead = match &token.token {
            Token::LongArrow => ";".to_owned(),
            Token::Placeholder(name) if reads_from(&tokens[..index]) => {
                match name.strip_prefix('$').map(str::parse::<u16>) {
                    Some(Ok(back)) => format!("TABLE(RESULT_SCAN(LAST_QUERY_ID(-{back})))"),
                    _ => continue,
                }
            }
            _ => continue,
        };
        script.push_str(Span::new(copied, span.start).of(text));
        script.push_str(&instead);
        copied = span.end;
    }
    let end = Span::from(tokens.last()?.span).end;
    script.push_str(Span::new(copied, end.max(copied)).of(text));
    Some(script)
}

/// Whether what follows those tokens is a relation.
fn reads_from(before: &[TokenWithSpan]) -> bool {
    match before.last().map(|token| &token.token) {
        Some(Token::Word(word)) => {
            word.quote_style.is_none()
                && ["FROM", "JOIN", "USING"]
                    .iter()
                    .any(|known| word.value.eq_ignore_ascii_case(known))
        }
        _ => false,
    }
}
