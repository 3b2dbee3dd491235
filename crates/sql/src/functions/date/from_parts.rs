//! TIMESTAMP_…_FROM_PARTS.

use super::NTZ;
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments, mapped_timestamp};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::row::Parameter::{self, Date, Integer};

/// TIMESTAMP_FROM_PARTS is what TIMESTAMP_TYPE_MAPPING says; a time zone makes it a TIMESTAMP_TZ.
pub(super) fn timestamp_from_parts(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    match mapped_timestamp(analyzer.context, 9) {
        _ if call.items.len() == 8 => timestamp_tz_from_parts(analyzer, call),
        DataType::TimestampLtz { .. } => timestamp_ltz_from_parts(analyzer, call),
        DataType::TimestampTz { .. } => timestamp_tz_from_parts(analyzer, call),
        _ => timestamp_ntz_from_parts(analyzer, call),
    }
}

/// From year, month, day, hour, minute, second and nanosecond, or from a date and a time.
pub(super) fn timestamp_ntz_from_parts(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    wall_clock_from_parts(analyzer, &call, &call.items)
}

pub(super) fn timestamp_ltz_from_parts(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    let wall = wall_clock_from_parts(analyzer, &call, &call.items)?;
    analyzer.coerce(wall, DataType::TimestampLtz { precision: 9 }, call.function)
}

/// The eighth argument names the time zone; without it, it is the session's.
pub(super) fn timestamp_tz_from_parts(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    let to = DataType::TimestampTz { precision: 9 };
    let (parts, zone) = match call.items.split_at_checked(7) {
        Some((parts, [zone])) => (parts, zone.clone()),
        _ => {
            let wall = wall_clock_from_parts(analyzer, &call, &call.items)?;
            return analyzer.coerce(wall, to, call.function);
        }
    };
    let wall = wall_clock_from_parts(analyzer, &call, parts)?;
    let zone = analyzer.fit(zone, Parameter::Text, call.function)?;
    Ok(Expr::scalar(
        call.function,
        "snowmelt.tz_at({0}, (epoch_us({0}) - epoch_us(timezone({1}, {0}))) // 60000000)",
        vec![wall, zone],
        to,
    )
    .at(call.place))
}

fn wall_clock_from_parts(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    parts: &[Expr],
) -> Result<Expr, SqlError> {
    if let [date, time] = parts {
        let date = analyzer.fit(date.clone(), Date, call.function)?;
        let time = analyzer.fit(time.clone(), Parameter::Time, call.function)?;
        return Ok(
            Expr::scalar(call.function, "({0} + {1})", vec![date, time], NTZ).at(call.place),
        );
    }
    if parts.len() < 6 {
        return Err(SqlError::compilation(
            "000938",
            "22023",
            format!(
                "not enough arguments for function [{}], expected 6, got {}",
                call.function,
                parts.len()
            ),
            analyzer.span(call.place),
        ));
    }
    let mut items = Vec::with_capacity(7);
    for item in parts {
        items.push(analyzer.fit(item.clone(), Integer, call.function)?);
    }
    let mut template = "CAST(make_date({0}, 1, 1) AS TIMESTAMP) + to_months(CAST({1} - 1 AS INTEGER)) + to_days(CAST({2} - 1 AS INTEGER)) + to_hours({3}) + to_minutes({4}) + to_seconds({5})".to_owned();
    if items.len() == 7 {
        template.push_str(" + to_microseconds({6} // 1000)");
    }
    Ok(Expr::scalar(call.function, format!("({template})"), items, NTZ).at(call.place))
}
