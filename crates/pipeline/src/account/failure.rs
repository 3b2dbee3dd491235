//! What goes wrong on the way to an account and on it. In: the driver's error. Out: a [`TargetError`] that says what
//! happened, what was done, and what to do next.

use super::connection::Connection;
use crate::target::{TargetError, TargetErrorKind};
use snowflake_connector_rs::{Error, ErrorKind};
use snowmelt_sql::Span;
use std::error::Error as _;

/// An error of logging in: nothing was done.
pub(super) fn of_login(error: &Error, connection: &Connection) -> TargetError {
    let mut failure = match error.kind() {
        ErrorKind::Auth => {
            let said = error.snowflake_message().map(one_line);
            let message = match &said {
                Some(said) => format!(
                    "`{}` does not let `{}` in: {said}",
                    connection.host(),
                    connection.user
                ),
                None => format!(
                    "cannot log in to `{}` as `{}`: {error}",
                    connection.host(),
                    connection.user
                ),
            };
            TargetError {
                hint: Some(login_hint(said.as_deref().unwrap_or_default(), connection)),
                ..TargetError::new(TargetErrorKind::Unavailable, message)
            }
        }
        _ => unreachable_host(error, connection),
    };
    failure.detail = Some(match causes(error) {
        Some(causes) => format!("{causes}\nnothing was done"),
        None => "nothing was done".to_owned(),
    });
    failure
}

/// An error of a statement.
pub(super) fn of_statement(error: &Error, sql: &str, connection: &Connection) -> TargetError {
    let mut failure = match error.kind() {
        ErrorKind::Server => refused(error, sql),
        ErrorKind::Cancelled => TargetError {
            code: error.snowflake_code().map(str::to_owned),
            sqlstate: Some("57014".to_owned()),
            ..TargetError::new(TargetErrorKind::Cancelled, "the statement was cancelled")
        },
        ErrorKind::SessionExpired => TargetError {
            detail: Some("the session's token expired while the statement ran; the account may still be at it".to_owned()),
            hint: Some(after_unknown(error)),
            ..TargetError::new(TargetErrorKind::Unavailable, "the session has expired")
        },
        ErrorKind::Network | ErrorKind::Timeout => {
            let mut failure = unreachable_host(error, connection);
            let causes = causes(error).map(|causes| format!("{causes}\n"));
            failure.detail = Some(format!(
                "{}the statement was on its way: whether the account has run it is not known",
                causes.unwrap_or_default()
            ));
            failure.hint = Some(after_unknown(error));
            failure
        }
        _ => TargetError {
            detail: causes(error),
            ..TargetError::new(
                TargetErrorKind::Internal,
                format!("the account's answer cannot be read: {error}"),
            )
        },
    };
    failure.query_id = error.query_id().map(str::to_owned);
    failure
}

/// A statement that the account refused, or that failed there.
fn refused(error: &Error, sql: &str) -> TargetError {
    let said = error.snowflake_message().unwrap_or_default();
    let code = error.snowflake_code().unwrap_or_default();
    let (message, span) = split(said, sql);
    let kind = match code {
        "000604" | "000605" => TargetErrorKind::Cancelled,
        // A lock, a time limit, a warehouse that is away.
        "000625" | "000630" | "000606" | "000607" | "000609" | "000610" => {
            TargetErrorKind::Unavailable
        }
        "000603" => TargetErrorKind::Internal,
        code if code.starts_with("100") => TargetErrorKind::Data,
        _ => TargetErrorKind::Statement,
    };
    TargetError {
        code: error.snowflake_code().map(str::to_owned),
        hint: hint(code, said).map(str::to_owned),
        span,
        ..TargetError::new(kind, message)
    }
}

/// What to do about an error that the account reports by that code.
fn hint(code: &str, said: &str) -> Option<&'static str> {
    Some(match code {
        "000606" => {
            "name a `warehouse` in the connection, or declare one with CREATE WAREHOUSE and USE WAREHOUSE in the files"
        }
        "000607" | "000609" | "000610" => {
            "ALTER WAREHOUSE … RESUME, or declare it with AUTO_RESUME = TRUE; then run again"
        }
        "000630" => {
            "it ran longer than STATEMENT_TIMEOUT_IN_SECONDS allows: raise that, or take a larger warehouse; then run again"
        }
        "000625" => "another statement holds the table: run again when it has ended",
        "003001" => {
            "`snowmelt target test` lists the rights that the role lacks; a GRANT or another `role` helps"
        }
        "002003" if said.contains("not authorized") => {
            "it is not there, or the role may not see it: `snowmelt target test` lists the rights that the role lacks"
        }
        _ => return None,
    })
}

