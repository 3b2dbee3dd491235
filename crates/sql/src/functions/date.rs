//! Date and time functions.

mod from_parts;
mod interval;
mod time_slice;
mod time_zone;

use super::date_part::{Part, invalid_part, part};
use super::row::Returns::Type;
use super::row::{Function, Kind, Parameter};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::object::PropertyValue;
use Parameter::{Date, Integer, Moment, WallClock};
use from_parts::{
    timestamp_from_parts, timestamp_ltz_from_parts, timestamp_ntz_from_parts,
    timestamp_tz_from_parts,
};
use time_slice::time_slice;
use time_zone::convert_timezone;

/// Microseconds in a day.
const DAY_MICROS: i64 = 86_400_000_000;

const NTZ: DataType = DataType::TimestampNtz { precision: 9 };

pub(super) const FUNCTIONS: &[Function] = &[
    Function::with_words(
        Kind::Scalar,
        &["DATEADD", "TIMEADD", "TIMESTAMPADD"],
        (3, 3),
        &[0],
        date_add,
    ),
    Function::with_words(
        Kind::Scalar,
        &["DATEDIFF", "TIMEDIFF", "TIMESTAMPDIFF"],
        (3, 3),
        &[0],
        date_diff,
    ),
    Function::with_words(Kind::Scalar, &["DATE_TRUNC"], (2, 2), &[0, 1], date_trunc),
    Function::with_words(Kind::Scalar, &["DATE_PART"], (2, 2), &[0], date_part),
    Function::with_words(Kind::Scalar, &["LAST_DAY"], (1, 2), &[1], last_day),
    Function::build(Kind::Scalar, &["YEAR"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["QUARTER"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["MONTH"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["DAY", "DAYOFMONTH"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["DAYOFWEEK"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["DAYOFWEEKISO"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["DAYOFYEAR"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["WEEK", "WEEKOFYEAR"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["WEEKISO"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["YEAROFWEEK"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["YEAROFWEEKISO"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["HOUR"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["MINUTE"], (1, 1), part_function),
    Function::build(Kind::Scalar, &["SECOND"], (1, 1), part_function),
    Function::scalar(
        &["DAYNAME"],
        &[WallClock],
        Type(DataType::Text { length: 3 }),
        "strftime({0}, '%a')",
    ),
    Function::scalar(
        &["MONTHNAME"],
        &[WallClock],
        Type(DataType::Text { length: 3 }),
        "strftime({0}, '%b')",
    ),
    Function::scalar(
        &["DATE_FROM_PARTS", "DATEFROMPARTS"],
        &[Integer, Integer, Integer],
        Type(DataType::Date),
        "CAST(make_date({0}, 1, 1) + to_months(CAST({1} - 1 AS INTEGER)) + to_days(CAST({2} - 1 AS INTEGER)) AS DATE)",
    ),
    Function::scalar(
        &["TIME_FROM_PARTS", "TIMEFROMPARTS"],
        &[Integer, Integer, Integer],
        Type(DataType::Time { precision: 9 }),
        "(TIME '00:00:00' + to_seconds({0} * 3600 + {1} * 60 + {2}))",
    ),
    Function::scalar(
        &["TIME_FROM_PARTS", "TIMEFROMPARTS"],
        &[Integer, Integer, Integer, Integer],
        Type(DataType::Time { precision: 9 }),
        "(TIME '00:00:00' + to_microseconds(({0} * 3600 + {1} * 60 + {2}) * 1000000 + {3} // 1000))",
    ),
    Function::build(
        Kind::Scalar,
        &["TIMESTAMP_FROM_PARTS", "TIMESTAMPFROMPARTS"],
        (2, 8),
        timestamp_from_parts,
    ),
    Function::build(
        Kind::Scalar,
        &["TIMESTAMP_NTZ_FROM_PARTS", "TIMESTAMPNTZFROMPARTS"],
        (2, 7),
        timestamp_ntz_from_parts,
    ),
    Function::build(
        Kind::Scalar,
        &["TIMESTAMP_LTZ_FROM_PARTS", "TIMESTAMPLTZFROMPARTS"],
        (2, 7),
        timestamp_ltz_from_parts,
    ),
    Function::build(
        Kind::Scalar,
        &["TIMESTAMP_TZ_FROM_PARTS", "TIMESTAMPTZFROMPARTS"],
        (2, 8),
        timestamp_tz_from_parts,
    ),
    Function::build(Kind::Scalar, &["TIME_SLICE"], (3, 4), time_slice),
    Function::build(Kind::Scalar, &["ADD_MONTHS"], (2, 2), add_months),
    Function::scalar(
        &["MONTHS_BETWEEN"],
        &[WallClock, WallClock],
        Type(DataType::Float),
        "snowmelt.months_between(CAST({0} AS TIMESTAMP), CAST({1} AS TIMESTAMP))",
    ),
    Function::scalar(
        &["NEXT_DAY"],
        &[Date, Parameter::Text],
        Type(DataType::Date),
        "snowmelt.next_day({0}, {1})",
    ),
    Function::scalar(
        &["PREVIOUS_DAY"],
        &[Date, Parameter::Text],
        Type(DataType::Date),
        "snowmelt.previous_day({0}, {1})",
    ),
    Function::build(
        Kind::Scalar,
        &["CONVERT_TIMEZONE"],
        (2, 3),
        convert_timezone,
    ),
];

/// A DATE, TIME or TIMESTAMP as it is; a string is read as TIMESTAMP_NTZ.
fn moment(analyzer: &Analyzer<'_>, value: Expr, function: &str) -> Result<Expr, SqlError> {
    match value.data_type {
        DataType::Time { .. } => Ok(value),
        _ => analyzer.fit(value, Moment, function),
    }
}

/// The wall clock of a TIMESTAMP_TZ; other values as they are.
fn wall_clock(value: Expr) -> Expr {
    match value.data_type {
        DataType::TimestampTz { precision } => Expr::scalar(
            "CAST",
            "snowmelt.tz_wall({0})",
            vec![value],
            DataType::TimestampNtz { precision },
        ),
        _ => value,
    }
}

/// What `compute` makes of a moment; for a TIMESTAMP_TZ, of its wall clock, whose offset stays.
fn by_wall_clock(
    value: Expr,
    compute: impl FnOnce(Expr) -> Result<Expr, SqlError>,
) -> Result<Expr, SqlError> {
    if !matches!(value.data_type, DataType::TimestampTz { .. }) {
        return compute(value);
    }
    let (to, place) = (value.data_type, value.place);
    let wall = compute(wall_clock(value.clone()))?;
    let template = "snowmelt.tz_at({0}, snowmelt.tz_offset({1}))";
    Ok(Expr::scalar("CAST", template, vec![wall, value], to).at(place))
}

/// WEEK_START: 1 (Monday) to 7; the default 0 means Monday here.
fn week_start(analyzer: &Analyzer<'_>) -> i64 {
    match analyzer.context.parameters.get("WEEK_START") {
        Some(PropertyValue::Integer(day @ 1..=7)) => *day,
        _ => 1,
    }
}

fn date_add(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let part = part(analyzer, &call, &call.items[0])?;
    let amount = analyzer.fit(call.items[1].clone(), Integer, call.function)?;
    let value = moment(analyzer, call.items[2].clone(), call.function)?;
    by_wall_clock(value, |value| add(analyzer, part, amount, value, &call))
}

fn add(
    analyzer: &Analyzer<'_>,
    part: Part,
    amount: Expr,
    value: Expr,
    call: &Arguments,
) -> Result<Expr, SqlError> {
    let is_date = value.data_type == DataType::Date;
    let to = if is_date && part.is_time() {
        NTZ
    } else {
        value.data_type
    };
    if matches!(value.data_type, DataType::Time { .. }) && !part.is_time() {
        return Err(invalid_part(
            analyzer,
            &format!("{part:?}").to_lowercase(),
            call.function,
            call.place,
        ));
    }
    let interval = match part {
        Part::Year => "to_years(CAST({0} AS INTEGER))",
        Part::Quarter => "to_months(CAST({0} * 3 AS INTEGER))",
        Part::Month => "to_months(CAST({0} AS INTEGER))",
        Part::Week | Part::WeekIso if is_date => "CAST({0} * 7 AS INTEGER)",
        Part::Day if is_date => "CAST({0} AS INTEGER)",
        Part::Week | Part::WeekIso => "to_days(CAST({0} * 7 AS INTEGER))",
        Part::Day => "to_days(CAST({0} AS INTEGER))",
        Part::Hour => "to_hours({0})",
        Part::Minute => "to_minutes({0})",
        Part::Second => "to_seconds({0})",
        Part::Millisecond => "to_milliseconds({0})",
        Part::Microsecond => "to_microseconds({0})",
        Part::Nanosecond => "to_microseconds({0} // 1000)",
        other => {
            return Err(invalid_part(
                analyzer,
                &format!("{other:?}").to_lowercase(),
                call.function,
                call.place,
            ));
        }
    };
    let template = match (value.data_type, part) {
        (DataType::Date, Part::Week | Part::WeekIso | Part::Day) => format!("({{1}} + {interval})"),
        (DataType::Date, part) if !part.is_time() => format!("CAST({{1}} + {interval} AS DATE)"),
        _ => format!("({{1}} + {interval})"),
    };
    Ok(Expr::scalar(call.function, template, vec![amount, value], to).at(call.place))
}

/// ADD_MONTHS keeps the last day of a month at the last day.
fn add_months(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let value = moment(analyzer, call.items[0].clone(), call.function)?;
    let months = analyzer.fit(call.items[1].clone(), Integer, call.function)?;
    by_wall_clock(value, |value| {
        let to = value.data_type;
        let template = format!(
            "CAST(snowmelt.add_months({{0}}, {{1}}) AS {})",
            to.physical(false)
        );
        Ok(Expr::scalar(call.function, template, vec![value, months], to).at(call.place))
    })
}

fn date_diff(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let part = part(analyzer, &call, &call.items[0])?;
    let from = moment(analyzer, call.items[1].clone(), call.function)?;
    let to = moment(analyzer, call.items[2].clone(), call.function)?;
    let items = analyzer.to_common_type(vec![from, to], call.function, call.place)?;
    // Timestamps with an offset differ as instants do.
    let items: Vec<Expr> = items
        .into_iter()
        .map(|item| match item.data_type {
            DataType::TimestampTz { .. } => Expr::scalar(
                "CAST",
                "make_timestamp(snowmelt.tz_micros({0}))",
                vec![item],
                NTZ,
            ),
            _ => item,
        })
        .collect();
    let number = |precision| DataType::Number {
        precision,
        scale: 0,
    };
    let (template, data_type) = match part {
        Part::Week => {
            let trunc = |hole: &str| truncated_week(analyzer, hole);
            (
                format!("(datediff('day', {}, {}) // 7)", trunc("{0}"), trunc("{1}")),
                number(9),
            )
        }
        Part::Nanosecond => (
            "(datediff('microsecond', {0}, {1}) * 1000)".to_owned(),
            number(18),
        ),
        part => match part.in_duckdb() {
            Some(word) => (
                format!("datediff('{word}', {{0}}, {{1}})"),
                number(if part.is_time() { 18 } else { 9 }),
            ),
            None => {
                return Err(invalid_part(
                    analyzer,
                    call.items[0].as_text().unwrap_or(""),
                    call.function,
                    call.place,
                ));
            }
        },
    };
    Ok(Expr::scalar(call.function, template, items, data_type)
        .narrow()
        .at(call.place))
}

/// The first day of the week by WEEK_START, as DATE.
fn truncated_week(analyzer: &Analyzer<'_>, hole: &str) -> String {
    let start = week_start(analyzer);
    format!("(CAST({hole} AS DATE) - CAST((isodow({hole}) - {start} + 7) % 7 AS INTEGER))")
}

fn date_trunc(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    // DATE_TRUNC(part, value) and DATE_TRUNC(value, part).
    let (named, value) = match (call.items[0].as_text(), call.items[1].as_text()) {
        (Some(text), _) if Part::parse(text).is_some() => (0, 1),
        (_, Some(text)) if Part::parse(text).is_some() => (1, 0),
        _ => (0, 1),
    };
    let part = part(analyzer, &call, &call.items[named])?;
    let value = moment(analyzer, call.items[value].clone(), call.function)?;
    by_wall_clock(value, |value| truncate(analyzer, part, value, &call))
}

fn truncate(
    analyzer: &Analyzer<'_>,
    part: Part,
    value: Expr,
    call: &Arguments,
) -> Result<Expr, SqlError> {
    let to = value.data_type;
    let physical = to.physical(false);
    let template = match (part, to) {
        (part, DataType::Date) if part.is_time() => "{0}".to_owned(),
        (Part::Week, _) if week_start(analyzer) != 1 => {
            format!("CAST({} AS {physical})", truncated_week(analyzer, "{0}"))
        }
        (Part::YearOfWeekIso, _) => {
            format!("CAST(date_trunc('isoyear', {{0}}) AS {physical})")
        }
        (Part::Nanosecond, _) => "{0}".to_owned(),
        (part, DataType::Time { .. }) if part.is_time() => format!(
            "CAST(date_trunc('{}', DATE '1970-01-01' + {{0}}) AS TIME)",
            part.in_duckdb().unwrap_or("second")
        ),
        (part, DataType::Time { .. }) => {
            return Err(invalid_part(
                analyzer,
                &format!("{part:?}").to_lowercase(),
                call.function,
                call.place,
            ));
        }
        (Part::Day, DataType::Date) => "{0}".to_owned(),
        (part, _) => match part.in_duckdb() {
            Some(word) => format!("CAST(date_trunc('{word}', {{0}}) AS {physical})"),
            None => {
                return Err(invalid_part(
                    analyzer,
                    &format!("{part:?}").to_lowercase(),
                    call.function,
                    call.place,
                ));
            }
        },
    };
    Ok(Expr::scalar(call.function, template, vec![value], to).at(call.place))
}

fn date_part(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let part = part(analyzer, &call, &call.items[0])?;
    call.items.remove(0);
    extract(analyzer, part, call)
}

/// YEAR(x), DAYOFWEEK(x), …: the function's name is the part's.
fn part_function(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    match Part::parse(call.function) {
        Some(part) => extract(analyzer, part, call),
        None => Err(SqlError::unknown_function(
            call.function,
            analyzer.span(call.place),
        )),
    }
}

fn extract(analyzer: &mut Analyzer<'_>, part: Part, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = call.items.pop().unwrap_or_else(Expr::null);
    let value = moment(analyzer, value, call.function)?;
    if let (
        DataType::TimestampTz { .. },
        Part::EpochSecond
        | Part::EpochMillisecond
        | Part::EpochMicrosecond
        | Part::EpochNanosecond
        | Part::TimezoneHour
        | Part::TimezoneMinute,
    ) = (value.data_type, part)
    {
        return Ok(of_instant(part, value, &call));
    }
    let value = wall_clock(value);
    let start = week_start(analyzer);
    let policy = analyzer.context.parameters.get("WEEK_OF_YEAR_POLICY");
    let by_january = matches!(policy, Some(PropertyValue::Integer(1)));
    let default_start = !matches!(
        analyzer.context.parameters.get("WEEK_START"),
        Some(PropertyValue::Integer(1..=7))
    );
    let (template, digits): (String, u8) = match part {
        Part::Year => ("year({0})".into(), 4),
        Part::Quarter => ("quarter({0})".into(), 1),
        Part::Month => ("month({0})".into(), 2),
        Part::Day => ("day({0})".into(), 2),
        Part::DayOfWeek if default_start => ("dayofweek({0})".into(), 1),
        Part::DayOfWeek => (format!("((isodow({{0}}) - {start} + 7) % 7 + 1)"), 1),
        Part::DayOfWeekIso => ("isodow({0})".into(), 1),
        Part::DayOfYear => ("dayofyear({0})".into(), 3),
        Part::WeekIso => ("week({0})".into(), 2),
        Part::YearOfWeekIso => ("isoyear({0})".into(), 4),
        Part::Week if by_january => (
            format!(
                "((dayofyear({{0}}) + (isodow(date_trunc('year', {{0}})) - {start} + 7) % 7 + 6) // 7)"
            ),
            2,
        ),
        Part::YearOfWeek if by_january => ("year({0})".into(), 4),
        Part::Week if start == 1 => ("week({0})".into(), 2),
        Part::YearOfWeek if start == 1 => ("isoyear({0})".into(), 4),
        // Weeks of at least four days: the week's fourth day decides the year.
        Part::Week => {
            let fourth = format!("({} + 3)", truncated_week(analyzer, "{0}"));
            (format!("((dayofyear({fourth}) + 6) // 7)"), 2)
        }
        Part::YearOfWeek => (format!("year({} + 3)", truncated_week(analyzer, "{0}")), 4),
        Part::Hour if value.data_type == DataType::Date => ("(month({0}) * 0)".into(), 2),
        Part::Minute if value.data_type == DataType::Date => ("(month({0}) * 0)".into(), 2),
        Part::Second if value.data_type == DataType::Date => ("(month({0}) * 0)".into(), 2),
        Part::Hour => ("hour({0})".into(), 2),
        Part::Minute => ("minute({0})".into(), 2),
        Part::Second => ("second({0})".into(), 2),
        Part::Nanosecond => ("(microsecond({0}) % 1000000 * 1000)".into(), 9),
        Part::EpochSecond => ("(epoch_us({0}) // 1000000)".into(), 18),
        Part::EpochMillisecond => ("(epoch_us({0}) // 1000)".into(), 18),
        Part::EpochMicrosecond => ("epoch_us({0})".into(), 18),
        Part::EpochNanosecond => ("(epoch_us({0}) * 1000)".into(), 18),
        Part::TimezoneHour => ("timezone_hour({0})".into(), 2),
        Part::TimezoneMinute => ("timezone_minute({0})".into(), 2),
        Part::Millisecond | Part::Microsecond => {
            return Err(invalid_part(
                analyzer,
                &format!("{part:?}").to_lowercase(),
                call.function,
                call.place,
            ));
        }
    };
    Ok(Expr::scalar(
        call.function,
        template,
        vec![value],
        DataType::Number {
            precision: digits,
            scale: 0,
        },
    )
    .narrow()
    .at(call.place))
}

/// What a TIMESTAMP_TZ says beside its wall clock.
fn of_instant(part: Part, value: Expr, call: &Arguments) -> Expr {
    let (template, precision) = match part {
        Part::EpochSecond => ("(snowmelt.tz_micros({0}) // 1000000)", 18),
        Part::EpochMillisecond => ("(snowmelt.tz_micros({0}) // 1000)", 18),
        Part::EpochMicrosecond => ("snowmelt.tz_micros({0})", 18),
        Part::EpochNanosecond => ("(snowmelt.tz_micros({0}) * 1000)", 18),
        Part::TimezoneHour => ("(snowmelt.tz_offset({0}) // 60)", 2),
        _ => ("(snowmelt.tz_offset({0}) % 60)", 2),
    };
    let to = DataType::Number {
        precision,
        scale: 0,
    };
    Expr::scalar(call.function, template, vec![value], to)
        .narrow()
        .at(call.place)
}

fn last_day(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let part = match call.items.get(1) {
        None => Part::Month,
        Some(named) => part(analyzer, &call, named)?,
    };
    let value = wall_clock(moment(analyzer, call.items[0].clone(), call.function)?);
    let template = match part {
        Part::Month => "last_day({0})".to_owned(),
        Part::Year => "make_date(year({0}), 12, 31)".to_owned(),
        Part::Quarter => {
            "CAST(date_trunc('quarter', {0}) + to_months(3) - to_days(1) AS DATE)".to_owned()
        }
        Part::Week => format!("({} + 6)", truncated_week(analyzer, "{0}")),
        Part::WeekIso => "CAST(date_trunc('week', {0}) + to_days(6) AS DATE)".to_owned(),
        Part::Day => "CAST({0} AS DATE)".to_owned(),
        other => {
            return Err(invalid_part(
                analyzer,
                &format!("{other:?}").to_lowercase(),
                call.function,
                call.place,
            ));
        }
    };
    Ok(Expr::scalar(call.function, template, vec![value], DataType::Date).at(call.place))
}
