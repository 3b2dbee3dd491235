//! Functions that need OVER.

use super::row::Returns::{Type, Whole};
use super::row::{Function, Kind, Nulls, Parameter};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments, number};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::Integer;

const fn rank(names: &'static [&'static str], template: &'static str) -> Function {
    Function::of(Kind::Window, names, &[], Whole(18), Nulls::Never, template)
}

pub(super) const FUNCTIONS: &[Function] = &[
    rank(&["ROW_NUMBER"], "row_number(){over}"),
    rank(&["RANK"], "rank(){over}"),
    rank(&["DENSE_RANK"], "dense_rank(){over}"),
    Function::of(
        Kind::Window,
        &["PERCENT_RANK"],
        &[],
        Type(DataType::Float),
        Nulls::Never,
        "percent_rank(){over}",
    ),
    Function::of(
        Kind::Window,
        &["CUME_DIST"],
        &[],
        Type(DataType::Float),
        Nulls::Never,
        "cume_dist(){over}",
    ),
    Function::of(
        Kind::Window,
        &["NTILE"],
        &[Integer],
        Whole(18),
        Nulls::Sometimes,
        "ntile({0}){over}",
    ),
    Function::build(Kind::Window, &["LAG"], (1, 3), lag),
    Function::build(Kind::Window, &["LEAD"], (1, 3), lead),
    Function::build(Kind::Window, &["FIRST_VALUE"], (1, 1), first_value),
    Function::build(Kind::Window, &["LAST_VALUE"], (1, 1), last_value),
    Function::build(Kind::Window, &["NTH_VALUE"], (2, 2), nth_value),
    Function::build(Kind::Window, &["RATIO_TO_REPORT"], (1, 1), ratio_to_report),
    Function::build(
        Kind::Window,
        &["CONDITIONAL_TRUE_EVENT"],
        (1, 1),
        conditional_true_event,
    ),
    Function::build(
        Kind::Window,
        &["CONDITIONAL_CHANGE_EVENT"],
        (1, 1),
        conditional_change_event,
    ),
];

fn lag(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    shifted(analyzer, call, "lag")
}

fn lead(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    shifted(analyzer, call, "lead")
}

/// LAG and LEAD: value, offset, default.
fn shifted(analyzer: &mut Analyzer<'_>, mut call: Arguments, name: &str) -> Result<Expr, SqlError> {
    let mut items = std::mem::take(&mut call.items);
    let default = (items.len() == 3).then(|| items.pop()).flatten();
    let offset = match items.len() {
        2 => items.pop(),
        _ => None,
    };
    let mut values = vec![items.pop().unwrap_or_else(Expr::null)];
    let has_default = default
        .as_ref()
        .is_some_and(|default| !default.is_null_literal());
    if let Some(default) = default.filter(|_| has_default) {
        values.push(default);
        values = analyzer.to_common_type(values, call.function, call.place)?;
    }
    let (data_type, narrow) = (values[0].data_type, values.iter().all(Expr::is_bigint));
    let offset = match offset {
        Some(offset) => analyzer.fit(offset, Integer, call.function)?,
        None => Expr::integer(1),
    };
    let nulls = if call.ignore_nulls {
        " IGNORE NULLS"
    } else {
        ""
    };
    let template = if has_default {
        format!("{name}({{0}}, {{2}}, {{1}}{nulls}){{over}}")
    } else {
        format!("{name}({{0}}, {{1}}{nulls}){{over}}")
    };
    values.push(offset);
    let mut result = call.call(template, values, data_type);
    result.narrow = narrow;
    Ok(result)
}

fn first_value(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(positioned(call, "first_value({0}"))
}

fn last_value(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(positioned(call, "last_value({0}"))
}

fn nth_value(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let position = call.items.pop().unwrap_or_else(Expr::null);
    let position = analyzer.fit(position, Integer, call.function)?;
    call.items.push(position);
    Ok(positioned(call, "nth_value({0}, {1}"))
}

fn positioned(mut call: Arguments, start: &str) -> Expr {
    let items = std::mem::take(&mut call.items);
    let (data_type, narrow) = (items[0].data_type, items[0].narrow);
    let nulls = if call.ignore_nulls {
        " IGNORE NULLS"
    } else {
        ""
    };
    let mut result = call.call(format!("{start}{nulls}){{over}}"), items, data_type);
    result.narrow = narrow;
    result
}

/// A row's share of its partition's sum.
fn ratio_to_report(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = call.items.pop().unwrap_or_else(Expr::null);
    // The order within the partition does not matter.
    if let Some(window) = &mut call.window {
        window.order_by.clear();
    }
    if let DataType::Number { .. } = value.data_type {
        let value = value.narrowed();
        let sum = "nullif(sum({0}){over}, 0)";
        if let Some((template, data_type)) = number::share("{0}", sum, &value) {
            return Ok(call.call(template, vec![value], data_type));
        }
        return share_of_float(analyzer, call, value.widened());
    }
    share_of_float(analyzer, call, value)
}

fn share_of_float(analyzer: &Analyzer<'_>, call: Arguments, value: Expr) -> Result<Expr, SqlError> {
    let value = analyzer.fit(value, Parameter::Float, call.function)?;
    Ok(call.call(
        "({0} / nullif(sum({0}){over}, 0))",
        vec![value],
        DataType::Float,
    ))
}

/// How many rows up to this one satisfy the condition.
fn conditional_true_event(
    analyzer: &mut Analyzer<'_>,
    mut call: Arguments,
) -> Result<Expr, SqlError> {
    let condition = call.items.pop().unwrap_or_else(Expr::null);
    let condition = analyzer.fit(condition, Parameter::Boolean, call.function)?;
    up_to_this_row(&mut call);
    Ok(call
        .call(
            "CAST(count_if({0}){over} AS BIGINT)",
            vec![condition],
            EVENTS,
        )
        .narrow()
        .nullable(false))
}

/// How often the value up to this row is another than in the row before; a NULL is no other.
fn conditional_change_event(_: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let value = call.items.pop().unwrap_or_else(Expr::null);
    up_to_this_row(&mut call);
    Ok(call
        .call("snowmelt.changes(list({0}){over})", vec![value], EVENTS)
        .narrow()
        .nullable(false))
}

/// What events are counted in.
const EVENTS: DataType = DataType::Number {
    precision: 18,
    scale: 0,
};

fn up_to_this_row(call: &mut Arguments) {
    if let Some(window) = &mut call.window {
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW".clone_into(&mut window.frame);
    }
}
