//! Aggregate functions.

use super::row::Returns::{Same, Type, Whole};
use super::row::{Function, Kind, Nulls, Parameter};
use crate::analyze::tree::{Expr, Order, OrderKey};
use crate::analyze::window::CUMULATIVE;
use crate::analyze::{Analyzer, Arguments, number};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Any, Boolean, Float, Many, Number, Text, Variant};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Aggregate, &["COUNT"], (1, usize::MAX), count),
    Function::of(
        Kind::Aggregate,
        &["COUNT_IF"],
        &[Boolean],
        Whole(18),
        Nulls::Never,
        "CAST(count_if({0}){over} AS BIGINT)",
    ),
    Function::build(Kind::Aggregate, &["SUM"], (1, 1), sum),
    Function::build(Kind::Aggregate, &["AVG"], (1, 1), average),
    Function::aggregate(&["MIN"], &[Any], Same(0), "min({0}){over}"),
    Function::aggregate(&["MAX"], &[Any], Same(0), "max({0}){over}"),
    Function::aggregate(
        &["ANY_VALUE"],
        &[Any],
        Same(0),
        "any_value({distinct}{0}){over}",
    ),
    Function::aggregate(&["MODE"], &[Any], Same(0), "mode({0}){over}"),
    Function::build(Kind::Aggregate, &["MEDIAN"], (1, 1), median),
    Function::build(
        Kind::Aggregate,
        &["PERCENTILE_CONT"],
        (1, 1),
        percentile_cont,
    ),
    Function::build(
        Kind::Aggregate,
        &["PERCENTILE_DISC"],
        (1, 1),
        percentile_disc,
    ),
    Function::aggregate(
        &["STDDEV", "STDDEV_SAMP"],
        &[Float],
        Type(DataType::Float),
        "stddev_samp({distinct}{0}){over}",
    ),
    Function::aggregate(
        &["STDDEV_POP"],
        &[Float],
        Type(DataType::Float),
        "stddev_pop({distinct}{0}){over}",
    ),
    Function::build(
        Kind::Aggregate,
        &["VARIANCE", "VAR_SAMP", "VARIANCE_SAMP"],
        (1, 1),
        sample_variance,
    ),
    Function::build(
        Kind::Aggregate,
        &["VAR_POP", "VARIANCE_POP"],
        (1, 1),
        population_variance,
    ),
    Function::aggregate(
        &["CORR"],
        &[Float, Float],
        Type(DataType::Float),
        "corr({0}, {1}){over}",
    ),
    Function::aggregate(
        &["COVAR_POP"],
        &[Float, Float],
        Type(DataType::Float),
        "covar_pop({0}, {1}){over}",
    ),
    Function::aggregate(
        &["COVAR_SAMP"],
        &[Float, Float],
        Type(DataType::Float),
        "covar_samp({0}, {1}){over}",
    ),
    Function::aggregate(
        &["BOOLAND_AGG"],
        &[Boolean],
        Type(DataType::Boolean),
        "bool_and({0}){over}",
    ),
    Function::aggregate(
        &["BOOLOR_AGG"],
        &[Boolean],
        Type(DataType::Boolean),
        "bool_or({0}){over}",
    ),
    Function::aggregate(
        &["BOOLXOR_AGG"],
        &[Boolean],
        Type(DataType::Boolean),
        "(CASE WHEN count({0}){over} = 0 THEN NULL ELSE count_if({0}){over} = 1 END)",
    ),
    Function::of(
        Kind::Aggregate,
        &["APPROX_COUNT_DISTINCT", "HLL"],
        &[Any],
        Whole(18),
        Nulls::Never,
        "approx_count_distinct({0}){over}",
    ),
    Function::of(
        Kind::Aggregate,
        &["GROUPING", "GROUPING_ID"],
        &[Many(&Any)],
        Whole(18),
        Nulls::Never,
        "GROUPING({*})",
    ),
    Function::build(Kind::Aggregate, &["LISTAGG", "STRING_AGG"], (1, 2), listagg),
    Function::build(
        Kind::Aggregate,
        &["ARRAY_AGG", "ARRAYAGG"],
        (1, 1),
        array_agg,
    ),
    Function::build(
        Kind::Aggregate,
        &["ARRAY_UNIQUE_AGG"],
        (1, 1),
        array_unique_agg,
    ),
    Function::aggregate(
        &["ARRAY_UNION_AGG"],
        &[Variant],
        Type(DataType::Array),
        "snowmelt_array_union(coalesce(string_agg(CAST({0} AS VARCHAR), ','){over}, ''))",
    ),
    Function::aggregate(
        &["OBJECT_AGG"],
        &[Text, Variant],
        Type(DataType::Object),
        "json_group_object({0}, {1}){over}",
    ),
];

