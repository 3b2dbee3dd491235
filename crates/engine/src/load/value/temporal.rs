//! DATE, TIME and TIMESTAMP from text: AUTO detection, or a format model.

use super::calendar::{MICROS_PER_DAY, MICROS_PER_SECOND, days_from_civil};
use super::fault::{BoxedFault, Fault};
use super::format_model::{Fields, FormatModel};
use jiff::tz::TimeZone;
use snowmelt_sql::object::ValueFormat;
use std::sync::LazyLock;

/// How a load reads dates and times.
#[derive(Debug, Clone)]
pub(crate) struct TemporalFormats {
    date: Option<FormatModel>,
    time: Option<FormatModel>,
    timestamp: Option<FormatModel>,
    /// The session's TIMEZONE: what a TIMESTAMP_LTZ without offset is in.
    zone: TimeZone,
}

impl TemporalFormats {
    /// `AUTO` or a model for each of the three.
    pub(crate) fn new(
        date: &ValueFormat,
        time: &ValueFormat,
        timestamp: &ValueFormat,
        zone: TimeZone,
    ) -> Self {
        let model = |format: &ValueFormat| match format {
            ValueFormat::Auto => None,
            ValueFormat::Format(text) if text.eq_ignore_ascii_case("auto") => None,
            ValueFormat::Format(text) => Some(FormatModel::parse(text)),
        };
        Self {
            date: model(date),
            time: model(time),
            timestamp: model(timestamp),
            zone,
        }
    }

    /// A DATE, as days since 1970-01-01.
    #[inline]
    pub(crate) fn date(&self, text: &[u8]) -> Result<i32, BoxedFault> {
        match &self.date {
            None => match iso_date(text) {
                Some(days) => Ok(days),
                None => auto_date(text).ok_or_else(|| Fault::date(text)),
            },
            // The model that nearly everyone writes is the one the quick way reads.
            Some(model) if model.text == "YYYY-MM-DD" => match iso_date(text) {
                Some(days) => Ok(days),
                None => read_date(model, text),
            },
            Some(model) => read_date(model, text),
        }
    }

    /// A TIME, as microseconds since midnight, cut to `precision` digits of the second.
    pub(crate) fn time(&self, text: &[u8], precision: u8) -> Result<i64, BoxedFault> {
        let micros = match &self.time {
            None => auto_time(text).ok_or_else(|| Fault::time(text))?,
            Some(model) => model
                .read(text)
                .and_then(|fields| fields.micros_of_day())
                .ok_or_else(|| Fault::format_mismatch(text, "time", &model.text))?,
        };
        Ok(cut(micros, precision))
    }

    /// A TIMESTAMP_NTZ, as microseconds of wall-clock time; an offset in the text is ignored.
    #[inline]
    pub(crate) fn timestamp_ntz(&self, text: &[u8], precision: u8) -> Result<i64, BoxedFault> {
        let moment = self.moment(text)?;
        Ok(cut(moment.wall_micros, precision))
    }

    /// A TIMESTAMP_LTZ, as microseconds of UTC; text without an offset is in the session's time zone.
    pub(crate) fn timestamp_ltz(&self, text: &[u8], precision: u8) -> Result<i64, BoxedFault> {
        let moment = self.moment(text)?;
        let micros = match moment.offset_secs {
            Some(offset) => moment.wall_micros - i64::from(offset) * MICROS_PER_SECOND,
            None => self
                .to_utc(moment.wall_micros)
                .ok_or_else(|| Fault::timestamp(text))?,
        };
        Ok(cut(micros, precision))
    }

    /// A TIMESTAMP_TZ as DuckDB holds it; text without an offset has that of the session's time zone.
    pub(crate) fn timestamp_tz(&self, text: &[u8], precision: u8) -> Result<i128, BoxedFault> {
        let moment = self.moment(text)?;
        let utc = |offset: i32| {
            let micros = moment.wall_micros - i64::from(offset) * MICROS_PER_SECOND;
            crate::moment::zoned(cut(micros, precision), offset / 60)
        };
        match moment.offset_secs {
            Some(offset) => Ok(utc(offset)),
            None => {
                let micros = self
                    .to_utc(moment.wall_micros)
                    .ok_or_else(|| Fault::timestamp(text))?;
                Ok(self.zoned(cut(micros, precision)))
            }
        }
    }

