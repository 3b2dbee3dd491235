//! The words for parts of a date or a time: `year`, `MM`, `nsecs` …

use crate::analyze::tree::{Expr, Place};
use crate::analyze::{Analyzer, Arguments};
use crate::error::SqlError;

/// The parts of dates and times that functions take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    Quarter,
    Month,
    Week,
    WeekIso,
    Day,
    DayOfWeek,
    DayOfWeekIso,
    DayOfYear,
    YearOfWeek,
    YearOfWeekIso,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
    EpochSecond,
    EpochMillisecond,
    EpochMicrosecond,
    EpochNanosecond,
    TimezoneHour,
    TimezoneMinute,
}

impl Part {
    /// The part by any of Snowflake's spellings.
    pub(super) fn parse(text: &str) -> Option<Part> {
        Some(match text.to_ascii_lowercase().as_str() {
            "year" | "y" | "yy" | "yyy" | "yyyy" | "yr" | "years" | "yrs" => Part::Year,
            "quarter" | "q" | "qtr" | "qtrs" | "quarters" => Part::Quarter,
            "month" | "mm" | "mon" | "mons" | "months" => Part::Month,
            "week" | "w" | "wk" | "weekofyear" | "woy" | "wy" | "weeks" => Part::Week,
            "week_iso" | "weekiso" | "weekofyeariso" | "weekofyear_iso" => Part::WeekIso,
            "day" | "d" | "dd" | "days" | "dayofmonth" => Part::Day,
            "dayofweek" | "weekday" | "dow" | "dw" => Part::DayOfWeek,
            "dayofweek_iso" | "dayofweekiso" | "weekday_iso" | "dow_iso" | "dw_iso" => {
                Part::DayOfWeekIso
            }
            "dayofyear" | "yearday" | "doy" | "dy" => Part::DayOfYear,
            "yearofweek" => Part::YearOfWeek,
            "yearofweekiso" => Part::YearOfWeekIso,
            "hour" | "h" | "hh" | "hr" | "hours" | "hrs" => Part::Hour,
            "minute" | "m" | "mi" | "min" | "minutes" | "mins" => Part::Minute,
            "second" | "s" | "sec" | "seconds" | "secs" => Part::Second,
            "millisecond" | "ms" | "msec" | "milliseconds" => Part::Millisecond,
            "microsecond" | "us" | "usec" | "microseconds" => Part::Microsecond,
            "nanosecond" | "ns" | "nsec" | "nanosec" | "nsecond" | "nanoseconds" | "nanosecs"
            | "nseconds" => Part::Nanosecond,
            "epoch_second" | "epoch" | "epoch_seconds" => Part::EpochSecond,
            "epoch_millisecond" | "epoch_milliseconds" => Part::EpochMillisecond,
            "epoch_microsecond" | "epoch_microseconds" => Part::EpochMicrosecond,
            "epoch_nanosecond" | "epoch_nanoseconds" => Part::EpochNanosecond,
            "timezone_hour" | "tzh" => Part::TimezoneHour,
            "timezone_minute" | "tzm" => Part::TimezoneMinute,
            _ => return None,
        })
    }

    /// Whether it divides a day.
    pub(super) fn is_time(self) -> bool {
        matches!(
            self,
            Part::Hour
                | Part::Minute
                | Part::Second
                | Part::Millisecond
                | Part::Microsecond
                | Part::Nanosecond
        )
    }

    /// DuckDB's word.
    pub(super) fn in_duckdb(self) -> Option<&'static str> {
        Some(match self {
            Part::Year => "year",
            Part::Quarter => "quarter",
            Part::Month => "month",
            Part::Week | Part::WeekIso => "week",
            Part::Day => "day",
            Part::Hour => "hour",
            Part::Minute => "minute",
            Part::Second => "second",
            Part::Millisecond => "millisecond",
            Part::Microsecond => "microsecond",
            _ => return None,
        })
    }
}

/// Whether the word names a part.
pub(crate) fn is_date_part(word: &str) -> bool {
    Part::parse(word).is_some()
}

/// The constant part an argument names.
pub(super) fn part(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    argument: &Expr,
) -> Result<Part, SqlError> {
    let text = argument.as_text().ok_or_else(|| {
        SqlError::compilation(
            "001015",
            "22023",
            format!(
                "argument 1 to function {} needs to be constant, found a non-constant expression",
                call.function
            ),
            analyzer.span(argument.place),
        )
    })?;
    Part::parse(text).ok_or_else(|| invalid_part(analyzer, text, call.function, argument.place))
}

pub(super) fn invalid_part(
    analyzer: &Analyzer<'_>,
    text: &str,
    function: &str,
    at: Place,
) -> SqlError {
    SqlError::compilation(
        "001007",
        "22023",
        format!("'{text}' is not a valid date/time component for function {function}."),
        analyzer.span(at),
    )
}
