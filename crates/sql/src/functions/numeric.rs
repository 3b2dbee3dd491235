//! Numeric functions.

use super::row::Returns::{Same, Type, Whole};
use super::row::{Function, Kind, Parameter};
use crate::analyze::number::{Operator, pointed};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::{DataType, NARROW_DIGITS};
use crate::error::SqlError;
use crate::raised::raise;
use Parameter::{Float, Integer, Number};

const FLOAT: super::row::Returns = Type(DataType::Float);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Scalar, &["ROUND"], (1, 3), round),
    Function::build(Kind::Scalar, &["TRUNC", "TRUNCATE"], (1, 2), truncate),
    Function::build(Kind::Scalar, &["CEIL"], (1, 2), ceil),
    Function::build(Kind::Scalar, &["FLOOR"], (1, 2), floor),
    Function::build(Kind::Scalar, &["ABS"], (1, 1), abs),
    Function::build(Kind::Scalar, &["MOD"], (2, 2), modulo),
    Function::build(Kind::Scalar, &["DIV0"], (2, 2), div0),
    Function::build(Kind::Scalar, &["DIV0NULL"], (2, 2), div0null),
    Function::scalar(&["SIGN"], &[Number], Whole(1), "CAST(sign({0}) AS BIGINT)"),
    Function::scalar(&["SIGN"], &[Float], FLOAT, "CAST(sign({0}) AS DOUBLE)"),
    Function::scalar(&["SQRT"], &[Float], FLOAT, "snowmelt.square_root({0})"),
    Function::scalar(&["CBRT"], &[Float], FLOAT, "snowmelt.cube_root({0})"),
    Function::scalar(&["SQUARE"], &[Float], FLOAT, "({0} * {0})"),
    Function::scalar(&["POWER", "POW"], &[Float, Float], FLOAT, "pow({0}, {1})"),
    Function::scalar(&["EXP"], &[Float], FLOAT, "exp({0})"),
    Function::scalar(&["LN"], &[Float], FLOAT, "snowmelt.natural_logarithm({0})"),
    Function::scalar(
        &["LOG"],
        &[Float, Float],
        FLOAT,
        "snowmelt.logarithm({0}, {1})",
    ),
    Function::scalar(&["SIN"], &[Float], FLOAT, "sin({0})"),
    Function::scalar(&["COS"], &[Float], FLOAT, "cos({0})"),
    Function::scalar(&["TAN"], &[Float], FLOAT, "tan({0})"),
    Function::scalar(&["COT"], &[Float], FLOAT, "cot({0})"),
    Function::scalar(&["ASIN"], &[Float], FLOAT, "snowmelt.arc_sine({0})"),
    Function::scalar(&["ACOS"], &[Float], FLOAT, "snowmelt.arc_cosine({0})"),
    Function::scalar(&["ATAN"], &[Float], FLOAT, "atan({0})"),
    Function::scalar(&["ATAN2"], &[Float, Float], FLOAT, "atan2({0}, {1})"),
    Function::scalar(&["SINH"], &[Float], FLOAT, "sinh({0})"),
    Function::scalar(&["COSH"], &[Float], FLOAT, "cosh({0})"),
    Function::scalar(&["TANH"], &[Float], FLOAT, "tanh({0})"),
    Function::scalar(&["ASINH"], &[Float], FLOAT, "asinh({0})"),
    Function::scalar(&["ACOSH"], &[Float], FLOAT, "snowmelt.area_cosine({0})"),
    Function::scalar(&["ATANH"], &[Float], FLOAT, "snowmelt.area_tangent({0})"),
    Function::scalar(&["DEGREES"], &[Float], FLOAT, "degrees({0})"),
    Function::scalar(&["RADIANS"], &[Float], FLOAT, "radians({0})"),
    Function::scalar(&["PI"], &[], FLOAT, "pi()"),
    Function::scalar(
        &["FACTORIAL"],
        &[Integer],
        Type(DataType::Number {
            precision: 38,
            scale: 0,
        }),
        "CAST(factorial(CAST({0} AS INTEGER)) AS DECIMAL(38,0))",
    ),
    Function::scalar(
        &["HAVERSINE"],
        &[Float, Float, Float, Float],
        FLOAT,
        "snowmelt.haversine({0}, {1}, {2}, {3})",
    ),
    Function::build(Kind::Scalar, &["WIDTH_BUCKET"], (4, 4), width_bucket),
    Function::partial(
        &["RANDOM"],
        &[],
        Type(DataType::INTEGER),
        "snowmelt.random_number()",
    ),
    Function::build(Kind::Scalar, &["RANDOM"], (1, 1), random),
    Function::scalar(&["+"], &[Number], Same(0), "{0}"),
];