    /// A moment in UTC as a TIMESTAMP_TZ with the offset of the session's time zone.
    pub(crate) fn zoned(&self, utc_micros: i64) -> i128 {
        let offset = jiff::Timestamp::from_microsecond(utc_micros)
            .map_or(0, |instant| self.zone.to_offset(instant).seconds());
        crate::moment::zoned(utc_micros, offset / 60)
    }

    fn moment(&self, text: &[u8]) -> Result<Moment, BoxedFault> {
        match &self.timestamp {
            None => auto_timestamp(text).ok_or_else(|| Fault::timestamp(text)),
            Some(model) => model
                .read(text)
                .and_then(|fields| Moment::of(&fields))
                .ok_or_else(|| Fault::format_mismatch(text, "timestamp", &model.text)),
        }
    }

    /// Wall-clock microseconds of the session's time zone to microseconds of UTC. A time that daylight saving skips
    /// moves forward, one that it repeats is the earlier one.
    fn to_utc(&self, wall_micros: i64) -> Option<i64> {
        let wall = TimeZone::UTC.to_datetime(jiff::Timestamp::from_microsecond(wall_micros).ok()?);
        let instant = self.zone.to_ambiguous_timestamp(wall).compatible().ok()?;
        Some(instant.as_microsecond())
    }
}

/// An integer as a moment, its unit taken from its size: seconds, milliseconds, microseconds or nanoseconds.
fn epoch_number_to_micros(value: i64) -> Option<i64> {
    const YEAR_IN_MILLIS: u64 = 31_536_000_000;
    let size = value.unsigned_abs();
    if size < YEAR_IN_MILLIS {
        value.checked_mul(MICROS_PER_SECOND)
    } else if size < YEAR_IN_MILLIS * 1_000 {
        value.checked_mul(1_000)
    } else if size < YEAR_IN_MILLIS * 1_000_000 {
        Some(value)
    } else {
        Some(value.div_euclid(1_000))
    }
}

/// A point in time as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment {
    wall_micros: i64,
    offset_secs: Option<i32>,
}

impl Moment {
    fn of(fields: &Fields) -> Option<Self> {
        let days = i64::from(fields.days()?);
        Some(Self {
            wall_micros: days * MICROS_PER_DAY + fields.micros_of_day()?,
            offset_secs: fields.offset_secs,
        })
    }
}

fn read_date(model: &FormatModel, text: &[u8]) -> Result<i32, BoxedFault> {
    model
        .read(text)
        .and_then(|fields| fields.days())
        .ok_or_else(|| Fault::format_mismatch(text, "date", &model.text))
}

/// Cuts microseconds to fewer digits of the second.
#[inline]
fn cut(micros: i64, precision: u8) -> i64 {
    match precision {
        6.. => micros,
        _ => {
            let unit = 10_i64.pow(6 - u32::from(precision));
            micros.div_euclid(unit) * unit
        }
    }
}

/// The date formats that AUTO knows besides `YYYY-MM-DD`.
static DATES: LazyLock<Vec<FormatModel>> = LazyLock::new(|| {
    ["YYYY-MM-DD", "DD-MON-YYYY", "MM/DD/YYYY"]
        .map(FormatModel::parse)
        .to_vec()
});

/// The time formats that AUTO knows.
static TIMES: LazyLock<Vec<FormatModel>> = LazyLock::new(|| {
    [
        "HH24:MI:SS",
        "HH24:MI:SS.FF",
        "HH24:MI",
        "HH24:MI:SS.FFTZH:TZM",
        "HH12:MI:SS AM",
        "HH12:MI:SS.FF AM",
        "HH12:MI AM",
    ]
    .map(FormatModel::parse)
    .to_vec()
});

/// The timestamp formats that AUTO knows besides the ISO ones.
static TIMESTAMPS: LazyLock<Vec<FormatModel>> = LazyLock::new(|| {
    [
        "DY, DD MON YYYY HH24:MI:SS TZHTZM",
        "DY, DD MON YYYY HH24:MI:SS.FF TZHTZM",
        "DY, DD MON YYYY HH12:MI:SS AM TZHTZM",
        "DY, DD MON YYYY HH12:MI:SS.FF AM TZHTZM",
        "DY, DD MON YYYY HH24:MI:SS",
        "DY, DD MON YYYY HH24:MI:SS.FF",
        "DY, DD MON YYYY HH12:MI:SS AM",
        "DY, DD MON YYYY HH12:MI:SS.FF AM",
        "MM/DD/YYYY HH24:MI:SS",
        "DY MON DD HH24:MI:SS TZHTZM YYYY",
    ]
    .map(FormatModel::parse)
    .to_vec()
});

