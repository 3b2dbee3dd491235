//! Conversion functions: TO_… and TRY_TO_….

use super::row::{Function, Kind, Parameter};
use crate::analyze::cast::{Mode, cast, from_micros, reading_moment};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments, mapped_timestamp};
use crate::data_type::DataType;
use crate::error::SqlError;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Scalar, &["TO_VARCHAR", "TO_CHAR"], (1, 2), to_varchar),
    Function::build(Kind::Scalar, &["TO_DATE", "DATE"], (1, 2), to_date),
    Function::build(Kind::Scalar, &["TRY_TO_DATE"], (1, 2), try_to_date),
    Function::build(Kind::Scalar, &["TO_TIME", "TIME"], (1, 2), to_time),
    Function::build(Kind::Scalar, &["TRY_TO_TIME"], (1, 2), try_to_time),
    Function::build(Kind::Scalar, &["TO_TIMESTAMP"], (1, 2), to_timestamp),
    Function::build(
        Kind::Scalar,
        &["TO_TIMESTAMP_NTZ"],
        (1, 2),
        to_timestamp_ntz,
    ),
    Function::build(Kind::Scalar, &["TO_TIMESTAMP_TZ"], (1, 2), to_timestamp_tz),
    Function::build(
        Kind::Scalar,
        &["TRY_TO_TIMESTAMP"],
        (1, 2),
        try_to_timestamp,
    ),
    Function::build(
        Kind::Scalar,
        &["TRY_TO_TIMESTAMP_NTZ"],
        (1, 2),
        try_to_timestamp_ntz,
    ),
    Function::build(
        Kind::Scalar,
        &["TRY_TO_TIMESTAMP_TZ"],
        (1, 2),
        try_to_timestamp_tz,
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
    Function::build(Kind::Scalar, &["TO_BINARY"], (1, 2), to_binary),
    Function::build(Kind::Scalar, &["TRY_TO_BINARY"], (1, 2), try_to_binary),
    Function::build(Kind::Scalar, &["TO_DOUBLE"], (1, 2), to_double),
    Function::build(Kind::Scalar, &["TRY_TO_DOUBLE"], (1, 2), try_to_double),
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

fn to_varchar(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let value = first(&call);
    let is_default = match call.items.get(1) {
        None => true,
        // The session's format.
        Some(format) => format
            .as_text()
            .is_some_and(|text| text.eq_ignore_ascii_case("auto")),
    };
    if is_default {
        return converted(analyzer, value, DataType::TEXT, Mode::Explicit, &call);
    }
    match value.data_type {
        DataType::Date
        | DataType::Time { .. }
        | DataType::TimestampNtz { .. }
        | DataType::TimestampLtz { .. }
        | DataType::TimestampTz { .. } => {
            let format = analyzer.fit(call.items[1].clone(), Parameter::Text, call.function)?;
            // The wall clock in microseconds, and its distance from UTC in minutes; more than a day says that there is none.
            let template = match value.data_type {
                DataType::Time { .. } => "snowmelt_print_moment(epoch_us({0}), 100000, {1})",
                DataType::TimestampLtz { .. } => "snowmelt.print_ltz({0}, {1})",
                DataType::TimestampTz { .. } => "snowmelt.print_tz({0}, {1})",
                _ => "snowmelt_print_moment(epoch_us(CAST({0} AS TIMESTAMP)), 100000, {1})",
            };
            Ok(
                Expr::scalar(call.function, template, vec![value, format], DataType::TEXT)
                    .at(call.place),
            )
        }
        DataType::Number { .. } | DataType::Float => {
            let format = analyzer.fit(call.items[1].clone(), Parameter::Text, call.function)?;
            Ok(Expr::scalar(
                call.function,
                "snowmelt_format_number(CAST({0} AS VARCHAR), {1})",
                vec![value, format],
                DataType::TEXT,
            )
            .at(call.place))
        }
        DataType::Binary { .. } => binary_text(analyzer, &call, value),
        _ => Err(SqlError::unsupported(
            format!("{} of {} with a format", call.function, value.data_type),
            analyzer.span(call.place),
        )),
    }
}

/// The constant format of BINARY values, in upper case: HEX, BASE64 or UTF-8.
fn binary_format(analyzer: &Analyzer<'_>, call: &Arguments) -> Result<String, SqlError> {
    let Some(format) = call.items.get(1) else {
        return Ok("HEX".to_owned());
    };
    let span = analyzer.span(format.place);
    match format.as_text().map(str::to_uppercase) {
        Some(name) if matches!(name.as_str(), "HEX" | "BASE64" | "UTF-8" | "UTF8") => Ok(name),
        Some(name) => Err(SqlError::unsupported(
            format!("binary format '{name}'"),
            span,
        )),
        None => Err(SqlError::unsupported("a format that is not constant", span)),
    }
}

fn binary_text(analyzer: &Analyzer<'_>, call: &Arguments, value: Expr) -> Result<Expr, SqlError> {
    let template = match binary_format(analyzer, call)?.as_str() {
        "HEX" => "hex({0})",
        "BASE64" => "snowmelt_base64_encode({0}, 0, '')",
        _ => "snowmelt_utf8_decode({0})",
    };
    Ok(Expr::scalar(call.function, template, vec![value], DataType::TEXT).at(call.place))
}

fn to_binary(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    binary(analyzer, &call, Mode::Explicit)
}

fn try_to_binary(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    binary(analyzer, &call, Mode::Try)
}

/// TO_BINARY(text [, format]).
fn binary(analyzer: &Analyzer<'_>, call: &Arguments, mode: Mode) -> Result<Expr, SqlError> {
    let value = first(call);
    if matches!(value.data_type, DataType::Binary { .. }) {
        return Ok(value);
    }
    let text = analyzer.fit(value, Parameter::Text, call.function)?;
    let template = match (binary_format(analyzer, call)?.as_str(), mode) {
        ("HEX", Mode::Try) => "snowmelt_try_hex_decode({0})",
        ("HEX", _) => "snowmelt_hex_decode({0})",
        ("BASE64", Mode::Try) => "snowmelt_try_base64_decode({0}, '')",
        ("BASE64", _) => "snowmelt_base64_decode({0}, '')",
        _ => "encode({0})",
    };
    Ok(
        Expr::scalar(call.function, template, vec![text], DataType::BINARY)
            .nullable(true)
            .at(call.place),
    )
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
    let Some(format) = call.items.get(1) else {
        return converted(analyzer, value, to, mode, call);
    };
    if format
        .as_text()
        .is_some_and(|text| text.eq_ignore_ascii_case("auto"))
    {
        return converted(analyzer, value, to, mode, call);
    }
    let format = analyzer.fit(format.clone(), Parameter::Text, call.function)?;
    let template = reading_moment(to, "{1}", mode);
    Ok(
        Expr::scalar(call.function, template, vec![value, format], to)
            .nullable(true)
            .at(call.place),
    )
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
    let template = from_micros(&micros, to);
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

/// TO_TIMESTAMP is what TIMESTAMP_TYPE_MAPPING says.
fn to_timestamp(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let to = mapped_timestamp(analyzer.context, 9);
    to_moment(analyzer, &call, to, Mode::Explicit)
}

fn try_to_timestamp(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let to = mapped_timestamp(analyzer.context, 9);
    to_moment(analyzer, &call, to, Mode::Try)
}

fn to_timestamp_tz(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let to = DataType::TimestampTz { precision: 9 };
    to_moment(analyzer, &call, to, Mode::Explicit)
}

fn try_to_timestamp_tz(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let to = DataType::TimestampTz { precision: 9 };
    to_moment(analyzer, &call, to, Mode::Try)
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
    let mut value = value;
    if let Some(format) = next.filter(|format| matches!(format.data_type, DataType::Text { .. })) {
        value = by_number_format(analyzer, value, format, mode, &call)?;
        next = rest.next();
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
    if mode == Mode::Try {
        analyzer.can_try(value.data_type, to, call.place)?;
    }
    converted(analyzer, value, to, mode, &call)
}

fn to_double(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    double(analyzer, &call, Mode::Explicit)
}

fn try_to_double(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    double(analyzer, &call, Mode::Try)
}

/// TO_DOUBLE(value [, format]).
fn double(analyzer: &Analyzer<'_>, call: &Arguments, mode: Mode) -> Result<Expr, SqlError> {
    let value = match call.items.get(1) {
        None => first(call),
        Some(format) => by_number_format(analyzer, first(call), format, mode, call)?,
    };
    converted(analyzer, value, DataType::Float, mode, call)
}

/// The digits that a text shows by a number format.
fn by_number_format(
    analyzer: &Analyzer<'_>,
    value: Expr,
    format: &Expr,
    mode: Mode,
    call: &Arguments,
) -> Result<Expr, SqlError> {
    let text = analyzer.fit(value, Parameter::Text, call.function)?;
    let format = analyzer.fit(format.clone(), Parameter::Text, call.function)?;
    let template = match mode {
        Mode::Try => "snowmelt_try_parse_number({0}, {1})",
        Mode::Implicit | Mode::Explicit => "snowmelt_parse_number({0}, {1})",
    };
    Ok(Expr::scalar(call.function, template, vec![text, format], DataType::TEXT).nullable(true))
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
