//! SPLIT_TO_TABLE and STRTOK_SPLIT_TO_TABLE.

use super::table::{BuiltTable, TableSource, columns};
use crate::analyze::Analyzer;
use crate::analyze::tree::{Expr, Place};
use crate::data_type::DataType;
use crate::error::SqlError;

const TEXT: DataType = DataType::TEXT;
const NUMBER: DataType = DataType::INTEGER;

/// The parts of a string between delimiters, a row each.
pub(super) fn split_to_table(
    _: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    _: Place,
) -> Result<BuiltTable, SqlError> {
    Ok(split_rows(arguments, "snowmelt.split_list(f.a0, f.a1)"))
}

/// The tokens of a string, a row each.
pub(super) fn strtok_split_to_table(
    _: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    _: Place,
) -> Result<BuiltTable, SqlError> {
    Ok(split_rows(arguments, "snowmelt.tokens(f.a0, f.a1)"))
}

fn split_rows(arguments: Vec<Option<Expr>>, parts: &str) -> BuiltTable {
    let mut arguments = arguments.into_iter();
    let text = arguments.next().flatten().unwrap_or_else(Expr::null);
    let delimiter = arguments
        .next()
        .flatten()
        .unwrap_or_else(|| Expr::text(" "));
    BuiltTable {
        source: TableSource::List {
            rows: format!(
                "list_transform({parts}, lambda x, i: {{'i': CAST(i AS BIGINT), 'v': x}})"
            ),
            outputs: &["g.seq", "g.r.i", "g.r.v"],
        },
        arguments: vec![text, delimiter],
        columns: columns(&[("SEQ", NUMBER), ("INDEX", NUMBER), ("VALUE", TEXT)]),
    }
}
