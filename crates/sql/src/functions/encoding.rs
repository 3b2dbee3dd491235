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
/// Half of an MD5 digest, without a sign.
const HALF_DIGEST: Returns = Type(DataType::Number {
    precision: 20,
    scale: 0,
});

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
        &["BASE64_ENCODE"],
        &[Binary, Integer],
        TEXT,
        "snowmelt_base64_encode({0}, {1}, '')",
    ),
    Function::scalar(
        &["BASE64_ENCODE"],
        &[Binary, Integer, Text],
        TEXT,
        "snowmelt_base64_encode({0}, {1}, {2})",
    ),
    Function::partial(
        &["TRY_BASE64_DECODE_BINARY"],
        &[Text, Text],
        BINARY,
        "snowmelt_try_base64_decode({0}, {1})",
    ),
    Function::partial(
        &["TRY_BASE64_DECODE_STRING"],
        &[Text, Text],
        TEXT,
        "snowmelt_try_utf8_decode(snowmelt_try_base64_decode({0}, {1}))",
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
    // The digest's halves, the first byte the highest.
    Function::scalar(
        &["MD5_NUMBER_LOWER64"],
        &[Text],
        HALF_DIGEST,
        "CAST(CAST('0x' || right(md5({0}), 16) AS UBIGINT) AS DECIMAL(20,0))",
    ),
    Function::scalar(
        &["MD5_NUMBER_UPPER64"],
        &[Text],
        HALF_DIGEST,
        "CAST(CAST('0x' || left(md5({0}), 16) AS UBIGINT) AS DECIMAL(20,0))",
    ),
    Function::scalar(
        &["COMPRESS"],
        &[Text, Text],
        BINARY,
        "snowmelt_compress(encode({0}), {1})",
    ),
    Function::scalar(
        &["COMPRESS"],
        &[Binary, Text],
        BINARY,
        "snowmelt_compress({0}, {1})",
    ),
    Function::scalar(
        &["DECOMPRESS_BINARY"],
        &[Binary, Text],
        BINARY,
        "snowmelt_decompress({0}, {1})",
    ),
    Function::scalar(
        &["DECOMPRESS_STRING"],
        &[Binary, Text],
        TEXT,
        "snowmelt_utf8_decode(snowmelt_decompress({0}, {1}))",
    ),
    Function::scalar(&["SHA1_BINARY"], &[Text], BINARY, "unhex(sha1({0}))"),
    Function::scalar(&["SHA2", "SHA2_HEX"], &[Text], TEXT, "sha256({0})"),
    Function::scalar(
        &["SHA2", "SHA2_HEX"],
        &[Text, Integer],
        TEXT,
        "lower(hex(snowmelt_sha2(encode({0}), {1})))",
    ),
    Function::scalar(
        &["SHA2", "SHA2_HEX"],
        &[Binary, Integer],
        TEXT,
        "lower(hex(snowmelt_sha2({0}, {1})))",
    ),
    Function::scalar(
        &["SHA2_BINARY"],
        &[Text],
        BINARY,
        "snowmelt_sha2(encode({0}), 256)",
    ),
    Function::scalar(
        &["SHA2_BINARY"],
        &[Text, Integer],
        BINARY,
        "snowmelt_sha2(encode({0}), {1})",
    ),
    Function::scalar(
        &["RTRIMMED_LENGTH"],
        &[Text],
        Returns::Whole(18),
        "length(rtrim({0}, ' '))",
    ),
    Function::build(Kind::Scalar, &["HASH"], (1, usize::MAX), hash),
];

/// HASH(value, …).
fn hash(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let (template, items) = hash_of(analyzer, call.items)?;
    let number = DataType::Number {
        precision: 19,
        scale: 0,
    };
    Ok(Expr::scalar(call.function, template, items, number)
        .narrow()
        .nullable(false)
        .at(call.place))
}

/// The hash of some values, as a template over them: each value as a VARIANT; a mark stands for NULL.
pub(super) fn hash_of(
    analyzer: &mut Analyzer<'_>,
    values: Vec<Expr>,
) -> Result<(String, Vec<Expr>), SqlError> {
    let mut items = Vec::with_capacity(values.len());
    for item in values {
        items.push(if item.data_type.is_semi_structured() {
            item
        } else {
            analyzer.explicit_cast(item, DataType::Variant, cast::Mode::Explicit)?
        });
    }
    let holes: Vec<String> = (0..items.len())
        .map(|index| format!("coalesce(CAST({{{index}}} AS VARCHAR), '\"\u{F8F0}u\"')"))
        .collect();
    Ok((format!("snowmelt_hash({})", holes.join(", ")), items))
}
