//! Text in, sqlparser's tokens out, by Snowflake's lexical rules: its escape sequences, `//` comments, `$$…$$` strings,
//! `$` inside identifiers, and a stage reference (`@db.schema.stage/path/`) as one word.
//!
//! Whitespace and comments are dropped, and every token's span holds *byte offsets*: line 1, column offset + 1. The
//! spans of sqlparser's tree therefore convert to ours without the text ([`Span::from`]).

use super::literal::unescape;
use crate::error::SqlError;
use crate::span::Span;
use sqlparser::ast::DollarQuotedString;
use sqlparser::tokenizer::{Location, Span as TokenSpan, Token, TokenWithSpan, Word};

/// The tokens of a script.
pub(super) struct Tokens {
    /// In order.
    pub(super) tokens: Vec<TokenWithSpan>,
    /// A string or comment that is never closed; the tokens before it are good.
    pub(super) error: Option<SqlError>,
}

/// Splits `text` into tokens.
pub(super) fn tokenize(text: &str) -> Tokens {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / 5),
    };
    let error = lexer.run().err();
    Tokens {
        tokens: lexer.tokens,
        error,
    }
}

/// A byte range as a token's span.
pub(super) fn token_span(start: usize, end: usize) -> TokenSpan {
    let location = |offset: usize| Location {
        line: 1,
        column: offset as u64 + 1,
    };
    TokenSpan {
        start: location(start),
        end: location(end),
    }
}

