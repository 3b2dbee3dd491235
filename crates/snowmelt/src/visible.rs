//! Text from data and files, fit for a terminal. In: any text. Out: the same text with what a terminal would obey
//! (escape sequences, line breaks, direction overrides) spelled out.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with every control character spelled out: `\n`, `\t`, `\u{1b}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    spelled_out(text, obeyed_by_terminals)
}

/// Like [`visible`], but line breaks and tabs stay as they are.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    spelled_out(text, |character| {
        !matches!(character, '\n' | '\t') && obeyed_by_terminals(character)
    })
}

/// Whether a terminal does something else than print it.
pub(crate) fn obeyed_by_terminals(character: char) -> bool {
    // Besides the control characters: overrides of the writing direction, which can make a text read as another one.
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn spelled_out(text: &str, unwanted: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&unwanted) {
        return Cow::Borrowed(text);
    }
    let mut spelled = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            _ if !unwanted(character) => spelled.push(character),
            '\n' => spelled.push_str("\\n"),
            '\r' => spelled.push_str("\\r"),
            '\t' => spelled.push_str("\\t"),
            // Writing to a String cannot fail.
            _ => _ = write!(spelled, "\\u{{{:x}}}", u32::from(character)),
        }
    }
    Cow::Owned(spelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_spelled_out() {
        assert_eq!(
            visible("a\u{1b}[31m\tb\r\n\u{9b}\u{202e}é"),
            "a\\u{1b}[31m\\tb\\r\\n\\u{9b}\\u{202e}é"
        );
        assert_eq!(visible_lines("a\n\tb\u{7}"), "a\n\tb\\u{7}");
        assert!(matches!(visible("plain ❄"), Cow::Borrowed(_)));
    }
}
