//! Conversions among dates, times and timestamps, and between them and text.

use super::{Mode, call, fit_text};
use crate::analyze::tree::Expr;
use crate::data_type::DataType;

/// The suffix of the macros for a type: `read_date`, `date_to_text`.
fn noun(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Date => "date",
        DataType::Time { .. } => "time",
        DataType::TimestampLtz { .. } => "timestamp_ltz",
        DataType::TimestampTz { .. } => "timestamp_tz",
        _ => "timestamp_ntz",
    }
}

/// The session's input format for a type.
fn input_format(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Date => "snowmelt.date_input()",
        DataType::Time { .. } => "snowmelt.time_input()",
        _ => "snowmelt.timestamp_input()",
    }
}

/// Text read by the session's format.
pub(super) fn from_text(text: Expr, to: DataType, mode: Mode) -> Expr {
    let template = reading(to, input_format(to), mode);
    rescale(call(text, template, with_precision(to, 9)), to)
}

/// DuckDB SQL that reads `{0}` as that type by a format.
pub(crate) fn reading(to: DataType, format: &str, mode: Mode) -> String {
    let attempt = if mode == Mode::Try { "try_" } else { "" };
    format!("snowmelt.{attempt}read_{}({{0}}, {format})", noun(to))
}

/// Seconds since 1970-01-01 00:00:00 UTC.
pub(super) fn from_seconds(seconds: Expr, to: DataType) -> Expr {
    call(
        seconds,
        from_micros("CAST(CAST({0} AS DECIMAL(38,9)) * 1000000 AS BIGINT)", to),
        to,
    )
}

/// DuckDB SQL of the moment that many microseconds after 1970-01-01 00:00:00 UTC.
pub(crate) fn from_micros(micros: &str, to: DataType) -> String {
    match to {
        DataType::TimestampLtz { .. } => format!("make_timestamptz({micros})"),
        DataType::TimestampTz { .. } => format!("snowmelt.ltz_to_tz(make_timestamptz({micros}))"),
        _ => format!("make_timestamp({micros})"),
    }
}

/// The value as the session shows it.
pub(super) fn to_text(value: Expr, to: DataType, mode: Mode) -> Expr {
    let template = format!("snowmelt.{}_to_text({{0}})", noun(value.data_type));
    fit_text(call(value, template, DataType::TEXT), to, mode)
}

/// One type of date or time as another; `None` if there is no such conversion.
pub(super) fn convert(value: Expr, to: DataType) -> Option<Expr> {
    use DataType as T;
    let template = match (value.data_type, to) {
        (T::Date, T::TimestampNtz { .. }) => "CAST({0} AS TIMESTAMP)",
        (T::Date | T::TimestampNtz { .. }, T::TimestampLtz { .. }) => "CAST({0} AS TIMESTAMPTZ)",
        (T::Date | T::TimestampNtz { .. }, T::TimestampTz { .. }) => {
            "snowmelt.ltz_to_tz(CAST({0} AS TIMESTAMPTZ))"
        }
        (T::TimestampNtz { .. } | T::TimestampLtz { .. }, T::Date) => "CAST({0} AS DATE)",
        (T::TimestampTz { .. }, T::Date) => "CAST(snowmelt.tz_wall({0}) AS DATE)",
        (T::TimestampNtz { .. }, T::Time { .. }) => "CAST({0} AS TIME)",
        (T::TimestampLtz { .. }, T::Time { .. }) => "CAST(CAST({0} AS TIMESTAMP) AS TIME)",
        (T::TimestampTz { .. }, T::Time { .. }) => "CAST(snowmelt.tz_wall({0}) AS TIME)",
        (T::TimestampLtz { .. }, T::TimestampNtz { .. }) => "CAST({0} AS TIMESTAMP)",
        (T::TimestampLtz { .. }, T::TimestampTz { .. }) => "snowmelt.ltz_to_tz({0})",
        (T::TimestampTz { .. }, T::TimestampNtz { .. }) => "snowmelt.tz_wall({0})",
        (T::TimestampTz { .. }, T::TimestampLtz { .. }) => "snowmelt.tz_instant({0})",
        (T::TimestampNtz { .. }, T::TimestampNtz { .. })
        | (T::TimestampLtz { .. }, T::TimestampLtz { .. })
        | (T::TimestampTz { .. }, T::TimestampTz { .. })
        | (T::Time { .. }, T::Time { .. }) => return Some(rescale(value, to)),
        _ => return None,
    };
    let digits = precision(value.data_type).unwrap_or(0);
    Some(rescale(
        call(value, template, with_precision(to, digits)),
        to,
    ))
}

/// The digits of the second's fraction that a type keeps.
fn precision(data_type: DataType) -> Option<u8> {
    match data_type {
        DataType::Time { precision }
        | DataType::TimestampNtz { precision }
        | DataType::TimestampLtz { precision }
        | DataType::TimestampTz { precision } => Some(precision),
        _ => None,
    }
}

fn with_precision(data_type: DataType, precision: u8) -> DataType {
    match data_type {
        DataType::Time { .. } => DataType::Time { precision },
        DataType::TimestampNtz { .. } => DataType::TimestampNtz { precision },
        DataType::TimestampLtz { .. } => DataType::TimestampLtz { precision },
        DataType::TimestampTz { .. } => DataType::TimestampTz { precision },
        other => other,
    }
}

/// Fewer digits of the second's fraction: cut off.
fn rescale(value: Expr, to: DataType) -> Expr {
    let (Some(from), Some(digits)) = (precision(value.data_type), precision(to)) else {
        return value;
    };
    if digits >= 6 || digits >= from {
        return Expr {
            data_type: to,
            ..value
        };
    }
    let micros = 10_i64.pow(u32::from(6 - digits));
    let floor = |micros_of: &str| format!("({micros_of} % {micros} + {micros}) % {micros}");
    let template = match to {
        DataType::Time { .. } => format!(
            "CAST(make_timestamp(epoch_us({{0}}) - {}) AS TIME)",
            floor("epoch_us({0})")
        ),
        DataType::TimestampTz { .. } => {
            format!("({{0}} - ({}) * 4096)", floor("snowmelt.tz_micros({0})"))
        }
        _ => format!("({{0}} - to_microseconds({}))", floor("epoch_us({0})")),
    };
    call(value, template, to)
}
