//! A pattern: Snowflake's syntax in, a compiled `regex` out.

use crate::functions::native::Raised;
use regex::{CaptureMatches, Captures, Matches, Regex, RegexBuilder};

/// A compiled pattern.
pub(super) struct Pattern {
    /// `None` for the empty pattern, which matches nothing.
    regex: Option<Regex>,
}

/// What Snowflake's library, RE2, says of a pattern that `regex` refuses.
fn re2_words(why: &str, text: &str) -> String {
    match why {
        "repetition operator missing expression" => {
            let before = |at: usize| text[..at].ends_with(['(', '|', '^']) || at == 0;
            let operator = text
                .char_indices()
                .find(|(at, character)| matches!(character, '*' | '+' | '?') && before(*at));
            match operator {
                Some((_, operator)) => {
                    format!("no argument for repetition operator: {operator}")
                }
                None => why.to_owned(),
            }
        }
        "unclosed group" => format!("missing ): {text}"),
        "unopened group" => format!("unexpected ): {text}"),
        "unclosed character class" => format!("missing ]: {text}"),
        _ => why.to_owned(),
    }
}

impl Pattern {
    /// Compiles a pattern; `whole` makes it match whole subjects only.
    ///
    /// # Errors
    /// What is no pattern, and what Snowflake's patterns do not have: backreferences, `(?…)`, non-greedy quantifiers.
    pub(super) fn compile(text: &str, parameters: &str, whole: bool) -> Result<Pattern, Raised> {
        if text.is_empty() && !whole {
            return Ok(Pattern { regex: None });
        }
        let invalid = |why: &str| {
            Raised::new(
                "100048",
                "2201B",
                format!("Invalid regular expression: '{text}', {why}"),
            )
        };
        let translated = translate(text).map_err(invalid)?;
        let translated = if whole {
            format!("^(?:{translated})$")
        } else {
            translated
        };
        let case = parameters
            .chars()
            .rfind(|parameter| matches!(parameter, 'c' | 'i'));
        if let Some(unknown) = parameters
            .chars()
            .find(|parameter| !"cimes".contains(*parameter))
        {
            return Err(Raised::new(
                "100047",
                "2201B",
                format!("Invalid regular expression option: '{unknown}'"),
            ));
        }
        // `^` and `$` of the whole-subject match are the subject's, even in multi-line mode.
        let multi_line = parameters.contains('m') && !whole;
        let regex = RegexBuilder::new(&translated)
            .case_insensitive(case == Some('i'))
            .multi_line(multi_line)
            .dot_matches_new_line(parameters.contains('s'))
            .build()
            .map_err(|error| {
                let error = error.to_string();
                let why = error.lines().last().unwrap_or("");
                invalid(&re2_words(why.trim_start_matches("error: "), text))
            })?;
        Ok(Pattern { regex: Some(regex) })
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.regex
            .as_ref()
            .map_or(0, |regex| regex.captures_len() - 1)
    }

    /// Whether it matches somewhere.
    pub(super) fn is_match(&self, subject: &str) -> bool {
        self.regex
            .as_ref()
            .is_some_and(|regex| regex.is_match(subject))
    }

    /// All matches, none of which overlap.
    pub(super) fn matches<'r, 's>(
        &'r self,
        subject: &'s str,
    ) -> std::iter::Flatten<std::option::IntoIter<Matches<'r, 's>>> {
        self.regex
            .as_ref()
            .map(|regex| regex.find_iter(subject))
            .into_iter()
            .flatten()
    }

    /// All matches with their groups.
    pub(super) fn captures<'r, 's>(
        &'r self,
        subject: &'s str,
    ) -> std::iter::Flatten<std::option::IntoIter<CaptureMatches<'r, 's>>> {
        self.regex
            .as_ref()
            .map(|regex| regex.captures_iter(subject))
            .into_iter()
            .flatten()
    }
}

/// Writes a replacement: `\1` is a group, `\0` the whole match.
pub(super) fn expand(replacement: &str, captures: &Captures<'_>, out: &mut String) {
    let mut characters = replacement.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some(digit @ '0'..='9') => {
                let group = captures.get(digit as usize - '0' as usize);
                out.push_str(group.map_or("", |group| group.as_str()));
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
}

/// The pattern in the syntax of the crate `regex`.
fn translate(text: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut quantified = false;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        let was_quantified = std::mem::take(&mut quantified);
        rest = after;
        match character {
            '\\' => {
                let Some(escaped) = after.chars().next() else {
                    return Err("trailing \\");
                };
                rest = &after[escaped.len_utf8()..];
                match escaped {
                    'b' => out.push_str("(?-u:\\b)"),
                    'B' => out.push_str("\\B"),
                    '1'..='9' => {
                        return Err("invalid escape sequence: backreferences are not supported");
                    }
                    _ => match class(escaped) {
                        Some(class) => {
                            out.push('[');
                            out.push_str(class);
                            out.push(']');
                        }
                        None => literal(escaped, &mut out),
                    },
                }
            }
            '[' => rest = bracket(after, &mut out)?,
            '(' if after.starts_with('?') => return Err("no argument for repetition operator: ?"),
            '*' | '+' | '?' => {
                if was_quantified {
                    return Err(match character {
                        '?' => "bad repetition operator: ?",
                        '*' => "bad repetition operator: *",
                        _ => "bad repetition operator: +",
                    });
                }
                out.push(character);
                quantified = true;
            }
            '{' => match bounds(after) {
                Some(end) if !was_quantified => {
                    out.push('{');
                    out.push_str(&after[..end]);
                    rest = &after[end..];
                    quantified = true;
                }
                _ => out.push_str("\\{"),
            },
            '}' => out.push_str("\\}"),
            other => out.push(other),
        }
    }
    Ok(out)
}

