//! OBJECT functions.

use super::{ARRAY, OBJECT};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::row::Parameter::{Boolean, Element, Text, Variant};
use crate::functions::row::{Function, Kind};

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::build(
        Kind::Scalar,
        &["OBJECT_CONSTRUCT"],
        (0, usize::MAX),
        object_construct,
    ),
    Function::build(
        Kind::Scalar,
        &["OBJECT_CONSTRUCT_KEEP_NULL"],
        (0, usize::MAX),
        object_construct_keep_null,
    ),
    Function::scalar(
        &["OBJECT_KEYS"],
        &[Variant],
        ARRAY,
        "snowmelt_object_keys({0})",
    ),
    Function::partial(
        &["OBJECT_INSERT"],
        &[Variant, Text, Element],
        OBJECT,
        "snowmelt_object_insert({0}, snowmelt.or_no_key({1}), snowmelt.or_undefined({2}), false)",
    ),
    Function::partial(
        &["OBJECT_INSERT"],
        &[Variant, Text, Element, Boolean],
        OBJECT,
        "snowmelt_object_insert({0}, snowmelt.or_no_key({1}), snowmelt.or_undefined({2}), {3})",
    ),
    Function::build(
        Kind::Scalar,
        &["OBJECT_DELETE"],
        (2, usize::MAX),
        object_delete,
    ),
    Function::build(Kind::Scalar, &["OBJECT_PICK"], (2, usize::MAX), object_pick),
];

/// Pairs whose key or value is NULL are left out.
fn object_construct(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    of_pairs(analyzer, call, "snowmelt_object_construct")
}

/// A NULL value becomes a JSON null; a NULL key leaves its pair out.
fn object_construct_keep_null(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    of_pairs(analyzer, call, "snowmelt_object_construct_keep_null")
}

/// Keys as VARCHAR and values as VARIANT.
fn of_pairs(analyzer: &Analyzer<'_>, call: Arguments, native: &str) -> Result<Expr, SqlError> {
    if !call.items.len().is_multiple_of(2) {
        return Err(SqlError::compilation(
            "000938",
            "22023",
            format!(
                "not enough arguments for function [{}], expected {}, got {}",
                call.function,
                call.items.len() + 1,
                call.items.len()
            ),
            analyzer.span(call.place),
        ));
    }
    let mut items = Vec::with_capacity(call.items.len());
    let mut holes = Vec::with_capacity(call.items.len());
    for (index, item) in call.items.into_iter().enumerate() {
        if index % 2 == 0 {
            items.push(analyzer.fit(item, Text, call.function)?);
            holes.push(format!("snowmelt.or_no_key({{{index}}})"));
        } else {
            items.push(analyzer.fit(item, Element, call.function)?);
            holes.push(format!("snowmelt.or_undefined({{{index}}})"));
        }
    }
    let template = match holes.is_empty() {
        true => "CAST('{{}' AS JSON)".to_owned(),
        false => format!("{native}({})", holes.join(", ")),
    };
    Ok(
        Expr::scalar(call.function, template, items, DataType::Object)
            .nullable(false)
            .at(call.place),
    )
}

fn object_delete(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    keyed(analyzer, call, "snowmelt_object_delete({*})")
}

/// OBJECT_PICK(object, key, …) or OBJECT_PICK(object, array of keys).
fn object_pick(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    if let [object, keys] = call.items.as_slice()
        && keys.data_type.is_semi_structured()
    {
        let object = analyzer.fit(object.clone(), Variant, call.function)?;
        return Ok(Expr::scalar(
            call.function,
            "snowmelt_object_pick({0}, {1})",
            vec![object, keys.clone()],
            DataType::Object,
        )
        .at(call.place));
    }
    let keys: Vec<String> = (1..call.items.len())
        .map(|index| format!("snowmelt_text_variant({{{index}}})"))
        .collect();
    let template = format!(
        "snowmelt_object_pick({{0}}, snowmelt_array_construct({}))",
        keys.join(", ")
    );
    keyed(analyzer, call, &template)
}

/// An object and keys.
fn keyed(analyzer: &Analyzer<'_>, call: Arguments, template: &str) -> Result<Expr, SqlError> {
    let mut items = Vec::with_capacity(call.items.len());
    for (index, item) in call.items.into_iter().enumerate() {
        let parameter = if index == 0 { Variant } else { Text };
        items.push(analyzer.fit(item, parameter, call.function)?);
    }
    Ok(Expr::scalar(call.function, template.to_owned(), items, DataType::Object).at(call.place))
}
