//! String functions of BINARY values, which count bytes.

use super::super::row::Returns::{Same, Type, Whole};
use super::super::row::{Function, Parameter, Returns};
use crate::data_type::DataType;
use Parameter::{Binary, Integer};

const BINARY: Returns = Type(DataType::BINARY);
const BOOLEAN: Returns = Type(DataType::Boolean);

pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::scalar(
        &["BIT_LENGTH"],
        &[Binary],
        Whole(18),
        "(octet_length({0}) * 8)",
    ),
    Function::scalar(
        &["SUBSTR", "SUBSTRING"],
        &[Binary, Integer],
        Same(0),
        "snowmelt_substr_binary({0}, {1}, octet_length({0}))",
    ),
    Function::scalar(
        &["SUBSTR", "SUBSTRING"],
        &[Binary, Integer, Integer],
        Same(0),
        "snowmelt_substr_binary({0}, {1}, {2})",
    ),
    Function::scalar(
        &["LEFT"],
        &[Binary, Integer],
        Same(0),
        "snowmelt_substr_binary({0}, 1, {1})",
    ),
    Function::scalar(
        &["RIGHT"],
        &[Binary, Integer],
        Same(0),
        "snowmelt_substr_binary({0}, 1 + snowmelt.not_negative(octet_length({0}) - snowmelt.not_negative({1})), {1})",
    ),
    Function::scalar(
        &["LPAD"],
        &[Binary, Integer, Binary],
        BINARY,
        "snowmelt_pad_binary({0}, {1}, {2}, true)",
    ),
    Function::scalar(
        &["RPAD"],
        &[Binary, Integer, Binary],
        BINARY,
        "snowmelt_pad_binary({0}, {1}, {2}, false)",
    ),
    Function::scalar(
        &["REVERSE"],
        &[Binary],
        Same(0),
        "snowmelt_reverse_binary({0})",
    ),
    Function::scalar(
        &["POSITION", "CHARINDEX"],
        &[Binary, Binary],
        Whole(18),
        "snowmelt_position_binary({0}, {1}, 1)",
    ),
    Function::scalar(
        &["POSITION", "CHARINDEX"],
        &[Binary, Binary, Integer],
        Whole(18),
        "snowmelt_position_binary({0}, {1}, {2})",
    ),
    Function::scalar(
        &["CONTAINS"],
        &[Binary, Binary],
        BOOLEAN,
        "(snowmelt_position_binary({1}, {0}, 1) > 0)",
    ),
    Function::scalar(
        &["STARTSWITH"],
        &[Binary, Binary],
        BOOLEAN,
        "(snowmelt_substr_binary({0}, 1, octet_length({1})) = {1})",
    ),
    Function::scalar(
        &["ENDSWITH"],
        &[Binary, Binary],
        BOOLEAN,
        "(octet_length({0}) >= octet_length({1}) AND snowmelt_substr_binary({0}, 1 + snowmelt.not_negative(octet_length({0}) - octet_length({1})), octet_length({1})) = {1})",
    ),
];
