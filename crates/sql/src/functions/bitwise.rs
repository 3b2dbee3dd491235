//! Bitwise functions of whole numbers and of BINARY.

use super::row::Returns::{Type, Whole};
use super::row::{Function, Parameter, Returns};
use crate::data_type::DataType;
use Parameter::{Binary, Integer, Text};

const BINARY: Returns = Type(DataType::BINARY);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar(
        &["BITAND", "BIT_AND"],
        &[Integer, Integer],
        Whole(38),
        "({0} & {1})",
    ),
    Function::scalar(
        &["BITOR", "BIT_OR"],
        &[Integer, Integer],
        Whole(38),
        "({0} | {1})",
    ),
    Function::scalar(
        &["BITXOR", "BIT_XOR"],
        &[Integer, Integer],
        Whole(38),
        "xor({0}, {1})",
    ),
    Function::scalar(&["BITNOT", "BIT_NOT"], &[Integer], Whole(38), "(~{0})"),
    Function::scalar(
        &["BITSHIFTLEFT", "BIT_SHIFTLEFT"],
        &[Integer, Integer],
        Type(DataType::INTEGER),
        "CAST(snowmelt_shift_integer(CAST({0} AS HUGEINT), {1}) AS DECIMAL(38,0))",
    ),
    Function::scalar(
        &["BITSHIFTRIGHT", "BIT_SHIFTRIGHT"],
        &[Integer, Integer],
        Type(DataType::INTEGER),
        "CAST(snowmelt_shift_integer(CAST({0} AS HUGEINT), -{1}) AS DECIMAL(38,0))",
    ),
    Function::scalar(
        &["GETBIT"],
        &[Integer, Integer],
        Whole(1),
        "CAST(snowmelt_shift_integer(CAST({0} AS HUGEINT), -{1}) & 1 AS BIGINT)",
    ),
    Function::scalar(
        &["BITAND", "BIT_AND"],
        &[Binary, Binary],
        BINARY,
        "snowmelt_combine_binary('and', {0}, {1}, '')",
    ),
    Function::scalar(
        &["BITAND", "BIT_AND"],
        &[Binary, Binary, Text],
        BINARY,
        "snowmelt_combine_binary('and', {0}, {1}, {2})",
    ),
    Function::scalar(
        &["BITOR", "BIT_OR"],
        &[Binary, Binary],
        BINARY,
        "snowmelt_combine_binary('or', {0}, {1}, '')",
    ),
    Function::scalar(
        &["BITOR", "BIT_OR"],
        &[Binary, Binary, Text],
        BINARY,
        "snowmelt_combine_binary('or', {0}, {1}, {2})",
    ),
    Function::scalar(
        &["BITXOR", "BIT_XOR"],
        &[Binary, Binary],
        BINARY,
        "snowmelt_combine_binary('xor', {0}, {1}, '')",
    ),
    Function::scalar(
        &["BITXOR", "BIT_XOR"],
        &[Binary, Binary, Text],
        BINARY,
        "snowmelt_combine_binary('xor', {0}, {1}, {2})",
    ),
    Function::scalar(
        &["BITNOT", "BIT_NOT"],
        &[Binary],
        BINARY,
        "snowmelt_not_binary({0})",
    ),
    Function::scalar(
        &["BITSHIFTLEFT", "BIT_SHIFTLEFT"],
        &[Binary, Integer],
        BINARY,
        "snowmelt_shift_binary({0}, {1})",
    ),
    Function::scalar(
        &["BITSHIFTRIGHT", "BIT_SHIFTRIGHT"],
        &[Binary, Integer],
        BINARY,
        "snowmelt_shift_binary({0}, -{1})",
    ),
];
