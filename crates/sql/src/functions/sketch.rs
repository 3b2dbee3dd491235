//! Aggregates that Snowflake estimates: percentiles, frequent values, similarity; and sets of numbers as bitmaps. On one
//! machine the estimates of percentiles and frequent values are exact.

use super::encoding;
use super::row::Returns::{Type, Whole};
use super::row::{Function, Kind, Nulls, Parameter};
use crate::analyze::tree::{Expr, Place};
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Binary, Float, Integer, Variant};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::aggregate(
        &["APPROX_PERCENTILE"],
        &[Float, Float],
        Type(DataType::Float),
        "quantile_cont({0}, {1}){over}",
    ),
    Function::build(Kind::Aggregate, &["APPROX_TOP_K"], (1, 3), approx_top_k),
    Function::build(Kind::Aggregate, &["MINHASH"], (2, usize::MAX), minhash),
    Function::aggregate(
        &["MINHASH_COMBINE"],
        &[Variant],
        Type(DataType::Variant),
        "snowmelt_minhash_combine(to_json(list({0}){over}))",
    ),
    Function::aggregate(
        &["APPROXIMATE_SIMILARITY", "APPROXIMATE_JACCARD_INDEX"],
        &[Variant],
        Type(DataType::Float),
        "snowmelt_minhash_similarity(to_json(list({0}){over}))",
    ),
    Function::scalar(
        &["BITMAP_BUCKET_NUMBER"],
        &[Integer],
        Whole(18),
        "CASE WHEN {0} > 0 THEN ({0} - 1) // 32768 + 1 ELSE {0} // 32768 END",
    ),
    Function::scalar(
        &["BITMAP_BIT_POSITION"],
        &[Integer],
        Whole(18),
        "CASE WHEN {0} > 0 THEN ({0} - 1) % 32768 ELSE abs({0}) % 32768 END",
    ),
    Function::aggregate(
        &["BITMAP_CONSTRUCT_AGG"],
        &[Integer],
        Type(DataType::BINARY),
        "CAST(bitstring_agg(CAST({0} AS INTEGER), 0, 32767){over} AS BLOB)",
    ),
    Function::aggregate(
        &["BITMAP_OR_AGG"],
        &[Binary],
        Type(DataType::BINARY),
        "CAST(bit_or(CAST({0} AS BIT)){over} AS BLOB)",
    ),
    Function::of(
        Kind::Scalar,
        &["BITMAP_COUNT"],
        &[Binary],
        Whole(18),
        Nulls::Strict,
        "CAST(bit_count(CAST({0} AS BIT)) AS BIGINT)",
    ),
];

/// APPROX_TOP_K(value, k, counters): `[[value, count], …]`, the most frequent first.
fn approx_top_k(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let mut items = std::mem::take(&mut call.items).into_iter();
    let value = items.next().unwrap_or_else(Expr::null);
    let value = analyzer.fit(value, Parameter::Element, call.function)?;
    let count = items.next().unwrap_or_else(|| Expr::integer(1));
    let count = analyzer.fit(count, Integer, call.function)?;
    // More counters make Snowflake's estimate better; here it is exact without.
    if let Some(counters) = items.next() {
        analyzer.fit(counters, Integer, call.function)?;
    }
    let template = "to_json(list_transform(list_slice(list_sort(list_transform(map_entries(\
        histogram(CAST({0} AS VARCHAR)){over}), lambda e: {{'n': -CAST(e.value AS BIGINT), 'v': e.key})), 1, {1}), \
        lambda e: json_array(CAST(e.v AS JSON), -e.n)))";
    Ok(call.call(template, vec![value, count], DataType::Array))
}

/// MINHASH(k, value, …): the least of each of k hashes, as an object.
fn minhash(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let mut items = std::mem::take(&mut call.items);
    let count = items.remove(0);
    let hashes = match count.as_integer() {
        Some(count @ 1..=1024) => count,
        _ => {
            return Err(SqlError::compilation(
                "001015",
                "22023",
                "argument 1 to function MINHASH needs to be constant between 1 and 1024",
                analyzer.span(if count.place == Place::NOWHERE {
                    call.place
                } else {
                    count.place
                }),
            ));
        }
    };
    let (hash, items) = encoding::hash_of(analyzer, items)?;
    let states: Vec<String> = (0..hashes)
        .map(|seed| format!("min(snowmelt_mix({hash}, {seed})){{over}}"))
        .collect();
    let template = format!(
        "json_object('state', json_array({}), 'type', 'minhash', 'version', 1)",
        states.join(", ")
    );
    Ok(call.call(template, items, DataType::Variant))
}