fn first_match(models: &[FormatModel], text: &[u8]) -> Option<Fields> {
    models.iter().find_map(|model| model.read(text))
}

fn auto_date(text: &[u8]) -> Option<i32> {
    let trimmed = text.trim_ascii();
    if let Some(fields) = first_match(&DATES, trimmed) {
        return fields.days();
    }
    let micros = auto_timestamp(trimmed)?.wall_micros;
    i32::try_from(micros.div_euclid(MICROS_PER_DAY)).ok()
}

fn auto_time(text: &[u8]) -> Option<i64> {
    let trimmed = text.trim_ascii();
    if let Some(fields) = first_match(&TIMES, trimmed) {
        return fields.micros_of_day();
    }
    let micros = epoch_number_to_micros(integer(trimmed)?)?;
    Some(micros.rem_euclid(MICROS_PER_DAY))
}

fn auto_timestamp(text: &[u8]) -> Option<Moment> {
    let trimmed = text.trim_ascii();
    if let Some(moment) = iso_timestamp(trimmed) {
        return Some(moment);
    }
    if let Some(fields) = first_match(&DATES, trimmed).or_else(|| first_match(&TIMESTAMPS, trimmed))
    {
        return Moment::of(&fields);
    }
    Some(Moment {
        wall_micros: epoch_number_to_micros(integer(trimmed)?)?,
        offset_secs: Some(0),
    })
}

fn integer(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// `YYYY-MM-DD` in exactly ten characters.
#[inline]
fn iso_date(text: &[u8]) -> Option<i32> {
    let text: &[u8; 10] = text.try_into().ok()?;
    iso_date_of(text)
}

#[inline]
fn iso_date_of(text: &[u8; 10]) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else {
        return None;
    };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2].map(|byte| u32::from(byte.wrapping_sub(b'0')));
    if digits.iter().any(|digit| *digit > 9) {
        return None;
    }
    let [y1, y2, y3, y4, m1, m2, d1, d2] = digits;
    let year = y1 * 1000 + y2 * 100 + y3 * 10 + y4;
    days_from_civil(year as i32, m1 * 10 + m2, d1 * 10 + d2)
}

