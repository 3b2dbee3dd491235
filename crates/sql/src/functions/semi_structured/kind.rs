//! TYPEOF, IS_… and AS_…: what kind of value a VARIANT holds.

use super::BOOLEAN;
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments, cast};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::row::Parameter::{Element, Variant};
use crate::functions::row::Returns::Type;
use crate::functions::row::{Function, Kind};

/// A test of a VARIANT's kind.
const fn is(names: &'static [&'static str], template: &'static str) -> Function {
    Function::partial(names, &[Variant], BOOLEAN, template)
}

/// A value if it is of a kind, else NULL.
const fn as_kind(names: &'static [&'static str]) -> Function {
    Function::build(Kind::Scalar, names, (1, 1), of_kind)
}

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::partial(
        &["TYPEOF"],
        &[Element],
        Type(DataType::Text { length: 16 }),
        "snowmelt_typeof({0})",
    ),
    is(&["IS_ARRAY"], "(snowmelt_typeof({0}) = 'ARRAY')"),
    is(&["IS_OBJECT"], "(snowmelt_typeof({0}) = 'OBJECT')"),
    is(&["IS_BOOLEAN"], "(snowmelt_typeof({0}) = 'BOOLEAN')"),
    is(
        &["IS_CHAR", "IS_VARCHAR"],
        "(snowmelt_typeof({0}) = 'VARCHAR')",
    ),
    is(&["IS_INTEGER"], "(snowmelt_typeof({0}) = 'INTEGER')"),
    is(
        &["IS_DECIMAL"],
        "(snowmelt_typeof({0}) IN ('INTEGER', 'DECIMAL'))",
    ),
    is(
        &["IS_DOUBLE", "IS_REAL"],
        "(snowmelt_typeof({0}) IN ('INTEGER', 'DECIMAL', 'DOUBLE'))",
    ),
    is(&["IS_NULL_VALUE"], "({0} = CAST('null' AS JSON))"),
    is(&["IS_BINARY"], "(snowmelt_typeof({0}) = 'BINARY')"),
    is(
        &["IS_DATE", "IS_DATE_VALUE"],
        "(snowmelt_typeof({0}) = 'DATE')",
    ),
    is(&["IS_TIME"], "(snowmelt_typeof({0}) = 'TIME')"),
    is(
        &["IS_TIMESTAMP_NTZ"],
        "(snowmelt_typeof({0}) = 'TIMESTAMP_NTZ')",
    ),
    is(
        &["IS_TIMESTAMP_LTZ"],
        "(snowmelt_typeof({0}) = 'TIMESTAMP_LTZ')",
    ),
    is(
        &["IS_TIMESTAMP_TZ"],
        "(snowmelt_typeof({0}) = 'TIMESTAMP_TZ')",
    ),
    as_kind(&["AS_ARRAY"]),
    as_kind(&["AS_OBJECT"]),
    as_kind(&["AS_BOOLEAN"]),
    as_kind(&["AS_CHAR", "AS_VARCHAR"]),
    as_kind(&["AS_INTEGER"]),
    as_kind(&["AS_DOUBLE", "AS_REAL"]),
    as_kind(&["AS_BINARY"]),
    as_kind(&["AS_DATE"]),
    as_kind(&["AS_TIME"]),
    as_kind(&["AS_TIMESTAMP_NTZ"]),
    as_kind(&["AS_TIMESTAMP_LTZ"]),
    as_kind(&["AS_TIMESTAMP_TZ"]),
    Function::build(
        Kind::Scalar,
        &["AS_DECIMAL", "AS_NUMBER"],
        (1, 3),
        as_decimal,
    ),
];

fn of_kind(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let (kinds, to) = match call.function {
        "AS_ARRAY" => ("'ARRAY'", DataType::Array),
        "AS_OBJECT" => ("'OBJECT'", DataType::Object),
        "AS_BOOLEAN" => ("'BOOLEAN'", DataType::Boolean),
        "AS_CHAR" | "AS_VARCHAR" => ("'VARCHAR'", DataType::TEXT),
        "AS_INTEGER" => ("'INTEGER'", DataType::INTEGER),
        "AS_BINARY" => ("'BINARY'", DataType::BINARY),
        "AS_DATE" => ("'DATE'", DataType::Date),
        "AS_TIME" => ("'TIME'", DataType::Time { precision: 9 }),
        "AS_TIMESTAMP_NTZ" => ("'TIMESTAMP_NTZ'", DataType::TimestampNtz { precision: 9 }),
        "AS_TIMESTAMP_LTZ" => ("'TIMESTAMP_LTZ'", DataType::TimestampLtz { precision: 9 }),
        "AS_TIMESTAMP_TZ" => ("'TIMESTAMP_TZ'", DataType::TimestampTz { precision: 9 }),
        _ => ("'INTEGER', 'DECIMAL', 'DOUBLE'", DataType::Float),
    };
    only(analyzer, &call, kinds, to)
}

/// The value as `to`, if it is of one of the kinds.
fn only(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    kinds: &str,
    to: DataType,
) -> Result<Expr, SqlError> {
    let value = analyzer.fit(call.items[0].clone(), Variant, call.function)?;
    let template = format!("CASE WHEN snowmelt_typeof({{0}}) IN ({kinds}) THEN {{0}} END");
    let kept = Expr::scalar(call.function, template, vec![value], DataType::Variant)
        .nullable(true)
        .at(call.place);
    let mut result = analyzer.explicit_cast(kept, to, cast::Mode::Explicit)?;
    if let crate::analyze::tree::ExprKind::Call(cast) = &mut result.kind {
        cast.function = call.function;
    }
    Ok(result)
}

/// AS_DECIMAL(value [, precision [, scale]]).
fn as_decimal(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let digits = |index: usize, default: u8| match call.items.get(index) {
        None => Some(default),
        Some(digits) => digits
            .as_integer()
            .and_then(|digits| u8::try_from(digits).ok()),
    };
    let (Some(precision @ 1..=38), Some(scale @ 0..=37)) = (digits(1, 38), digits(2, 0)) else {
        return Err(SqlError::unsupported(
            "AS_DECIMAL with digits that are not constant",
            analyzer.span(call.place),
        ));
    };
    let to = DataType::Number { precision, scale };
    only(analyzer, &call, "'INTEGER', 'DECIMAL'", to)
}
