//! VARIANT, OBJECT and ARRAY as text: JSON, one element a line, as Snowflake's clients show it.

/// Lays JSON out with `indent` spaces a level; with 0 on one line without spaces. Strings and numbers stay as they are.
pub(crate) fn lay_out(json: &str, indent: usize) -> String {
    let mut text = String::with_capacity(json.len() + json.len() / 4);
    let mut level = 0;
    let mut characters = json.chars().peekable();
    let new_line = |text: &mut String, level: usize| {
        if indent > 0 {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent * level));
        }
    };
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                text.push('"');
                while let Some(character) = characters.next() {
                    text.push(character);
                    match character {
                        '\\' => text.extend(characters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                text.push(character);
                while characters
                    .next_if(|next| next.is_ascii_whitespace())
                    .is_some()
                {}
                match characters.next_if(|next| matches!(next, '}' | ']')) {
                    Some(close) => text.push(close),
                    None => {
                        level += 1;
                        new_line(&mut text, level);
                    }
                }
            }
            '}' | ']' => {
                level = level.saturating_sub(1);
                new_line(&mut text, level);
                text.push(character);
            }
            ',' => {
                text.push(',');
                new_line(&mut text, level);
            }
            ':' => text.push_str(if indent > 0 { ": " } else { ":" }),
            space if space.is_ascii_whitespace() => {}
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::lay_out;

    #[test]
    fn json_is_laid_out() {
        let json = r#"{"a": [1, {"b":"x, \"y\": {"}], "c": {}, "d":[ ]}"#;
        assert_eq!(
            lay_out(json, 0),
            r#"{"a":[1,{"b":"x, \"y\": {"}],"c":{},"d":[]}"#
        );
        assert_eq!(
            lay_out(json, 2),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x, \\\"y\\\": {\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}"
        );
    }
}