/// The inside of a bracket expression that means the same as `\d` and its kin.
fn class(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "0-9",
        'D' => "^0-9",
        's' => " \\t\\n\\r\\x0c\\x0b",
        'S' => "^ \\t\\n\\r\\x0c\\x0b",
        'w' => "0-9A-Za-z_",
        'W' => "^0-9A-Za-z_",
        _ => return None,
    })
}

/// A character that stands for itself, or for the control character it names.
fn literal(character: char, out: &mut String) {
    match character {
        'n' => out.push('\n'),
        't' => out.push('\t'),
        'r' => out.push('\r'),
        'f' => out.push('\u{c}'),
        'v' => out.push('\u{b}'),
        character => out.push_str(&regex::escape(character.encode_utf8(&mut [0; 4]))),
    }
}

/// The end of `3}`, `3,}` or `3,5}`.
fn bounds(text: &str) -> Option<usize> {
    let end = text.find('}')?;
    let (least, most) = text[..end].split_once(',').unwrap_or((&text[..end], ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (!least.is_empty() && digits(least) && digits(most)).then_some(end + 1)
}

/// Translates a bracket expression, without its `[`; gives what follows it.
fn bracket<'t>(text: &'t str, out: &mut String) -> Result<&'t str, &'static str> {
    let mut rest = text;
    out.push('[');
    if let Some(after) = rest.strip_prefix('^') {
        out.push('^');
        rest = after;
    }
    let mut first = true;
    loop {
        let Some(character) = rest.chars().next() else {
            return Err("missing ]");
        };
        let after = &rest[character.len_utf8()..];
        rest = after;
        match character {
            ']' if !first => break,
            '[' if after.starts_with(':') => {
                let Some(end) = after.find(":]") else {
                    return Err("invalid character class");
                };
                out.push('[');
                out.push_str(&after[..end + 2]);
                rest = &after[end + 2..];
            }
            '\\' => {
                let Some(escaped) = after.chars().next() else {
                    return Err("missing ]");
                };
                rest = &after[escaped.len_utf8()..];
                match class(escaped) {
                    Some(class) => {
                        out.push('[');
                        out.push_str(class);
                        out.push(']');
                    }
                    None => literal(escaped, out),
                }
            }
            // A range, unless it stands at an end.
            '-' if !first && !after.starts_with(']') => out.push('-'),
            other => literal_in_bracket(other, out),
        }
        first = false;
    }
    out.push(']');
    Ok(rest)
}

fn literal_in_bracket(character: char, out: &mut String) {
    if matches!(character, '[' | ']' | '&' | '~' | '-' | '^' | '\\') {
        out.push('\\');
    }
    out.push(character);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snowflakes_syntax_is_understood() {
        let found = |pattern: &str, subject: &str| -> Vec<String> {
            let pattern = Pattern::compile(pattern, "c", false)
                .map_err(|error| error.to_string())
                .unwrap();
            pattern
                .matches(subject)
                .map(|found| found.as_str().to_owned())
                .collect()
        };
        assert_eq!(
            found("[[:punct:]][[:alnum:]]+[[:punct:]]", ",abc,def,ghi,"),
            [",abc,", ",ghi,"]
        );
        assert_eq!(found(r"[\w:\/]+", "10/Jan:16 x"), ["10/Jan:16", "x"]);
        assert_eq!(found(r"[]a]+", "a]b"), ["a]"]);
        assert_eq!(found(r"[^[]+", "a[b"), ["a", "b"]);
        assert_eq!(found(r"\d{1,3}\.\d", "10.1 a.2"), ["10.1"]);
        assert_eq!(found(r"a{x}", "a{x}"), ["a{x}"]);
        assert_eq!(found(r"\(|\)", "(NY)"), ["(", ")"]);
        assert_eq!(found("", "abc"), [""; 0]);
    }

    #[test]
    fn what_snowflake_refuses_is_refused() {
        for pattern in ["(?:a)", "a*?", "(a)\\1", "[a", "(", "a\\"] {
            assert!(Pattern::compile(pattern, "c", false).is_err(), "{pattern}");
        }
        assert!(Pattern::compile("a", "x", false).is_err());
    }
}