/// A NUMBER or FLOAT; strings and VARIANTs are read as FLOAT.
fn numeric(analyzer: &Analyzer<'_>, value: Expr, function: &str) -> Result<Expr, SqlError> {
    match value.data_type {
        DataType::Number { .. } | DataType::Float => Ok(value),
        DataType::Null => analyzer.fit(value, Number, function),
        _ => analyzer.fit(value, Float, function),
    }
}

/// RANDOM(seed): a number for each row, the same ones for the same seed.
fn random(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let seed = first(&mut call);
    let seed = analyzer.fit(seed, Integer, call.function)?;
    let template = format!(
        "snowmelt_random({{0}}, {}, {})",
        analyzer.context.statement_seed as i64,
        analyzer.span(call.place).start
    );
    let to = DataType::Number {
        precision: 19,
        scale: 0,
    };
    Ok(Expr::scalar(call.function, template, vec![seed], to)
        .narrow()
        .at(call.place))
}

fn first(call: &mut Arguments) -> Expr {
    if call.items.is_empty() {
        return Expr::null();
    }
    call.items.remove(0)
}

/// How a function takes digits away.
#[derive(Clone, Copy)]
enum Rounding {
    HalfAway,
    HalfEven,
    Down,
    Ceil,
    Floor,
}

fn round(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    for (position, name) in ["EXPR", "SCALE", "ROUNDING_MODE"].into_iter().enumerate() {
        if call.items.len() == position
            && let Some(index) = call.named.iter().position(|(known, _)| known == name)
        {
            let (_, value) = call.named.remove(index);
            call.items.push(value);
        }
    }
    let mode = match call.items.get(2).map(Expr::as_text) {
        None => Rounding::HalfAway,
        Some(Some(text)) if text.eq_ignore_ascii_case("HALF_AWAY_FROM_ZERO") => Rounding::HalfAway,
        Some(Some(text)) if text.eq_ignore_ascii_case("HALF_TO_EVEN") => Rounding::HalfEven,
        Some(_) => {
            return Err(SqlError::compilation(
                "001015",
                "22023",
                "argument 3 to function ROUND needs to be 'HALF_AWAY_FROM_ZERO' or 'HALF_TO_EVEN'",
                analyzer.span(call.place),
            ));
        }
    };
    call.items.truncate(2);
    rounded(analyzer, call, mode)
}

fn truncate(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    // TRUNC of a date is DATE_TRUNC with its arguments turned round.
    if let [value, part] = call.items.as_slice()
        && matches!(
            value.data_type,
            DataType::Date | DataType::TimestampNtz { .. } | DataType::TimestampLtz { .. }
        )
    {
        let items = vec![part.clone(), value.clone()];
        return analyzer.call_named("DATE_TRUNC", items, call.place);
    }
    rounded(analyzer, call, Rounding::Down)
}

fn ceil(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    rounded(analyzer, call, Rounding::Ceil)
}

fn floor(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    rounded(analyzer, call, Rounding::Floor)
}

fn rounded(
    analyzer: &Analyzer<'_>,
    mut call: Arguments,
    rounding: Rounding,
) -> Result<Expr, SqlError> {
    let value = first(&mut call);
    let value = numeric(analyzer, value, call.function)?;
    let digits = match call.items.pop() {
        None => Expr::integer(0),
        Some(digits) => analyzer.fit(digits, Integer, call.function)?,
    };
    let constant = digits.as_integer();
    match (value.data_type, constant) {
        (DataType::Number { precision, scale }, Some(digits)) => {
            Ok(rounded_number(value, precision, scale, digits, rounding).at(call.place))
        }
        (DataType::Number { precision, scale }, None) => Ok(rounded_by_column(
            value,
            digits,
            (precision, scale),
            rounding,
            &call,
        )),
        _ => {
            let template = match rounding {
                Rounding::HalfAway => "snowmelt.round_float({0}, {1})",
                Rounding::Down => "snowmelt.truncate_float({0}, {1})",
                Rounding::Ceil => "snowmelt.ceil_float({0}, {1})",
                Rounding::Floor => "snowmelt.floor_float({0}, {1})",
                Rounding::HalfEven => {
                    return Err(analyzer.invalid_types(
                        call.function,
                        &[value.data_type],
                        call.place,
                    ));
                }
            };
            Ok(Expr::scalar(
                call.function,
                template,
                vec![value, digits],
                DataType::Float,
            )
            .at(call.place))
        }
    }
}