/// `YYYY-MM-DD`, then `T` or a blank, `HH24[:MI[:SS[.FF]]]` and an offset.
fn iso_timestamp(text: &[u8]) -> Option<Moment> {
    let (date, rest) = text.split_first_chunk::<10>()?;
    let days = i64::from(iso_date_of(date)?) * MICROS_PER_DAY;
    let Some((separator, time)) = rest.split_first() else {
        return Some(Moment {
            wall_micros: days,
            offset_secs: None,
        });
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    // hours:minutes:seconds, as many of them as there are.
    let mut units = [0_i64; 3];
    let mut rest = time;
    for (index, unit) in units.iter_mut().enumerate() {
        let digits = rest
            .iter()
            .take(2)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if digits == 0 {
            return None;
        }
        *unit = rest[..digits]
            .iter()
            .fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
        rest = &rest[digits..];
        match rest.split_first() {
            Some((b':', tail)) if index < 2 => rest = tail,
            _ => break,
        }
    }
    let [hours, minutes, seconds] = units;
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let mut micros = 0;
    if let Some((b'.', tail)) = rest.split_first() {
        let digits = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 9 {
            return None;
        }
        micros = tail[..digits.min(6)]
            .iter()
            .fold(0, |value, byte| value * 10 + i64::from(byte - b'0'))
            * 10_i64.pow(6_u32.saturating_sub(digits as u32));
        rest = &tail[digits..];
    }
    Some(Moment {
        wall_micros: days + ((hours * 60 + minutes) * 60 + seconds) * MICROS_PER_SECOND + micros,
        offset_secs: iso_offset(rest)?,
    })
}

/// Nothing, `Z`, or a signed `HH`, `HH:MM` or `HHMM`, after at most one blank.
#[expect(
    clippy::option_option,
    reason = "no offset is not the same as no timestamp"
)]
fn iso_offset(text: &[u8]) -> Option<Option<i32>> {
    if text.is_empty() {
        return Some(None);
    }
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (negative, digits) = match text.split_first()? {
        (b'Z' | b'z', []) => return Some(Some(0)),
        (b'+', digits) => (false, digits),
        (b'-', digits) => (true, digits),
        _ => return None,
    };
    let value = |high: u8, low: u8| -> Option<i32> {
        (high.is_ascii_digit() && low.is_ascii_digit())
            .then(|| i32::from(high - b'0') * 10 + i32::from(low - b'0'))
    };
    let (hours, minutes) = match *digits {
        [h1, h2] => (value(h1, h2)?, 0),
        [h1, h2, b':', m1, m2] | [h1, h2, m1, m2] => (value(h1, h2)?, value(m1, m2)?),
        _ => return None,
    };
    let offset = hours * 3600 + minutes * 60;
    (hours <= 18 && minutes <= 59).then_some(Some(if negative { -offset } else { offset }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(date: &str, time: &str, timestamp: &str) -> TemporalFormats {
        let format = |text: &str| match text {
            "AUTO" => ValueFormat::Auto,
            text => ValueFormat::Format(text.to_owned()),
        };
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        TemporalFormats::new(&format(date), &format(time), &format(timestamp), zone)
    }

    /// The moment as jiff reads it: an independent reader.
    fn wall(text: &str) -> i64 {
        let moment: jiff::civil::DateTime = text.parse().unwrap();
        TimeZone::UTC.to_timestamp(moment).unwrap().as_microsecond()
    }

    #[test]
    fn auto_reads_the_documented_date_forms() {
        let auto = formats("AUTO", "AUTO", "AUTO");
        let day = days_from_civil(2013, 4, 28).unwrap();
        for text in [
            "2013-04-28",
            "2013-4-28",
            "28-APR-2013",
            "4/28/2013",
            "04/28/2013",
            " 2013-04-28 ",
            "2013-04-28 20:57:01",
            "2013-04-28T20:57:01.123+07:00",
            "1367107200",
            "1367107200000",
        ] {
            assert_eq!(auto.date(text.as_bytes()), Ok(day), "{text}");
        }
        for text in [
            "2024-13-01",
            "2023-02-29",
            "28/04/2013",
            "2013/04/28",
            "yesterday",
            "",
        ] {
            let fault = auto.date(text.as_bytes()).unwrap_err();
            assert_eq!(fault.message, format!("Date '{text}' is not recognized"));
            assert_eq!(fault.code, 100_040);
        }
    }

    #[test]
    fn auto_reads_the_documented_timestamp_forms() {
        let auto = formats("AUTO", "AUTO", "AUTO");
        for (text, expected) in [
            (
                "2013-04-28T20:57:01.123456789+07:00",
                "2013-04-28T20:57:01.123456",
            ),
            (
                "2013-04-28 20:57:01.123456789+07:00",
                "2013-04-28T20:57:01.123456",
            ),
            (
                "2013-04-28 20:57:01.123456789+07",
                "2013-04-28T20:57:01.123456",
            ),
            (
                "2013-04-28 20:57:01.123456789 +07:00",
                "2013-04-28T20:57:01.123456",
            ),
            (
                "2013-04-28 20:57:01.123456789 +0700",
                "2013-04-28T20:57:01.123456",
            ),
            ("2013-04-28 20:57:01 +07:00", "2013-04-28T20:57:01"),
            ("2013-04-28 20:57:01 +0700", "2013-04-28T20:57:01"),
            ("2013-04-28T20:57:01.5", "2013-04-28T20:57:01.5"),
            ("2013-04-28 20:57:01", "2013-04-28T20:57:01"),
            ("2013-04-28T20:57", "2013-04-28T20:57:00"),
            ("2013-04-28T20", "2013-04-28T20:00:00"),
            ("2013-04-28T20:57:01-07:00", "2013-04-28T20:57:01"),
            ("2013-04-28T20:57:01Z", "2013-04-28T20:57:01"),
            ("2013-04-28T20:57+07:00", "2013-04-28T20:57:00"),
            ("Thu, 21 Dec 2000 16:01:07 +0200", "2000-12-21T16:01:07"),
            (
                "Thu, 21 Dec 2000 16:01:07.123456789 +0200",
                "2000-12-21T16:01:07.123456",
            ),
            ("Thu, 21 Dec 2000 04:01:07 PM +0200", "2000-12-21T16:01:07"),
            ("Thu, 21 Dec 2000 16:01:07", "2000-12-21T16:01:07"),
            (
                "Thu, 21 Dec 2000 04:01:07.123456789 PM",
                "2000-12-21T16:01:07.123456",
            ),
            ("2/18/2008 02:36:48", "2008-02-18T02:36:48"),
            ("Mon Jul 08 18:09:51 +0000 2013", "2013-07-08T18:09:51"),
            ("2013-04-28", "2013-04-28T00:00:00"),
            ("1487654321", "2017-02-21T05:18:41"),
            ("1487654321321", "2017-02-21T05:18:41.321"),
            ("1487654321321000", "2017-02-21T05:18:41.321"),
            ("1487654321321000000", "2017-02-21T05:18:41.321"),
        ] {
            assert_eq!(
                auto.timestamp_ntz(text.as_bytes(), 9),
                Ok(wall(expected)),
                "{text}"
            );
        }
        for text in [
            "2013-04-28T24:00:00",
            "2013-04-28T10:60",
            "2013-04-28T10:00:00.",
            "2013-04-28 x",
            "noon",
        ] {
            let fault = auto.timestamp_ntz(text.as_bytes(), 9).unwrap_err();
            assert_eq!(
                fault.message,
                format!("Timestamp '{text}' is not recognized")
            );
        }
    }

    #[test]
    fn a_local_timestamp_is_in_the_sessions_zone() {
        let auto = formats("AUTO", "AUTO", "AUTO");
        let utc = |text: &str| auto.timestamp_ltz(text.as_bytes(), 9).unwrap();
        assert_eq!(utc("2024-01-01 00:00:00"), wall("2024-01-01T08:00:00"));
        assert_eq!(utc("2024-07-01 00:00:00"), wall("2024-07-01T07:00:00"));
        assert_eq!(
            utc("2024-07-01 00:00:00 +02:00"),
            wall("2024-06-30T22:00:00")
        );
        assert_eq!(utc("2024-07-01 00:00:00Z"), wall("2024-07-01T00:00:00"));
        // 02:30 does not exist on that day.
        assert_eq!(utc("2024-03-10 02:30:00"), wall("2024-03-10T10:30:00"));
    }

    #[test]
    fn times_and_precisions() {
        let auto = formats("AUTO", "AUTO", "AUTO");
        let time = |text: &str| auto.time(text.as_bytes(), 9).ok();
        let micros = ((20 * 60 + 57) * 60 + 1) * 1_000_000;
        assert_eq!(time("20:57:01"), Some(micros));
        assert_eq!(time("08:57:01 PM"), Some(micros));
        assert_eq!(time("20:57:01.123456789"), Some(micros + 123_456));
        assert_eq!(time("20:57:01.123456789+07:00"), Some(micros + 123_456));
        assert_eq!(time("20:57"), Some(micros - 1_000_000));
        assert_eq!(time("25:00"), None);
        assert_eq!(auto.time(b"20:57:01.987", 0), Ok(micros));
        assert_eq!(
            auto.timestamp_ntz(b"1969-12-31 23:59:59.999", 0),
            Ok(wall("1969-12-31T23:59:59"))
        );
    }

    #[test]
    fn a_model_is_the_only_form_that_is_read() {
        let with = formats("DD.MM.YYYY", "HH24.MI", "YYYYMMDDHH24MISS");
        assert_eq!(
            with.date(b"28.04.2013"),
            Ok(days_from_civil(2013, 4, 28).unwrap())
        );
        assert_eq!(
            with.date(b"2013-04-28").unwrap_err().message,
            "Can't parse '2013-04-28' as date with format 'DD.MM.YYYY'"
        );
        assert_eq!(with.time(b"20.57", 9), Ok((20 * 60 + 57) * 60_000_000));
        assert_eq!(
            with.timestamp_ntz(b"20130428205701", 9),
            Ok(wall("2013-04-28T20:57:01"))
        );
    }
}
