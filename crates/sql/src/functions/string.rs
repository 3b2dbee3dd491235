//! String functions.

pub(super) mod binary;
pub(super) mod digest;

use super::row::Returns::{Same, Type, Whole};
use super::row::{Function, Kind, Parameter};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::{DataType, MAX_TEXT_LENGTH};
use crate::error::SqlError;
use Parameter::{Binary, Integer, Text};

const TEXT: super::row::Returns = Type(DataType::TEXT);
const BOOLEAN: super::row::Returns = Type(DataType::Boolean);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar(&["UPPER"], &[Text], Same(0), "upper({0})"),
    Function::scalar(&["LOWER"], &[Text], Same(0), "lower({0})"),
    Function::scalar(&["INITCAP"], &[Text], Same(0), "snowmelt_initcap({0})"),
    Function::scalar(
        &["INITCAP"],
        &[Text, Text],
        Same(0),
        "snowmelt_initcap_by({0}, {1})",
    ),
    Function::scalar(&["TRIM"], &[Text], Same(0), "trim({0}, ' ')"),
    Function::scalar(&["TRIM"], &[Text, Text], Same(0), "trim({0}, {1})"),
    Function::scalar(&["LTRIM"], &[Text], Same(0), "ltrim({0}, ' ')"),
    Function::scalar(&["LTRIM"], &[Text, Text], Same(0), "ltrim({0}, {1})"),
    Function::scalar(&["RTRIM"], &[Text], Same(0), "rtrim({0}, ' ')"),
    Function::scalar(&["RTRIM"], &[Text, Text], Same(0), "rtrim({0}, {1})"),
    Function::build(Kind::Scalar, &["CONCAT"], (1, usize::MAX), concat),
    Function::build(Kind::Scalar, &["CONCAT_WS"], (2, usize::MAX), concat_with),
    Function::scalar(
        &["LENGTH", "LEN", "CHAR_LENGTH", "CHARACTER_LENGTH"],
        &[Text],
        Whole(18),
        "length({0})",
    ),
    Function::scalar(
        &["LENGTH", "LEN"],
        &[Binary],
        Whole(18),
        "octet_length({0})",
    ),
    Function::scalar(&["OCTET_LENGTH"], &[Text], Whole(18), "strlen({0})"),
    Function::scalar(&["OCTET_LENGTH"], &[Binary], Whole(18), "octet_length({0})"),
    Function::scalar(&["BIT_LENGTH"], &[Text], Whole(18), "(strlen({0}) * 8)"),
    Function::scalar(
        &["SUBSTR", "SUBSTRING"],
        &[Text, Integer],
        Same(0),
        "snowmelt.substr_from({0}, {1})",
    ),
    Function::scalar(
        &["SUBSTR", "SUBSTRING"],
        &[Text, Integer, Integer],
        Same(0),
        "snowmelt.substr_of({0}, {1}, {2})",
    ),
    Function::scalar(
        &["LEFT"],
        &[Text, Integer],
        Same(0),
        "left({0}, snowmelt.not_negative({1}))",
    ),
    Function::scalar(
        &["RIGHT"],
        &[Text, Integer],
        Same(0),
        "right({0}, snowmelt.not_negative({1}))",
    ),
    Function::scalar(
        &["REPLACE"],
        &[Text, Text, Text],
        TEXT,
        "replace({0}, {1}, {2})",
    ),
    Function::scalar(&["REPLACE"], &[Text, Text], TEXT, "replace({0}, {1}, '')"),
    Function::scalar(&["REVERSE"], &[Text], Same(0), "reverse({0})"),
    Function::scalar(
        &["REPEAT"],
        &[Text, Integer],
        TEXT,
        "repeat({0}, snowmelt.not_negative({1}))",
    ),
    Function::scalar(
        &["SPACE"],
        &[Integer],
        TEXT,
        "repeat(' ', snowmelt.not_negative({0}))",
    ),
    Function::scalar(
        &["LPAD"],
        &[Text, Integer],
        TEXT,
        "snowmelt.left_pad({0}, {1}, ' ')",
    ),
    Function::scalar(
        &["LPAD"],
        &[Text, Integer, Text],
        TEXT,
        "snowmelt.left_pad({0}, {1}, {2})",
    ),
    Function::scalar(
        &["RPAD"],
        &[Text, Integer],
        TEXT,
        "snowmelt.right_pad({0}, {1}, ' ')",
    ),
    Function::scalar(
        &["RPAD"],
        &[Text, Integer, Text],
        TEXT,
        "snowmelt.right_pad({0}, {1}, {2})",
    ),
    Function::scalar(
        &["TRANSLATE"],
        &[Text, Text, Text],
        Same(0),
        "snowmelt.translate_text({0}, {1}, {2})",
    ),
    Function::scalar(&["CONTAINS"], &[Text, Text], BOOLEAN, "contains({0}, {1})"),
    Function::scalar(
        &["STARTSWITH"],
        &[Text, Text],
        BOOLEAN,
        "starts_with({0}, {1})",
    ),
    Function::scalar(&["ENDSWITH"], &[Text, Text], BOOLEAN, "ends_with({0}, {1})"),
    Function::scalar(
        &["POSITION", "CHARINDEX"],
        &[Text, Text],
        Whole(18),
        "instr({1}, {0})",
    ),
    Function::scalar(
        &["POSITION", "CHARINDEX"],
        &[Text, Text, Integer],
        Whole(18),
        "snowmelt.position_from({0}, {1}, {2})",
    ),
    Function::scalar(
        &["SPLIT_PART"],
        &[Text, Text, Integer],
        TEXT,
        "snowmelt.split_part_of({0}, {1}, {2})",
    ),
    Function::scalar(
        &["SPLIT"],
        &[Text, Text],
        Type(DataType::Array),
        "to_json(snowmelt.split_list({0}, {1}))",
    ),
    Function::scalar(&["ASCII"], &[Text], Whole(10), "CAST(ascii({0}) AS BIGINT)"),
    Function::scalar(
        &["UNICODE"],
        &[Text],
        Whole(10),
        "CAST(snowmelt.not_negative(unicode({0})) AS BIGINT)",
    ),
    Function::scalar(&["CHR", "CHAR"], &[Integer], TEXT, "snowmelt_chr({0})"),
    Function::scalar(
        &["EDITDISTANCE"],
        &[Text, Text, Integer],
        Whole(18),
        "snowmelt.not_negative(CASE WHEN snowmelt_editdistance({0}, {1}) > {2} THEN {2} ELSE snowmelt_editdistance({0}, {1}) END)",
    ),
    Function::scalar(&["SOUNDEX"], &[Text], TEXT, "snowmelt_soundex({0}, false)"),
    Function::scalar(
        &["SOUNDEX_P123"],
        &[Text],
        TEXT,
        "snowmelt_soundex({0}, true)",
    ),
    Function::scalar(
        &["INSERT"],
        &[Text, Integer, Integer, Text],
        TEXT,
        "snowmelt_insert({0}, {1}, {2}, {3})",
    ),
    Function::partial(&["STRTOK"], &[Text], TEXT, "snowmelt_strtok({0}, ' ', 1)"),
    Function::partial(
        &["STRTOK"],
        &[Text, Text],
        TEXT,
        "snowmelt_strtok({0}, {1}, 1)",
    ),
    Function::partial(
        &["STRTOK"],
        &[Text, Text, Integer],
        TEXT,
        "snowmelt_strtok({0}, {1}, {2})",
    ),
    Function::scalar(
        &["STRTOK_TO_ARRAY"],
        &[Text],
        Type(DataType::Array),
        "snowmelt_strtok_to_array({0}, ' ')",
    ),
    Function::scalar(
        &["STRTOK_TO_ARRAY"],
        &[Text, Text],
        Type(DataType::Array),
        "snowmelt_strtok_to_array({0}, {1})",
    ),
    Function::scalar(
        &["PARSE_IP"],
        &[Text, Text],
        Type(DataType::Object),
        "snowmelt_parse_ip({0}, {1}, false)",
    ),
    Function::scalar(
        &["PARSE_IP"],
        &[Text, Text, Integer],
        Type(DataType::Object),
        "snowmelt_parse_ip({0}, {1}, {2} = 1)",
    ),
    Function::scalar(
        &["PARSE_URL"],
        &[Text],
        Type(DataType::Object),
        "snowmelt_parse_url({0}, false)",
    ),
    Function::scalar(
        &["PARSE_URL"],
        &[Text, Integer],
        Type(DataType::Object),
        "snowmelt_parse_url({0}, {1} = 1)",
    ),
    Function::scalar(
        &["EDITDISTANCE"],
        &[Text, Text],
        Whole(18),
        "snowmelt_editdistance({0}, {1})",
    ),
    Function::scalar(
        &["JAROWINKLER_SIMILARITY"],
        &[Text, Text],
        Whole(3),
        "snowmelt_jarowinkler({0}, {1})",
    ),
    Function::scalar(&["LIKE"], &[Text, Text], BOOLEAN, "({0} LIKE {1})"),
    Function::scalar(
        &["LIKE"],
        &[Text, Text, Text],
        BOOLEAN,
        "({0} LIKE {1} ESCAPE {2})",
    ),
    Function::scalar(&["ILIKE"], &[Text, Text], BOOLEAN, "({0} ILIKE {1})"),
    Function::scalar(
        &["ILIKE"],
        &[Text, Text, Text],
        BOOLEAN,
        "({0} ILIKE {1} ESCAPE {2})",
    ),
];

