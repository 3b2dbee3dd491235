//! String functions that DuckDB has nothing for.

use super::add;
use super::native::{Raised, native};
use crate::variant::Value;
use duckdb::Connection;

mod address;
mod url;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<Chr>(database)?;
    add::<Strtok>(database)?;
    add::<StrtokList>(database)?;
    add::<StrtokToArray>(database)?;
    add::<Insert>(database)?;
    add::<Soundex>(database)?;
    add::<ParseIp>(database)?;
    add::<ParseUrl>(database)
}

/// The parts between any of the delimiter's characters that are not empty.
fn tokens<'t>(text: &'t str, delimiters: &str) -> impl Iterator<Item = &'t str> {
    let delimiters: Vec<char> = delimiters.chars().collect();
    text.split(move |character| delimiters.contains(&character))
        .filter(|token| !token.is_empty())
}

native! {
    /// CHR(code point).
    Chr = "snowmelt_chr"(Integer) -> Text, |row, cache: (), out| {
        let Some(code) = row.integer(0) else { return Ok(()) };
        match u32::try_from(code).ok().and_then(char::from_u32) {
            Some(character) => out.text(character.encode_utf8(&mut [0; 4])),
            None => {
                let message = format!("Invalid character code {code} in the CHR input");
                return Err(Raised::new("100051", "22023", message));
            }
        }
        Ok(())
    }
}

