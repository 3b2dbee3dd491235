//! REGEXP_… functions: POSIX extended regular expressions with Perl's `\d`, `\s`, `\w`, `\b`, on characters.

mod pattern;

use super::add;
use super::native::{Output, Raised, Row, native};
use crate::variant;
use duckdb::Connection;
use pattern::Pattern;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<Like>(database)?;
    add::<Count>(database)?;
    add::<Instr>(database)?;
    add::<Substr>(database)?;
    add::<SubstrAll>(database)?;
    add::<Replace>(database)
}

/// The last pattern that was compiled.
#[derive(Default)]
pub(crate) struct Compiled {
    text: String,
    parameters: String,
    pattern: Option<Pattern>,
}

impl Compiled {
    fn pattern(&mut self, text: &str, parameters: &str, whole: bool) -> Result<&Pattern, Raised> {
        if self.pattern.is_none() || self.text != text || self.parameters != parameters {
            self.pattern = None;
            text.clone_into(&mut self.text);
            parameters.clone_into(&mut self.parameters);
        }
        match &mut self.pattern {
            Some(pattern) => Ok(pattern),
            none => Ok(none.insert(Pattern::compile(text, parameters, whole)?)),
        }
    }
}

/// The part of the subject from a position on (counted from 1), and how many bytes stand before it.
fn from_position(subject: &str, position: i64) -> Result<(&str, usize), Raised> {
    let skipped = usize::try_from(position - 1).map_err(|_| {
        Raised::new(
            "100052",
            "22023",
            format!("Invalid parameter value: {position}. Reason: position must be positive"),
        )
    })?;
    let start = match skipped {
        0 => 0,
        skipped => subject
            .char_indices()
            .nth(skipped)
            .map_or(subject.len(), |(at, _)| at),
    };
    Ok((&subject[start..], start))
}

/// How many matches to skip before the first that counts.
fn skipped(occurrence: i64) -> Result<usize, Raised> {
    usize::try_from(occurrence - 1).map_err(|_| {
        Raised::new(
            "100052",
            "22023",
            format!("Invalid parameter value: {occurrence}. Reason: occurrence must be positive"),
        )
    })
}

/// The group to extract: the one asked for; without one (-1) the first with `e`, else the whole match.
fn group(pattern: &Pattern, parameters: &str, number: Option<i64>) -> usize {
    match number {
        Some(-1) | None => usize::from(parameters.contains('e') && pattern.groups() > 0),
        Some(number) => usize::try_from(number).unwrap_or(usize::MAX),
    }
}

native! {
    /// REGEXP_LIKE(subject, pattern, parameters): the whole subject matches.
    Like = "snowmelt_regexp_like"(Text, Text, Text) -> Boolean, |row, cache: Compiled, out| {
        let (Some(subject), Some(pattern), Some(parameters)) = (row.text(0), row.text(1), row.text(2)) else {
            return Ok(());
        };
        out.boolean(cache.pattern(pattern, parameters, true)?.is_match(subject));
        Ok(())
    }
}

native! {
    /// REGEXP_COUNT(subject, pattern, position, parameters).
    Count = "snowmelt_regexp_count"(Text, Text, Integer, Text) -> Integer, |row, cache: Compiled, out| {
        let (Some(subject), Some(pattern), Some(position), Some(parameters)) =
            (row.text(0), row.text(1), row.integer(2), row.text(3))
        else {
            return Ok(());
        };
        let pattern = cache.pattern(pattern, parameters, false)?;
        let (rest, _) = from_position(subject, position)?;
        out.integer(pattern.matches(rest).count() as i64);
        Ok(())
    }
}

native! {
    /// REGEXP_INSTR(subject, pattern, position, occurrence, option, parameters, group): group -1 for none.
    Instr = "snowmelt_regexp_instr"(Text, Text, Integer, Integer, Integer, Text, Integer) -> Integer,
        |row, cache: Compiled, out| {
        let (Some(subject), Some(text), Some(position), Some(occurrence), Some(option), Some(parameters)) =
            (row.text(0), row.text(1), row.integer(2), row.integer(3), row.integer(4), row.text(5))
        else {
            return Ok(());
        };
        let pattern = cache.pattern(text, parameters, false)?;
        let (rest, start) = from_position(subject, position)?;
        let group = group(pattern, parameters, row.integer(6));
        let found = pattern.captures(rest).nth(skipped(occurrence)?).and_then(|captures| captures.get(group));
        out.integer(match found {
            Some(found) => {
                let at = if option == 0 { found.start() } else { found.end() };
                subject[..start + at].chars().count() as i64 + 1
            }
            None => 0,
        });
        Ok(())
    }
}

