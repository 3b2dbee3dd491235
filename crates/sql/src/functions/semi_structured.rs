//! VARIANT, OBJECT and ARRAY. They are held as DuckDB JSON: a text in one form, which the functions in Rust read and write.

mod array;
mod higher_order;
mod kind;
mod object;

pub(super) use array::FUNCTIONS as ARRAYS;
pub(super) use higher_order::FUNCTIONS as HIGHER_ORDER;
pub(super) use kind::FUNCTIONS as KINDS;
pub(super) use object::FUNCTIONS as OBJECTS;

use super::row::Returns::Type;
use super::row::{Function, Kind, Parameter, Returns};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments, cast, path};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Integer, Text, Variant};

const VARIANT: Returns = Type(DataType::Variant);
const ARRAY: Returns = Type(DataType::Array);
const OBJECT: Returns = Type(DataType::Object);
const BOOLEAN: Returns = Type(DataType::Boolean);

/// What reads and converts values, and looks into them.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Scalar, &["PARSE_JSON"], (1, 2), parse_json),
    Function::build(Kind::Scalar, &["TRY_PARSE_JSON"], (1, 2), try_parse_json),
    Function::partial(
        &["CHECK_JSON"],
        &[Text],
        Type(DataType::TEXT),
        "snowmelt_check_json({0})",
    ),
    Function::partial(
        &["JSON_EXTRACT_PATH_TEXT"],
        &[Text, Text],
        Type(DataType::TEXT),
        "snowmelt_variant_text(snowmelt_get_path(snowmelt_parse_json({0}, 's'), {1}))",
    ),
    Function::scalar(
        &["TO_JSON"],
        &[Parameter::Element],
        Type(DataType::TEXT),
        "snowmelt_to_json({0})",
    ),
    Function::build(Kind::Scalar, &["TO_VARIANT"], (1, 1), to_variant),
    Function::build(Kind::Scalar, &["TO_ARRAY"], (1, 1), to_array),
    Function::build(Kind::Scalar, &["TO_OBJECT"], (1, 1), to_object),
    Function::partial(
        &["STRIP_NULL_VALUE"],
        &[Variant],
        VARIANT,
        "nullif({0}, CAST('null' AS JSON))",
    ),
    Function::build(Kind::Scalar, &["GET"], (2, 2), get),
    Function::partial(
        &["GET_IGNORE_CASE"],
        &[Variant, Text],
        VARIANT,
        "snowmelt_get_ignore_case({0}, {1})",
    ),
    Function::build(Kind::Scalar, &["GET_PATH"], (2, 2), get_path),
];

fn first(items: Vec<Expr>) -> Expr {
    items.into_iter().next().unwrap_or_else(Expr::null)
}

fn parse_json(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    parsed(analyzer, call, "snowmelt_parse_json({0}, {1})")
}

fn try_parse_json(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    parsed(analyzer, call, "snowmelt_try_parse_json({0}, {1})")
}

/// PARSE_JSON(text [, 'd' | 's']); a VARIANT is read as the text that it is.
fn parsed(
    analyzer: &Analyzer<'_>,
    call: Arguments,
    template: &'static str,
) -> Result<Expr, SqlError> {
    let mut items = call.items.into_iter();
    let mut next = || items.next();
    let text = analyzer.fit(next().unwrap_or_else(Expr::null), Text, call.function)?;
    let parameter = match next() {
        None => Expr::text("s"),
        Some(parameter) => analyzer.fit(parameter, Text, call.function)?,
    };
    Ok(Expr::scalar(
        call.function,
        template,
        vec![text, parameter],
        DataType::Variant,
    )
    .nullable(true)
    .at(call.place))
}

fn to_variant(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let value = first(call.items);
    analyzer.explicit_cast(value, DataType::Variant, cast::Mode::Explicit)
}

fn to_array(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let value = first(call.items);
    let variant = analyzer.explicit_cast(value, DataType::Variant, cast::Mode::Explicit)?;
    analyzer.explicit_cast(variant, DataType::Array, cast::Mode::Explicit)
}

fn to_object(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let value = first(call.items);
    analyzer.explicit_cast(value, DataType::Object, cast::Mode::Explicit)
}

/// GET(array, index) and GET(object, key).
fn get(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let [value, key] = two(call.items);
    let value = analyzer.fit(value, Variant, call.function)?;
    if let Some(text) = key.as_text() {
        let mut steps = String::new();
        path::push_key(&mut steps, text);
        return Ok(path::extracted(value, &steps, call.place));
    }
    let (template, key) = match key.data_type {
        DataType::Number { .. } | DataType::Float => (
            "snowmelt_get_index({0}, {1})",
            analyzer.fit(key, Integer, call.function)?,
        ),
        _ => (
            "snowmelt_get_key({0}, {1})",
            analyzer.fit(key, Text, call.function)?,
        ),
    };
    Ok(
        Expr::scalar(call.function, template, vec![value, key], DataType::Variant)
            .nullable(true)
            .at(call.place),
    )
}

/// GET_PATH(value, 'a.b[0]').
fn get_path(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let [value, path_text] = two(call.items);
    let value = analyzer.fit(value, Variant, call.function)?;
    let span = analyzer.span(path_text.place);
    let Some(text) = path_text.as_text() else {
        let path_text = analyzer.fit(path_text, Text, call.function)?;
        return Ok(Expr::scalar(
            call.function,
            "snowmelt_get_path({0}, {1})",
            vec![value, path_text],
            DataType::Variant,
        )
        .nullable(true)
        .at(call.place));
    };
    let steps = path::steps_of(text).ok_or_else(|| {
        SqlError::compilation(
            "100066",
            "22023",
            format!("Invalid extraction path '{text}'"),
            span,
        )
    })?;
    if steps.is_empty() {
        return Ok(value);
    }
    Ok(path::extracted(value, &steps, call.place))
}

fn two(items: Vec<Expr>) -> [Expr; 2] {
    let mut items = items.into_iter();
    std::array::from_fn(|_| items.next().unwrap_or_else(Expr::null))
}
