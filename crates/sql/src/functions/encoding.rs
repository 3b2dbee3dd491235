//! Hexadecimal digits, base 64, and a number for any values: HEX_…, BASE64_…, HASH.

use super::row::Returns::Type;
use super::row::{Function, Kind, Parameter, Returns};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments, cast};
use crate::data_type::DataType;
use crate::error::SqlError;
use Parameter::{Binary, Integer, Text};

const TEXT: Returns = Type(DataType::TEXT);
const BINARY: Returns = Type(DataType::BINARY);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar(&["HEX_ENCODE"], &[Text], TEXT, "hex({0})"),
    Function::scalar(&["HEX_ENCODE"], &[Binary], TEXT, "hex({0})"),
    Function::scalar(
        &["HEX_ENCODE"],
        &[Text, Integer],
        TEXT,
        "CASE WHEN {1} = 0 THEN lower(hex({0})) ELSE hex({0}) END",
    ),
    Function::scalar(
        &["HEX_ENCODE"],
        &[Binary, Integer],
        TEXT,
        "CASE WHEN {1} = 0 THEN lower(hex({0})) ELSE hex({0}) END",
    ),
    Function::scalar(
        &["HEX_DECODE_BINARY"],
        &[Text],
        BINARY,
        "snowmelt_hex_decode({0})",
    ),
    Function::scalar(
        &["HEX_DECODE_STRING"],
        &[Text],
        TEXT,
        "snowmelt_utf8_decode(snowmelt_hex_decode({0}))",
    ),
    Function::partial(
        &["TRY_HEX_DECODE_BINARY"],
        &[Text],
        BINARY,
        "snowmelt_try_hex_decode({0})",
    ),
    Function::partial(
        &["TRY_HEX_DECODE_STRING"],
        &[Text],
        TEXT,
        "snowmelt_try_utf8_decode(snowmelt_try_hex_decode({0}))",
    ),
    Function::scalar(
        &["BASE64_ENCODE"],
        &[Text],
        TEXT,
        "snowmelt_base64_encode(encode({0}), 0, '')",
    ),
    Function::scalar(
        &["BASE64_ENCODE"],
        &[Text, Integer],
        TEXT,
        "snowmelt_base64_encode(encode({0}), {1}, '')",
    ),
    Function::scalar(
        &["BASE64_ENCODE"],
        &[Text, Integer, Text],
        TEXT,
        "snowmelt_base64_encode(encode({0}), {1}, {2})",
    ),
    Function::scalar(
        &["BASE64_ENCODE"],
        &[Binary],
        TEXT,
        "snowmelt_base64_encode({0}, 0, '')",
    ),
    Function::scalar(
        &["BASE64_DECODE_BINARY"],
        &[Text],
        BINARY,
        "snowmelt_base64_decode({0}, '')",
    ),
    Function::scalar(
        &["BASE64_DECODE_BINARY"],
        &[Text, Text],
        BINARY,
        "snowmelt_base64_decode({0}, {1})",
    ),
    Function::scalar(
        &["BASE64_DECODE_STRING"],
        &[Text],
        TEXT,
        "snowmelt_utf8_decode(snowmelt_base64_decode({0}, ''))",
    ),
    Function::scalar(
        &["BASE64_DECODE_STRING"],
        &[Text, Text],
        TEXT,
        "snowmelt_utf8_decode(snowmelt_base64_decode({0}, {1}))",
    ),
    Function::partial(
        &["TRY_BASE64_DECODE_BINARY"],
        &[Text],
        BINARY,
        "snowmelt_try_base64_decode({0}, '')",
    ),
    Function::partial(
        &["TRY_BASE64_DECODE_STRING"],
        &[Text],
        TEXT,
        "snowmelt_try_utf8_decode(snowmelt_try_base64_decode({0}, ''))",
    ),
    Function::scalar(&["MD5_BINARY"], &[Text], BINARY, "unhex(md5({0}))"),
    Function::scalar(&["SHA1_BINARY"], &[Text], BINARY, "unhex(sha1({0}))"),
    Function::build(Kind::Scalar, &["HASH"], (1, usize::MAX), hash),
];

/// HASH(value, …): each value as a VARIANT; a mark stands for NULL.
fn hash(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let mut items = Vec::with_capacity(call.items.len());
    for item in call.items {
        items.push(if item.data_type.is_semi_structured() {
            item
        } else {
            analyzer.explicit_cast(item, DataType::Variant, cast::Mode::Explicit)?
        });
    }
    let holes: Vec<String> = (0..items.len())
        .map(|index| format!("coalesce(CAST({{{index}}} AS VARCHAR), '\"\u{F8F0}u\"')"))
        .collect();
    let number = DataType::Number {
        precision: 19,
        scale: 0,
    };
    let template = format!("snowmelt_hash({})", holes.join(", "));
    Ok(Expr::scalar(call.function, template, items, number)
        .narrow()
        .nullable(false)
        .at(call.place))
}
