//! Text as a moment by a format model.

use super::model::{Element, Model};
use super::print::{MONTHS, WEEKDAYS};
use super::{DAY_MICROS, Moment, days_from_civil};

/// The moment that a text shows by a format; `None` if it does not fit. Parts that the format lacks are those of
/// 1970-01-01 00:00:00. `century_start` is the first year that two digits can mean.
pub(crate) fn read(text: &str, model: &Model, century_start: i32) -> Option<Moment> {
    let mut reader = Reader {
        rest: text.trim(),
        parts: Parts::default(),
    };
    let mut fixed_width = false;
    for (index, element) in model.elements.iter().enumerate() {
        // Digits without anything between them have their full width: YYYYMMDD.
        let digits_follow = model.elements.get(index + 1).is_some_and(is_number);
        fixed_width = is_number(element)
            && (digits_follow || index > 0 && fixed_width && is_number(&model.elements[index - 1]));
        reader.element(*element, fixed_width, century_start)?;
    }
    if !reader.rest.trim_start().is_empty() {
        return None;
    }
    reader.parts.moment()
}

fn is_number(element: &Element) -> bool {
    !matches!(
        element,
        Element::Literal(_)
            | Element::MonthName { .. }
            | Element::Weekday
            | Element::HalfDay { .. }
            | Element::OffsetHour
            | Element::OffsetMinute
    )
}

struct Parts {
    year: i32,
    month: u32,
    day: u32,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
    half_day: bool,
    afternoon: Option<bool>,
    offset_sign: i32,
    offset: Option<i32>,
}

impl Default for Parts {
    fn default() -> Self {
        Parts {
            year: 1970,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            micros: 0,
            half_day: false,
            afternoon: None,
            offset_sign: 1,
            offset: None,
        }
    }
}

impl Parts {
    fn moment(self) -> Option<Moment> {
        let hour = match (self.half_day, self.afternoon) {
            (true, afternoon) if (1..=12).contains(&self.hour) => {
                self.hour % 12 + if afternoon == Some(true) { 12 } else { 0 }
            }
            (true, _) => return None,
            // HH24 with PM: accepted where they do not contradict each other.
            (false, Some(true)) if self.hour < 12 => self.hour + 12,
            (false, _) => self.hour,
        };
        if hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let days = days_from_civil(self.year, self.month, self.day)?;
        let seconds = (hour * 60 + self.minute) * 60 + self.second;
        Some(Moment {
            micros: i64::from(days) * DAY_MICROS + seconds * 1_000_000 + self.micros,
            offset_minutes: self.offset,
        })
    }
}

struct Reader<'t> {
    rest: &'t str,
    parts: Parts,
}