native! {
    /// REGEXP_SUBSTR(subject, pattern, position, occurrence, parameters, group): group -1 for none.
    Substr = "snowmelt_regexp_substr"(Text, Text, Integer, Integer, Text, Integer) -> Text,
        |row, cache: Compiled, out| {
        let (Some(subject), Some(text), Some(position), Some(occurrence), Some(parameters)) =
            (row.text(0), row.text(1), row.integer(2), row.integer(3), row.text(4))
        else {
            return Ok(());
        };
        let pattern = cache.pattern(text, parameters, false)?;
        let (rest, _) = from_position(subject, position)?;
        let group = group(pattern, parameters, row.integer(5));
        let skipped = skipped(occurrence)?;
        let found = if group == 0 {
            pattern.matches(rest).nth(skipped)
        } else {
            pattern.captures(rest).nth(skipped).and_then(|captures| captures.get(group))
        };
        match found {
            Some(found) => out.text(found.as_str()),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// REGEXP_SUBSTR_ALL, with the same arguments.
    SubstrAll = "snowmelt_regexp_substr_all"(Text, Text, Integer, Integer, Text, Integer) -> Json,
        |row, cache: Compiled, out| {
        substr_all(row, cache, out)
    }
}

fn substr_all(row: &Row<'_>, cache: &mut Compiled, out: &mut Output<'_>) -> Result<(), Raised> {
    let (Some(subject), Some(text), Some(position), Some(occurrence), Some(parameters)) = (
        row.text(0),
        row.text(1),
        row.integer(2),
        row.integer(3),
        row.text(4),
    ) else {
        return Ok(());
    };
    let pattern = cache.pattern(text, parameters, false)?;
    let (rest, _) = from_position(subject, position)?;
    let group = group(pattern, parameters, row.integer(5));
    if group > pattern.groups() {
        out.null();
        return Ok(());
    }
    out.scratch.push('[');
    for captures in pattern.captures(rest).skip(skipped(occurrence)?) {
        if out.scratch.len() > 1 {
            out.scratch.push(',');
        }
        match captures.get(group) {
            Some(found) => variant::write_string(&mut out.scratch, found.as_str()),
            None => out.scratch.push_str(variant::UNDEFINED),
        }
    }
    out.scratch.push(']');
    out.scratch();
    Ok(())
}

native! {
    /// REGEXP_REPLACE(subject, pattern, replacement, position, occurrence, parameters).
    Replace = "snowmelt_regexp_replace"(Text, Text, Text, Integer, Integer, Text) -> Text, |row, cache: Compiled, out| {
        let (Some(subject), Some(text), Some(replacement), Some(position), Some(occurrence), Some(parameters)) =
            (row.text(0), row.text(1), row.text(2), row.integer(3), row.integer(4), row.text(5))
        else {
            return Ok(());
        };
        let pattern = cache.pattern(text, parameters, false)?;
        let (rest, start) = from_position(subject, position)?;
        out.scratch.push_str(&subject[..start]);
        let mut copied = 0;
        for (index, captures) in pattern.captures(rest).enumerate() {
            if occurrence > 0 && index as i64 + 1 != occurrence {
                continue;
            }
            let Some(whole) = captures.get(0) else { continue };
            out.scratch.push_str(&rest[copied..whole.start()]);
            pattern::expand(replacement, &captures, &mut out.scratch);
            copied = whole.end();
        }
        out.scratch.push_str(&rest[copied..]);
        out.scratch();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::one;

    #[test]
    fn matches_count_characters_and_start_at_a_position() {
        assert_eq!(
            one(r"SELECT snowmelt_regexp_substr('Hellooo World', '\b\S*o\S*\b', 3, 1, 'c', -1)"),
            "llooo"
        );
        assert_eq!(
            one(r"SELECT snowmelt_regexp_instr('é❄the  best', 'the\W+(\w+)', 1, 1, 0, 'e', -1)"),
            "8"
        );
        assert_eq!(
            one(r"SELECT snowmelt_regexp_instr('abc', 'x', 1, 1, 0, 'c', -1)"),
            "0"
        );
        assert_eq!(
            one(r"SELECT snowmelt_regexp_count('abcABC', 'b', 1, 'i')"),
            "2"
        );
        assert_eq!(one(r"SELECT snowmelt_regexp_count('abc', '', 1, 'c')"), "0");
    }

    #[test]
    fn replacements_name_groups() {
        assert_eq!(
            one(r"SELECT snowmelt_regexp_replace('a b c', '(.) (.) (.)', '\3, \1 \2', 1, 0, 'c')"),
            "c, a b"
        );
        assert_eq!(
            one(r"SELECT snowmelt_regexp_replace('abc', '()', '*', 1, 0, 'c')"),
            "*a*b*c*"
        );
        assert_eq!(
            one(r"SELECT snowmelt_regexp_replace('times times', 'times', 'days', 1, 2, 'c')"),
            "times days"
        );
        assert_eq!(
            one(r"SELECT snowmelt_regexp_substr_all('a1_a2A5', 'a[[:digit:]]', 1, 1, 'i', -1)"),
            r#"["a1","a2","A5"]"#
        );
    }
}
