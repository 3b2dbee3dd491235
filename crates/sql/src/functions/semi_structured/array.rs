//! ARRAY functions. Where a NULL means a place without a value, the mark that the functions in Rust know stands for it.

use super::{ARRAY, BOOLEAN, OBJECT, VARIANT};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::row::Parameter::{Boolean, Element, Integer, Many, Text, Variant};
use crate::functions::row::Returns::{Type, Whole};
use crate::functions::row::{Function, Kind};

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::build(
        Kind::Scalar,
        &["ARRAY_CONSTRUCT"],
        (0, usize::MAX),
        array_construct,
    ),
    Function::build(
        Kind::Scalar,
        &["ARRAY_CONSTRUCT_COMPACT"],
        (0, usize::MAX),
        array_construct_compact,
    ),
    Function::scalar(
        &["ARRAY_REVERSE"],
        &[Variant],
        ARRAY,
        "snowmelt_array_reverse({0})",
    ),
    Function::scalar(
        &["ARRAY_SORT"],
        &[Variant],
        ARRAY,
        "snowmelt_array_sort({0}, true, false)",
    ),
    Function::scalar(
        &["ARRAY_SORT"],
        &[Variant, Boolean],
        ARRAY,
        "snowmelt_array_sort({0}, {1}, NOT {1})",
    ),
    Function::scalar(
        &["ARRAY_SORT"],
        &[Variant, Boolean, Boolean],
        ARRAY,
        "snowmelt_array_sort({0}, {1}, {2})",
    ),
    Function::scalar(
        &["ARRAYS_ZIP"],
        &[Many(&Variant)],
        ARRAY,
        "snowmelt_arrays_zip({*})",
    ),
    Function::partial(
        &["ARRAY_SIZE"],
        &[Variant],
        Whole(9),
        "snowmelt_array_size({0})",
    ),
    Function::partial(
        &["ARRAY_CONTAINS"],
        &[Element, Variant],
        BOOLEAN,
        "snowmelt_array_contains(snowmelt.or_undefined({0}), {1})",
    ),
    Function::partial(
        &["ARRAY_POSITION"],
        &[Element, Variant],
        Whole(9),
        "snowmelt_array_position(snowmelt.or_undefined({0}), {1})",
    ),
    Function::partial(
        &["ARRAY_APPEND"],
        &[Variant, Element],
        ARRAY,
        "snowmelt_array_append({0}, snowmelt.or_undefined({1}))",
    ),
    Function::partial(
        &["ARRAY_PREPEND"],
        &[Variant, Element],
        ARRAY,
        "snowmelt_array_prepend({0}, snowmelt.or_undefined({1}))",
    ),
    Function::scalar(
        &["ARRAY_CAT"],
        &[Variant, Variant],
        ARRAY,
        "snowmelt_array_cat({0}, {1})",
    ),
    Function::scalar(
        &["ARRAY_SLICE"],
        &[Variant, Integer, Integer],
        ARRAY,
        "snowmelt_array_slice({0}, {1}, {2})",
    ),
    Function::partial(
        &["ARRAY_INSERT"],
        &[Variant, Integer, Element],
        ARRAY,
        "snowmelt_array_insert({0}, {1}, snowmelt.or_undefined({2}))",
    ),
    Function::scalar(
        &["ARRAY_REMOVE"],
        &[Variant, Element],
        ARRAY,
        "snowmelt_array_remove({0}, {1})",
    ),
    Function::scalar(
        &["ARRAY_REMOVE_AT"],
        &[Variant, Integer],
        ARRAY,
        "snowmelt_array_remove_at({0}, {1})",
    ),
    Function::scalar(
        &["ARRAY_COMPACT"],
        &[Variant],
        ARRAY,
        "snowmelt_array_compact({0})",
    ),
    Function::scalar(
        &["ARRAY_DISTINCT"],
        &[Variant],
        ARRAY,
        "snowmelt_array_distinct({0})",
    ),
    Function::scalar(
        &["ARRAY_INTERSECTION"],
        &[Variant, Variant],
        ARRAY,
        "snowmelt_array_intersection({0}, {1})",
    ),
    Function::scalar(
        &["ARRAY_EXCEPT"],
        &[Variant, Variant],
        ARRAY,
        "snowmelt_array_except({0}, {1})",
    ),
    Function::scalar(
        &["ARRAYS_OVERLAP"],
        &[Variant, Variant],
        BOOLEAN,
        "snowmelt_arrays_overlap({0}, {1})",
    ),
    Function::scalar(
        &["ARRAY_TO_STRING"],
        &[Variant, Text],
        Type(DataType::TEXT),
        "snowmelt_array_to_string({0}, {1})",
    ),
    Function::partial(
        &["ARRAY_MIN"],
        &[Variant],
        VARIANT,
        "snowmelt_array_min({0})",
    ),
    Function::partial(
        &["ARRAY_MAX"],
        &[Variant],
        VARIANT,
        "snowmelt_array_max({0})",
    ),
    Function::partial(
        &["ARRAY_FLATTEN"],
        &[Variant],
        ARRAY,
        "snowmelt_array_flatten({0})",
    ),
    Function::scalar(
        &["ARRAY_GENERATE_RANGE"],
        &[Integer, Integer],
        ARRAY,
        "snowmelt_array_generate_range({0}, {1}, 1)",
    ),
    Function::scalar(
        &["ARRAY_GENERATE_RANGE"],
        &[Integer, Integer, Integer],
        ARRAY,
        "snowmelt_array_generate_range({0}, {1}, {2})",
    ),
    Function::partial(
        &["ARRAY_REPEAT"],
        &[Element, Integer],
        ARRAY,
        "snowmelt_array_repeat(snowmelt.or_undefined({0}), {1})",
    ),
    Function::scalar(
        &["ARRAYS_TO_OBJECT"],
        &[Variant, Variant],
        OBJECT,
        "snowmelt_arrays_to_object({0}, {1})",
    ),
];

fn array_construct(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    array(analyzer, call, "snowmelt_array_construct")
}

fn array_construct_compact(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    array(analyzer, call, "snowmelt_array_construct_compact")
}

fn array(analyzer: &Analyzer<'_>, call: Arguments, native: &str) -> Result<Expr, SqlError> {
    let holes: Vec<String> = (0..call.items.len())
        .map(|index| format!("snowmelt.or_undefined({{{index}}})"))
        .collect();
    let template = match holes.is_empty() {
        true => "CAST('[]' AS JSON)".to_owned(),
        false => format!("{native}({})", holes.join(", ")),
    };
    let items = call
        .items
        .into_iter()
        .map(|item| analyzer.fit(item, Element, call.function))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(
        Expr::scalar(call.function, template, items, DataType::Array)
            .nullable(false)
            .at(call.place),
    )
}
