//! The inside of a single-quoted string constant → its value.

/// Resolves `''` and Snowflake's backslash sequences: `\' \" \\ \b \f \n \r \t \0 \ooo \xhh \uhhhh`; a backslash before
/// anything else is ignored. See <https://docs.snowflake.com/en/sql-reference/data-types-text#string-constants>.
pub(super) fn unescape(inner: &str) -> String {
    if !inner.contains(['\\', '\'']) {
        return inner.to_owned();
    }
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find(['\\', '\'']) {
        value.push_str(&rest[..at]);
        if rest.as_bytes()[at] == b'\'' {
            value.push('\'');
            rest = rest.get(at + 2..).unwrap_or("");
            continue;
        }
        rest = &rest[at + 1..];
        let Some(escaped) = rest.chars().next() else {
            break;
        };
        let coded = match escaped {
            '0'..='7' => code(rest, 3, 8).or(Some(('\0', 1)).filter(|_| escaped == '0')),
            'x' => code(&rest[1..], 2, 16).map(|(character, length)| (character, length + 1)),
            'u' => code(&rest[1..], 4, 16).map(|(character, length)| (character, length + 1)),
            _ => None,
        };
        let (character, length) = coded.unwrap_or_else(|| {
            let character = match escaped {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            };
            (character, escaped.len_utf8())
        });
        value.push(character);
        rest = &rest[length..];
    }
    value.push_str(rest);
    value
}

/// The character whose number is written in exactly `digits` digits at the start of `text`, and how long that is.
fn code(text: &str, digits: usize, radix: u32) -> Option<(char, usize)> {
    let number = text.get(..digits)?;
    if !number.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let character = char::from_u32(u32::from_str_radix(number, radix).ok()?)?;
    Some((character, digits))
}

/// A value as a single-quoted Snowflake string constant.
pub fn quote_string(value: &str) -> String {
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('\'');
    for character in value.chars() {
        match character {
            '\'' => quoted.push_str("''"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0' => quoted.push_str("\\u0000"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// The value of a text that is one string literal.
pub(crate) fn string_in_text(text: &str) -> Option<String> {
    let tokens = super::lexer::tokenize(text).tokens;
    match tokens.first().map(|token| &token.token) {
        Some(sqlparser::tokenizer::Token::SingleQuotedString(value)) => Some(value.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences() {
        for (inner, value) in [
            ("it''s", "it's"),
            (r"it\'s", "it's"),
            (r"Hello\tWorld\n", "Hello\tWorld\n"),
            (r"C:\\user", r"C:\user"),
            (r"-\041-\x21-\u26c4-", "-!-!-⛄-"),
            (r"\z\é", "zé"),
            (r"\0a", "\0a"),
            (r"\u12", "u12"),
            (r"\xé", "xé"),
        ] {
            assert_eq!(unescape(inner), value, "{inner}");
        }
    }

    #[test]
    fn quoting_is_the_inverse() {
        let value = "it's\\ \n\t\r\0 1 \u{8}\u{c} é ⛄ \"x\" $$";
        let quoted = quote_string(value);
        assert_eq!(unescape(&quoted[1..quoted.len() - 1]), value);
    }
}