/// A NUMBER to a constant number of digits: exact, with the scale that is left.
fn rounded_number(value: Expr, precision: u8, scale: u8, digits: i64, rounding: Rounding) -> Expr {
    if digits >= i64::from(scale) {
        return value;
    }
    let digits = digits.max(-38);
    let to = rounded_type(precision, scale, digits);
    let bigint = to.physical(false) == "BIGINT";
    let (value, template) = match rounding {
        // DuckDB's cast of long numbers divides bit by bit.
        Rounding::HalfAway if precision > NARROW_DIGITS && scale > 0 && digits >= 0 => {
            let gone = i64::from(scale) - digits;
            let whole = format!("snowmelt_shorten({{0}}, {gone})");
            (value.narrowed(), pointed(&whole, to))
        }
        _ => {
            let bigint = value.is_bigint();
            (value, rounded_template(to, scale, digits, rounding, bigint))
        }
    };
    let mut result = Expr::scalar("ROUND", template, vec![value], to);
    result.narrow = bigint;
    result
}

/// Rounding up may need one more digit before the point.
fn rounded_type(precision: u8, scale: u8, digits: i64) -> DataType {
    let scale_left = digits.clamp(0, i64::from(scale)) as u8;
    DataType::Number {
        precision: (precision - scale + scale_left + 1).min(38),
        scale: scale_left,
    }
}

/// DuckDB SQL that rounds `{0}`, a NUMBER of that scale, to fewer digits.
fn rounded_template(
    to: DataType,
    scale: u8,
    digits: i64,
    rounding: Rounding,
    bigint: bool,
) -> String {
    let target = to.physical(false);
    if digits >= 0 {
        match rounding {
            // A DECIMAL's cast rounds half away from zero.
            Rounding::HalfAway => return format!("CAST({{0}} AS {target})"),
            Rounding::Down if digits == 0 => return format!("CAST(trunc({{0}}) AS {target})"),
            Rounding::Ceil if digits == 0 => return format!("CAST(ceil({{0}}) AS {target})"),
            Rounding::Floor if digits == 0 => return format!("CAST(floor({{0}}) AS {target})"),
            Rounding::HalfEven | Rounding::Down | Rounding::Ceil | Rounding::Floor => {}
        }
    }
    // The unscaled value, divided by the power of ten that goes.
    let unscaled = if bigint || scale == 0 {
        "CAST({0} AS HUGEINT)".to_owned()
    } else {
        // In 128 bits: DuckDB would keep the product of shorter numbers in 64, and it could overflow.
        format!(
            "CAST(CAST({{0}} AS DECIMAL(38,{scale})) * CAST(1{} AS DECIMAL({},0)) AS HUGEINT)",
            "0".repeat(usize::from(scale)),
            scale + 1
        )
    };
    let gone = i64::from(scale) - digits;
    if gone > 38 {
        return format!("CAST(0 AS {target})");
    }
    let divide = match rounding {
        Rounding::HalfAway => "snowmelt.divide_half_away",
        Rounding::HalfEven => "snowmelt.divide_half_even",
        Rounding::Down => "snowmelt.divide_down",
        Rounding::Ceil => "snowmelt.divide_up",
        Rounding::Floor => "snowmelt.divide_floor",
    };
    let quotient = format!(
        "{divide}({unscaled}, CAST(1{} AS HUGEINT))",
        "0".repeat(gone as usize)
    );
    if digits > 0 {
        let unit = format!(
            "CAST(0.{}1 AS DECIMAL({digits},{digits}))",
            "0".repeat(digits as usize - 1)
        );
        format!("CAST(CAST({quotient} AS DECIMAL(38,0)) * {unit} AS {target})")
    } else {
        let power = "0".repeat(digits.unsigned_abs() as usize);
        format!("CAST({quotient} * CAST(1{power} AS HUGEINT) AS {target})")
    }
}

