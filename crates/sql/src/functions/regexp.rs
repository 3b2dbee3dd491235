//! Regular expressions: the functions in Rust, their optional arguments filled in.

use super::row::{Function, Kind, Parameter};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Integer, Text};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(
        Kind::Scalar,
        &["REGEXP_LIKE", "RLIKE", "REGEXP"],
        (2, 3),
        regexp_like,
    ),
    Function::build(Kind::Scalar, &["REGEXP_REPLACE"], (2, 6), regexp_replace),
    Function::build(Kind::Scalar, &["REGEXP_SUBSTR"], (2, 6), regexp_substr),
    Function::build(
        Kind::Scalar,
        &["REGEXP_SUBSTR_ALL", "REGEXP_EXTRACT_ALL"],
        (2, 6),
        regexp_substr_all,
    ),
    Function::build(Kind::Scalar, &["REGEXP_COUNT"], (2, 4), regexp_count),
    Function::build(Kind::Scalar, &["REGEXP_INSTR"], (2, 7), regexp_instr),
];

/// What an argument is when it is left out.
enum Default {
    Text(&'static str),
    Integer(i64),
}

/// No group is asked for: the first one with the parameter `e`, else the whole match.
const NO_GROUP: Default = Default::Integer(-1);

/// A call of a function in Rust whose arguments after the first two may be left out.
fn native(
    analyzer: &Analyzer<'_>,
    call: Arguments,
    name: &str,
    defaults: &[Default],
    data_type: DataType,
) -> Result<Expr, SqlError> {
    let mut given = call.items.into_iter();
    let mut items = Vec::with_capacity(2 + defaults.len());
    for item in given.by_ref().take(2) {
        items.push(analyzer.fit(item, Text, call.function)?);
    }
    for default in defaults {
        let item = match (given.next(), default) {
            (Some(item), Default::Text(_)) => analyzer.fit(item, Text, call.function)?,
            (Some(item), Default::Integer(_)) => analyzer.fit(item, Integer, call.function)?,
            (None, Default::Text(text)) => Expr::text(*text),
            (None, Default::Integer(value)) => Expr::integer(*value),
        };
        items.push(item);
    }
    let template = format!("{name}({{*}})");
    Ok(Expr::scalar(call.function, template, items, data_type).at(call.place))
}

/// How many characters or matches.
const COUNT: DataType = DataType::Number {
    precision: 18,
    scale: 0,
};

/// The whole subject must match.
fn regexp_like(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let defaults = [Default::Text("c")];
    native(
        analyzer,
        call,
        "snowmelt_regexp_like",
        &defaults,
        DataType::Boolean,
    )
}

/// REGEXP_REPLACE(subject, pattern [, replacement, position, occurrence, parameters]); occurrence 0 means all.
fn regexp_replace(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let defaults = [
        Default::Text(""),
        Default::Integer(1),
        Default::Integer(0),
        Default::Text("c"),
    ];
    native(
        analyzer,
        call,
        "snowmelt_regexp_replace",
        &defaults,
        DataType::TEXT,
    )
}

/// REGEXP_SUBSTR(subject, pattern [, position, occurrence, parameters, group]).
fn regexp_substr(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let defaults = [
        Default::Integer(1),
        Default::Integer(1),
        Default::Text("c"),
        NO_GROUP,
    ];
    let found = native(
        analyzer,
        call,
        "snowmelt_regexp_substr",
        &defaults,
        DataType::TEXT,
    )?;
    Ok(found.nullable(true))
}

/// REGEXP_SUBSTR_ALL, with the same arguments.
fn regexp_substr_all(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let defaults = [
        Default::Integer(1),
        Default::Integer(1),
        Default::Text("c"),
        NO_GROUP,
    ];
    let found = native(
        analyzer,
        call,
        "snowmelt_regexp_substr_all",
        &defaults,
        DataType::Array,
    )?;
    Ok(found.nullable(true))
}

/// REGEXP_COUNT(subject, pattern [, position, parameters]).
fn regexp_count(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let defaults = [Default::Integer(1), Default::Text("c")];
    Ok(native(analyzer, call, "snowmelt_regexp_count", &defaults, COUNT)?.narrow())
}

/// REGEXP_INSTR(subject, pattern [, position, occurrence, option, parameters, group]).
fn regexp_instr(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let defaults = [
        Default::Integer(1),
        Default::Integer(1),
        Default::Integer(0),
        Default::Text("c"),
        NO_GROUP,
    ];
    Ok(native(analyzer, call, "snowmelt_regexp_instr", &defaults, COUNT)?.narrow())
}
