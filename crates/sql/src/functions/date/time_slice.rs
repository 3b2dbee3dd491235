//! TIME_SLICE.

use super::{by_wall_clock, moment, week_start};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::date_part::{Part, invalid_part, part};
use crate::lower::quote_text;

/// TIME_SLICE(moment, length, part [, 'START' | 'END']): slices are counted from 1970-01-01, or from that week's first day.
pub(super) fn time_slice(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let part = part(analyzer, &call, &call.items[2])?;
    let length = match call.items[1].as_integer() {
        Some(length @ 1..=1_000_000) => length,
        _ => {
            return Err(SqlError::compilation(
                "001015",
                "22023",
                "argument 2 of function TIME_SLICE needs to be a constant positive integer",
                analyzer.span(call.items[1].place),
            ));
        }
    };
    let at_end = match call
        .items
        .get(3)
        .map(|end| end.as_text().map(str::to_uppercase))
    {
        None => false,
        Some(Some(word)) if word == "START" => false,
        Some(Some(word)) if word == "END" => true,
        Some(_) => {
            return Err(SqlError::compilation(
                "001015",
                "22023",
                "argument 4 of function TIME_SLICE needs to be 'START' or 'END'",
                analyzer.span(call.place),
            ));
        }
    };
    let value = moment(analyzer, call.items[0].clone(), call.function)?;
    let is_date = value.data_type == DataType::Date;
    let unit = match part {
        Part::Year | Part::Quarter | Part::Month | Part::Week | Part::Day => part.in_duckdb(),
        Part::Hour | Part::Minute | Part::Second if !is_date => part.in_duckdb(),
        _ => None,
    };
    let Some(unit) = unit.filter(|_| !matches!(value.data_type, DataType::Time { .. })) else {
        let word = call.items[2].as_text().unwrap_or_default();
        return Err(invalid_part(analyzer, word, call.function, call.place));
    };
    let origin = match part {
        // 1970-01-01 was a Thursday.
        Part::Week => -((11 - week_start(analyzer)) % 7),
        _ => 0,
    };
    let interval = format!("INTERVAL {}", quote_text(&format!("{length} {unit}")));
    let end = if at_end {
        format!(" + {interval}")
    } else {
        String::new()
    };
    let origin = format!("(DATE '1970-01-01' + CAST({origin} AS INTEGER))");
    by_wall_clock(value, |value| {
        let to = value.data_type;
        let template = format!(
            "CAST(time_bucket({interval}, CAST({{0}} AS TIMESTAMP), CAST({origin} AS TIMESTAMP)){end} AS {})",
            to.physical(false)
        );
        Ok(Expr::scalar(call.function, template, vec![value], to).at(call.place))
    })
}