/// The number of digits differs from row to row: the scale stays the value's.
fn rounded_by_column(
    value: Expr,
    digits: Expr,
    (precision, scale): (u8, u8),
    rounding: Rounding,
    call: &Arguments,
) -> Expr {
    let to = DataType::Number {
        precision: (precision + 1).min(38),
        scale,
    };
    let target = to.physical(false);
    // One branch for each number of digits; outside of them nothing changes, or all digits go.
    let mut template = format!("CASE WHEN {{1}} >= {scale} THEN CAST({{0}} AS {target})");
    let lowest = -i64::from((precision - scale).min(38));
    for digits in (lowest..i64::from(scale)).rev() {
        let branch = rounded_template(
            rounded_type(precision, scale, digits),
            scale,
            digits,
            rounding,
            value.is_bigint(),
        );
        template.push_str(&format!(
            " WHEN {{1}} = {digits} THEN CAST({branch} AS {target})"
        ));
    }
    template.push_str(&format!(
        " WHEN {{1}} < {lowest} AND {{0}} IS NOT NULL THEN CAST(0 AS {target}) END"
    ));
    let narrow = target == "BIGINT";
    let mut result = Expr::scalar(call.function, template, vec![value, digits], to).at(call.place);
    result.narrow = narrow;
    result
}

fn abs(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = first(&mut call);
    let value = numeric(analyzer, value, call.function)?;
    let data_type = value.data_type;
    if value.is_bigint() {
        let short = matches!(data_type, DataType::Number { precision, .. } if precision <= 18);
        if !short {
            let template = format!("abs(CAST({{0}} AS {}))", data_type.physical(false));
            return Ok(Expr::scalar("ABS", template, vec![value], data_type).at(call.place));
        }
        return Ok(Expr::scalar("ABS", "abs({0})", vec![value], data_type)
            .narrow()
            .at(call.place));
    }
    Ok(Expr::scalar("ABS", "abs({0})", vec![value], data_type).at(call.place))
}

fn modulo(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let mut items = call.items.into_iter();
    let left = items.next().unwrap_or_else(Expr::null);
    let right = items.next().unwrap_or_else(Expr::null);
    analyzer.arithmetic_of(Operator::Modulo, left, right, call.place)
}

/// Division that gives 0 where the divisor is 0.
fn div0(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    divide_or_zero(analyzer, call, "{0} = 0")
}

/// Division that gives 0 where the divisor is 0 or NULL.
fn div0null(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    divide_or_zero(analyzer, call, "{0} = 0 OR {0} IS NULL")
}

fn divide_or_zero(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
    is_zero: &str,
) -> Result<Expr, SqlError> {
    let mut items = call.items.into_iter();
    let left = items.next().unwrap_or_else(Expr::null);
    let right = items.next().unwrap_or_else(Expr::null);
    let right = numeric(analyzer, right, call.function)?;
    let (to, narrow) = (right.data_type, right.narrow);
    let mut divisor = Expr::scalar("NULLIFZERO", "nullif({0}, 0)", vec![right.clone()], to);
    divisor.narrow = narrow;
    let quotient = analyzer.arithmetic_of(Operator::Divide, left.clone(), divisor, call.place)?;
    let data_type = quotient.data_type;
    // NULL ÷ 0 is NULL still.
    let template = format!(
        "CASE WHEN ({}) AND {{2}} IS NOT NULL THEN CAST(0 AS {}) ELSE {{1}} END",
        is_zero,
        data_type.physical(false)
    );
    Ok(Expr::scalar(
        call.function,
        template,
        vec![right, quotient, left],
        data_type,
    )
    .nullable(true)
    .at(call.place))
}

/// WIDTH_BUCKET(value, low, high, count).
fn width_bucket(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let mut items = Vec::with_capacity(4);
    for (index, item) in call.items.into_iter().enumerate() {
        let parameter = if index == 3 { Integer } else { Float };
        items.push(analyzer.fit(item, parameter, call.function)?);
    }
    let template = format!(
        "CASE WHEN {{3}} <= 0 THEN {} WHEN {{0}} < {{1}} THEN 0 WHEN {{0}} >= {{2}} THEN {{3}} + 1 ELSE CAST(floor(({{0}} - {{1}}) / (({{2}} - {{1}}) / {{3}})) AS BIGINT) + 1 END",
        raise(
            "100051",
            "22012",
            "'Invalid number of buckets in WIDTH_BUCKET'"
        )
    );
    Ok(
        Expr::scalar(call.function, template, items, DataType::INTEGER)
            .narrow()
            .at(call.place),
    )
}
