//! Conversion functions: TO_… and TRY_TO_….

use super::date_format::{self, Direction};
use super::row::{Function, Kind};
use crate::analyze::cast::{Mode, cast};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower::quote_text;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Scalar, &["TO_VARCHAR", "TO_CHAR"], (1, 2), to_varchar),
    Function::build(Kind::Scalar, &["TO_DATE", "DATE"], (1, 2), to_date),
    Function::build(Kind::Scalar, &["TRY_TO_DATE"], (1, 2), try_to_date),
    Function::build(Kind::Scalar, &["TO_TIME", "TIME"], (1, 2), to_time),
    Function::build(Kind::Scalar, &["TRY_TO_TIME"], (1, 2), try_to_time),
    Function::build(
        Kind::Scalar,
        &["TO_TIMESTAMP", "TO_TIMESTAMP_NTZ"],
        (1, 2),
        to_timestamp_ntz,
    ),
    Function::build(
        Kind::Scalar,
        &["TRY_TO_TIMESTAMP", "TRY_TO_TIMESTAMP_NTZ"],
        (1, 2),
        try_to_timestamp_ntz,
    ),
    Function::build(
        Kind::Scalar,
        &["TO_TIMESTAMP_LTZ"],
        (1, 2),
        to_timestamp_ltz,
    ),
    Function::build(
        Kind::Scalar,
        &["TRY_TO_TIMESTAMP_LTZ"],
        (1, 2),
        try_to_timestamp_ltz,
    ),
    Function::build(
        Kind::Scalar,
        &["TO_NUMBER", "TO_DECIMAL", "TO_NUMERIC"],
        (1, 4),
        to_number,
    ),
    Function::build(
        Kind::Scalar,
        &["TRY_TO_NUMBER", "TRY_TO_DECIMAL", "TRY_TO_NUMERIC"],
        (1, 4),
        try_to_number,
    ),
    Function::build(Kind::Scalar, &["TO_DOUBLE"], (1, 1), to_double),
    Function::build(Kind::Scalar, &["TRY_TO_DOUBLE"], (1, 1), try_to_double),
    Function::build(Kind::Scalar, &["TO_BOOLEAN"], (1, 1), to_boolean),
    Function::build(Kind::Scalar, &["TRY_TO_BOOLEAN"], (1, 1), try_to_boolean),
];

/// A cast in the name of a function.
fn converted(
    analyzer: &Analyzer<'_>,
    value: Expr,
    to: DataType,
    mode: Mode,
    call: &Arguments,
) -> Result<Expr, SqlError> {
    let from = value.data_type;
    cast(value, to, mode)
        .map(|expr| expr.at(call.place))
        .ok_or_else(|| analyzer.invalid_types(call.function, &[from], call.place))
}

fn first(call: &Arguments) -> Expr {
    call.items.first().cloned().unwrap_or_else(Expr::null)
}

/// The constant format model, translated for DuckDB.
fn format(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    direction: Direction,
) -> Result<Option<String>, SqlError> {
    let Some(format) = call.items.get(1) else {
        return Ok(None);
    };
    let span = analyzer.span(format.place);
    let text = format
        .as_text()
        .ok_or_else(|| SqlError::unsupported("a format that is not constant", span))?;
    if text.eq_ignore_ascii_case("auto") {
        return Ok(None);
    }
    date_format::to_duckdb(text, direction)
        .map(Some)
        .ok_or_else(|| SqlError::unsupported(format!("date format '{text}'"), span))
}

fn to_varchar(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let value = first(&call);
    if call.items.len() == 1 {
        return converted(analyzer, value, DataType::TEXT, Mode::Explicit, &call);
    }
    match value.data_type {
        DataType::Date
        | DataType::Time { .. }
        | DataType::TimestampNtz { .. }
        | DataType::TimestampLtz { .. } => {
            let Some(format) = format(analyzer, &call, Direction::Print)? else {
                return converted(analyzer, value, DataType::TEXT, Mode::Explicit, &call);
            };
            let template = match value.data_type {
                DataType::Time { .. } => {
                    format!(
                        "strftime(DATE '1970-01-01' + {{0}}, {})",
                        quote_text(&format)
                    )
                }
                _ => format!("strftime({{0}}, {})", quote_text(&format)),
            };
            Ok(Expr::scalar(call.function, template, vec![value], DataType::TEXT).at(call.place))
        }
        _ => Err(SqlError::unsupported(
            format!("{} of {} with a format", call.function, value.data_type),
            analyzer.span(call.place),
        )),
    }
}

/// TO_DATE and its kin: a cast, or `strptime` by a format.
fn to_moment(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    to: DataType,
    mode: Mode,
) -> Result<Expr, SqlError> {
    let value = first(call);
    match value.data_type {
        DataType::Number { .. } => return from_epoch(analyzer, call, value, to, mode),
        DataType::Text { .. } => {}
        _ => return converted(analyzer, value, to, mode, call),
    }
    let Some(format) = format(analyzer, call, Direction::Read)? else {
        return converted(analyzer, value, to, mode, call);
    };
    let read = match mode {
        Mode::Try => format!("try_strptime({{0}}, {})", quote_text(&format)),
        Mode::Implicit | Mode::Explicit => {
            let (what, code) = match to {
                DataType::Date => ("Date", "100040"),
                DataType::Time { .. } => ("Time", "100108"),
                _ => ("Timestamp", "100035"),
            };
            let raise = crate::raised::raise(
                code,
                "22007",
                &format!(
                    "'Can''t parse ''' || {{0}} || ''' as {} with format ''{}'''",
                    what.to_lowercase(),
                    call.items[1]
                        .as_text()
                        .unwrap_or("")
                        .replace('\'', "''''")
                        .replace('{', "{{")
                ),
            );
            format!(
                "CASE WHEN {{0}} IS NOT NULL THEN coalesce(try_strptime({{0}}, {}), {raise}) END",
                quote_text(&format)
            )
        }
    };
    let template = format!("CAST({read} AS {})", to.physical(false));
    Ok(Expr::scalar(call.function, template, vec![value], to)
        .nullable(true)
        .at(call.place))
}