/// Back from the span of a token or of a node of sqlparser's tree, as this crate's parser makes them.
impl From<TokenSpan> for Span {
    fn from(span: TokenSpan) -> Self {
        if span.start.line == 0 {
            return Span::default();
        }
        let offset = |location: Location| (location.column as usize).saturating_sub(1);
        Span::new(offset(span.start), offset(span.end))
    }
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<TokenWithSpan>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), SqlError> {
        while self.at < self.bytes.len() {
            let start = self.at;
            if let Some(token) = self.token()? {
                self.tokens.push(TokenWithSpan {
                    token,
                    span: token_span(start, self.at),
                });
            }
        }
        Ok(())
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// The next token; `None` for whitespace and comments, which are skipped.
    fn token(&mut self) -> Result<Option<Token>, SqlError> {
        let byte = self.bytes[self.at];
        let token = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {
                self.at += 1;
                return Ok(None);
            }
            b'-' if self.byte(1) == Some(b'-') => return self.line_comment(),
            b'/' if self.byte(1) == Some(b'/') => return self.line_comment(),
            b'/' if self.byte(1) == Some(b'*') => return self.block_comment(),
            b'\'' => Token::SingleQuotedString(self.string()?),
            b'x' | b'X' if self.byte(1) == Some(b'\'') => {
                self.at += 1;
                Token::HexStringLiteral(self.string()?)
            }
            b'"' => self.quoted_identifier()?,
            b'f' | b'F' if self.at_local_file() => {
                let end = reference_end(self.bytes, self.at);
                Token::make_word(self.take(end), None)
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let end = identifier_end(self.bytes, self.at);
                Token::make_word(self.take(end), None)
            }
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(1).is_some_and(|next| next.is_ascii_digit())
                && !self.follows_name() =>
            {
                self.number()
            }
            b'$' if self.byte(1) == Some(b'$') => self.dollar_string()?,
            b'$' => {
                let end = identifier_end(self.bytes, self.at + 1);
                Token::Placeholder(self.take(end).to_owned())
            }
            b'?' => self.operator(1, Token::Placeholder("?".to_owned())),
            b'@' => match stage_reference_end(self.bytes, self.at) {
                Some(end) => Token::make_word(self.take(end), None),
                None => self.operator(1, Token::AtSign),
            },
            _ => match self.punctuation() {
                Some(token) => token,
                None => {
                    let character = self.text[self.at..].chars().next().unwrap_or(' ');
                    self.at += character.len_utf8();
                    if character.is_whitespace() || character == '\u{feff}' {
                        return Ok(None);
                    }
                    Token::Char(character)
                }
            },
        };
        Ok(Some(token))
    }

    /// `file://`, as PUT and GET have it without quotes.
    fn at_local_file(&self) -> bool {
        self.bytes[self.at..]
            .get(..LOCAL_FILE.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(LOCAL_FILE.as_bytes()))
    }

    fn take(&mut self, end: usize) -> &str {
        let text = &self.text[self.at..end];
        self.at = end;
        text
    }

    fn operator(&mut self, length: usize, token: Token) -> Token {
        self.at += length;
        token
    }

    fn punctuation(&mut self) -> Option<Token> {
        let rest = &self.bytes[self.at..];
        let (length, token) = match rest {
            [b'-', b'>', b'>', ..] => (3, Token::LongArrow),
            [b'-', b'>', ..] => (2, Token::Arrow),
            [b'=', b'>', ..] => (2, Token::RArrow),
            [b'=', b'=', ..] => (2, Token::DoubleEq),
            [b'!', b'=', ..] | [b'<', b'>', ..] => (2, Token::Neq),
            [b'<', b'=', ..] => (2, Token::LtEq),
            [b'>', b'=', ..] => (2, Token::GtEq),
            [b'|', b'|', ..] => (2, Token::StringConcat),
            [b':', b':', ..] => (2, Token::DoubleColon),
            [b':', b'=', ..] => (2, Token::Assignment),
            [b'(', ..] => (1, Token::LParen),
            [b')', ..] => (1, Token::RParen),
            [b'[', ..] => (1, Token::LBracket),
            [b']', ..] => (1, Token::RBracket),
            [b'{', ..] => (1, Token::LBrace),
            [b'}', ..] => (1, Token::RBrace),
            [b',', ..] => (1, Token::Comma),
            [b';', ..] => (1, Token::SemiColon),
            [b'.', ..] => (1, Token::Period),
            [b':', ..] => (1, Token::Colon),
            [b'=', ..] => (1, Token::Eq),
            [b'<', ..] => (1, Token::Lt),
            [b'>', ..] => (1, Token::Gt),
            [b'+', ..] => (1, Token::Plus),
            [b'-', ..] => (1, Token::Minus),
            [b'*', ..] => (1, Token::Mul),
            [b'/', ..] => (1, Token::Div),
            [b'%', ..] => (1, Token::Mod),
            [b'|', ..] => (1, Token::Pipe),
            [b'&', ..] => (1, Token::Ampersand),
            [b'^', ..] => (1, Token::Caret),
            [b'~', ..] => (1, Token::Tilde),
            [b'!', ..] => (1, Token::ExclamationMark),
            [b'#', ..] => (1, Token::Sharp),
            [b'\\', ..] => (1, Token::Backslash),
            _ => return None,
        };
        Some(self.operator(length, token))
    }

    /// Whether the token before, with nothing between, is something a field or a name part may follow: `a.1`, `a[0].b`.
    fn follows_name(&self) -> bool {
        self.tokens.last().is_some_and(|last| {
            Span::from(last.span).end == self.at
                && matches!(
                    last.token,
                    Token::Word(_) | Token::Placeholder(_) | Token::RBracket | Token::RParen
                )
        })
    }

    fn line_comment(&mut self) -> Result<Option<Token>, SqlError> {
        let rest = &self.bytes[self.at..];
        self.at += rest
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(rest.len());
        Ok(None)
    }

    /// `/* … */`: Snowflake's block comments do not nest.
    fn block_comment(&mut self) -> Result<Option<Token>, SqlError> {
        match self.text[self.at + 2..].find("*/") {
            Some(length) => {
                self.at += length + 4;
                Ok(None)
            }
            None => Err(self.unclosed("comment")),
        }
    }

    fn unclosed(&mut self, what: &str) -> SqlError {
        let span = Span::new(self.at, self.bytes.len());
        self.at = self.bytes.len();
        SqlError::syntax("unexpected '<EOF>'.", span)
            .with_detail(format!("the {what} that starts here is never closed"))
    }

    /// A single-quoted string, escapes resolved; `at` is its opening quote.
    fn string(&mut self) -> Result<String, SqlError> {
        let mut end = self.at + 1;
        loop {
            match self.bytes.get(end) {
                None => return Err(self.unclosed("string")),
                Some(b'\\') => end += 2,
                Some(b'\'') if self.bytes.get(end + 1) == Some(&b'\'') => end += 2,
                Some(b'\'') => break,
                Some(_) => end += 1,
            }
        }
        let inner = &self.text[self.at + 1..end];
        self.at = end + 1;
        Ok(unescape(inner))
    }

    fn quoted_identifier(&mut self) -> Result<Token, SqlError> {
        match quoted_end(self.bytes, self.at) {
            Some(end) => {
                let inner = &self.text[self.at + 1..end - 1];
                let token = Token::Word(Word {
                    value: inner.replace("\"\"", "\""),
                    quote_style: Some('"'),
                    keyword: sqlparser::keywords::Keyword::NoKeyword,
                });
                self.at = end;
                Ok(token)
            }
            None => Err(self.unclosed("quoted identifier")),
        }
    }

    fn dollar_string(&mut self) -> Result<Token, SqlError> {
        match self.text[self.at + 2..].find("$$") {
            Some(length) => {
                let value = self.text[self.at + 2..self.at + 2 + length].to_owned();
                self.at += length + 4;
                Ok(Token::DollarQuotedString(DollarQuotedString {
                    value,
                    tag: None,
                }))
            }
            None => Err(self.unclosed("$$ string")),
        }
    }

    /// `1`, `1.5`, `.5`, `1.`, `1e10`, `1.5E-3`.
    fn number(&mut self) -> Token {
        let digits = |mut at: usize| {
            while self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let mut end = digits(self.at);
        // `1..2` is not a number followed by a name part, but `1.` is one.
        if self.bytes.get(end) == Some(&b'.') && self.bytes.get(end + 1) != Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(self.bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.bytes.get(end + 1), Some(b'+' | b'-')));
            if self
                .bytes
                .get(end + 1 + sign)
                .is_some_and(u8::is_ascii_digit)
            {
                end = digits(end + 1 + sign);
            }
        }
        Token::Number(self.take(end).to_owned(), false)
    }
}

