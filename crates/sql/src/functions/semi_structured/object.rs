//! OBJECT functions: calls in, DuckDB SQL over lists of keys and values out.

use super::variant_or;
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::row::Parameter::{self, Text, Variant};

/// Keys as VARCHAR and values as VARIANT.
fn pairs(analyzer: &Analyzer<'_>, call: &Arguments) -> Result<Vec<Expr>, SqlError> {
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
    call.items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let parameter = if index % 2 == 0 { Text } else { Variant };
            variant_or(analyzer, item.clone(), parameter, call)
        })
        .collect()
}

/// Pairs whose key or value is NULL are left out.
pub(super) fn object_construct(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    if call.star {
        return Err(SqlError::unsupported(
            "OBJECT_CONSTRUCT(*)",
            analyzer.span(call.place),
        ));
    }
    let items = pairs(analyzer, &call)?;
    if items.is_empty() {
        return Ok(Expr::scalar(
            call.function,
            "CAST('{{}' AS JSON)",
            items,
            DataType::Object,
        )
        .nullable(false)
        .at(call.place));
    }
    let entries: Vec<String> = (0..items.len() / 2)
        .map(|pair| format!("ROW({{{}}}, {{{}}})", 2 * pair, 2 * pair + 1))
        .collect();
    let template = format!("snowmelt.object_of([{}])", entries.join(", "));
    Ok(
        Expr::scalar(call.function, template, items, DataType::Object)
            .nullable(false)
            .at(call.place),
    )
}

pub(super) fn object_construct_keep_null(
    analyzer: &mut Analyzer<'_>,
    mut call: Arguments,
) -> Result<Expr, SqlError> {
    // A NULL value becomes a JSON null; a NULL key leaves its pair out.
    let items = pairs(analyzer, &call)?;
    if items.is_empty() {
        call.items = items;
        return object_construct(analyzer, call);
    }
    let entries: Vec<String> = (0..items.len() / 2)
        .map(|pair| {
            format!(
                "ROW({{{}}}, coalesce({{{}}}, CAST('null' AS JSON)))",
                2 * pair,
                2 * pair + 1
            )
        })
        .collect();
    let template = format!("snowmelt.object_of([{}])", entries.join(", "));
    Ok(
        Expr::scalar(call.function, template, items, DataType::Object)
            .nullable(false)
            .at(call.place),
    )
}

/// OBJECT_INSERT(object, key, value [, update]).
pub(super) fn object_insert(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    let mut items = call.items.clone().into_iter();
    let mut next = || items.next().unwrap_or_else(Expr::null);
    let object = analyzer.fit(next(), Variant, call.function)?;
    let key = analyzer.fit(next(), Text, call.function)?;
    let value = variant_or(analyzer, next(), Variant, &call)?;
    let update = match call.items.get(3) {
        None => Expr::boolean(false),
        Some(update) => analyzer.fit(update.clone(), Parameter::Boolean, call.function)?,
    };
    Ok(Expr::scalar(
        call.function,
        "snowmelt.object_insert({0}, {1}, {2}, {3})",
        vec![object, key, value, update],
        DataType::Object,
    )
    .nullable(true)
    .at(call.place))
}

pub(super) fn object_delete(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    keyed(
        analyzer,
        call,
        "snowmelt.object_of(list_filter(snowmelt.entries({0}), lambda e: NOT list_contains([{keys}], e[1])))",
    )
}

/// OBJECT_PICK(object, key, …) or OBJECT_PICK(object, array of keys).
pub(super) fn object_pick(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    if let [object, keys] = call.items.as_slice()
        && keys.data_type.is_semi_structured()
    {
        let object = analyzer.fit(object.clone(), Variant, call.function)?;
        return Ok(Expr::scalar(
            call.function,
            "snowmelt.object_of(list_filter(snowmelt.entries({0}), lambda e: list_contains(list_transform(snowmelt.items({1}), lambda k: json_extract_string(k, '$')), e[1])))",
            vec![object, keys.clone()],
            DataType::Object,
        )
        .at(call.place));
    }
    keyed(
        analyzer,
        call,
        "snowmelt.object_of(list_filter(snowmelt.entries({0}), lambda e: list_contains([{keys}], e[1])))",
    )
}

/// An object and keys: `{keys}` in the template is the list of keys.
fn keyed(analyzer: &Analyzer<'_>, call: Arguments, template: &str) -> Result<Expr, SqlError> {
    let mut items = Vec::with_capacity(call.items.len());
    for (index, item) in call.items.into_iter().enumerate() {
        let parameter = if index == 0 { Variant } else { Text };
        items.push(analyzer.fit(item, parameter, call.function)?);
    }
    let holes: Vec<String> = (1..items.len())
        .map(|index| format!("{{{index}}}"))
        .collect();
    let template = template.replace("{keys}", &holes.join(", "));
    Ok(Expr::scalar(call.function, template, items, DataType::Object).at(call.place))
}
