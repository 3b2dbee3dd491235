//! One value, from the wire's words to Snowflake's. In: what the driver got, and the column's type. Out: the text that
//! Snowflake prints by default.
//!
//! The `…_OUTPUT_FORMAT` parameters are for programs that print; what we compare and parse is always in the default format.

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, civil};
use snowflake_connector_rs::ColumnType;

/// The time zones that values are shown in.
pub(super) struct TimeZones {
    session: TimeZone,
}

impl TimeZones {
    /// With the session's TIMEZONE; UTC if it is not known here.
    pub(super) fn new(session: &str) -> Self {
        Self {
            session: TimeZone::get(session).unwrap_or(TimeZone::UTC),
        }
    }
}

/// The value as Snowflake prints it. What is not in the expected form is left as it came.
pub(super) fn shown(raw: String, kind: &ColumnType, zones: &TimeZones) -> String {
    let shown = match kind {
        ColumnType::Boolean => match raw.as_str() {
            "1" => Some("true".to_owned()),
            "0" => Some("false".to_owned()),
            other => Some(other.to_lowercase()),
        },
        ColumnType::Date => date(&raw),
        ColumnType::Time { .. } => time(&raw),
        ColumnType::TimestampNtz { .. } => instant(&raw).map(|at| local(at, &TimeZone::UTC)),
        ColumnType::TimestampLtz { .. } => instant(&raw).map(|at| with_offset(at, &zones.session)),
        ColumnType::TimestampTz { .. } => zoned(&raw),
        _ => None,
    };
    shown.unwrap_or(raw)
}

/// Days since 1970-01-01.
fn date(raw: &str) -> Option<String> {
    let days: i32 = raw.parse().ok()?;
    let day = civil::date(1970, 1, 1)
        .checked_add(SignedDuration::from_hours(i64::from(days) * 24))
        .ok()?;
    Some(day.to_string())
}

/// Seconds since midnight, with a fraction.
fn time(raw: &str) -> Option<String> {
    let (seconds, _) = seconds(raw)?;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    Some(format!("{hours:02}:{minutes:02}:{seconds:02}"))
}

/// Seconds since 1970, with a fraction.
fn instant(raw: &str) -> Option<Timestamp> {
    let (seconds, nanos) = seconds(raw)?;
    Timestamp::new(seconds, nanos).ok()
}

/// Seconds since 1970, and the offset in minutes, moved by a day so that it is never negative.
fn zoned(raw: &str) -> Option<String> {
    let (at, offset) = raw.split_once(' ')?;
    let minutes = offset.parse::<i32>().ok()? - 1440;
    let offset = Offset::from_seconds(minutes * 60).ok()?;
    Some(with_offset(instant(at)?, &TimeZone::fixed(offset)))
}

/// Whole seconds and nanoseconds, of one sign.
fn seconds(raw: &str) -> Option<(i64, i32)> {
    let (whole, fraction) = raw.split_once('.').unwrap_or((raw, ""));
    let seconds: i64 = whole.parse().ok()?;
    let digits = format!("{fraction:0<9}");
    let nanos: i32 = digits.get(..9)?.parse().ok()?;
    let is_negative = whole.starts_with('-');
    Some((seconds, if is_negative { -nanos } else { nanos }))
}

fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S%.3f")
        .to_string()
}

fn with_offset(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S%.3f %z")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The driver's own types cannot be made from outside, so each form is tried by the function that reads it.
    #[test]
    fn the_wire_s_forms_become_snowflake_s_text() {
        assert_eq!(date("20781").as_deref(), Some("2026-11-24"));
        assert_eq!(date("-1").as_deref(), Some("1969-12-31"));
        assert_eq!(time("3723.500000000").as_deref(), Some("01:02:03"));
        assert_eq!(
            local(instant("1795478400.123456789").unwrap(), &TimeZone::UTC),
            "2026-11-24 00:00:00.123"
        );
        assert_eq!(
            local(instant("-0.500000000").unwrap(), &TimeZone::UTC),
            "1969-12-31 23:59:59.500"
        );
        assert_eq!(
            zoned("1795478400.000000000 1500").as_deref(),
            Some("2026-11-24 01:00:00.000 +0100")
        );
        let zones = TimeZones::new("America/Los_Angeles");
        assert_eq!(
            with_offset(instant("1795478400").unwrap(), &zones.session),
            "2026-11-23 16:00:00.000 -0800"
        );
        assert_eq!(shown("1".to_owned(), &ColumnType::Boolean, &zones), "true");
        assert_eq!(shown("x".to_owned(), &ColumnType::Date, &zones), "x");
    }
}