fn login_hint(said: &str, connection: &Connection) -> String {
    let said = said.to_lowercase();
    if said.contains("jwt") {
        format!(
            "does `{}` have this key? DESC USER shows RSA_PUBLIC_KEY_FP; ALTER USER … SET RSA_PUBLIC_KEY sets it; the clock \
             of this machine must be right too",
            connection.user
        )
    } else if said.contains("expired") {
        format!(
            "the {} has expired: get a new one",
            connection.credential.noun()
        )
    } else if said.contains("role") {
        "take another `role`, or have an administrator grant it".to_owned()
    } else if said.contains("network policy") || said.contains("not allowed to access") {
        "this machine's address is not on the account's network policy".to_owned()
    } else if said.contains("mfa") || said.contains("multi-factor") || said.contains("duo") {
        "use a key pair or a programmatic access token: a program cannot answer a second factor"
            .to_owned()
    } else {
        format!(
            "look at `user`, `account` and the {} of connection `{}`",
            connection.credential.noun(),
            connection.name
        )
    }
}

fn unreachable_host(error: &Error, connection: &Connection) -> TargetError {
    let message = match error.kind() {
        ErrorKind::Timeout => format!("`{}` did not answer in time", connection.host()),
        ErrorKind::Config => format!("`{}` cannot be reached: {error}", connection.host()),
        ErrorKind::Network => format!("cannot reach `{}`", connection.host()),
        _ => format!(
            "`{}` gave no answer that can be read: {error}",
            connection.host()
        ),
    };
    TargetError {
        hint: Some(
            "is the `account` or `host` right, and does a firewall or proxy (HTTPS_PROXY) stand between?".to_owned(),
        ),
        ..TargetError::new(TargetErrorKind::Unavailable, message)
    }
}

/// What to do when it is not known how a statement ended.
fn after_unknown(error: &Error) -> String {
    match error.query_id() {
        Some(id) => format!(
            "see how it ended with SELECT * FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY()) WHERE QUERY_ID = '{id}'; then run \
             again: what is done is not done twice"
        ),
        None => "run again: what is done is not done twice".to_owned(),
    }
}

/// `SQL compilation error: error line 2 at position 7` and the rest → the rest, and where that is.
fn split(said: &str, sql: &str) -> (String, Option<Span>) {
    let rest = said.trim();
    let rest = rest
        .strip_prefix("SQL compilation error:")
        .unwrap_or(rest)
        .trim_start();
    let place = rest.find("error line ").and_then(|at| {
        let after = &rest[at + "error line ".len()..];
        let (line, after) = after.split_once(" at position ")?;
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (line, position): (usize, usize) = (line.parse().ok()?, after[..digits].parse().ok()?);
        Some((at, &after[digits..], offset(sql, line, position)))
    });
    match place {
        Some((0, after, offset)) if !after.trim().is_empty() => {
            (one_line(after), offset.map(|at| Span::new(at, at)))
        }
        Some((_, _, offset)) => (one_line(rest), offset.map(|at| Span::new(at, at))),
        None => (one_line(rest), None),
    }
}

/// The byte at a line, counted from 1, and a position in it, counted from 0 in characters.
fn offset(sql: &str, line: usize, position: usize) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line {
        start += sql[start..].find('\n')? + 1;
    }
    let text = sql[start..].lines().next().unwrap_or_default();
    let inside = text
        .char_indices()
        .nth(position)
        .map_or(text.len(), |(at, _)| at);
    Some(start + inside)
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    text.trim_end_matches('.').to_owned()
}

/// The causes, the nearest first.
fn causes(error: &Error) -> Option<String> {
    let mut causes: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !causes.iter().any(|said| said.contains(&text)) {
            causes.push(text);
        }
        next = cause.source();
    }
    (!causes.is_empty()).then(|| causes.join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_s_position_is_found_in_the_statement() {
        let sql = "SELECT a,\n  é, namee\nFROM t";
        let said = "SQL compilation error: error line 2 at position 5\ninvalid identifier 'NAMEE'";
        let (message, span) = split(said, sql);
        assert_eq!(message, "invalid identifier 'NAMEE'");
        assert_eq!(&sql[span.unwrap().start..], "namee\nFROM t");
        let (message, span) = split(
            "SQL compilation error:\nObject 'T' does not exist or not authorized.",
            sql,
        );
        assert_eq!(message, "Object 'T' does not exist or not authorized");
        assert_eq!(span, None);
        assert_eq!(offset("a", 9, 9), None);
    }
}
