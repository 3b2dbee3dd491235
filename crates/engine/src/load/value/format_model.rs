//! Date and time format models (`YYYY-MM-DD"T"HH24:MI:SS.FF TZH:TZM`), for reading.
//!
//! In: a model and text. Out: the fields that the text gives. Numbers may be shorter than the model says, blanks may
//! stand before a number where the model has none, and MON and MMMM take a short or a full name, as in Snowflake.

use super::calendar::{MICROS_PER_SECOND, days_from_civil};

/// A parsed model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormatModel {
    /// As written, for messages.
    pub(crate) text: String,
    elements: Vec<Element>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    /// YYYY.
    Year,
    /// UUUU: may be negative.
    SignedYear,
    /// YY or Y.
    YearOfCentury,
    /// MM or MO.
    Month,
    /// MON or MMMM.
    MonthName,
    /// DD or D.
    Day,
    /// DY.
    DayName,
    /// HH24, HH, H24 or H.
    Hour24,
    /// HH12 or H12.
    Hour12,
    /// MI or ME.
    Minute,
    /// SS or S.
    Second,
    /// FF0 to FF9: at most so many digits.
    Fraction(u8),
    /// AM or PM.
    Meridiem,
    /// P: A or P.
    MeridiemLetter,
    /// TZH, and TZM if it follows, with or without a colon.
    Zone { minutes: bool },
    /// One or more blanks.
    Blank,
    /// Anything else.
    Literal(u8),
}

/// What text gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    hour: Option<u32>,
    hour12: Option<u32>,
    afternoon: Option<bool>,
    minute: u32,
    second: u32,
    micros: u32,
    /// Seconds east of UTC.
    pub(crate) offset_secs: Option<i32>,
}

impl Fields {
    /// The day, counted from 1970-01-01. What a model does not name is 1970, January, the first.
    pub(crate) fn days(&self) -> Option<i32> {
        days_from_civil(
            self.year.unwrap_or(1970),
            self.month.unwrap_or(1),
            self.day.unwrap_or(1),
        )
    }

