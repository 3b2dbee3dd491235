//! FILTER, TRANSFORM and REDUCE. Their lambda is analyzed with the arguments: it is a call of `LAMBDA` whose argument is
//! the body (see `analyze::lambda`).

use crate::analyze::lambda::{body, with_body};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments, cast};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::row::Parameter::{Element, Variant};
use crate::functions::row::{Function, Kind};

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Scalar, &["FILTER"], (2, 2), filter),
    Function::build(Kind::Scalar, &["TRANSFORM"], (2, 2), transform),
    Function::build(Kind::Scalar, &["REDUCE"], (3, 3), reduce),
];

/// The elements, NULL for a place without a value.
const ELEMENTS: &str = "snowmelt_array_elements({0})";

/// An array of what `list` holds.
fn array_of(list: &str) -> String {
    format!(
        "snowmelt_array_of(array_to_string(list_transform({list}, lambda x: CAST(snowmelt.or_undefined(x) AS VARCHAR)), ','))"
    )
}

/// The lambda, whose body becomes what `convert` makes of it.
fn lambda(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    index: usize,
    convert: impl FnOnce(Expr) -> Result<Expr, SqlError>,
) -> Result<Expr, SqlError> {
    match call.items.get(index).and_then(body) {
        Some(body) => Ok(with_body(&call.items[index], convert(body.clone())?)),
        None => Err(SqlError::compilation(
            "001044",
            "42P13",
            format!(
                "Invalid argument types for function '{}': argument {} needs to be a lambda expression",
                call.function,
                index + 1
            ),
            analyzer.span(call.place),
        )),
    }
}

fn filter(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let array = analyzer.fit(call.items[0].clone(), Variant, call.function)?;
    let lambda = lambda(analyzer, &call, 1, |body| {
        analyzer.coerce(body, DataType::Boolean, call.function)
    })?;
    let template = array_of(&format!("list_filter({ELEMENTS}, {{1}})"));
    Ok(Expr::scalar(
        call.function,
        template,
        vec![array, lambda],
        DataType::Array,
    )
    .nullable(true)
    .at(call.place))
}

fn transform(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let array = analyzer.fit(call.items[0].clone(), Variant, call.function)?;
    let lambda = lambda(analyzer, &call, 1, |body| {
        analyzer.fit(body, Element, call.function)
    })?;
    let template = array_of(&format!("list_transform({ELEMENTS}, {{1}})"));
    Ok(Expr::scalar(
        call.function,
        template,
        vec![array, lambda],
        DataType::Array,
    )
    .nullable(true)
    .at(call.place))
}

/// The accumulator is a VARIANT on its way; the result has the type of the initial value.
fn reduce(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let array = analyzer.fit(call.items[0].clone(), Variant, call.function)?;
    let initial = call.items[1].clone();
    let to = cast::accumulated(initial.data_type);
    let initial = analyzer.fit(initial, Element, call.function)?;
    let lambda = lambda(analyzer, &call, 2, |body| {
        analyzer.fit(body, Element, call.function)
    })?;
    let template = format!("list_reduce({ELEMENTS}, {{2}}, {{1}})");
    let reduced = Expr::scalar(
        call.function,
        template,
        vec![array, initial, lambda],
        DataType::Variant,
    )
    .nullable(true)
    .at(call.place);
    analyzer.explicit_cast(reduced, to, cast::Mode::Explicit)
}
