//! What Snowflake recognizes without a format.

use super::model::Model;
use super::read::read;
use super::{DAY_MICROS, Moment, days_from_civil};
use std::sync::LazyLock;

/// What a text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Date,
    Time,
    Timestamp,
}

/// The formats of dates beside ISO's.
static DATES: LazyLock<Vec<Model>> = LazyLock::new(|| models(&["DD-MON-YYYY", "MM/DD/YYYY"]));

static TIMES: LazyLock<Vec<Model>> = LazyLock::new(|| {
    models(&[
        "HH24:MI:SS.FF",
        "HH24:MI:SS",
        "HH24:MI",
        "HH12:MI:SS.FF AM",
        "HH12:MI:SS AM",
        "HH12:MI AM",
    ])
});

/// The formats of timestamps beside ISO's.
static TIMESTAMPS: LazyLock<Vec<Model>> = LazyLock::new(|| {
    models(&[
        "DY, DD MON YYYY HH24:MI:SS.FF TZHTZM",
        "DY, DD MON YYYY HH24:MI:SS TZHTZM",
        "DY, DD MON YYYY HH12:MI:SS.FF AM TZHTZM",
        "DY, DD MON YYYY HH12:MI:SS AM TZHTZM",
        "DY, DD MON YYYY HH24:MI:SS.FF",
        "DY, DD MON YYYY HH24:MI:SS",
        "DY, DD MON YYYY HH12:MI:SS.FF AM",
        "DY, DD MON YYYY HH12:MI:SS AM",
        "MM/DD/YYYY HH24:MI:SS",
        "DY MON DD HH24:MI:SS TZHTZM YYYY",
    ])
});

fn models(formats: &[&str]) -> Vec<Model> {
    formats.iter().map(|format| Model::parse(format)).collect()
}

/// Two digits mean a year from this one on; only formats with `YY` need it.
const CENTURY_START: i32 = 1970;

/// The moment that a text shows, by the formats that Snowflake tries.
pub(crate) fn recognize(text: &str, target: Target) -> Option<Moment> {
    let text = text.trim();
    let by = |models: &[Model]| {
        models
            .iter()
            .find_map(|model| read(text, model, CENTURY_START))
    };
    if target == Target::Time {
        return clock(text.as_bytes())
            .and_then(|(micros, rest)| {
                offset(rest).map(|offset_minutes| Moment {
                    micros,
                    offset_minutes,
                })
            })
            .or_else(|| by(&TIMES))
            .or_else(|| {
                epoch(text).map(|moment| Moment {
                    micros: moment.micros.rem_euclid(DAY_MICROS),
                    ..moment
                })
            })
            .or_else(|| iso(text));
    }
    iso(text)
        .or_else(|| by(&DATES))
        .or_else(|| by(&TIMESTAMPS))
        .or_else(|| epoch(text))
}

/// `YYYY-MM-DD`, a blank or `T` and a time perhaps, an offset perhaps.
fn iso(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let (year, rest) = digits(bytes, 4)?;
    let (month, rest) = digits(rest.strip_prefix(b"-")?, 2)?;
    let (day, rest) = digits(rest.strip_prefix(b"-")?, 2)?;
    let days = days_from_civil(i32::try_from(year).ok()?, month as u32, day as u32)?;
    let midnight = i64::from(days) * DAY_MICROS;
    if rest.is_empty() {
        return Some(Moment {
            micros: midnight,
            offset_minutes: None,
        });
    }
    let rest = match rest {
        [b'T' | b't', rest @ ..] => rest,
        [b' ', rest @ ..] => rest.trim_ascii_start(),
        _ => return None,
    };
    let (micros, rest) = clock(rest)?;
    Some(Moment {
        micros: midnight + micros,
        offset_minutes: offset(rest)?,
    })
}