/// NUMBER(18,0): what COUNT gives.
const COUNT: DataType = DataType::Number {
    precision: 18,
    scale: 0,
};

fn count(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let mut items = Vec::with_capacity(call.items.len());
    for item in std::mem::take(&mut call.items) {
        // A JSON null counts for as little as NULL.
        items.push(match item.data_type {
            DataType::Variant => analyzer.call_named("STRIP_NULL_VALUE", vec![item], call.place)?,
            _ => item.narrowed(),
        });
    }
    let template = match items.len() {
        _ if call.star => "count(*){over}".to_owned(),
        1 => "count({distinct}{0}){over}".to_owned(),
        // Only rows without any NULL count.
        several => {
            let tests: Vec<String> = (0..several)
                .map(|index| format!("{{{index}}} IS NOT NULL"))
                .collect();
            if call.distinct {
                format!(
                    "count(DISTINCT CASE WHEN {} THEN ROW({{*}}) END){{over}}",
                    tests.join(" AND ")
                )
            } else {
                format!(
                    "count(CASE WHEN {} THEN 1 END){{over}}",
                    tests.join(" AND ")
                )
            }
        }
    };
    Ok(call.call(template, items, COUNT).narrow().nullable(false))
}

fn sum(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = numeric(analyzer, &mut call)?.narrowed();
    Ok(match value.data_type {
        DataType::Number { scale, .. } => {
            let data_type = DataType::Number {
                precision: 38,
                scale,
            };
            // DuckDB sums DECIMAL(p,s) as DECIMAL(38,s), BIGINT as HUGEINT.
            let template = if value.is_bigint() {
                "CAST(sum({distinct}{0}){over} AS DECIMAL(38,0))"
            } else {
                "sum({distinct}{0}){over}"
            };
            call.call(template, vec![value], data_type)
        }
        _ => call.call("sum({distinct}{0}){over}", vec![value], DataType::Float),
    })
}

fn average(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = numeric(analyzer, &mut call)?.narrowed();
    let (sum, count) = ("sum({distinct}{0}){over}", "count({distinct}{0}){over}");
    // Snowflake gives fewer digits over a frame than over a group or over all rows so far.
    let exact = match &call.window {
        Some(window) if window.frame != CUMULATIVE => number::window_average(sum, count, &value),
        _ => number::average(sum, count, &value),
    };
    Ok(match exact {
        Some((template, data_type)) => call.call(template, vec![value], data_type),
        None => call.call("avg({distinct}{0}){over}", vec![value], DataType::Float),
    })
}

fn sample_variance(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    variance(analyzer, call, "var_samp")
}

fn population_variance(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    variance(analyzer, call, "var_pop")
}

/// The variance of NUMBERs is a NUMBER: of squares, divided.
fn variance(
    analyzer: &mut Analyzer<'_>,
    mut call: Arguments,
    name: &str,
) -> Result<Expr, SqlError> {
    let value = numeric(analyzer, &mut call)?;
    Ok(match value.data_type {
        DataType::Number { scale, .. } => {
            let square = (2 * scale).min(scale.max(12));
            let data_type = DataType::Number {
                precision: 38,
                scale: square.max((square + 6).min(12)),
            };
            let template = format!(
                "CAST({name}({{distinct}}CAST({{0}} AS DOUBLE)){{over}} AS {})",
                data_type.physical(false)
            );
            call.call(template, vec![value], data_type)
        }
        _ => call.call(
            format!("{name}({{distinct}}{{0}}){{over}}"),
            vec![value],
            DataType::Float,
        ),
    })
}

/// The one argument, as a NUMBER or FLOAT.
fn numeric(analyzer: &Analyzer<'_>, call: &mut Arguments) -> Result<Expr, SqlError> {
    let value = call.items.pop().unwrap_or_else(Expr::null);
    match value.data_type {
        DataType::Float => Ok(value),
        DataType::Text { .. } | DataType::Variant => analyzer.fit(value, Float, call.function),
        _ => analyzer.fit(value, Number, call.function),
    }
}

fn median(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = numeric(analyzer, &mut call)?;
    interpolated(analyzer, call, value, "0.5")
}

/// The value between the two middle rows: NUMBER with three more digits after the point, as Snowflake gives it.
fn interpolated(
    _: &Analyzer<'_>,
    call: Arguments,
    value: Expr,
    fraction: &str,
) -> Result<Expr, SqlError> {
    Ok(match value.data_type {
        DataType::Number { precision, scale } if scale + 3 <= 37 => {
            let scale = scale + 3;
            let precision = (precision + 3).min(38);
            let template = format!(
                "quantile_cont(CAST({{0}} AS DECIMAL({precision},{scale})), {fraction}){{over}}"
            );
            call.call(template, vec![value], DataType::Number { precision, scale })
        }
        _ => {
            let template = format!("quantile_cont(CAST({{0}} AS DOUBLE), {fraction}){{over}}");
            call.call(template, vec![value], DataType::Float)
        }
    })
}

