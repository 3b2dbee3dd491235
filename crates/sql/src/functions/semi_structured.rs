//! VARIANT, OBJECT and ARRAY. They are held as DuckDB JSON: its text in the shortest form.

mod object;

use super::row::Returns::{Type, Whole};
use super::row::{Function, Kind, Nulls, Parameter, Returns};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments, cast, path};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Integer, Text, Variant};
use object::{
    object_construct, object_construct_keep_null, object_delete, object_insert, object_pick,
};

const VARIANT: Returns = Type(DataType::Variant);
const ARRAY: Returns = Type(DataType::Array);
const OBJECT: Returns = Type(DataType::Object);
const BOOLEAN: Returns = Type(DataType::Boolean);

/// A function of a VARIANT that is NULL where the value is of another kind.
const fn of_variant(
    names: &'static [&'static str],
    returns: Returns,
    template: &'static str,
) -> Function {
    Function::of(
        Kind::Scalar,
        names,
        &[Variant],
        returns,
        Nulls::Sometimes,
        template,
    )
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial(
        &["PARSE_JSON"],
        &[Text],
        VARIANT,
        "snowmelt.parse_json({0})",
    ),
    Function::partial(
        &["PARSE_JSON"],
        &[Text, Text],
        VARIANT,
        "snowmelt_parse_json({0}, {1})",
    ),
    Function::partial(
        &["TRY_PARSE_JSON"],
        &[Text, Text],
        VARIANT,
        "snowmelt_try_parse_json({0}, {1})",
    ),
    Function::partial(
        &["JSON_EXTRACT_PATH_TEXT"],
        &[Text, Text],
        Type(DataType::TEXT),
        "snowmelt_variant_text(snowmelt_get_path(snowmelt_parse_json({0}, 's'), {1}))",
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
        &[Variant, Parameter::Boolean],
        ARRAY,
        "snowmelt_array_sort({0}, {1}, NOT {1})",
    ),
    Function::scalar(
        &["ARRAY_SORT"],
        &[Variant, Parameter::Boolean, Parameter::Boolean],
        ARRAY,
        "snowmelt_array_sort({0}, {1}, {2})",
    ),
    Function::scalar(
        &["ARRAYS_ZIP"],
        &[Parameter::Many(&Variant)],
        ARRAY,
        "snowmelt_arrays_zip({*})",
    ),
    Function::partial(
        &["TRY_PARSE_JSON"],
        &[Text],
        VARIANT,
        "snowmelt.try_parse_json({0})",
    ),
    Function::partial(
        &["CHECK_JSON"],
        &[Text],
        Type(DataType::TEXT),
        "snowmelt.check_json({0})",
    ),
    Function::scalar(
        &["TO_JSON"],
        &[Variant],
        Type(DataType::TEXT),
        "CAST({0} AS VARCHAR)",
    ),
    Function::build(Kind::Scalar, &["TO_VARIANT"], (1, 1), to_variant),
    Function::build(Kind::Scalar, &["TO_ARRAY"], (1, 1), to_array),
    Function::build(Kind::Scalar, &["TO_OBJECT"], (1, 1), to_object),
    of_variant(
        &["STRIP_NULL_VALUE"],
        VARIANT,
        "CASE WHEN json_type({0}) = 'NULL' THEN NULL ELSE {0} END",
    ),
    of_variant(
        &["TYPEOF"],
        Type(DataType::Text { length: 12 }),
        "snowmelt.type_of({0})",
    ),
    of_variant(&["IS_ARRAY"], BOOLEAN, "(json_type({0}) = 'ARRAY')"),
    of_variant(&["IS_OBJECT"], BOOLEAN, "(json_type({0}) = 'OBJECT')"),
    of_variant(&["IS_BOOLEAN"], BOOLEAN, "(json_type({0}) = 'BOOLEAN')"),
    of_variant(
        &["IS_CHAR", "IS_VARCHAR"],
        BOOLEAN,
        "(json_type({0}) = 'VARCHAR')",
    ),
    of_variant(
        &["IS_INTEGER"],
        BOOLEAN,
        "(snowmelt.type_of({0}) = 'INTEGER')",
    ),
    of_variant(
        &["IS_DECIMAL"],
        BOOLEAN,
        "(snowmelt.type_of({0}) IN ('INTEGER', 'DECIMAL'))",
    ),
    of_variant(
        &["IS_DOUBLE", "IS_REAL"],
        BOOLEAN,
        "(snowmelt.type_of({0}) IN ('INTEGER', 'DECIMAL', 'DOUBLE'))",
    ),
    of_variant(&["IS_NULL_VALUE"], BOOLEAN, "(json_type({0}) = 'NULL')"),
    of_variant(
        &["AS_ARRAY"],
        ARRAY,
        "CASE WHEN json_type({0}) = 'ARRAY' THEN {0} END",
    ),
    of_variant(
        &["AS_OBJECT"],
        OBJECT,
        "CASE WHEN json_type({0}) = 'OBJECT' THEN {0} END",
    ),
    of_variant(
        &["AS_BOOLEAN"],
        BOOLEAN,
        "CASE WHEN json_type({0}) = 'BOOLEAN' THEN CAST(json_extract_string({0}, '$') AS BOOLEAN) END",
    ),
    of_variant(
        &["AS_CHAR", "AS_VARCHAR"],
        Type(DataType::TEXT),
        "CASE WHEN json_type({0}) = 'VARCHAR' THEN json_extract_string({0}, '$') END",
    ),
    of_variant(
        &["AS_INTEGER"],
        Type(DataType::INTEGER),
        "CASE WHEN snowmelt.type_of({0}) = 'INTEGER' THEN CAST(json_extract_string({0}, '$') AS DECIMAL(38,0)) END",
    ),
    of_variant(
        &["AS_DOUBLE", "AS_REAL"],
        Type(DataType::Float),
        "CASE WHEN snowmelt.type_of({0}) IN ('INTEGER', 'DECIMAL', 'DOUBLE') THEN CAST(json_extract_string({0}, '$') AS DOUBLE) END",
    ),
    Function::build(
        Kind::Scalar,
        &["AS_DECIMAL", "AS_NUMBER"],
        (1, 3),
        as_decimal,
    ),
    Function::build(Kind::Scalar, &["GET"], (2, 2), get),
    Function::partial(
        &["GET_IGNORE_CASE"],
        &[Variant, Text],
        VARIANT,
        "snowmelt.get_ignore_case({0}, {1})",
    ),
    Function::build(Kind::Scalar, &["GET_PATH"], (2, 2), get_path),
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
        "to_json(list_sort(json_keys({0})))",
    ),
    Function::build(Kind::Scalar, &["OBJECT_INSERT"], (3, 4), object_insert),
    Function::build(
        Kind::Scalar,
        &["OBJECT_DELETE"],
        (2, usize::MAX),
        object_delete,
    ),
    Function::build(Kind::Scalar, &["OBJECT_PICK"], (2, usize::MAX), object_pick),
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
    Function::partial(
        &["ARRAY_SIZE"],
        &[Variant],
        Whole(9),
        "CASE WHEN json_type({0}) = 'ARRAY' THEN CAST(json_array_length({0}) AS BIGINT) END",
    ),
    Function::scalar(
        &["ARRAY_CONTAINS"],
        &[Variant, Variant],
        BOOLEAN,
        "list_contains(snowmelt.items({1}), {0})",
    ),
    Function::partial(
        &["ARRAY_POSITION"],
        &[Variant, Variant],
        Whole(9),
        "CAST(nullif(list_position(snowmelt.items({1}), {0}), 0) - 1 AS BIGINT)",
    ),
    Function::scalar(
        &["ARRAY_APPEND"],
        &[Variant, Variant],
        ARRAY,
        "snowmelt_array_append({0}, snowmelt.or_undefined({1}))",
    ),
    Function::scalar(
        &["ARRAY_PREPEND"],
        &[Variant, Variant],
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
    Function::scalar(
        &["ARRAY_INSERT"],
        &[Variant, Integer, Variant],
        ARRAY,
        "snowmelt_array_insert({0}, {1}, snowmelt.or_undefined({2}))",
    ),
    Function::scalar(
        &["ARRAY_REMOVE"],
        &[Variant, Variant],
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
        "snowmelt.smallest(snowmelt.items({0}))",
    ),
    Function::partial(
        &["ARRAY_MAX"],
        &[Variant],
        VARIANT,
        "snowmelt.largest(snowmelt.items({0}))",
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
        "to_json(range({0}, {1}))",
    ),
    Function::scalar(
        &["ARRAY_GENERATE_RANGE"],
        &[Integer, Integer, Integer],
        ARRAY,
        "to_json(range({0}, {1}, {2}))",
    ),
    Function::scalar(
        &["ARRAYS_TO_OBJECT"],
        &[Variant, Variant],
        OBJECT,
        "snowmelt_arrays_to_object({0}, {1})",
    ),
];