    /// Microseconds since midnight.
    pub(crate) fn micros_of_day(&self) -> Option<i64> {
        let hour = match (self.hour, self.hour12, self.afternoon) {
            (Some(hour), None, _) => hour,
            (None, Some(hour), afternoon) if (1..=12).contains(&hour) => {
                hour % 12 + if afternoon == Some(true) { 12 } else { 0 }
            }
            (None, None, _) => 0,
            _ => return None,
        };
        if hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let seconds = i64::from(hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        Some(seconds * MICROS_PER_SECOND + i64::from(self.micros))
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Words of the models, longest first where one begins another.
const WORDS: [(&str, Element); 27] = [
    ("YYYY", Element::Year),
    ("UUUU", Element::SignedYear),
    ("YY", Element::YearOfCentury),
    ("Y", Element::YearOfCentury),
    ("MMMM", Element::MonthName),
    ("MON", Element::MonthName),
    ("MM", Element::Month),
    ("MO", Element::Month),
    ("MI", Element::Minute),
    ("ME", Element::Minute),
    ("DD", Element::Day),
    ("DY", Element::DayName),
    ("D", Element::Day),
    ("HH24", Element::Hour24),
    ("HH12", Element::Hour12),
    ("HH", Element::Hour24),
    ("H24", Element::Hour24),
    ("H12", Element::Hour12),
    ("H", Element::Hour24),
    ("SS", Element::Second),
    ("S", Element::Second),
    ("TZH:TZM", Element::Zone { minutes: true }),
    ("TZHTZM", Element::Zone { minutes: true }),
    ("TZH", Element::Zone { minutes: false }),
    ("AM", Element::Meridiem),
    ("PM", Element::Meridiem),
    ("P", Element::MeridiemLetter),
];

impl FormatModel {
    /// Reads a model. Every text is one: what is no element stands for itself.
    pub(crate) fn parse(text: &str) -> Self {
        let mut elements = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((&first, tail)) = rest.split_first() {
            let starts = |word: &str| {
                rest.get(..word.len())
                    .is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
            };
            if first == b'"' {
                let end = tail
                    .iter()
                    .position(|byte| *byte == b'"')
                    .unwrap_or(tail.len());
                elements.extend(tail[..end].iter().copied().map(Element::Literal));
                rest = tail.get(end + 1..).unwrap_or_default();
            } else if first.is_ascii_whitespace() {
                if elements.last() != Some(&Element::Blank) {
                    elements.push(Element::Blank);
                }
                rest = tail;
            } else if starts("FF") {
                let digit = rest.get(2).filter(|byte| byte.is_ascii_digit());
                elements.push(Element::Fraction(digit.map_or(9, |byte| byte - b'0')));
                rest = &rest[2 + usize::from(digit.is_some())..];
            } else if let Some((word, element)) = WORDS.iter().find(|(word, _)| starts(word)) {
                elements.push(element.clone());
                rest = &rest[word.len()..];
            } else {
                elements.push(Element::Literal(first));
                rest = tail;
            }
        }
        Self {
            text: text.to_owned(),
            elements,
        }
    }

    /// Reads `text`, all of it.
    pub(crate) fn read(&self, text: &[u8]) -> Option<Fields> {
        let mut cursor = Cursor { rest: text };
        let mut fields = Fields::default();
        for element in &self.elements {
            cursor.element(element, &mut fields)?;
        }
        cursor.rest.trim_ascii().is_empty().then_some(fields)
    }
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn element(&mut self, element: &Element, fields: &mut Fields) -> Option<()> {
        match element {
            Element::Year => fields.year = Some(self.number(4)? as i32),
            Element::SignedYear => {
                let negative = self.take(b'-');
                let year = self.number(4)? as i32;
                fields.year = Some(if negative { -year } else { year });
            }
            Element::YearOfCentury => {
                // TWO_DIGIT_CENTURY_START is 1970 unless a session says otherwise.
                let year = self.number(2)? as i32;
                fields.year = Some(if year < 70 { 2000 + year } else { 1900 + year });
            }
            Element::Month => fields.month = Some(self.number(2)?),
            Element::MonthName => fields.month = Some(self.name(&MONTHS)?),
            Element::Day => fields.day = Some(self.number(2)?),
            Element::DayName => {
                self.name(&DAYS)?;
            }
            Element::Hour24 => fields.hour = Some(self.number(2)?),
            Element::Hour12 => fields.hour12 = Some(self.number(2)?),
            Element::Minute => fields.minute = self.number(2)?,
            Element::Second => fields.second = self.number(2)?,
            Element::Fraction(digits) => fields.micros = self.fraction(*digits)?,
            Element::Meridiem => fields.afternoon = Some(self.meridiem()?),
            Element::MeridiemLetter => {
                self.skip_blanks();
                fields.afternoon = Some(match self.next()?.to_ascii_lowercase() {
                    b'a' => false,
                    b'p' => true,
                    _ => return None,
                });
            }
            Element::Zone { minutes } => fields.offset_secs = Some(self.zone(*minutes)?),
            Element::Blank => {
                if !self.rest.first()?.is_ascii_whitespace() {
                    return None;
                }
                self.skip_blanks();
            }
            Element::Literal(byte) => {
                if !self.take(*byte) {
                    return None;
                }
            }
        }
        Some(())
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    /// One to `longest` digits.
    fn number(&mut self, longest: usize) -> Option<u32> {
        self.skip_blanks();
        let digits = self
            .rest
            .iter()
            .take(longest)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        (digits > 0).then(|| {
            number
                .iter()
                .fold(0, |value, byte| value * 10 + u32::from(byte - b'0'))
        })
    }

    /// Up to nine digits of a second's fraction, as microseconds; what is finer is cut off.
    fn fraction(&mut self, longest: u8) -> Option<u32> {
        let digits = self
            .rest
            .iter()
            .take(usize::from(longest))
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        if digits == 0 && longest > 0 {
            return None;
        }
        let micros = number
            .iter()
            .take(6)
            .fold(0, |value, byte| value * 10 + u32::from(byte - b'0'));
        Some(micros * 10_u32.pow(6_u32.saturating_sub(digits as u32)))
    }

    /// The 1-based place of the name, full or of three letters.
    fn name(&mut self, names: &[&str]) -> Option<u32> {
        self.skip_blanks();
        let letters = self
            .rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let (word, rest) = self.rest.split_at(letters);
        let place = names.iter().position(|name| {
            word.eq_ignore_ascii_case(name.as_bytes())
                || word.eq_ignore_ascii_case(&name.as_bytes()[..3])
        })?;
        self.rest = rest;
        Some(place as u32 + 1)
    }

    fn meridiem(&mut self) -> Option<bool> {
        self.skip_blanks();
        let afternoon = match self.next()?.to_ascii_lowercase() {
            b'a' => false,
            b'p' => true,
            _ => return None,
        };
        self.next()?
            .eq_ignore_ascii_case(&b'm')
            .then_some(afternoon)
    }

    /// `Z`, `+07`, `+07:00`, `+0700`.
    fn zone(&mut self, minutes: bool) -> Option<i32> {
        self.skip_blanks();
        if self.take(b'Z') || self.take(b'z') {
            return Some(0);
        }
        let negative = self.take(b'-');
        if !negative {
            self.take(b'+');
        }
        let hours = self.number(2)? as i32;
        let mut offset = hours * 3600;
        if minutes {
            self.take(b':');
            offset += self.number(2)? as i32 * 60;
        }
        (offset <= 18 * 3600).then_some(if negative { -offset } else { offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(model: &str, text: &str) -> Option<(i32, i64, Option<i32>)> {
        let fields = FormatModel::parse(model).read(text.as_bytes())?;
        Some((fields.days()?, fields.micros_of_day()?, fields.offset_secs))
    }

    const DAY: i32 = 19_782; // 2024-02-29

    #[test]
    fn models_read_what_snowflake_reads() {
        let midnight = Some((DAY, 0, None));
        for (model, text) in [
            ("YYYY-MM-DD", "2024-02-29"),
            ("YYYY-MM-DD", "2024-2-29"),
            ("yyyy/mm/dd", "2024/02/29"),
            ("YYYYMMDD", "20240229"),
            ("DD-MON-YYYY", "29-Feb-2024"),
            ("DD-MON-YYYY", "29-FEBRUARY-2024"),
            ("MMMM DD, YYYY", "February 29, 2024"),
            ("MM/DD/YY", "02/29/24"),
            ("DY, DD MON YYYY", "Thu, 29 Feb 2024"),
        ] {
            assert_eq!(read(model, text), midnight, "{model} {text}");
        }
        let at = |hour: i64, minute: i64, second: i64, micros: i64| {
            ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros
        };
        let full = "YYYY-MM-DD\"T\"HH24:MI:SS.FF TZH:TZM";
        assert_eq!(
            read(full, "2024-02-29T23:59:58.123456789 +07:30"),
            Some((DAY, at(23, 59, 58, 123_456), Some(27_000)))
        );
        assert_eq!(
            read("YYYY-MM-DD HH24:MI:SS TZHTZM", "2024-02-29 01:02:03 -0800"),
            Some((DAY, at(1, 2, 3, 0), Some(-28_800)))
        );
        assert_eq!(
            read("YYYY-MM-DDTHH24:MI", "2024-02-29T07:05"),
            Some((DAY, at(7, 5, 0, 0), None))
        );
        assert_eq!(
            read("MM/DD/YYYY HH12:MI AM", "02/29/2024 12:05 am"),
            Some((DAY, at(0, 5, 0, 0), None))
        );
        assert_eq!(
            read("MM/DD/YYYY HH12:MI PM", "02/29/2024 12:05 PM"),
            Some((DAY, at(12, 5, 0, 0), None))
        );
        assert_eq!(
            read("YYYY-MM-DDHH24:MI", "2024-02-29 23:59"),
            Some((DAY, at(23, 59, 0, 0), None))
        );
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (model, text) in [
            ("YYYY-MM-DD", "2024-02-30"),
            ("YYYY-MM-DD", "2024-13-01"),
            ("YYYY-MM-DD", "29-02-2024"),
            ("YYYY-MM-DD", "2024-02-29x"),
            ("YYYY-MM-DD", ""),
            ("YYYY-MM-DD HH24", "2024-02-2823"),
            ("HH24:MI:SS", "24:00:00"),
            ("HH24:MI:SS", "23:59:60"),
            ("HH12:MI AM", "13:00 AM"),
            ("DD-MON-YYYY", "29-Foo-2024"),
        ] {
            assert_eq!(read(model, text), None, "{model} {text}");
        }
    }
}
