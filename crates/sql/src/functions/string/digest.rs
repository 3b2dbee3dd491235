//! MD5 and SHA-1 of strings and bytes, and UUIDs.

use super::super::row::Returns::Type;
use super::super::row::{Function, Parameter, Returns};
use crate::data_type::DataType;
use Parameter::{Binary, Text};

const fn text(length: u32) -> Returns {
    Type(DataType::Text { length })
}

const BINARY: Returns = Type(DataType::BINARY);

/// 64 bits without a sign.
const HALF: Returns = Type(DataType::Number {
    precision: 20,
    scale: 0,
});

pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::scalar(&["MD5", "MD5_HEX"], &[Text], text(32), "md5({0})"),
    Function::scalar(&["MD5", "MD5_HEX"], &[Binary], text(32), "md5({0})"),
    Function::scalar(&["MD5_BINARY"], &[Binary], BINARY, "unhex(md5({0}))"),
    Function::scalar(
        &["MD5_NUMBER_LOWER64"],
        &[Binary],
        HALF,
        "CAST(CAST('0x' || right(md5({0}), 16) AS UBIGINT) AS DECIMAL(20,0))",
    ),
    Function::scalar(
        &["MD5_NUMBER_UPPER64"],
        &[Binary],
        HALF,
        "CAST(CAST('0x' || left(md5({0}), 16) AS UBIGINT) AS DECIMAL(20,0))",
    ),
    Function::scalar(&["SHA1", "SHA1_HEX"], &[Text], text(40), "sha1({0})"),
    Function::scalar(&["SHA1", "SHA1_HEX"], &[Binary], text(40), "sha1({0})"),
    Function::scalar(&["SHA1_BINARY"], &[Binary], BINARY, "unhex(sha1({0}))"),
    Function::scalar(&["SHA2", "SHA2_HEX"], &[Binary], text(64), "sha256({0})"),
    Function::scalar(&["SHA2_BINARY"], &[Binary], BINARY, "unhex(sha256({0}))"),
    Function::scalar(
        &["SHA2_BINARY"],
        &[Binary, Parameter::Integer],
        BINARY,
        "snowmelt_sha2({0}, {1})",
    ),
    Function::partial(&["UUID_STRING"], &[], text(36), "CAST(uuid() AS VARCHAR)"),
    // A name in a namespace: version 5.
    Function::scalar(
        &["UUID_STRING"],
        &[Text, Text],
        text(36),
        "snowmelt.uuid_of_digest(sha1(snowmelt_hex_decode(replace({0}, '-', '')) || encode({1})))",
    ),
];