fn concat(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    if let Some(bytes) = bytes(&call) {
        return Ok(bytes);
    }
    let items = texts(analyzer, call.items, call.function)?;
    if let Some(null) = items.iter().find(|item| item.is_null_literal()) {
        return Ok(null.clone());
    }
    let length = items
        .iter()
        .map(|item| match item.data_type {
            DataType::Text { length } => length,
            _ => 0,
        })
        .fold(0_u32, u32::saturating_add)
        .clamp(1, MAX_TEXT_LENGTH);
    let holes: Vec<String> = (0..items.len())
        .map(|index| format!("{{{index}}}"))
        .collect();
    let template = format!("({})", holes.join(" || "));
    Ok(Expr::scalar(call.function, template, items, DataType::Text { length }).at(call.place))
}

/// The bytes of BINARY values one after the other, with a separator for CONCAT_WS; `None` for other values.
fn bytes(call: &Arguments) -> Option<Expr> {
    let is_binary =
        |item: &Expr| matches!(item.data_type, DataType::Binary { .. }) || item.is_null_literal();
    if !call.items.iter().all(is_binary) || call.items.iter().all(Expr::is_null_literal) {
        return None;
    }
    let separated = call.function == "CONCAT_WS";
    let holes: Vec<String> = (usize::from(separated)..call.items.len())
        .map(|index| format!("CAST({{{index}}} AS BLOB)"))
        .collect();
    let between = if separated {
        " || CAST({0} AS BLOB) || "
    } else {
        " || "
    };
    let template = format!("({})", holes.join(between));
    let items = call.items.clone();
    Some(Expr::scalar(call.function, template, items, DataType::BINARY).at(call.place))
}

/// NULL if any part is, unlike DuckDB's.
fn concat_with(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    if let Some(bytes) = bytes(&call) {
        return Ok(bytes);
    }
    let items = texts(analyzer, call.items, call.function)?;
    if let Some(null) = items.iter().find(|item| item.is_null_literal()) {
        return Ok(null.clone());
    }
    let holes: Vec<String> = (1..items.len())
        .map(|index| format!("{{{index}}}"))
        .collect();
    let template = format!("({})", holes.join(" || {0} || "));
    Ok(Expr::scalar(call.function, template, items, DataType::TEXT).at(call.place))
}

fn texts(analyzer: &Analyzer<'_>, items: Vec<Expr>, function: &str) -> Result<Vec<Expr>, SqlError> {
    items
        .into_iter()
        .map(|item| analyzer.fit(item, Text, function))
        .collect()
}
