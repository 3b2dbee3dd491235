//! The names of result columns that have no alias.
//!
//! Snowflake names such a column by the expression's text in upper case: `count(*)` → `COUNT(*)`.

/// The texts of the `count` items of the SELECT list whose keyword SELECT stands at byte `select`, in upper case.
/// `None` if the text does not look as expected (then the caller names the columns otherwise).
pub(super) fn headings(
    text: &str,
    select: usize,
    count: usize,
    has_top: bool,
) -> Option<Vec<String>> {
    let text = text.get(select..)?;
    if !text.get(..6)?.eq_ignore_ascii_case("select") {
        return None;
    }
    let mut items = split_items(&text[6..], count);
    if has_top && let Some(first) = items.first_mut() {
        // `TOP n expression`
        *first = first.splitn(3, ' ').nth(2)?.trim_start().to_owned();
    }
    (items.len() == count).then_some(items)
}

/// Splits a SELECT list at its commas, and upper-cases it without its comments. Ends after `count` items.
fn split_items(text: &str, count: usize) -> Vec<String> {
    let mut items = Vec::with_capacity(count);
    let mut item = String::new();
    let mut depth = 0_usize;
    let mut previous_word = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest);
        let token = &rest[..length];
        let is_comment =
            token.starts_with("--") || token.starts_with("//") || token.starts_with("/*");
        if depth == 0 && ends_list(token, &previous_word, item.trim().is_empty()) {
            break;
        }
        match first {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && token == "," {
            items.push(std::mem::take(&mut item).trim().to_owned());
            if items.len() == count {
                return items;
            }
        } else if is_comment {
            if !item.ends_with(' ') {
                item.push(' ');
            }
        } else if token.starts_with('"') {
            item.push_str(token);
        } else {
            item.push_str(&token.to_uppercase());
        }
        if first.is_alphabetic() {
            previous_word = token.to_uppercase();
            // Words before the first item.
            if items.is_empty() && matches!(item.trim(), "DISTINCT" | "ALL") {
                item.clear();
            }
        } else if !first.is_whitespace() && !is_comment {
            previous_word.clear();
        }
        rest = &rest[length..];
    }
    items.push(item.trim().to_owned());
    items
}

/// The length of the token at the start of `text`: a literal, a quoted name, a comment, a word, or one character.
fn token_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let quoted = |quote: u8, backslash: bool| {
        let mut index = 1;
        while index < bytes.len() {
            if backslash && bytes[index] == b'\\' {
                index += 2;
            } else if bytes[index] == quote {
                if bytes.get(index + 1) == Some(&quote) {
                    index += 2;
                } else {
                    return index + 1;
                }
            } else {
                index += 1;
            }
        }
        bytes.len()
    };
    let line = || text.find('\n').unwrap_or(text.len());
    let length = match bytes[0] {
        b'\'' => quoted(b'\'', true),
        b'"' => quoted(b'"', false),
        b'-' if text.starts_with("--") => line(),
        b'/' if text.starts_with("//") => line(),
        b'/' if text.starts_with("/*") => text.find("*/").map_or(text.len(), |end| end + 2),
        b'$' if text.starts_with("$$") => text[2..].find("$$").map_or(text.len(), |end| end + 4),
        _ => {
            let first = text.chars().next().map_or(1, char::len_utf8);
            if text.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                    .unwrap_or(text.len())
            } else {
                first
            }
        }
    };
    let mut length = length.min(text.len());
    while !text.is_char_boundary(length) {
        length += 1;
    }
    length
}

/// Whether `token` at depth 0 ends a SELECT list.
fn ends_list(token: &str, previous_word: &str, at_start_of_item: bool) -> bool {
    if matches!(token, ")" | ";") {
        return true;
    }
    if at_start_of_item || !token.starts_with(char::is_alphabetic) {
        return false;
    }
    match token.to_uppercase().as_str() {
        "FROM" => previous_word != "DISTINCT",
        "GROUP" => previous_word != "WITHIN",
        "INTO" | "WHERE" | "HAVING" | "QUALIFY" | "ORDER" | "LIMIT" | "OFFSET" | "FETCH"
        | "UNION" | "INTERSECT" | "EXCEPT" | "MINUS" | "START" | "CONNECT" | "WINDOW" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_their_text_in_upper_case() {
        let items = split_items(
            " distinct count( * ), 'a,b' || \"x y\", /* c */ sum(a)/ 2, a is distinct from b from t",
            4,
        );
        assert_eq!(
            items,
            [
                "COUNT( * )",
                "'A,B' || \"x y\"",
                "SUM(A)/ 2",
                "A IS DISTINCT FROM B"
            ]
        );
    }
}
