//! Errors that lowered SQL raises while DuckDB runs it, in a form the engine takes apart again: in, a code, a SQLSTATE
//! and a message; out, DuckDB SQL; and back.

/// DuckDB SQL that fails with that Snowflake error. `message` is a DuckDB expression of type VARCHAR, e.g.
/// `'Division by zero'` or `'Numeric value ''' || x || ''' is not recognized'`.
pub fn raise(code: &str, sqlstate: &str, message: &str) -> String {
    format!("error('[{code} {sqlstate}] ' || {message})")
}

/// The code, SQLSTATE and message of an error that [`raise`] made, from DuckDB's text without its kind
/// (`Invalid Input Error: `).
pub fn parse_raised(text: &str) -> Option<(&str, &str, &str)> {
    let (head, message) = text.strip_prefix('[')?.split_once("] ")?;
    let (code, sqlstate) = head.split_once(' ')?;
    let plain = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (plain(code, 6) && plain(sqlstate, 5)).then_some((code, sqlstate, message))
}

/// The text of a number as the user wrote it: before DuckDB reads one, the macro `numeric_text` hides the letters that
/// DuckDB takes for part of a number (`1_000`, `0x1F`, `0b1`) and Snowflake does not.
pub fn numeric_text_as_written(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\u{E05F}' => '_',
            '\u{E078}' => 'x',
            '\u{E058}' => 'X',
            '\u{E062}' => 'b',
            '\u{E042}' => 'B',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raised_error_comes_back() {
        assert_eq!(
            raise("100051", "22012", "'Division by zero'"),
            "error('[100051 22012] ' || 'Division by zero')"
        );
        assert_eq!(
            parse_raised("[100051 22012] Division by zero"),
            Some(("100051", "22012", "Division by zero"))
        );
        assert_eq!(parse_raised("[1, 2] is a list"), None);
    }
}
