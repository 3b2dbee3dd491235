//! Regular expressions. Patterns are constant in practice: their parameters and Snowflake's syntax are settled when the
//! statement is analyzed. DuckDB's engine (RE2) knows the same syntax but for back references.

use super::row::{Function, Kind, Parameter};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower::quote_text;
use Parameter::{Integer, Text};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(
        Kind::Scalar,
        &["REGEXP_LIKE", "RLIKE", "REGEXP"],
        (2, 3),
        regexp_like,
    ),
    Function::build(Kind::Scalar, &["REGEXP_REPLACE"], (2, 6), regexp_replace),
    Function::build(
        Kind::Scalar,
        &["REGEXP_SUBSTR", "REGEXP_EXTRACT"],
        (2, 6),
        regexp_substr,
    ),
    Function::build(
        Kind::Scalar,
        &["REGEXP_SUBSTR_ALL", "REGEXP_EXTRACT_ALL"],
        (2, 6),
        regexp_substr_all,
    ),
    Function::build(Kind::Scalar, &["REGEXP_COUNT"], (2, 4), regexp_count),
    Function::build(Kind::Scalar, &["REGEXP_INSTR"], (2, 7), regexp_instr),
];

/// What the parameters of a regular expression say.
#[derive(Default)]
struct Parameters {
    /// RE2's flags.
    flags: String,
    /// `e`: the first group is what is extracted.
    extract: bool,
}

/// The constant parameters argument, if there is one.
fn parameters(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    index: usize,
) -> Result<Parameters, SqlError> {
    let mut parameters = Parameters::default();
    let Some(argument) = call.items.get(index) else {
        return Ok(parameters);
    };
    let span = analyzer.span(argument.place);
    let text = argument.as_text().ok_or_else(|| {
        SqlError::unsupported("regular expression parameters that are not constant", span)
    })?;
    let mut insensitive = false;
    for letter in text.chars() {
        match letter {
            'c' => insensitive = false,
            'i' => insensitive = true,
            'm' => parameters.flags.push('m'),
            's' => parameters.flags.push('s'),
            'e' => parameters.extract = true,
            _ => {
                return Err(SqlError::compilation(
                    "100048",
                    "2201B",
                    format!("Invalid parameter '{letter}' for regular expression functions"),
                    span,
                ));
            }
        }
    }
    if insensitive {
        parameters.flags.push('i');
    }
    Ok(parameters)
}

/// The pattern with its flags in front, as DuckDB text over hole `{hole}`; a constant one is written out.
fn pattern(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    flags: &str,
) -> Result<(Expr, bool), SqlError> {
    let pattern = analyzer.fit(call.items[1].clone(), Text, call.function)?;
    let Some(text) = pattern.as_text() else {
        if flags.is_empty() {
            return Ok((pattern, false));
        }
        let prefixed = format!("({} || {{0}})", quote_text(&format!("(?{flags})")));
        return Ok((
            Expr::scalar("REGEXP", prefixed, vec![pattern], DataType::TEXT),
            false,
        ));
    };
    let translated = translated(text).ok_or_else(|| {
        SqlError::unsupported(
            "back references in a regular expression",
            analyzer.span(pattern.place),
        )
    })?;
    let has_groups = has_groups(&translated);
    let prefix = if flags.is_empty() {
        String::new()
    } else {
        format!("(?{flags})")
    };
    let text = Expr::text(format!("{prefix}{translated}")).at(pattern.place);
    Ok((text, has_groups))
}

/// Snowflake's pattern as RE2 reads it: POSIX classes outside of brackets get brackets. `None` with back references.
fn translated(pattern: &str) -> Option<String> {
    let mut translated = String::with_capacity(pattern.len());
    let mut rest = pattern.chars().peekable();
    while let Some(first) = rest.next() {
        if first == '\\' {
            let next = rest.next();
            if next.is_some_and(|digit| ('1'..='9').contains(&digit)) {
                return None;
            }
            translated.push('\\');
            translated.extend(next);
        } else {
            translated.push(first);
        }
    }
    Some(translated)
}

/// Whether a pattern has a capturing group.
fn has_groups(pattern: &str) -> bool {
    let bytes = pattern.as_bytes();
    let mut index = 0;
    let mut in_class = false;
    while index < bytes.len() {
        match bytes[index] {
            b'\\' => index += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class && bytes.get(index + 1) != Some(&b'?') => return true,
            _ => {}
        }
        index += 1;
    }
    false
}

fn subject(analyzer: &Analyzer<'_>, call: &Arguments) -> Result<Expr, SqlError> {
    analyzer.fit(call.items[0].clone(), Text, call.function)
}

/// A whole number argument with a default.
fn integer(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    index: usize,
    default: i64,
) -> Result<Expr, SqlError> {
    match call.items.get(index) {
        None => Ok(Expr::integer(default)),
        Some(item) => analyzer.fit(item.clone(), Integer, call.function),
    }
}

/// The whole subject must match.
fn regexp_like(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let subject = subject(analyzer, &call)?;
    let parameters = parameters(analyzer, &call, 2)?;
    let (pattern, _) = pattern(analyzer, &call, &parameters.flags)?;
    Ok(Expr::scalar(
        call.function,
        "regexp_full_match({0}, {1})",
        vec![subject, pattern],
        DataType::Boolean,
    )
    .at(call.place))
}