/// `HH24`, `HH24:MI`, `HH24:MI:SS` or `HH24:MI:SS.FF`: microseconds since midnight, and what follows.
fn clock(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (hour, mut rest) = digits(bytes, 2)?;
    let (mut minute, mut second, mut micros) = (0, 0, 0);
    if let Some(after) = rest.strip_prefix(b":") {
        (minute, rest) = digits(after, 2)?;
        if let Some(after) = rest.strip_prefix(b":") {
            (second, rest) = digits(after, 2)?;
            if let Some(after) = rest.strip_prefix(b".") {
                let count = after
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                if count > 9 {
                    return None;
                }
                for place in 0..6 {
                    micros = micros * 10
                        + after
                            .get(place)
                            .filter(|_| place < count)
                            .map_or(0, |byte| i64::from(byte - b'0'));
                }
                rest = &after[count..];
            }
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some((
        ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros,
        rest,
    ))
}

/// Nothing, `Z`, `+HH`, `+HHMM` or `+HH:MM`, blanks before them.
fn offset(bytes: &[u8]) -> Option<Option<i32>> {
    let (sign, rest) = match bytes.trim_ascii_start() {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = digits(rest, 2)?;
    let (minutes, rest) = match rest.strip_prefix(b":").unwrap_or(rest) {
        [] => (0, rest),
        rest => digits(rest, 2)?,
    };
    (rest.is_empty() && hours <= 14 && minutes <= 59)
        .then_some(Some(sign * (hours as i32 * 60 + minutes as i32)))
}

/// Up to `width` digits and what follows them.
fn digits(bytes: &[u8], width: usize) -> Option<(i64, &[u8])> {
    let count = bytes
        .iter()
        .take(width)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let number = bytes[..count]
        .iter()
        .fold(0_i64, |number, byte| number * 10 + i64::from(byte - b'0'));
    (count > 0).then(|| (number, &bytes[count..]))
}

/// A whole number: seconds, milli-, micro- or nanoseconds since 1970, by its size.
fn epoch(text: &str) -> Option<Moment> {
    let value: i64 = text.parse().ok()?;
    let micros = match value.unsigned_abs() {
        0..31_536_000_000 => value.checked_mul(1_000_000)?,
        31_536_000_000..31_536_000_000_000 => value.checked_mul(1_000)?,
        31_536_000_000_000..31_536_000_000_000_000 => value,
        _ => value.div_euclid(1_000),
    };
    Some(Moment {
        micros,
        offset_minutes: Some(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::print;

    fn shown(text: &str, target: Target) -> Option<String> {
        recognize(text, target).map(|moment| {
            let mut out = String::new();
            print(
                moment,
                &Model::parse("YYYY-MM-DD HH24:MI:SS.FF3TZHTZM"),
                &mut out,
            );
            out
        })
    }

    #[test]
    fn the_documented_formats() {
        let rows = [
            ("2013-04-28", "2013-04-28 00:00:00.000"),
            ("2024-5-9", "2024-05-09 00:00:00.000"),
            ("17-DEC-1980", "1980-12-17 00:00:00.000"),
            ("03-April-2024", "2024-04-03 00:00:00.000"),
            ("12/17/1980", "1980-12-17 00:00:00.000"),
            (
                "2013-04-28T20:57:01.123456789+07:00",
                "2013-04-28 20:57:01.123+0700",
            ),
            (
                "2013-04-28 20:57:01.123456789 +0700",
                "2013-04-28 20:57:01.123+0700",
            ),
            ("2013-04-28 20:57:01-07", "2013-04-28 20:57:01.000-0700"),
            ("2013-04-28T20:57", "2013-04-28 20:57:00.000"),
            ("2013-04-28 20", "2013-04-28 20:00:00.000"),
            ("2013-04-28 20:57+07:00", "2013-04-28 20:57:00.000+0700"),
            ("2013-04-28T20:57:01Z", "2013-04-28 20:57:01.000+0000"),
            (
                "Thu, 21 Dec 2000 16:01:07 +0200",
                "2000-12-21 16:01:07.000+0200",
            ),
            (
                "Thu, 21 Dec 2000 04:01:07.123456789 PM +0200",
                "2000-12-21 16:01:07.123+0200",
            ),
            ("2/18/2008 02:36:48", "2008-02-18 02:36:48.000"),
            (
                "Mon Jul 08 18:09:51 +0000 2013",
                "2013-07-08 18:09:51.000+0000",
            ),
            ("1487654321", "2017-02-21 05:18:41.000+0000"),
            ("1487654321321", "2017-02-21 05:18:41.321+0000"),
            ("31536000000000", "1971-01-01 00:00:00.000+0000"),
            ("31536000000000000", "1971-01-01 00:00:00.000+0000"),
        ];
        for (text, expected) in rows {
            assert_eq!(
                shown(text, Target::Timestamp).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        for text in [
            "2019/01/02",
            "2023-02-29",
            "yesterday",
            "",
            "2013-04-28 25:00",
            "2013-04-28x",
            "20:57",
        ] {
            assert_eq!(shown(text, Target::Timestamp), None, "{text}");
        }
    }

    #[test]
    fn times_alone() {
        for (text, expected) in [
            ("20:57:01.5", "20:57:01.500"),
            ("20:57", "20:57:00.000"),
            ("07:57:01 PM", "19:57:01.000"),
        ] {
            assert_eq!(
                shown(text, Target::Time).as_deref(),
                Some(format!("1970-01-01 {expected}").as_str()),
                "{text}"
            );
        }
        assert_eq!(shown("25:00:00", Target::Time), None);
    }
}