impl Reader<'_> {
    fn element(&mut self, element: Element, fixed_width: bool, century_start: i32) -> Option<()> {
        if !matches!(element, Element::Literal(_)) {
            self.rest = self.rest.trim_start();
        }
        match element {
            Element::Year => {
                let negative = self.rest.starts_with('-');
                if negative {
                    self.rest = &self.rest[1..];
                }
                let year = self.number(4, fixed_width)? as i32;
                self.parts.year = if negative { -year } else { year };
            }
            Element::ShortYear { .. } => {
                let year = self.number(2, fixed_width)? as i32;
                let first = century_start.rem_euclid(100);
                self.parts.year = century_start - first + year + if year < first { 100 } else { 0 };
            }
            Element::Month { .. } => self.parts.month = self.number(2, fixed_width)? as u32,
            Element::MonthName { .. } => self.parts.month = self.name(&MONTHS)? as u32 + 1,
            Element::Day { .. } => self.parts.day = self.number(2, fixed_width)? as u32,
            Element::Weekday => {
                self.name(&WEEKDAYS)?;
            }
            Element::Hour { .. } => self.parts.hour = self.number(2, fixed_width)?,
            Element::HalfDayHour { .. } => {
                self.parts.hour = self.number(2, fixed_width)?;
                self.parts.half_day = true;
            }
            Element::HalfDay { short } => {
                let letters = self.rest.get(..if short { 1 } else { 2 })?;
                self.parts.afternoon = Some(match letters.to_ascii_uppercase().as_str() {
                    "AM" | "A" => false,
                    "PM" | "P" => true,
                    _ => return None,
                });
                self.rest = &self.rest[letters.len()..];
            }
            Element::Minute { .. } => self.parts.minute = self.number(2, fixed_width)?,
            Element::Second { .. } => self.parts.second = self.number(2, fixed_width)?,
            Element::Fraction { digits } => self.fraction(usize::from(digits))?,
            Element::OffsetHour => self.offset_hour()?,
            Element::OffsetMinute => {
                let minutes = self.number(2, true)? as i32;
                let hours = self.parts.offset.unwrap_or(0);
                self.parts.offset = Some(hours + self.parts.offset_sign * minutes);
            }
            Element::Literal(' ') => {
                let trimmed = self.rest.trim_start_matches(' ');
                if trimmed.len() == self.rest.len() && !self.rest.is_empty() {
                    return None;
                }
                self.rest = trimmed;
            }
            Element::Literal(character) => {
                let first = self.rest.chars().next()?;
                if !first.eq_ignore_ascii_case(&character) {
                    return None;
                }
                self.rest = &self.rest[first.len_utf8()..];
            }
        }
        Some(())
    }

    /// A number of at most `width` digits, or exactly as many.
    fn number(&mut self, width: usize, exactly: bool) -> Option<i64> {
        let digits = self
            .rest
            .bytes()
            .take(width)
            .take_while(u8::is_ascii_digit)
            .count();
        if digits == 0 || exactly && digits != width {
            return None;
        }
        let number = self.rest[..digits].parse().ok()?;
        self.rest = &self.rest[digits..];
        Some(number)
    }

    fn fraction(&mut self, width: usize) -> Option<()> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > width || digits == 0 && width > 0 {
            return None;
        }
        let micros = format!("{:0<6}", &self.rest[..digits]);
        self.parts.micros = micros[..6].parse().ok()?;
        self.rest = &self.rest[digits..];
        Some(())
    }

    fn offset_hour(&mut self) -> Option<()> {
        if let Some(after) = self.rest.strip_prefix(['Z', 'z']) {
            self.rest = after;
            self.parts.offset = Some(0);
            return Some(());
        }
        self.parts.offset_sign = 1;
        if let Some(after) = self.rest.strip_prefix(['+', '-']) {
            self.parts.offset_sign = if self.rest.starts_with('-') { -1 } else { 1 };
            self.rest = after;
        }
        let hours = self.number(2, false)? as i32;
        self.parts.offset = Some(self.parts.offset_sign * hours * 60);
        Some(())
    }

    /// One of the names, in full or by its first three letters.
    fn name(&mut self, names: &[&str]) -> Option<usize> {
        let starts = |name: &str| {
            self.rest
                .get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        let full = names.iter().position(|name| starts(name));
        let (index, length) = match full {
            Some(index) => (index, names[index].len()),
            None => (names.iter().position(|name| starts(&name[..3]))?, 3),
        };
        self.rest = &self.rest[length..];
        Some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::print;

    #[test]
    fn texts_are_read_by_formats() {
        let iso = |text: &str, format: &str| {
            read(text, &Model::parse(format), 1970).map(|moment| {
                let mut out = String::new();
                print(
                    moment,
                    &Model::parse("YYYY-MM-DD HH24:MI:SS.FF3TZHTZM"),
                    &mut out,
                );
                out
            })
        };
        let rows = [
            ("3/4/2024", "dd/mm/yyyy", "2024-04-03 00:00:00.000"),
            ("20240510", "YYYYMMDD", "2024-05-10 00:00:00.000"),
            ("10-May-2024", "DD-MON-YYYY", "2024-05-10 00:00:00.000"),
            ("10 january 2024", "DD MON YYYY", "2024-01-10 00:00:00.000"),
            ("79-01-02", "YY-MM-DD", "1979-01-02 00:00:00.000"),
            ("69-01-02", "YY-MM-DD", "2069-01-02 00:00:00.000"),
            (
                "04/05/2024 01:02:03 PM",
                "mm/dd/yyyy hh12:mi:ss AM",
                "2024-04-05 13:02:03.000",
            ),
            (
                "2019-02-28 23:59:59.25 -07:00",
                "YYYY-MM-DDHH24:MI:SS.FF TZH:TZM",
                "2019-02-28 23:59:59.250-0700",
            ),
            (
                "2026-01-02T03:04:05 EST",
                "YYYY-MM-DD\"T\"HH24:MI:SS \"EST\"",
                "2026-01-02 03:04:05.000",
            ),
            (
                "Thu, 21 Dec 2000 16:01",
                "DY, DD MON YYYY HH24:MI",
                "2000-12-21 16:01:00.000",
            ),
            ("12:30:00 am", "HH12:MI:SS AM", "1970-01-01 00:30:00.000"),
        ];
        for (text, format, expected) in rows {
            assert_eq!(
                iso(text, format).as_deref(),
                Some(expected),
                "{text} {format}"
            );
        }
        for (text, format) in [
            ("2019-02-2823:59:59", "YYYY-MM-DD HH24:MI:SS"),
            ("2024-05-10", "MM/DD/YYYY"),
            ("2023-02-29", "YYYY-MM-DD"),
            ("2024-01-01x", "YYYY-MM-DD"),
            ("24:00:00", "HH24:MI:SS"),
            ("13:00 PM", "HH12:MI AM"),
        ] {
            assert_eq!(iso(text, format), None, "{text} {format}");
        }
    }
}
