//! Conversions between VARIANT and the other types.

use super::{Mode, call, fit_text};
use crate::analyze::tree::{Expr, ExprKind};
use crate::data_type::DataType;

/// A value as VARIANT: numbers keep all their digits, dates and bytes their type.
pub(super) fn to_variant(value: Expr) -> Expr {
    let template = match value.data_type {
        DataType::Number { .. } => "snowmelt_number_variant(CAST({0} AS VARCHAR))",
        DataType::Float => "snowmelt_float_variant({0})",
        DataType::Boolean => {
            "CAST(CASE WHEN {0} THEN 'true' WHEN NOT {0} THEN 'false' END AS JSON)"
        }
        DataType::Date => "snowmelt_special_variant('d', CAST({0} AS VARCHAR))",
        DataType::Time { .. } => "snowmelt_special_variant('t', CAST({0} AS VARCHAR))",
        DataType::TimestampNtz { .. } => {
            "snowmelt_special_variant('n', snowmelt_print_moment(epoch_us({0}), 100000, 'YYYY-MM-DD HH24:MI:SS.FF6'))"
        }
        DataType::TimestampLtz { .. } => {
            "snowmelt_special_variant('l', snowmelt.print_ltz({0}, 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM'))"
        }
        DataType::TimestampTz { .. } => {
            "snowmelt_special_variant('z', snowmelt.print_tz({0}, 'YYYY-MM-DD HH24:MI:SS.FF6 TZHTZM'))"
        }
        DataType::Binary { .. } => "snowmelt_special_variant('b', hex({0}))",
        _ => "snowmelt_text_variant({0})",
    };
    call(value, template, DataType::Variant)
}

/// A VARIANT as a value of another type; NULL for a JSON null. `None` if there is no such conversion.
pub(super) fn from_variant(variant: Expr, to: DataType, mode: Mode) -> Option<Expr> {
    use DataType as T;
    Some(match to {
        T::Text { .. } => fit_text(text(variant), to, mode),
        T::Number { precision, scale } => {
            let digits = read(variant, "snowmelt_variant_number", T::TEXT);
            super::text_to_number(digits, precision, scale, mode)
        }
        T::Float => read(variant, "snowmelt_variant_float", to),
        T::Boolean => read(variant, "snowmelt_variant_boolean", to),
        T::Binary { .. } => call(
            read(variant, "snowmelt_variant_hex", T::TEXT),
            "snowmelt_hex_decode({0})",
            to,
        ),
        T::Date
        | T::Time { .. }
        | T::TimestampNtz { .. }
        | T::TimestampLtz { .. }
        | T::TimestampTz { .. } => {
            let target = match to {
                T::Date => "DATE",
                T::Time { .. } => "TIME",
                T::TimestampLtz { .. } => "TIMESTAMP_LTZ",
                T::TimestampTz { .. } => "TIMESTAMP_TZ",
                _ => "TIMESTAMP_NTZ",
            };
            let text = call(
                variant.clone(),
                format!("snowmelt_variant_moment({{0}}, '{target}')"),
                T::TEXT,
            );
            let read = super::moment::reading(to, "''", mode);
            match to {
                // A number is seconds of UTC, seen from the session's time zone.
                T::TimestampNtz { .. } => {
                    let instant = T::TimestampLtz { precision: 9 };
                    let instant = super::moment::reading(instant, "''", mode);
                    let template = format!(
                        "CASE WHEN snowmelt_typeof({{1}}) = 'INTEGER' THEN CAST({instant} AS TIMESTAMP) ELSE {read} END"
                    );
                    Expr::scalar("CAST", template, vec![text, variant], to)
                }
                _ => call(text, read, to),
            }
        }
        T::Array => call(variant, "snowmelt_to_array({0})", to),
        T::Object => call(variant, "snowmelt_to_object({0})", to),
        _ => return None,
    })
}

fn text(variant: Expr) -> Expr {
    read(variant, "snowmelt_variant_text", DataType::TEXT)
}

/// What a function in Rust makes of a VARIANT. What a constant path leads to is read in one step.
fn read(variant: Expr, function: &str, to: DataType) -> Expr {
    let place = variant.place;
    let (template, arguments) = match variant.kind {
        ExprKind::Call(path) if path.template == crate::analyze::path::GET => {
            (format!("{function}_at({{0}}, {{1}})"), path.arguments)
        }
        kind => (format!("{function}({{0}})"), vec![Expr { kind, ..variant }]),
    };
    Expr::scalar("CAST", template, arguments, to)
        .nullable(true)
        .at(place)
}
