//! Format models of dates and times: Snowflake's elements in, DuckDB's `strftime`/`strptime` out.

/// Which way a format is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Print,
    Read,
}

/// Snowflake's elements, longest first among those that share a beginning; with DuckDB's for printing and for reading.
const ELEMENTS: &[(&str, Option<&str>, Option<&str>)] = &[
    ("YYYY", Some("%Y"), Some("%Y")),
    ("YY", Some("%y"), Some("%y")),
    ("MMMM", Some("%B"), Some("%B")),
    ("MON", Some("%b"), Some("%b")),
    ("MM", Some("%m"), Some("%m")),
    ("MI", Some("%M"), Some("%M")),
    ("DD", Some("%d"), Some("%d")),
    ("DY", Some("%a"), Some("%a")),
    ("HH24", Some("%H"), Some("%H")),
    ("HH12", Some("%I"), Some("%I")),
    ("HH", Some("%H"), Some("%H")),
    ("AM", Some("%p"), Some("%p")),
    ("PM", Some("%p"), Some("%p")),
    ("SS", Some("%S"), Some("%S")),
    ("FF0", Some(""), Some("")),
    ("FF3", Some("%g"), Some("%g")),
    ("FF6", Some("%f"), Some("%f")),
    ("FF9", Some("%n"), Some("%n")),
    ("FF1", None, Some("%n")),
    ("FF2", None, Some("%n")),
    ("FF4", None, Some("%n")),
    ("FF5", None, Some("%n")),
    ("FF7", None, Some("%n")),
    ("FF8", None, Some("%n")),
    ("FF", Some("%n"), Some("%n")),
    ("TZHTZM", None, Some("%z")),
    ("TZH:TZM", None, Some("%z")),
    ("TZH", None, Some("%z")),
];

/// DuckDB's format, or `None` if it has no counterpart.
pub(crate) fn to_duckdb(format: &str, direction: Direction) -> Option<String> {
    let mut translated = String::with_capacity(format.len() * 2);
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        // Text in double quotes stands for itself.
        if first == '"' {
            let end = rest[1..].find('"')? + 1;
            translated.push_str(&rest[1..end].replace('%', "%%"));
            rest = &rest[end + 1..];
            continue;
        }
        let element = ELEMENTS.iter().find(|(name, ..)| {
            rest.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        });
        if let Some((name, print, read)) = element {
            translated.push_str(match direction {
                Direction::Print => (*print)?,
                Direction::Read => (*read)?,
            });
            rest = &rest[name.len()..];
            continue;
        }
        if first == '%' {
            translated.push('%');
        }
        translated.push(first);
        rest = &rest[first.len_utf8()..];
    }
    Some(translated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_longest_first() {
        let print = |format| to_duckdb(format, Direction::Print);
        assert_eq!(print("YYYY-MM-DD").as_deref(), Some("%Y-%m-%d"));
        assert_eq!(
            print("mon dd, yyyy hh12:mi:ss AM").as_deref(),
            Some("%b %d, %Y %I:%M:%S %p")
        );
        assert_eq!(
            print("YYYY-MM-DD\"T\"HH24:MI:SS.FF3").as_deref(),
            Some("%Y-%m-%dT%H:%M:%S.%g")
        );
        assert_eq!(print("FF2"), None);
    }
}
