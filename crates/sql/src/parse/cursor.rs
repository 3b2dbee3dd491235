//! One statement's tokens, read from left to right: our own small readers, and sqlparser's for expressions, types and
//! queries in between, both on the same place in the same tokens.

use super::identifier::name_in_text;
use super::spelling;
use crate::error::SqlError;
use crate::name::{Ident, ObjectName};
use crate::span::Span;
use sqlparser::dialect::SnowflakeDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// How deep sqlparser may nest expressions and queries.
pub(super) const MAX_NESTING: usize = 200;

/// The tokens of one statement and a place in them.
pub(super) struct Cursor<'a> {
    parser: Parser<'static>,
    script: &'a str,
    /// Where the statement's text ends: the place of an unexpected end.
    end: usize,
}

impl<'a> Cursor<'a> {
    /// At the first of `tokens`; `end` is the offset in `script` at which the statement ends.
    pub(super) fn new(script: &'a str, tokens: Vec<TokenWithSpan>, end: usize) -> Self {
        let parser = Parser::new(&SnowflakeDialect {})
            .with_recursion_limit(MAX_NESTING)
            .with_tokens_with_locations(spelling::respelled(tokens));
        Self {
            parser,
            script,
            end,
        }
    }

    /// The script's text under `span`.
    pub(super) fn text(&self, span: Span) -> &'a str {
        self.script.get(span.start..span.end).unwrap_or("")
    }

    /// The next token.
    pub(super) fn peek(&self) -> &Token {
        &self.parser.peek_token_ref().token
    }

    /// The token after `ahead` others.
    pub(super) fn peek_ahead(&self, ahead: usize) -> &Token {
        &self.parser.peek_nth_token_ref(ahead).token
    }

    /// Whether everything is read.
    pub(super) fn at_end(&self) -> bool {
        *self.peek() == Token::EOF
    }

    /// The place of the next token; the empty range at the statement's end if there is none.
    pub(super) fn span(&self) -> Span {
        match self.parser.peek_token_ref() {
            token if token.token == Token::EOF => Span::new(self.end, self.end),
            token => token.span.into(),
        }
    }

    /// From `start` to the end of the last token read.
    pub(super) fn span_from(&self, start: usize) -> Span {
        let end = match self.parser.index() {
            0 => start,
            _ => Span::from(self.parser.get_current_token().span).end,
        };
        Span::new(start, end.max(start))
    }

    /// Goes one token on.
    pub(super) fn advance(&mut self) {
        self.parser.advance_token();
    }

    /// `unexpected 'X'.` at the next token.
    pub(super) fn unexpected(&self) -> SqlError {
        unexpected_at(self.script, self.span())
    }

    /// The same with what should have stood there.
    pub(super) fn expected(&self, what: &str) -> SqlError {
        self.unexpected().with_detail(format!("expected {what}"))
    }

    /// An error unless everything is read.
    pub(super) fn finish(&self) -> Result<(), SqlError> {
        if self.at_end() {
            return Ok(());
        }
        Err(self
            .refusal_at(self.span().start)
            .unwrap_or_else(|| self.unexpected()))
    }

    /// Whether the next token is that unquoted word, in any case.
    pub(super) fn at_word(&self, word: &str) -> bool {
        is_word(self.peek(), word)
    }

    /// Whether the next tokens are those unquoted words.
    pub(super) fn at_words(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(ahead, word)| is_word(self.peek_ahead(ahead), word))
    }

    /// Reads those words if they stand next.
    pub(super) fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.at_words(words);
        if found {
            words.iter().for_each(|_| self.advance());
        }
        found
    }

    /// Reads that word if it stands next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.eat_words(&[word])
    }

    /// Reads one of the words; gives the one that stood there.
    pub(super) fn eat_one_of<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        let found = words.iter().find(|word| self.at_word(word)).copied();
        if found.is_some() {
            self.advance();
        }
        found
    }

    /// Reads that word or fails.
    pub(super) fn expect_word(&mut self, word: &str) -> Result<(), SqlError> {
        if self.eat_word(word) {
            Ok(())
        } else {
            Err(self.expected(word))
        }
    }

    /// Reads that token if it stands next.
    pub(super) fn eat(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        if found {
            self.advance();
        }
        found
    }

    /// Reads that token or fails.
    pub(super) fn expect(&mut self, token: &Token) -> Result<(), SqlError> {
        if self.eat(token) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{token}`")))
        }
    }

    /// The next token as an unquoted word in upper case, without reading it.
    pub(super) fn word(&self) -> Option<String> {
        match self.peek() {
            Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_uppercase()),
            _ => None,
        }
    }

    /// IF EXISTS.
    pub(super) fn if_exists(&mut self) -> bool {
        self.eat_words(&["IF", "EXISTS"])
    }

    /// One identifier.
    pub(super) fn ident(&mut self) -> Result<Ident, SqlError> {
        match self.peek() {
            Token::Word(word) if word.quote_style.is_some() || !word.value.contains(['@', ':']) => {
                let ident = match word.quote_style {
                    None => Ident::unquoted(&word.value, self.span()),
                    Some(_) => Ident::quoted(word.value.clone(), self.span()),
                };
                self.advance();
                Ok(ident)
            }
            _ => Err(self.expected("an identifier")),
        }
    }

    /// A name of one to three parts, or `IDENTIFIER('…')`.
    pub(super) fn object_name(&mut self) -> Result<ObjectName, SqlError> {
        self.name_of(3)
    }

    /// A name of one to `most` parts, or `IDENTIFIER('…')`.
    pub(super) fn name_of(&mut self, most: usize) -> Result<ObjectName, SqlError> {
        let start = self.span().start;
        if self.at_word("IDENTIFIER") && *self.peek_ahead(1) == Token::LParen {
            return self.identifier_call(most);
        }
        let mut parts = vec![self.ident()?];
        while self.eat(&Token::Period) {
            // `db..t`: the schema left out means PUBLIC.
            if parts.len() == 1 && *self.peek() == Token::Period {
                parts.push(Ident::quoted("", self.span()));
                continue;
            }
            parts.push(self.ident()?);
        }
        if parts.len() > most {
            let span = self.span_from(start);
            return Err(too_many_parts(self.text(span), span));
        }
        Ok(ObjectName { parts })
    }

    /// `IDENTIFIER('db.s.t')`; one with a variable was replaced before.
    fn identifier_call(&mut self, most: usize) -> Result<ObjectName, SqlError> {
        let start = self.span().start;
        self.advance();
        self.expect(&Token::LParen)?;
        if let Token::Placeholder(_) = self.peek() {
            return Err(SqlError::unsupported(
                "IDENTIFIER() of a bind variable",
                self.span(),
            ));
        }
        let (text, span) = self.string()?;
        self.expect(&Token::RParen)?;
        let name =
            name_in_text(&text, span).ok_or_else(|| SqlError::invalid_identifier(&text, span))?;
        if name.parts.len() > most {
            return Err(too_many_parts(&text, self.span_from(start)));
        }
        Ok(name)
    }

    /// A string constant, single-quoted or between `$$`.
    pub(super) fn string(&mut self) -> Result<(String, Span), SqlError> {
        let value = match self.peek() {
            Token::SingleQuotedString(value) => value.clone(),
            Token::DollarQuotedString(string) => string.value.clone(),
            _ => return Err(self.expected("a string")),
        };
        let span = self.span();
        self.advance();
        Ok((value, span))
    }

    /// A whole number that is not negative.
    pub(super) fn unsigned(&mut self) -> Result<u64, SqlError> {
        match self.peek() {
            Token::Number(digits, _) => {
                let number = digits
                    .parse()
                    .map_err(|_| self.expected("a whole number"))?;
                self.advance();
                Ok(number)
            }
            _ => Err(self.expected("a whole number")),
        }
    }

    /// A whole number with or without sign.
    pub(super) fn integer(&mut self) -> Result<i64, SqlError> {
        let negative = self.eat(&Token::Minus);
        if !negative {
            self.eat(&Token::Plus);
        }
        let span = self.span();
        let magnitude = i128::from(self.unsigned()?);
        let number = if negative { -magnitude } else { magnitude };
        i64::try_from(number).map_err(|_| unexpected_at(self.script, span))
    }

    /// Items between commas, at least one.
    pub(super) fn comma_separated<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, SqlError>,
    ) -> Result<Vec<T>, SqlError> {
        let mut items = vec![item(self)?];
        while self.eat(&Token::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `(a, b, …)`.
    pub(super) fn parenthesized<T>(
        &mut self,
        item: impl FnMut(&mut Self) -> Result<T, SqlError>,
    ) -> Result<Vec<T>, SqlError> {
        self.expect(&Token::LParen)?;
        let items = self.comma_separated(item)?;
        self.expect(&Token::RParen)?;
        Ok(items)
    }

    /// Hands over to sqlparser; gives what it read and where that stands.
    pub(super) fn parse<T>(
        &mut self,
        read: impl FnOnce(&mut Parser<'static>) -> Result<T, ParserError>,
    ) -> Result<(T, Span), SqlError> {
        let start = self.span().start;
        match read(&mut self.parser) {
            Ok(value) => Ok((value, self.span_from(start))),
            Err(error) => Err(self.parser_error(error)),
        }
    }

    fn parser_error(&self, error: ParserError) -> SqlError {
        let message = match error {
            ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
            ParserError::RecursionLimitExceeded => return too_deep(self.span()),
        };
        // sqlparser ends its messages with the place it means, in our coordinates.
        let (message, offset) = match message.rsplit_once(" at Line: 1, Column: ") {
            Some((message, column)) => (message, column.trim().parse::<usize>().ok()),
            None => (message.as_str(), None),
        };
        let offset = offset.and_then(|column| column.checked_sub(1));
        if let Some(refusal) = offset.and_then(|offset| self.refusal_at(offset)) {
            return refusal;
        }
        let error = match offset {
            Some(offset) => unexpected_at(self.script, self.token_at(offset)),
            None if message.contains("found: EOF") => {
                unexpected_at(self.script, Span::new(self.end, self.end))
            }
            None => self.unexpected(),
        };
        let wanted = message.strip_prefix("Expected: ").map_or(message, |rest| {
            rest.split(", found: ").next().unwrap_or(rest)
        });
        error.with_detail(if wanted.len() == message.len() {
            wanted.to_owned()
        } else {
            format!("expected {wanted}")
        })
    }

    /// The refusal by name where sqlparser stopped at something Snowflake has.
    fn refusal_at(&self, offset: usize) -> Option<SqlError> {
        let (before, after) = self.script.split_at_checked(offset)?;
        let before = before.trim_end();
        let what = if after.starts_with("->>") {
            "flow operator `->>`"
        } else if after.starts_with("**") || after.starts_with('*') && before.ends_with('*') {
            "spread operator `**`"
        } else if before.to_uppercase().ends_with("INTERVAL") {
            "INTERVAL data types"
        } else {
            return None;
        };
        Some(SqlError::unsupported(what, self.token_at(offset)))
    }

    /// The span of the token that starts at `offset`.
    fn token_at(&self, offset: usize) -> Span {
        let tokens = super::lexer::tokenize(self.script.get(offset..self.end).unwrap_or(""));
        match tokens.tokens.first() {
            Some(token) => Span::from(token.span).shift(offset),
            None => Span::new(self.end, self.end),
        }
    }
}

/// Snowflake's words for a token that has no business where it stands.
pub(super) fn unexpected_at(script: &str, span: Span) -> SqlError {
    let text = if span.start == span.end {
        "<EOF>"
    } else {
        span.of(script)
    };
    SqlError::syntax(format!("unexpected '{text}'."), span)
}

/// The statement nests deeper than this parser goes.
pub(super) fn too_deep(span: Span) -> SqlError {
    SqlError::unsupported("expression or query nested this deep", span).with_hint(
        "split the statement: give parts of it a name with WITH, or put them into tables of their own",
    )
}

fn too_many_parts(text: &str, span: Span) -> SqlError {
    SqlError::compilation(
        "001003",
        "42000",
        format!("name '{text}' has too many parts"),
        span,
    )
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted))
}
