//! A statement as it may stand in a log. In: its text. Out: the same text with `****` where a secret was written.

use super::lexer::tokenize;
use crate::span::Span;
use sqlparser::tokenizer::{Token, TokenWithSpan};
use std::borrow::Cow;

/// What the names of secrets have in them: `AWS_SECRET_KEY`, `AZURE_SAS_TOKEN`, `PASSWORD`, `CLIENT_SECRET`, `MASTER_KEY`.
const SECRET: [&str; 5] = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSPHRASE"];

/// The text without secrets: the string after a secret's name, with or without `=`. Text that cannot be read ends where
/// that begins, since a secret may stand there.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let read = tokenize(text);
    let mut shown = String::new();
    let mut at = 0;
    let mut before: Option<&TokenWithSpan> = None;
    for token in &read.tokens {
        let span = Span::from(token.span);
        if is_string(&token.token) && before.is_some_and(|before| names_secret(before, text)) {
            shown.push_str(&text[at..span.start]);
            shown.push_str("'****'");
            at = span.end;
        }
        if !matches!(token.token, Token::Eq | Token::Assignment | Token::RArrow) {
            before = Some(token);
        }
    }
    if read.error.is_some() {
        let end = read
            .tokens
            .last()
            .map_or(0, |token| Span::from(token.span).end);
        shown.push_str(text.get(at..end).unwrap_or_default());
        shown.push('…');
        return Cow::Owned(shown);
    }
    if at == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[at..]);
    Cow::Owned(shown)
}

fn is_string(token: &Token) -> bool {
    matches!(
        token,
        Token::SingleQuotedString(_) | Token::DollarQuotedString(_)
    )
}

fn names_secret(token: &TokenWithSpan, text: &str) -> bool {
    let Token::Word(_) = &token.token else {
        return false;
    };
    let word = Span::from(token.span).of(text).to_uppercase();
    SECRET.iter().any(|part| word.contains(part))
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn secrets_are_not_shown_and_all_else_is() {
        let plain = "SELECT 'a' AS key, 'it''s' FROM t -- c";
        assert_eq!(without_secrets(plain), plain);
        assert_eq!(
            without_secrets(
                "CREATE STAGE s CREDENTIALS=(AWS_KEY_ID='AKIA' AWS_SECRET_KEY = 'x''y') ENCRYPTION = (TYPE = 'AWS_SSE_KMS')"
            ),
            "CREATE STAGE s CREDENTIALS=(AWS_KEY_ID='****' AWS_SECRET_KEY = '****') ENCRYPTION = (TYPE = 'AWS_SSE_KMS')"
        );
        assert_eq!(
            without_secrets("CREATE USER u PASSWORD = $$p$$"),
            "CREATE USER u PASSWORD = '****'"
        );
        assert_eq!(without_secrets("SET password = 'open"), "SET password =…");
    }
}
