//! `SELECT | CALL SYSTEM$NAME(constants) [[AS] name]`, alone: text in, the call out. A server runs such functions on its own
//! statements and sessions, of which no engine knows.

use super::lexer;
use crate::span::Span;
use sqlparser::tokenizer::Token;

/// A call of a system function, which is all that a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemCall {
    /// `SYSTEM$WAIT`, in capitals.
    pub function: String,
    /// All are constants.
    pub arguments: Vec<SystemArgument>,
    /// What the result's column is called: the alias, or the call in capitals; of a CALL, the function alone.
    pub column: String,
}

/// An argument of such a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemArgument {
    /// A text, without its quotes.
    Text(String),
    /// As written.
    Number(String),
    /// `CURRENT_SESSION()`.
    CurrentSession,
}

/// The call of a text that is nothing but one.
pub fn system_call(text: &str) -> Option<SystemCall> {
    let tokens = lexer::tokenize(text).tokens;
    let mut rest = tokens.iter().peekable();
    let word = |token: &Token| match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_ascii_uppercase()),
        _ => None,
    };
    let is_call = match word(&rest.next()?.token)?.as_str() {
        "SELECT" => false,
        "CALL" => true,
        _ => return None,
    };
    let first = rest.next()?;
    let function = word(&first.token).filter(|name| name.starts_with("SYSTEM$"))?;
    let start = Span::from(first.span);
    (rest.next()?.token == Token::LParen).then_some(())?;
    let mut arguments = Vec::new();
    let end = loop {
        let token = rest.next()?;
        match &token.token {
            Token::RParen if arguments.is_empty() => break token,
            Token::SingleQuotedString(value) => arguments.push(SystemArgument::Text(value.clone())),
            Token::Number(digits, _) => arguments.push(SystemArgument::Number(digits.clone())),
            Token::Word(_) if word(&token.token).as_deref() == Some("CURRENT_SESSION") => {
                let called =
                    rest.next()?.token == Token::LParen && rest.next()?.token == Token::RParen;
                called.then(|| arguments.push(SystemArgument::CurrentSession))?;
            }
            _ => return None,
        }
        let after = rest.next()?;
        match after.token {
            Token::RParen => break after,
            Token::Comma => {}
            _ => return None,
        }
    };
    let mut column = match is_call {
        true => function.clone(),
        false => start
            .union(Span::from(end.span))
            .of(text)
            .to_ascii_uppercase(),
    };
    if !is_call && let Some(Token::Word(next)) = rest.peek().map(|token| &token.token) {
        let mut name = next;
        rest.next();
        if name.quote_style.is_none() && name.value.eq_ignore_ascii_case("AS") {
            match &rest.next()?.token {
                Token::Word(alias) => name = alias,
                _ => return None,
            }
        }
        column = match name.quote_style {
            Some(_) => name.value.clone(),
            None => name.value.to_ascii_uppercase(),
        };
    }
    rest.all(|token| matches!(token.token, Token::SemiColon | Token::EOF))
        .then_some(SystemCall {
            function,
            arguments,
            column,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_alone_is_found() {
        let column = |text: &str| system_call(text).map(|call| call.column);
        assert_eq!(
            system_call("call system$wait(2, 'MINUTES');"),
            Some(SystemCall {
                function: "SYSTEM$WAIT".to_owned(),
                arguments: vec![
                    SystemArgument::Number("2".to_owned()),
                    SystemArgument::Text("MINUTES".to_owned()),
                ],
                column: "SYSTEM$WAIT".to_owned(),
            })
        );
        assert_eq!(
            column("select system$cancel_query('ab') -- x").as_deref(),
            Some("SYSTEM$CANCEL_QUERY('AB')")
        );
        assert_eq!(column("select system$wait(1) as x").as_deref(), Some("X"));
        assert_eq!(
            system_call("select SYSTEM$ABORT_SESSION(current_session())")
                .unwrap()
                .arguments,
            [SystemArgument::CurrentSession]
        );
        for other in [
            "select system$wait(a) from t",
            "select system$wait(1), 2",
            "select system$wait(1) from t",
            "select 1",
            "call p(1)",
        ] {
            assert_eq!(system_call(other), None, "{other}");
        }
    }
}
