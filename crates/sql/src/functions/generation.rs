//! Generated data: numbers and texts that follow from a generated number.

use super::row::Returns::{Type, Whole};
use super::row::{Function, Parameter};
use crate::data_type::DataType;
use Parameter::{Float, Integer};

pub(super) const FUNCTIONS: &[Function] = &[
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
