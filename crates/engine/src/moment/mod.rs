//! Dates, times and timestamps as text: by a format model, or by what Snowflake recognizes without one.

mod auto;
mod model;
mod print;
mod read;

pub(crate) use auto::{Target, recognize};
pub(crate) use model::Model;
pub(crate) use print::print;
pub(crate) use read::read;

/// Microseconds in a day.
pub(crate) const DAY_MICROS: i64 = 86_400_000_000;

/// A moment as it is written: a wall clock, and its distance from UTC if that is written too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Microseconds since 1970-01-01 00:00:00 by the wall clock.
    pub(crate) micros: i64,
    /// Minutes east of UTC.
    pub(crate) offset_minutes: Option<i32>,
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; `None` if there is no such date.
pub(crate) fn days_from_civil(year: i32, month: u32, day: u32) -> Option<i32> {
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()?;
    Some(i32::try_from(date.duration_since(EPOCH).as_hours() / 24).unwrap_or(0))
}

/// The date that many days after 1970-01-01; the calendar's first or last day beyond its ends.
pub(crate) fn civil_from_days(days: i64) -> jiff::civil::Date {
    let days = jiff::Span::new().try_days(days).unwrap_or_default();
    EPOCH.checked_add(days).unwrap_or(jiff::civil::Date::MAX)
}

const EPOCH: jiff::civil::Date = jiff::civil::Date::constant(1970, 1, 1);

/// A TIMESTAMP_TZ as DuckDB holds it, from microseconds of UTC and minutes east of UTC.
pub(crate) fn zoned(utc_micros: i64, offset_minutes: i32) -> i128 {
    i128::from(utc_micros) * 4096 + i128::from(offset_minutes + 2048)
}

/// A TIMESTAMP_TZ as DuckDB holds it (see `DataType::physical`): microseconds of UTC, minutes east of UTC.
pub fn zoned_parts(value: i128) -> (i64, i32) {
    let micros = value.div_euclid(4096);
    let minutes = value.rem_euclid(4096) as i32 - 2048;
    (i64::try_from(micros).unwrap_or(i64::MAX), minutes)
}