/// How the word starts that names a local file.
pub(super) const LOCAL_FILE: &str = "file://";

/// Where the bare identifier that starts at `at` ends.
fn identifier_end(bytes: &[u8], at: usize) -> usize {
    let length = bytes[at..]
        .iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')));
    length.map_or(bytes.len(), |length| at + length)
}

/// Where the double-quoted identifier that starts at `at` ends, its closing quote included.
fn quoted_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    loop {
        match bytes.get(end)? {
            b'"' if bytes.get(end + 1) == Some(&b'"') => end += 2,
            b'"' => return Some(end + 1),
            _ => end += 1,
        }
    }
}

/// Where the stage reference that starts at `at` (its `@`) ends: `@~`, `@[db.][schema.][%]name`, each with `/path`.
/// A path ends at whitespace or one of `( ) , ; '`; others must be written in quotes, as Snowflake demands.
pub(super) fn stage_reference_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    if bytes.get(end) == Some(&b'~') {
        end += 1;
    } else {
        loop {
            if bytes.get(end) == Some(&b'%') {
                end += 1;
            }
            end = match bytes.get(end)? {
                b'"' => quoted_end(bytes, end)?,
                byte if byte.is_ascii_alphabetic() || *byte == b'_' => identifier_end(bytes, end),
                _ => return None,
            };
            match bytes.get(end) {
                // `db..stage` is a stage in PUBLIC.
                Some(b'.') if bytes.get(end + 1) == Some(&b'.') => end += 2,
                Some(b'.') => end += 1,
                _ => break,
            }
        }
    }
    if bytes.get(end) == Some(&b'/') {
        end = reference_end(bytes, end);
    }
    Some(end)
}

/// Where a path without quotes ends.
fn reference_end(bytes: &[u8], at: usize) -> usize {
    let length = bytes[at..].iter().position(|byte| {
        byte.is_ascii_whitespace() || matches!(byte, b'(' | b')' | b',' | b';' | b'\'')
    });
    length.map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<&str> {
        let tokens = tokenize(script);
        assert_eq!(tokens.error, None);
        tokens
            .tokens
            .iter()
            .map(|token| Span::from(token.span).of(script))
            .collect()
    }

    #[test]
    fn spans_are_byte_offsets() {
        assert_eq!(
            texts("select 'é;', \"ü\" -- ;\n, 1.5e3//;\n;/*;*/x$1"),
            ["select", "'é;'", ",", "\"ü\"", ",", "1.5e3", ";", "x$1"]
        );
    }

    #[test]
    fn a_stage_reference_is_one_word() {
        assert_eq!(
            texts("@db.s.\"my st\"/a-b/2024/01.csv (x) @~/f,@%t @s)@db..st"),
            [
                "@db.s.\"my st\"/a-b/2024/01.csv",
                "(",
                "x",
                ")",
                "@~/f",
                ",",
                "@%t",
                "@s",
                ")",
                "@db..st"
            ]
        );
    }

    #[test]
    fn names_fields_and_numbers() {
        assert_eq!(
            texts("t.$1:a.b[0]::int METADATA$FILENAME a..b .5 1. x[0].5"),
            [
                "t",
                ".",
                "$1",
                ":",
                "a",
                ".",
                "b",
                "[",
                "0",
                "]",
                "::",
                "int",
                "METADATA$FILENAME",
                "a",
                ".",
                ".",
                "b",
                ".5",
                "1.",
                "x",
                "[",
                "0",
                "]",
                ".",
                "5"
            ]
        );
    }

    #[test]
    fn what_is_never_closed_is_an_error_at_its_start() {
        for (script, start) in [
            ("a 'b", 2),
            ("a /* b", 2),
            ("\"a", 0),
            ("$$a$", 0),
            ("'a\\", 0),
        ] {
            let tokens = tokenize(script);
            assert_eq!(
                tokens.error.map(|error| error.span.start),
                Some(start),
                "{script}"
            );
        }
    }
}
