//! Conditional functions.

use super::row::Returns::{Common, Type};
use super::row::{Function, Kind, Parameter};
use crate::analyze::tree::{Expr, ExprKind, Place};
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Any, Boolean, Many};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Scalar, &["IFF"], (3, 3), iff),
    Function::build(Kind::Scalar, &["COALESCE"], (1, usize::MAX), coalesce),
    Function::build(Kind::Scalar, &["NVL", "IFNULL"], (2, 2), coalesce),
    Function::build(Kind::Scalar, &["NVL2"], (3, 3), nvl2),
    Function::build(Kind::Scalar, &["NULLIF"], (2, 2), nullif),
    Function::build(Kind::Scalar, &["ZEROIFNULL"], (1, 1), zero_if_null),
    Function::build(Kind::Scalar, &["NULLIFZERO"], (1, 1), null_if_zero),
    Function::build(Kind::Scalar, &["DECODE"], (3, usize::MAX), decode),
    Function::build(Kind::Scalar, &["EQUAL_NULL"], (2, 2), equal_null),
    // NULL if any argument is.
    Function::scalar(
        &["GREATEST"],
        &[Many(&Any)],
        Common,
        "snowmelt.greatest_of([{*}])",
    ),
    Function::scalar(
        &["LEAST"],
        &[Many(&Any)],
        Common,
        "snowmelt.least_of([{*}])",
    ),
    // NULL only if all arguments are.
    Function::partial(
        &["GREATEST_IGNORE_NULLS"],
        &[Many(&Any)],
        Common,
        "greatest({*})",
    ),
    Function::partial(&["LEAST_IGNORE_NULLS"], &[Many(&Any)], Common, "least({*})"),
    Function::partial(
        &["BOOLAND"],
        &[Boolean, Boolean],
        Type(DataType::Boolean),
        "({0} AND {1})",
    ),
    Function::partial(
        &["BOOLOR"],
        &[Boolean, Boolean],
        Type(DataType::Boolean),
        "({0} OR {1})",
    ),
    Function::scalar(
        &["BOOLXOR"],
        &[Boolean, Boolean],
        Type(DataType::Boolean),
        "({0} <> {1})",
    ),
    Function::scalar(
        &["BOOLNOT"],
        &[Boolean],
        Type(DataType::Boolean),
        "(NOT {0})",
    ),
];

fn iff(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let [condition, then, otherwise] = three(call.items);
    let condition = analyzer.fit(condition, Boolean, call.function)?;
    analyzer.case_of(
        vec![condition],
        vec![then, otherwise],
        call.function,
        call.place,
    )
}

fn three(items: Vec<Expr>) -> [Expr; 3] {
    let mut items = items.into_iter();
    std::array::from_fn(|_| items.next().unwrap_or_else(Expr::null))
}

fn two(items: Vec<Expr>) -> [Expr; 2] {
    let mut items = items.into_iter();
    std::array::from_fn(|_| items.next().unwrap_or_else(Expr::null))
}

fn coalesce(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    coalesced(analyzer, call.items, call.function, call.place)
}

fn coalesced(
    analyzer: &Analyzer<'_>,
    items: Vec<Expr>,
    function: &'static str,
    place: Place,
) -> Result<Expr, SqlError> {
    let nullable = items.iter().all(|item| item.nullable);
    let items = analyzer.to_common_type(items, function, place)?;
    let (data_type, narrow) = (items[0].data_type, items.iter().all(Expr::is_bigint));
    let mut result = Expr::scalar(function, "coalesce({*})", items, data_type)
        .nullable(nullable)
        .at(place);
    result.narrow = narrow;
    Ok(result)
}

fn nvl2(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let [value, then, otherwise] = three(call.items);
    let test = Expr::scalar(
        "IS NOT NULL",
        "({0} IS NOT NULL)",
        vec![value],
        DataType::Boolean,
    )
    .nullable(false);
    analyzer.case_of(vec![test], vec![then, otherwise], call.function, call.place)
}

fn nullif(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let [value, other] = two(call.items);
    let (data_type, narrow) = (value.data_type, value.narrow);
    let test = analyzer.compare("=", value.clone(), other, call.place)?;
    let plain = match &test.kind {
        ExprKind::Call(test) if test.arguments[0] == value => Some(test.arguments[1].clone()),
        _ => None,
    };
    let (template, arguments) = match plain {
        Some(other) => ("nullif({0}, {1})", vec![value, other]),
        None => ("CASE WHEN {0} THEN NULL ELSE {1} END", vec![test, value]),
    };
    let mut result = Expr::scalar(call.function, template, arguments, data_type)
        .nullable(true)
        .at(call.place);
    result.narrow = narrow;
    Ok(result)
}

fn zero_if_null(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    call.items = vec![numeric(analyzer, &mut call)?, Expr::integer(0)];
    coalesced(analyzer, call.items, call.function, call.place)
}

fn null_if_zero(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = numeric(analyzer, &mut call)?;
    let (data_type, narrow) = (value.data_type, value.narrow);
    let mut result = Expr::scalar(call.function, "nullif({0}, 0)", vec![value], data_type)
        .nullable(true)
        .at(call.place);
    result.narrow = narrow;
    Ok(result)
}

fn numeric(analyzer: &Analyzer<'_>, call: &mut Arguments) -> Result<Expr, SqlError> {
    let value = call.items.pop().unwrap_or_else(Expr::null);
    match value.data_type {
        DataType::Float => Ok(value),
        _ => analyzer.fit(value, Parameter::Number, call.function),
    }
}

/// `DECODE(value, search, result, …, default)`, where NULL matches NULL.
fn decode(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let mut items = call.items.into_iter();
    let value = items.next().unwrap_or_else(Expr::null);
    let mut tests = Vec::new();
    let mut results = Vec::new();
    let mut rest = items.collect::<Vec<_>>().into_iter();
    let mut default = Expr::null();
    while let Some(search) = rest.next() {
        match rest.next() {
            Some(result) => {
                tests.push(analyzer.compare(
                    "IS NOT DISTINCT FROM",
                    value.clone(),
                    search,
                    call.place,
                )?);
                results.push(result);
            }
            None => default = search,
        }
    }
    results.push(default);
    analyzer.case_of(tests, results, call.function, call.place)
}

fn equal_null(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let [left, right] = two(call.items);
    analyzer.compare("IS NOT DISTINCT FROM", left, right, call.place)
}