fn percentile_cont(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let (fraction, order) = percentile(analyzer, &mut call)?;
    let OrderKey::Expr(value) = order.key else {
        return Err(no_order(analyzer, &call));
    };
    let value = match value.data_type {
        DataType::Float | DataType::Number { .. } => value,
        _ => analyzer.fit(value, Float, call.function)?,
    };
    let fraction = if order.descending {
        format!("1 - {fraction}")
    } else {
        fraction
    };
    interpolated(analyzer, call, value, &fraction)
}

fn percentile_disc(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let (fraction, order) = percentile(analyzer, &mut call)?;
    let OrderKey::Expr(value) = order.key else {
        return Err(no_order(analyzer, &call));
    };
    let (data_type, narrow) = (value.data_type, value.narrow);
    let template = if order.descending {
        format!("quantile_disc({{0}}, -{fraction}){{over}}")
    } else {
        format!("quantile_disc({{0}}, {fraction}){{over}}")
    };
    let mut result = call.call(template, vec![value], data_type);
    result.narrow = narrow;
    Ok(result)
}

/// The constant fraction and the one WITHIN GROUP term.
fn percentile(analyzer: &Analyzer<'_>, call: &mut Arguments) -> Result<(String, Order), SqlError> {
    use crate::analyze::tree::{ExprKind, Literal};
    let fraction = match call.items.pop().map(|item| item.kind) {
        Some(ExprKind::Literal(Literal::Number(digits)))
            if digits
                .parse::<f64>()
                .is_ok_and(|value| (0.0..=1.0).contains(&value)) =>
        {
            digits
        }
        _ => {
            return Err(SqlError::compilation(
                "001015",
                "22023",
                format!(
                    "argument 1 to function {} needs to be constant between 0 and 1",
                    call.function
                ),
                analyzer.span(call.place),
            ));
        }
    };
    match (call.order_by.pop(), call.order_by.is_empty()) {
        (Some(order), true) => Ok((fraction, order)),
        _ => Err(no_order(analyzer, call)),
    }
}

fn no_order(analyzer: &Analyzer<'_>, call: &Arguments) -> SqlError {
    SqlError::compilation(
        "002074",
        "42601",
        format!(
            "{} needs WITHIN GROUP (ORDER BY …) of one expression",
            call.function
        ),
        analyzer.span(call.place),
    )
}

/// Without rows the empty string; NULLs are left out.
fn listagg(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let separator = match call.items.len() {
        2 => call.items.pop(),
        _ => None,
    };
    let value = call.items.pop().unwrap_or_else(Expr::null);
    let value = analyzer.fit(value, Text, call.function)?;
    let separator = match separator {
        Some(separator) => analyzer.fit(separator, Text, call.function)?,
        None => Expr::text(""),
    };
    Ok(call
        .call(
            "coalesce(string_agg({distinct}{0}, {1}{order}){over}, '')",
            vec![value, separator],
            DataType::TEXT,
        )
        .nullable(false))
}

/// Without rows the empty array; NULLs are left out.
fn array_agg(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = call.items.pop().unwrap_or_else(Expr::null);
    // Of distinct values the order can only be their own: DuckDB sorts them once they are distinct.
    if call.distinct
        && let Some(order) = call.order_by.pop()
    {
        call.order_by.clear();
        let variant = analyzer.fit(value.clone(), Variant, call.function)?;
        let sort = match order.descending {
            true => "list_reverse_sort",
            false => "list_sort",
        };
        let template = format!(
            "coalesce(to_json(list_transform({sort}(list({{distinct}}{{{{'k': {{0}}, 'v': {{1}}}}) \
             FILTER ({{0}} IS NOT NULL){{over}}), lambda e: e.v)), CAST('[]' AS JSON))"
        );
        let call = call.call(template, vec![value, variant], DataType::Array);
        return Ok(call.nullable(false));
    }
    let variant = analyzer.fit(value, Variant, call.function)?;
    Ok(call
        .call(
            "coalesce(to_json(list({distinct}{0}{order}) FILTER ({0} IS NOT NULL){over}), CAST('[]' AS JSON))",
            vec![variant],
            DataType::Array,
        )
        .nullable(false))
}

/// Each value once, in any order; NULLs are left out.
fn array_unique_agg(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    call.distinct = true;
    array_agg(analyzer, call)
}
