//! CONVERT_TIMEZONE.

use super::NTZ;
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::functions::row::Parameter::{self, Moment};

/// CONVERT_TIMEZONE(from, to, ntz): the wall clock elsewhere. With two arguments the moment elsewhere, a TIMESTAMP_TZ.
pub(super) fn convert_timezone(
    analyzer: &mut Analyzer<'_>,
    call: Arguments,
) -> Result<Expr, SqlError> {
    let from = analyzer.fit(call.items[0].clone(), Parameter::Text, call.function)?;
    if call.items.len() == 2 {
        let value = match call.items[1].data_type {
            DataType::Text { .. } => analyzer.coerce(
                call.items[1].clone(),
                DataType::TimestampTz { precision: 9 },
                call.function,
            )?,
            _ => analyzer.fit(call.items[1].clone(), Moment, call.function)?,
        };
        let instant = analyzer.coerce(
            value,
            DataType::TimestampLtz { precision: 9 },
            call.function,
        )?;
        return Ok(Expr::scalar(
            call.function,
            "snowmelt.tz_of(epoch_us({1}), (epoch_us(timezone({0}, {1})) - epoch_us({1})) // 60000000)",
            vec![from, instant],
            DataType::TimestampTz { precision: 9 },
        )
        .at(call.place));
    }
    let to = analyzer.fit(call.items[1].clone(), Parameter::Text, call.function)?;
    let value = analyzer.fit(call.items[2].clone(), Parameter::Timestamp, call.function)?;
    Ok(Expr::scalar(
        call.function,
        "timezone({1}, timezone({0}, {2}))",
        vec![from, to, value],
        NTZ,
    )
    .at(call.place))
}
