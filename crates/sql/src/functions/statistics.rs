//! Aggregates over pairs of numbers, over moments and over bits: REGR_…, SKEW, KURTOSIS, BIT…_AGG, HASH_AGG.

use super::encoding;
use super::row::Returns::{Same, Type, Whole};
use super::row::{Function, Kind, Nulls, Parameter, Returns};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Any, Float, Integer, Number};

const FLOAT: Returns = Type(DataType::Float);
/// What bits are aggregated to.
const INTEGER: DataType = DataType::Number {
    precision: 38,
    scale: 0,
};

const fn regression(names: &'static [&'static str], template: &'static str) -> Function {
    Function::aggregate(names, &[Float, Float], FLOAT, template)
}

const fn bits(names: &'static [&'static str], template: &'static str) -> Function {
    Function::aggregate(names, &[Integer], Type(INTEGER), template)
}

pub(super) const FUNCTIONS: &[Function] = &[
    regression(&["REGR_AVGX"], "regr_avgx({0}, {1}){over}"),
    regression(&["REGR_AVGY"], "regr_avgy({0}, {1}){over}"),
    Function::of(
        Kind::Aggregate,
        &["REGR_COUNT"],
        &[Float, Float],
        Whole(18),
        Nulls::Never,
        "CAST(regr_count({0}, {1}){over} AS BIGINT)",
    ),
    regression(&["REGR_INTERCEPT"], "regr_intercept({0}, {1}){over}"),
    regression(&["REGR_R2"], "regr_r2({0}, {1}){over}"),
    regression(&["REGR_SLOPE"], "regr_slope({0}, {1}){over}"),
    regression(&["REGR_SXX"], "regr_sxx({0}, {1}){over}"),
    regression(&["REGR_SXY"], "regr_sxy({0}, {1}){over}"),
    regression(&["REGR_SYY"], "regr_syy({0}, {1}){over}"),
    // NULL where the other argument is; not aggregates, whatever their names say.
    Function::partial(
        &["REGR_VALX"],
        &[Float, Float],
        FLOAT,
        "CASE WHEN {0} IS NOT NULL THEN {1} END",
    ),
    Function::partial(
        &["REGR_VALY"],
        &[Float, Float],
        FLOAT,
        "CASE WHEN {1} IS NOT NULL THEN {0} END",
    ),
    Function::build(Kind::Aggregate, &["SKEW"], (1, 1), skew),
    Function::build(Kind::Aggregate, &["KURTOSIS"], (1, 1), kurtosis),
    bits(
        &["BITAND_AGG", "BITANDAGG", "BIT_AND_AGG", "BIT_ANDAGG"],
        "CAST(bit_and({0}){over} AS DECIMAL(38,0))",
    ),
    bits(
        &["BITOR_AGG", "BITORAGG", "BIT_OR_AGG", "BIT_ORAGG"],
        "CAST(bit_or({0}){over} AS DECIMAL(38,0))",
    ),
    bits(
        &["BITXOR_AGG", "BITXORAGG", "BIT_XOR_AGG", "BIT_XORAGG"],
        "CAST(bit_xor({0}){over} AS DECIMAL(38,0))",
    ),
    Function::build(Kind::Aggregate, &["HASH_AGG"], (1, usize::MAX), hash_agg),
    Function::build(Kind::Aggregate, &["MIN_BY"], (3, 3), first_by_least),
    Function::build(Kind::Aggregate, &["MAX_BY"], (3, 3), first_by_greatest),
    Function::aggregate(&["MIN_BY"], &[Any, Any], Same(0), "min_by({0}, {1}){over}"),
    Function::aggregate(&["MAX_BY"], &[Any, Any], Same(0), "max_by({0}, {1}){over}"),
];

fn skew(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    moment(analyzer, call, "skewness")
}

fn kurtosis(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    moment(analyzer, call, "kurtosis")
}

/// Twelve digits after the point for NUMBER, as Snowflake gives them, without the last of a DOUBLE's, which differ from
/// engine to engine; FLOAT for FLOAT.
fn moment(
    analyzer: &mut Analyzer<'_>,
    mut call: Arguments,
    name: &'static str,
) -> Result<Expr, SqlError> {
    let value = call.items.pop().unwrap_or_else(Expr::null);
    if value.data_type == DataType::Float {
        return Ok(call.call(
            format!("{name}({{0}}){{over}}"),
            vec![value],
            DataType::Float,
        ));
    }
    let value = analyzer.fit(value, Number, call.function)?;
    let template =
        format!("CAST(round({name}(CAST({{0}} AS DOUBLE)){{over}}, 10) AS DECIMAL(38,12))");
    let data_type = DataType::Number {
        precision: 38,
        scale: 12,
    };
    Ok(call.call(template, vec![value], data_type))
}

/// HASH_AGG(value, …): depends on the rows and how often each is there, not on their order.
fn hash_agg(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let items = std::mem::take(&mut call.items);
    let (hash, items) = encoding::hash_of(analyzer, items)?;
    // Sums of hashes in 64 bits; DISTINCT sums each once.
    let template = format!(
        "CAST(coalesce(sum({{distinct}}CAST({hash} AS HUGEINT)){{over}}, 0) % 9223372036854775807 AS DECIMAL(19,0))"
    );
    let data_type = DataType::Number {
        precision: 19,
        scale: 0,
    };
    Ok(call.call(template, items, data_type).nullable(false))
}

fn first_by_least(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    several_by(analyzer, call, "min_by")
}

fn first_by_greatest(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    several_by(analyzer, call, "max_by")
}

/// With a third argument, the values of that many rows as an ARRAY.
fn several_by(
    analyzer: &mut Analyzer<'_>,
    mut call: Arguments,
    name: &'static str,
) -> Result<Expr, SqlError> {
    let mut items = std::mem::take(&mut call.items).into_iter();
    let mut next = || items.next().unwrap_or_else(Expr::null);
    let (value, by, count) = (next(), next(), next());
    let value = analyzer.fit(value, Parameter::Element, call.function)?;
    let count = analyzer.fit(count, Integer, call.function)?;
    let template = format!("to_json({name}({{0}}, {{1}}, {{2}}){{over}})");
    Ok(call.call(template, vec![value, by, count], DataType::Array))
}
