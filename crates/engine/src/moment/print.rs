//! Moments by a format model.

use super::model::{Element, Model};
use super::{DAY_MICROS, Moment, civil_from_days};
use std::fmt::Write;

/// English names, as Snowflake writes them.
pub(super) const MONTHS: [&str; 12] = [
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

/// From Sunday on.
pub(super) const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Writes a moment by a format. What it does not have, such as an offset, prints nothing.
pub(crate) fn print(moment: Moment, model: &Model, out: &mut String) {
    let date = civil_from_days(moment.micros.div_euclid(DAY_MICROS));
    let micros = moment.micros.rem_euclid(DAY_MICROS);
    let seconds = micros / 1_000_000;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let number = |out: &mut String, value: i64, padded: bool| {
        let _ = if padded {
            write!(out, "{value:02}")
        } else {
            write!(out, "{value}")
        };
    };
    let mut elements = model.elements.iter().peekable();
    while let Some(element) = elements.next() {
        match *element {
            Element::Year => {
                let _ = write!(out, "{:04}", date.year());
            }
            Element::ShortYear { padded } => {
                number(out, i64::from(date.year().rem_euclid(100)), padded)
            }
            Element::Month { padded } => number(out, date.month().into(), padded),
            Element::MonthName { full } => {
                let name = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
                out.push_str(if full { name } else { &name[..3] });
            }
            Element::Day { padded } => number(out, date.day().into(), padded),
            Element::Weekday => {
                let index = date.weekday().to_sunday_zero_offset();
                out.push_str(&WEEKDAYS[usize::from(index.unsigned_abs())][..3]);
            }
            Element::Hour { padded } => number(out, hour, padded),
            Element::HalfDayHour { padded } => number(out, (hour + 11) % 12 + 1, padded),
            Element::HalfDay { short } => {
                let name = if hour < 12 { "AM" } else { "PM" };
                out.push_str(if short { &name[..1] } else { name });
            }
            Element::Minute { padded } => number(out, minute, padded),
            Element::Second { padded } => number(out, second, padded),
            Element::Fraction { digits } => {
                let nanos = format!("{:06}000", micros % 1_000_000);
                out.push_str(&nanos[..usize::from(digits)]);
            }
            Element::OffsetHour => match moment.offset_minutes {
                Some(offset) => {
                    let _ = write!(
                        out,
                        "{}{:02}",
                        if offset < 0 { '-' } else { '+' },
                        offset.abs() / 60
                    );
                }
                None => {
                    elements.next_if_eq(&&Element::Literal(':'));
                }
            },
            Element::OffsetMinute => {
                if let Some(offset) = moment.offset_minutes {
                    number(out, i64::from(offset.abs() % 60), true);
                }
            }
            Element::Literal(character) => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_prints() {
        let moment = Moment {
            micros: 1_712_300_889_123_456,
            offset_minutes: Some(-420),
        };
        let printed = |format: &str| {
            let mut out = String::new();
            print(moment, &Model::parse(format), &mut out);
            out
        };
        assert_eq!(
            printed("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"),
            "2024-04-05 07:08:09.123 -0700"
        );
        assert_eq!(printed("YY MON MMMM DY DD"), "24 Apr April Fri 05");
        assert_eq!(printed("D/MO/Y H24:ME:S"), "5/4/24 7:8:9");
        assert_eq!(
            printed("HH12:MI AM | H12 P | FF | FF0| TZH:TZM"),
            "07:08 AM | 7 A | 123456000 | | -07:00"
        );
        assert_eq!(
            printed("mm/dd/yyyy, hh24:mi hours"),
            "04/05/2024, 07:08 hours"
        );
        let mut out = String::new();
        print(
            Moment {
                micros: -1,
                offset_minutes: None,
            },
            &Model::parse("YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM"),
            &mut out,
        );
        assert_eq!(out, "1969-12-31 23:59:59.999999 ");
    }
}
