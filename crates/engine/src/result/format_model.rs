//! Date and time format models for output (Snowflake's "Date and time input and output formats"): `YYYY-MM-DD` in,
//! something that prints values out.

use std::fmt::Write;

/// A parsed model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FormatModel {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Literal(String),
    Year4,
    Year2,
    Month,
    MonthAbbreviated,
    MonthName,
    Day,
    Weekday,
    Hour24,
    Hour12,
    Meridian,
    Minute,
    Second,
    /// That many digits of the second's fraction.
    Fraction(usize),
    OffsetHourMinuteColon,
    OffsetHourMinute,
    OffsetHour,
    OffsetMinute,
}

/// What a model prints.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moment {
    pub(crate) year: i64,
    pub(crate) month: u8,
    pub(crate) day: u8,
    /// 0 is Sunday.
    pub(crate) weekday: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) nanos: u32,
    pub(crate) offset_minutes: i32,
}

/// Elements, those first that others begin with.
const ELEMENTS: &[(&str, Part)] = &[
    ("YYYY", Part::Year4),
    ("YY", Part::Year2),
    ("MMMM", Part::MonthName),
    ("MON", Part::MonthAbbreviated),
    ("MM", Part::Month),
    ("MI", Part::Minute),
    ("DD", Part::Day),
    ("DY", Part::Weekday),
    ("HH24", Part::Hour24),
    ("HH12", Part::Hour12),
    ("AM", Part::Meridian),
    ("PM", Part::Meridian),
    ("SS", Part::Second),
    ("TZH:TZM", Part::OffsetHourMinuteColon),
    ("TZHTZM", Part::OffsetHourMinute),
    ("TZH", Part::OffsetHour),
    ("TZM", Part::OffsetMinute),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

impl FormatModel {
    /// Takes a model apart. What is no element, or in double quotes, stands for itself; `AUTO` is the default for
    /// timestamps.
    pub(crate) fn parse(model: &str) -> Self {
        let model = if model.eq_ignore_ascii_case("AUTO") {
            "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"
        } else {
            model
        };
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = model;
        while let Some(first) = rest.chars().next() {
            if first == '"'
                && let Some((quoted, after)) = rest[1..].split_once('"')
            {
                literal.push_str(quoted);
                rest = after;
                continue;
            }
            let (part, length) = match element(rest) {
                Some(found) => found,
                None => {
                    literal.push(first);
                    rest = &rest[first.len_utf8()..];
                    continue;
                }
            };
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(part);
            rest = &rest[length..];
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Self { parts }
    }

    /// Prints a moment.
    pub(crate) fn print(&self, moment: &Moment) -> String {
        let mut text = String::with_capacity(32);
        for part in &self.parts {
            // Writing to a String cannot fail.
            let _ = part.print(moment, &mut text);
        }
        text
    }
}

/// The element that `text` begins with, and its length.
fn element(text: &str) -> Option<(Part, usize)> {
    let begins = |name: &str| {
        text.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    if begins("FF") {
        let digits = text[2..]
            .chars()
            .next()
            .and_then(|digit| digit.to_digit(10));
        return Some(match digits {
            Some(digits) => (Part::Fraction(digits as usize), 3),
            None => (Part::Fraction(9), 2),
        });
    }
    ELEMENTS
        .iter()
        .find(|(name, _)| begins(name))
        .map(|(name, part)| (part.clone(), name.len()))
}

impl Part {
    fn print(&self, moment: &Moment, text: &mut String) -> std::fmt::Result {
        let month = usize::from(moment.month.clamp(1, 12) - 1);
        let offset = moment.offset_minutes;
        let sign = if offset < 0 { '-' } else { '+' };
        let (offset_hours, offset_minutes) = (offset.abs() / 60, offset.abs() % 60);
        match self {
            Part::Literal(literal) => text.write_str(literal),
            Part::Year4 if moment.year < 0 => write!(text, "-{:04}", -moment.year),
            Part::Year4 => write!(text, "{:04}", moment.year),
            Part::Year2 => write!(text, "{:02}", moment.year.rem_euclid(100)),
            Part::Month => write!(text, "{:02}", moment.month),
            Part::MonthAbbreviated => text.write_str(&MONTHS[month][..3]),
            Part::MonthName => text.write_str(MONTHS[month]),
            Part::Day => write!(text, "{:02}", moment.day),
            Part::Weekday => text.write_str(WEEKDAYS[usize::from(moment.weekday % 7)]),
            Part::Hour24 => write!(text, "{:02}", moment.hour),
            Part::Hour12 => write!(text, "{:02}", (moment.hour + 11) % 12 + 1),
            Part::Meridian => text.write_str(if moment.hour < 12 { "AM" } else { "PM" }),
            Part::Minute => write!(text, "{:02}", moment.minute),
            Part::Second => write!(text, "{:02}", moment.second),
            Part::Fraction(digits) => {
                text.write_str(&format!("{:09}", moment.nanos)[..(*digits).min(9)])
            }
            Part::OffsetHourMinuteColon => {
                write!(text, "{sign}{offset_hours:02}:{offset_minutes:02}")
            }
            Part::OffsetHourMinute => write!(text, "{sign}{offset_hours:02}{offset_minutes:02}"),
            Part::OffsetHour => write!(text, "{sign}{offset_hours:02}"),
            Part::OffsetMinute => write!(text, "{offset_minutes:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Moment = Moment {
        year: 2024,
        month: 2,
        day: 9,
        weekday: 5,
        hour: 13,
        minute: 4,
        second: 5,
        nanos: 123_456_000,
        offset_minutes: -480,
    };

    #[test]
    fn models_print() {
        for (model, printed) in [
            (
                "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",
                "2024-02-09 13:04:05.123 -0800",
            ),
            (
                "yyyy-mm-dd\"T\"hh24:mi:ss.ff9TZH:TZM",
                "2024-02-09T13:04:05.123456000-08:00",
            ),
            ("DY, DD MON YYYY HH12:MI AM", "Fri, 09 Feb 2024 01:04 PM"),
            ("MMMM YY", "February 24"),
            ("é FF", "é 123456000"),
        ] {
            assert_eq!(FormatModel::parse(model).print(&MOMENT), printed);
        }
    }
}
