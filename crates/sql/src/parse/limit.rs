//! How much one statement may nest. sqlparser guards its own recursion, but a long chain (`a + b + c …`) is read in a loop
//! and gives a tree as deep as the chain is long, on which everything after would recurse.

use super::cursor::{MAX_NESTING, too_deep};
use crate::error::SqlError;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Longest chain of operators, set operations or joins without a comma or parenthesis between.
const MAX_CHAIN: usize = 2_000;

/// Refuses a statement whose tree would be too deep.
pub(super) fn check(tokens: &[TokenWithSpan]) -> Result<(), SqlError> {
    // The length of the chain so far, for every open parenthesis.
    let mut chains = vec![0usize];
    for token in tokens {
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                if chains.len() > MAX_NESTING {
                    return Err(too_deep(token.span.into()));
                }
                chains.push(0);
            }
            Token::RParen | Token::RBracket | Token::RBrace if chains.len() > 1 => {
                chains.pop();
            }
            // A list is flat.
            Token::Comma => {
                if let Some(chain) = chains.last_mut() {
                    *chain = 0;
                }
            }
            other if lengthens(other) => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                    if *chain > MAX_CHAIN {
                        return Err(too_deep(token.span.into()));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn lengthens(token: &Token) -> bool {
    match token {
        Token::Plus
        | Token::Minus
        | Token::Mul
        | Token::Div
        | Token::Mod
        | Token::StringConcat
        | Token::Eq
        | Token::DoubleEq
        | Token::Neq
        | Token::Lt
        | Token::Gt
        | Token::LtEq
        | Token::GtEq
        | Token::DoubleColon
        | Token::Colon
        | Token::Arrow
        | Token::LongArrow
        | Token::Pipe
        | Token::Ampersand
        | Token::Caret
        | Token::Tilde
        | Token::ExclamationMark
        | Token::Sharp => true,
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::XOR
                | Keyword::IS
                | Keyword::IN
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::RLIKE
                | Keyword::REGEXP
                | Keyword::BETWEEN
                | Keyword::COLLATE
                | Keyword::UNION
                | Keyword::INTERSECT
                | Keyword::EXCEPT
                | Keyword::MINUS
                | Keyword::PIVOT
                | Keyword::UNPIVOT
        ),
        _ => false,
    }
}