/// Whole seconds, milli-, micro- or nanoseconds since 1970, by the number's size, or by the scale given.
fn from_epoch(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    value: Expr,
    to: DataType,
    mode: Mode,
) -> Result<Expr, SqlError> {
    let scale = match call.items.get(1) {
        None => 0,
        Some(scale) => scale
            .as_integer()
            .filter(|scale| (0..=9).contains(scale))
            .ok_or_else(|| {
                analyzer.invalid_types(
                    call.function,
                    &[value.data_type, scale.data_type],
                    call.place,
                )
            })?,
    };
    if mode == Mode::Try {
        return Err(analyzer.invalid_types(call.function, &[value.data_type], call.place));
    }
    if to == DataType::Date || matches!(to, DataType::Time { .. }) {
        return Err(analyzer.invalid_types(call.function, &[value.data_type], call.place));
    }
    let decimal = "CAST({0} AS DECIMAL(38,9))";
    let micros = match scale {
        0 => format!("CAST({decimal} * 1000000 AS BIGINT)"),
        scale if scale <= 6 => format!(
            "CAST({decimal} * {} AS BIGINT)",
            10_i64.pow(6 - scale as u32)
        ),
        scale => format!(
            "CAST(CAST({{0}} AS HUGEINT) // {} AS BIGINT)",
            10_i64.pow(scale as u32 - 6)
        ),
    };
    let template = match to {
        DataType::TimestampLtz { .. } => format!("make_timestamptz({micros})"),
        _ => format!("make_timestamp({micros})"),
    };
    Ok(Expr::scalar(call.function, template, vec![value], to).at(call.place))
}

fn to_date(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    to_moment(analyzer, &call, DataType::Date, Mode::Explicit)
}

fn try_to_date(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    to_moment(analyzer, &call, DataType::Date, Mode::Try)
}

fn to_time(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    to_moment(
        analyzer,
        &call,
        DataType::Time { precision: 9 },
        Mode::Explicit,
    )
}

fn try_to_time(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    to_moment(analyzer, &call, DataType::Time { precision: 9 }, Mode::Try)
}

fn to_timestamp_ntz(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    to_moment(
        analyzer,
        &call,
        DataType::TimestampNtz { precision: 9 },
        Mode::Explicit,
    )
}

fn try_to_timestamp_ntz(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    to_moment(
        analyzer,
        &call,
        DataType::TimestampNtz { precision: 9 },
        Mode::Try,
    )
}

fn to_timestamp_ltz(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    to_moment(
        analyzer,
        &call,
        DataType::TimestampLtz { precision: 9 },
        Mode::Explicit,
    )
}

fn try_to_timestamp_ltz(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    to_moment(
        analyzer,
        &call,
        DataType::TimestampLtz { precision: 9 },
        Mode::Try,
    )
}

fn to_number(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    number(analyzer, call, Mode::Explicit)
}

fn try_to_number(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    number(analyzer, call, Mode::Try)
}

/// TO_NUMBER(value [, format] [, precision [, scale]]).
fn number(analyzer: &Analyzer<'_>, call: Arguments, mode: Mode) -> Result<Expr, SqlError> {
    let value = first(&call);
    let mut rest = call.items[1..].iter();
    let mut next = rest.next();
    if let Some(format) = next.filter(|format| matches!(format.data_type, DataType::Text { .. })) {
        return Err(SqlError::unsupported(
            format!("{} with a format", call.function),
            analyzer.span(format.place),
        ));
    }
    let mut digits = |default: i64| match next {
        None => Ok(default),
        Some(number) => {
            next = rest.next();
            number.as_integer().ok_or_else(|| {
                SqlError::unsupported(
                    format!("{} with digits that are not constant", call.function),
                    analyzer.span(number.place),
                )
            })
        }
    };
    let precision = digits(38)?;
    let scale = digits(0)?;
    if !(1..=38).contains(&precision) || !(0..=precision.min(37)).contains(&scale) {
        return Err(SqlError::compilation(
            "001408",
            "42601",
            format!("invalid number precision or scale: ({precision},{scale})"),
            analyzer.span(call.place),
        ));
    }
    let to = DataType::Number {
        precision: precision as u8,
        scale: scale as u8,
    };
    converted(analyzer, value, to, mode, &call)
}

fn to_double(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    converted(
        analyzer,
        first(&call),
        DataType::Float,
        Mode::Explicit,
        &call,
    )
}

fn try_to_double(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    converted(analyzer, first(&call), DataType::Float, Mode::Try, &call)
}

fn to_boolean(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    converted(
        analyzer,
        first(&call),
        DataType::Boolean,
        Mode::Explicit,
        &call,
    )
}

fn try_to_boolean(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    converted(analyzer, first(&call), DataType::Boolean, Mode::Try, &call)
}