native! {
    /// STRTOK(text, delimiters, number).
    Strtok = "snowmelt_strtok"(Text, Text, Integer) -> Text, |row, cache: (), out| {
        let (Some(text), Some(delimiters), Some(number)) = (row.text(0), row.text(1), row.integer(2)) else {
            return Ok(());
        };
        let at = usize::try_from(number - 1).ok();
        match at.and_then(|at| tokens(text, delimiters).nth(at)) {
            Some(token) => out.text(token),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// The tokens as a list: STRTOK_SPLIT_TO_TABLE.
    StrtokList = "snowmelt_strtok_list"(Text, Text) -> TextList, |row, cache: (), out| {
        let (Some(text), Some(delimiters)) = (row.text(0), row.text(1)) else { return Ok(()) };
        out.texts(tokens(text, delimiters).map(|token| Some(token.to_owned())));
        Ok(())
    }
}

native! {
    /// STRTOK_TO_ARRAY(text, delimiters).
    StrtokToArray = "snowmelt_strtok_to_array"(Text, Text) -> Json, |row, cache: (), out| {
        let (Some(text), Some(delimiters)) = (row.text(0), row.text(1)) else { return Ok(()) };
        let items = tokens(text, delimiters).map(|token| Value::Text(token.into())).collect();
        Value::Array(items).write(&mut out.scratch);
        out.scratch();
        Ok(())
    }
}

native! {
    /// INSERT(text, position, length, other text).
    Insert = "snowmelt_insert"(Text, Integer, Integer, Text) -> Text, |row, cache: (), out| {
        let (Some(text), Some(position), Some(length), Some(inserted)) =
            (row.text(0), row.integer(1), row.integer(2), row.text(3))
        else {
            return Ok(());
        };
        let total = text.chars().count() as i64;
        if !(1..=total + 1).contains(&position) || !(0..=total + 1 - position).contains(&length) {
            let message = format!("Invalid parameter value: {position}. Reason: the position or length lies outside of the string");
            return Err(Raised::new("100052", "22023", message));
        }
        let byte = |at: i64| text.char_indices().nth(at as usize).map_or(text.len(), |(byte, _)| byte);
        out.scratch.push_str(&text[..byte(position - 1)]);
        out.scratch.push_str(inserted);
        out.scratch.push_str(&text[byte(position - 1 + length)..]);
        out.scratch();
        Ok(())
    }
}

native! {
    /// SOUNDEX(text), or SOUNDEX_P123 if the flag is set: then the second letter counts even if it sounds like the first.
    Soundex = "snowmelt_soundex"(Text, Boolean) -> Text, |row, cache: (), out| {
        let (Some(text), Some(keep_second)) = (row.text(0), row.boolean(1)) else { return Ok(()) };
        out.text(&soundex(text, keep_second));
        Ok(())
    }
}

fn soundex(text: &str, keep_second: bool) -> String {
    let mut letters = text
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_uppercase());
    let Some(first) = letters.next() else {
        return String::new();
    };
    let mut code = String::from(first);
    let mut last = if keep_second { '0' } else { sound(first) };
    for letter in letters {
        let digit = sound(letter);
        // H and W do not part letters that sound alike, vowels do.
        if matches!(letter, 'H' | 'W') {
            continue;
        }
        if digit != '0' && digit != last {
            code.push(digit);
        }
        last = digit;
        if code.len() == 4 {
            break;
        }
    }
    format!("{code:0<4}")
}

fn sound(letter: char) -> char {
    match letter {
        'B' | 'F' | 'P' | 'V' => '1',
        'C' | 'G' | 'J' | 'K' | 'Q' | 'S' | 'X' | 'Z' => '2',
        'D' | 'T' => '3',
        'L' => '4',
        'M' | 'N' => '5',
        'R' => '6',
        _ => '0',
    }
}

/// An object, or the error as Snowflake raises it: as an object of its own when errors are permitted.
fn object_or_error(
    parsed: Result<Value<'_>, &'static str>,
    permissive: bool,
    error: impl Fn(&str) -> Raised,
    out: &mut String,
) -> Result<(), Raised> {
    match parsed {
        Ok(value) => value.write(out),
        Err(reason) if permissive => {
            Value::Object(vec![("error".into(), Value::Text(reason.into()))]).write(out)
        }
        Err(reason) => return Err(error(reason)),
    }
    Ok(())
}

native! {
    /// PARSE_IP(text, type, permissive).
    ParseIp = "snowmelt_parse_ip"(Text, Text, Boolean) -> Json, |row, cache: (), out| {
        let (Some(text), Some(kind), Some(permissive)) = (row.text(0), row.text(1), row.boolean(2)) else {
            return Ok(());
        };
        let error = |reason: &str| Raised::new("100138", "22000", format!("Error parsing IP address: {reason}"));
        object_or_error(address::parse(text, kind), permissive, error, &mut out.scratch)?;
        out.scratch();
        Ok(())
    }
}

native! {
    /// PARSE_URL(text, permissive).
    ParseUrl = "snowmelt_parse_url"(Text, Boolean) -> Json, |row, cache: (), out| {
        let (Some(text), Some(permissive)) = (row.text(0), row.boolean(1)) else { return Ok(()) };
        let error = |reason: &str| Raised::new("100139", "22000", format!("Error parsing URL: {reason}"));
        object_or_error(url::parse(text), permissive, error, &mut out.scratch)?;
        out.scratch();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::tests::one;

    #[test]
    fn words_sound_as_they_should() {
        for (word, code) in [
            ("Marks", "M620"),
            ("Marx", "M620"),
            ("Pfister", "P236"),
            ("Tymczak", "T522"),
            ("Honeyman", "H555"),
        ] {
            assert_eq!(soundex(word, false), code, "{word}");
        }
        assert_eq!(soundex("Pfister", true), "P123");
        assert_eq!(soundex("I love rock and roll music.", false), "I416");
    }

    #[test]
    fn tokens_are_never_empty() {
        assert_eq!(one("SELECT snowmelt_strtok('||a||b', '|', 2)"), "b");
        assert_eq!(one("SELECT snowmelt_strtok('a.b', '', 1)"), "a.b");
        assert_eq!(one("SELECT snowmelt_strtok('', '', 1)"), "NULL");
        assert_eq!(
            one("SELECT snowmelt_insert('abcdef', 3, 2, 'zzz')"),
            "abzzzef"
        );
    }
}