/// REGEXP_REPLACE(subject, pattern [, replacement, position, occurrence, parameters]); occurrence 0 means all.
fn regexp_replace(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let subject = subject(analyzer, &call)?;
    let parameters = parameters(analyzer, &call, 5)?;
    let (pattern, _) = pattern(analyzer, &call, &parameters.flags)?;
    let replacement = match call.items.get(2) {
        None => Expr::text(""),
        Some(item) => analyzer.fit(item.clone(), Text, call.function)?,
    };
    let position = integer(analyzer, &call, 3, 1)?;
    let occurrence = integer(analyzer, &call, 4, 0)?;
    let items = vec![
        subject,
        pattern,
        replacement,
        position.clone(),
        occurrence.clone(),
    ];
    let template = match (position.as_integer(), occurrence.as_integer()) {
        (Some(1), Some(0)) => "regexp_replace({0}, {1}, {2}, 'g')",
        (Some(1), Some(1)) => "regexp_replace({0}, {1}, {2})",
        (_, Some(0)) => "(left({0}, {3} - 1) || regexp_replace(substr({0}, {3}), {1}, {2}, 'g'))",
        _ => "snowmelt.regexp_replace_nth({0}, {1}, {2}, {3}, {4})",
    };
    Ok(Expr::scalar(call.function, template, items, DataType::TEXT).at(call.place))
}

/// REGEXP_SUBSTR(subject, pattern [, position, occurrence, parameters, group]).
fn regexp_substr(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let subject = subject(analyzer, &call)?;
    let (pattern, group) = pattern_and_group(analyzer, &call)?;
    let position = integer(analyzer, &call, 2, 1)?;
    let occurrence = integer(analyzer, &call, 3, 1)?;
    let from = match position.as_integer() {
        Some(1) => "{0}",
        _ => "substr({0}, {2})",
    };
    let template = format!("regexp_extract_all({from}, {{1}}, {group})[{{3}}]");
    Ok(Expr::scalar(
        call.function,
        template,
        vec![subject, pattern, position, occurrence],
        DataType::TEXT,
    )
    .nullable(true)
    .at(call.place))
}

fn pattern_and_group(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
) -> Result<(Expr, String), SqlError> {
    let parameters = parameters(analyzer, call, 4)?;
    let (pattern, has_groups) = pattern(analyzer, call, &parameters.flags)?;
    let group = match call.items.get(5) {
        Some(group) => match group.as_integer() {
            Some(group) if group >= 0 => group,
            _ => {
                return Err(SqlError::unsupported(
                    "a group number that is not constant",
                    analyzer.span(group.place),
                ));
            }
        },
        None => i64::from(parameters.extract && has_groups),
    };
    Ok((pattern, group.to_string()))
}

fn regexp_substr_all(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let subject = subject(analyzer, &call)?;
    let (pattern, group) = pattern_and_group(analyzer, &call)?;
    let position = integer(analyzer, &call, 2, 1)?;
    let occurrence = integer(analyzer, &call, 3, 1)?;
    let template = format!(
        "to_json(list_slice(regexp_extract_all(substr({{0}}, {{2}}), {{1}}, {group}), {{3}}, 2147483647))"
    );
    Ok(Expr::scalar(
        call.function,
        template,
        vec![subject, pattern, position, occurrence],
        DataType::Array,
    )
    .nullable(true)
    .at(call.place))
}

/// REGEXP_COUNT(subject, pattern [, position, parameters]).
fn regexp_count(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let subject = subject(analyzer, &call)?;
    let parameters = parameters(analyzer, &call, 3)?;
    let (pattern, _) = pattern(analyzer, &call, &parameters.flags)?;
    let position = integer(analyzer, &call, 2, 1)?;
    Ok(Expr::scalar(
        call.function,
        "CAST(len(regexp_extract_all(substr({0}, {2}), {1})) AS BIGINT)",
        vec![subject, pattern, position],
        DataType::Number {
            precision: 18,
            scale: 0,
        },
    )
    .narrow()
    .at(call.place))
}

/// REGEXP_INSTR(subject, pattern [, position, occurrence, option, parameters, group]).
fn regexp_instr(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let subject = subject(analyzer, &call)?;
    let parameters = parameters(analyzer, &call, 5)?;
    if parameters.extract || call.items.len() > 6 {
        let items = vec![
            subject,
            analyzer.fit(call.items[1].clone(), Text, call.function)?,
            integer(analyzer, &call, 2, 1)?,
            integer(analyzer, &call, 3, 1)?,
            integer(analyzer, &call, 4, 0)?,
            analyzer.fit(call.items[5].clone(), Text, call.function)?,
            integer(analyzer, &call, 6, -1)?,
        ];
        return Ok(Expr::scalar(
            call.function,
            "snowmelt_regexp_instr({0}, {1}, {2}, {3}, {4}, {5}, {6})",
            items,
            DataType::Number {
                precision: 18,
                scale: 0,
            },
        )
        .narrow()
        .at(call.place));
    }
    let (pattern, _) = pattern(analyzer, &call, &parameters.flags)?;
    let position = integer(analyzer, &call, 2, 1)?;
    let occurrence = integer(analyzer, &call, 3, 1)?;
    let option = integer(analyzer, &call, 4, 0)?;
    Ok(Expr::scalar(
        call.function,
        "snowmelt.regexp_position({0}, {1}, {2}, {3}, {4})",
        vec![subject, pattern, position, occurrence, option],
        DataType::Number {
            precision: 18,
            scale: 0,
        },
    )
    .narrow()
    .at(call.place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_back_references_are_seen() {
        assert!(has_groups("a(b)c"));
        assert!(!has_groups(r"a\(b[(]c(?:d)"));
        assert_eq!(translated(r"(a)\1"), None);
        assert_eq!(translated(r"\d+\\"), Some(r"\d+\\".to_owned()));
    }
}