fn first(items: Vec<Expr>) -> Expr {
    items.into_iter().next().unwrap_or_else(Expr::null)
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
    let value = analyzer.fit(call.items[0].clone(), Variant, call.function)?;
    let template = format!(
        "CASE WHEN snowmelt.type_of({{0}}) IN ('INTEGER', 'DECIMAL') THEN CAST(json_extract_string({{0}}, '$') AS {}) END",
        to.physical(false)
    );
    Ok(Expr::scalar(call.function, template, vec![value], to)
        .nullable(true)
        .at(call.place))
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
        DataType::Number { .. } => {
            let index = analyzer.fit(key, Integer, call.function)?;
            (
                "CASE WHEN {1} >= 0 THEN json_extract({0}, '$[' || CAST({1} AS VARCHAR) || ']') END",
                index,
            )
        }
        _ => {
            let key = analyzer.fit(key, Text, call.function)?;
            (
                "json_extract({0}, '$.\"' || replace(replace({1}, '\\', '\\\\'), '\"', '\\\"') || '\"')",
                key,
            )
        }
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
        return Err(SqlError::unsupported(
            "GET_PATH with a path that is not constant",
            span,
        ));
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

/// A value as VARIANT: any type may become one where it is put into an OBJECT or ARRAY.
fn variant_or(
    analyzer: &Analyzer<'_>,
    item: Expr,
    parameter: Parameter,
    call: &Arguments,
) -> Result<Expr, SqlError> {
    if parameter == Variant && !item.data_type.is_semi_structured() {
        return analyzer.explicit_cast(item, DataType::Variant, cast::Mode::Explicit);
    }
    analyzer.fit(item, parameter, call.function)
}

fn array_construct(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let marked: Vec<String> = (0..call.items.len())
        .map(|index| format!("snowmelt.or_undefined({{{index}}})"))
        .collect();
    if marked.is_empty() {
        return array(analyzer, call, "CAST('[]' AS JSON)".to_owned());
    }
    let template = format!("snowmelt_array_construct({})", marked.join(", "));
    array(analyzer, call, template)
}

fn array_construct_compact(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    array(
        analyzer,
        call,
        "to_json(list_filter(CAST([{*}] AS JSON[]), lambda x: x IS NOT NULL))".to_owned(),
    )
}

fn array(analyzer: &Analyzer<'_>, call: Arguments, template: String) -> Result<Expr, SqlError> {
    let items = call
        .items
        .iter()
        .map(|item| variant_or(analyzer, item.clone(), Variant, &call))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(
        Expr::scalar(call.function, template, items, DataType::Array)
            .nullable(false)
            .at(call.place),
    )
}
