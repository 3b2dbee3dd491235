//! Generated data: numbers and texts that follow from a generated number.

use super::row::Returns::{Type, Whole};
use super::row::{Function, Kind, Parameter};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Float, Integer};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Scalar, &["SEQ1"], (0, 1), seq1),
    Function::build(Kind::Scalar, &["SEQ2"], (0, 1), seq2),
    Function::build(Kind::Scalar, &["SEQ4"], (0, 1), seq4),
    Function::build(Kind::Scalar, &["SEQ8"], (0, 1), seq8),
    Function::scalar(
        &["UNIFORM"],
        &[Integer, Integer, Integer],
        Whole(38),
        "snowmelt_uniform_integer({0}, {1}, {2})",
    ),
    Function::scalar(
        &["UNIFORM"],
        &[Float, Float, Integer],
        Type(DataType::Float),
        "snowmelt_uniform_float({0}, {1}, {2})",
    ),
    Function::scalar(
        &["NORMAL"],
        &[Float, Float, Integer],
        Type(DataType::Float),
        "snowmelt_normal({0}, {1}, {2})",
    ),
    Function::scalar(
        &["ZIPF"],
        &[Float, Integer, Integer],
        Whole(38),
        "snowmelt_zipf({0}, {1}, {2})",
    ),
    Function::scalar(
        &["RANDSTR"],
        &[Integer, Integer],
        Type(DataType::TEXT),
        "snowmelt_randstr({0}, {1})",
    ),
];

fn seq1(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    sequence(analyzer, call, 8)
}

fn seq2(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    sequence(analyzer, call, 16)
}

fn seq4(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    sequence(analyzer, call, 32)
}

fn seq8(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    sequence(analyzer, call, 63)
}

/// The rows' numbers from 0, without gaps; after the greatest number of that many bits comes 0, or with the argument 1 the
/// least negative one.
fn sequence(analyzer: &mut Analyzer<'_>, call: Arguments, bits: u32) -> Result<Expr, SqlError> {
    let is_signed = match call.items.first().map(Expr::as_integer) {
        None | Some(Some(0)) => false,
        Some(Some(1)) => true,
        Some(_) => {
            return Err(SqlError::compilation(
                "001015",
                "22023",
                format!(
                    "argument 1 to function {} needs to be constant 0 or 1",
                    call.function
                ),
                analyzer.span(call.place),
            ));
        }
    };
    let number = if analyzer.counts_rows {
        format!(
            "snowmelt_next({}, {})",
            analyzer.context.statement_seed as i64,
            analyzer.span(call.place).start
        )
    } else {
        "(row_number() OVER () - 1)".to_owned()
    };
    let count = 1_u64 << bits;
    let template = match (bits, is_signed) {
        (63, _) => number,
        (_, false) => format!("({number} % {count})"),
        (_, true) => {
            let half = count / 2;
            format!("(({number} + {half}) % {count} - {half})")
        }
    };
    let data_type = DataType::Number {
        precision: 18,
        scale: 0,
    };
    Ok(call
        .call(template, Vec::new(), data_type)
        .narrow()
        .nullable(false))
}
