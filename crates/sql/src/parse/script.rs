//! A script → its statements, split at the semicolons between tokens.

use super::cursor::Cursor;
use super::{flow, lexer, limit, statement, variables};
use crate::error::SqlError;
use crate::span::Span;
use crate::statement::{Immediate, ParsedStatement, Statement};
use sqlparser::ast;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// All statements of a script, or the first error. Spans are byte offsets into `text`.
///
/// # Errors
/// [`crate::ErrorKind::Syntax`] for what is not Snowflake SQL, [`crate::ErrorKind::Unsupported`] for what Snowflake has
/// and snowmelt does not run.
pub fn parse_script(text: &str) -> Result<Vec<ParsedStatement>, SqlError> {
    Statements::new(text).collect()
}

/// All statements of a script; one that cannot be read gives its error, and reading goes on after its semicolon.
pub fn parse_script_and_go_on(text: &str) -> Vec<Result<ParsedStatement, SqlError>> {
    Statements::new(text).collect()
}

/// Where the statements of a script are, whatever they say: for those that another one reads.
///
/// # Errors
/// A string, a name or a comment that does not end.
pub fn statement_spans(text: &str) -> Result<Vec<Span>, SqlError> {
    let mut statements = Statements::new(text);
    let mut spans = Vec::new();
    loop {
        let tokens = statements.next_tokens();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            break;
        };
        let (start, end) = (Span::from(first.span).start, Span::from(last.span).end);
        spans.push(Span::new(start, end));
    }
    match statements.lexical_error {
        Some(error) => Err(error),
        None => Ok(spans),
    }
}

/// Whether the text ends with a semicolon that ends a statement: one in a string, a name or a comment does not. A prompt
/// runs such a text and waits for more of any other.
pub fn ends_with_semicolon(text: &str) -> bool {
    let lexer::Tokens { tokens, error } = lexer::tokenize(text);
    error.is_none()
        && tokens
            .last()
            .is_some_and(|last| last.token == Token::SemiColon)
}

/// One expression, such as a column's default. Spans are byte offsets into `text`.
///
/// # Errors
/// Syntax, if the text is anything but one expression.
pub fn parse_expression(text: &str) -> Result<ast::Expr, SqlError> {
    let lexer::Tokens { tokens, error } = lexer::tokenize(text);
    if let Some(error) = error {
        return Err(error);
    }
    limit::check(&tokens)?;
    let mut cursor = Cursor::new(text, tokens, text.len());
    let (expression, _) = cursor.parse(|parser| parser.parse_expr())?;
    cursor.finish()?;
    Ok(expression)
}

struct Statements<'a> {
    text: &'a str,
    tokens: std::vec::IntoIter<TokenWithSpan>,
    lexical_error: Option<SqlError>,
}

impl<'a> Statements<'a> {
    fn new(text: &'a str) -> Self {
        let lexer::Tokens { tokens, error } = lexer::tokenize(text);
        Self {
            text,
            tokens: tokens.into_iter(),
            lexical_error: error,
        }
    }

    /// The tokens of the next statement, without its semicolon; empty at the script's end.
    fn next_tokens(&mut self) -> Vec<TokenWithSpan> {
        let mut tokens = Vec::new();
        let mut block = BlockDepth::default();
        for token in self.tokens.by_ref() {
            if token.token == Token::SemiColon {
                if tokens.is_empty() {
                    continue;
                }
                if !block.is_open(&tokens) {
                    break;
                }
            }
            block.note(&tokens, &token.token);
            tokens.push(token);
        }
        tokens
    }
}

impl Iterator for Statements<'_> {
    type Item = Result<ParsedStatement, SqlError>;

    fn next(&mut self) -> Option<Self::Item> {
        let tokens = self.next_tokens();
        // What is never closed belongs to the last statement: its error is the one to show.
        if self.tokens.as_slice().is_empty()
            && let Some(error) = self.lexical_error.take_if(|error| {
                tokens
                    .last()
                    .is_none_or(|last| !ends_before(self.text, last, error))
            })
        {
            return Some(Err(error));
        }
        let (first, last) = (tokens.first()?, tokens.last()?);
        let span = Span::new(Span::from(first.span).start, Span::from(last.span).end);
        if let Err(error) = limit::check(&tokens) {
            return Some(Err(error));
        }
        if let Some(script) = flow::script(self.text, &tokens) {
            let statement = Statement::ExecuteImmediate(Immediate::Text(script, span));
            return Some(Ok(ParsedStatement { statement, span }));
        }
        if variables::are_in(&tokens) {
            let statement = Statement::WithVariables;
            return Some(Ok(ParsedStatement { statement, span }));
        }
        let mut cursor = Cursor::new(self.text, tokens, span.end);
        Some(statement::parse(&mut cursor).map(|statement| ParsedStatement { statement, span }))
    }
}

/// Whether a semicolon stands between the token and the place of the error.
fn ends_before(text: &str, last: &TokenWithSpan, error: &SqlError) -> bool {
    let between = Span::new(Span::from(last.span).end, error.span.start);
    lexer::tokenize(between.of(text))
        .tokens
        .iter()
        .any(|token| token.token == Token::SemiColon)
}

/// How deep a statement is inside a Snowflake Scripting block, whose semicolons do not end it. Blocks are refused, but as
/// the one statement they are.
#[derive(Default)]
struct BlockDepth {
    depth: usize,
    /// DECLARE was read and its BEGIN not yet.
    declaring: bool,
}

impl BlockDepth {
    fn is_open(&self, tokens: &[TokenWithSpan]) -> bool {
        self.declaring || self.depth > 0 && !is_transaction(tokens)
    }

    fn note(&mut self, before: &[TokenWithSpan], token: &Token) {
        let last = before.last().map(|last| &last.token);
        let after =
            |words: &[&str]| last.is_some_and(|last| words.iter().any(|word| is(last, word)));
        if is(token, "DECLARE") && (last.is_none() || after(&["AS"])) {
            self.declaring = true;
        } else if is(token, "BEGIN") && (last.is_none() || after(&["AS"]) || self.declaring) {
            self.declaring = false;
            self.depth += 1;
        } else if self.depth > 0 {
            let starts_statement = last == Some(&Token::SemiColon)
                || after(&["BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT"]);
            let opens = ["BEGIN", "IF", "FOR", "WHILE", "LOOP", "REPEAT"];
            if is(token, "END") {
                self.depth -= 1;
            } else if starts_statement && opens.iter().any(|word| is(token, word))
                || is(token, "CASE") && !after(&["END"])
            {
                self.depth += 1;
            }
        }
    }
}

/// BEGIN [TRANSACTION | WORK] [NAME name].
fn is_transaction(tokens: &[TokenWithSpan]) -> bool {
    tokens
        .first()
        .is_some_and(|first| is(&first.token, "BEGIN"))
        && tokens.get(1).is_none_or(|second| {
            ["TRANSACTION", "WORK", "NAME"]
                .iter()
                .any(|word| is(&second.token, word))
        })
}

fn is(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_knows_when_a_statement_is_whole() {
        for whole in [
            "select 1;",
            "select 1; -- done",
            "select 1;\n/* done; */ ",
            "select 'it''s';",
            "select 'a\\';';",
            "select \"a;\" from $$ ' $$;",
        ] {
            assert!(ends_with_semicolon(whole), "{whole}");
        }
        for open in [
            "",
            "select 1",
            "select ';'",
            "select 'a;",
            "select 1 -- ;",
            "select 1 // ;",
            "/* ; ",
            "$$ ;",
            "select 1; select 2",
        ] {
            assert!(!ends_with_semicolon(open), "{open}");
        }
    }
}
