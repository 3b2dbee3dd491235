//! A result's columns in the protocol's words.

use crate::wire::query::RowType;
use snowmelt_sql::DataType;
use snowmelt_sql::plan::OutputColumn;

/// Bytes that a character takes at most.
const CHARACTER_BYTES: u64 = 4;
const MOST_TEXT_BYTES: u64 = 16_777_216;

/// The columns as a client is told of them.
pub(crate) fn row_types(columns: &[OutputColumn]) -> Vec<RowType> {
    columns.iter().map(row_type).collect()
}

fn row_type(column: &OutputColumn) -> RowType {
    let size = Size::of(column.data_type);
    let (table, schema, database) = match column.origins.as_slice() {
        [(table, _)] => (
            table.name.clone(),
            table.schema.clone(),
            table.database.clone(),
        ),
        _ => Default::default(),
    };
    RowType {
        name: column.name.clone(),
        database,
        schema,
        table,
        nullable: column.nullable,
        kind: kind(column.data_type),
        byte_length: size.bytes,
        length: size.length,
        scale: size.scale,
        precision: size.precision,
        collation: None,
    }
}

/// A type's name in the protocol.
pub(super) fn kind(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Number { .. } => "fixed",
        DataType::Float => "real",
        DataType::Null | DataType::Text { .. } => "text",
        DataType::Binary { .. } => "binary",
        DataType::Date => "date",
        DataType::Time { .. } => "time",
        DataType::TimestampNtz { .. } => "timestamp_ntz",
        DataType::TimestampLtz { .. } => "timestamp_ltz",
        DataType::TimestampTz { .. } => "timestamp_tz",
        DataType::Variant => "variant",
        DataType::Object => "object",
        DataType::Array => "array",
    }
}

/// A type's numbers in the protocol.
pub(super) struct Size {
    pub(super) precision: Option<u8>,
    pub(super) scale: Option<u8>,
    pub(super) length: Option<u64>,
    pub(super) bytes: Option<u64>,
}

impl Size {
    pub(super) fn of(data_type: DataType) -> Self {
        let mut size = Self {
            precision: None,
            scale: None,
            length: None,
            bytes: None,
        };
        match data_type {
            DataType::Number { precision, scale } => {
                size.precision = Some(precision);
                size.scale = Some(scale);
            }
            DataType::Text { length } => {
                size.length = Some(u64::from(length));
                size.bytes = Some((u64::from(length) * CHARACTER_BYTES).min(MOST_TEXT_BYTES));
            }
            DataType::Binary { length } => {
                size.length = Some(u64::from(length));
                size.bytes = Some(u64::from(length));
            }
            DataType::Null => {
                size.length = Some(0);
                size.bytes = Some(0);
            }
            DataType::Time { precision }
            | DataType::TimestampNtz { precision }
            | DataType::TimestampLtz { precision }
            | DataType::TimestampTz { precision } => {
                size.precision = Some(0);
                size.scale = Some(precision);
            }
            DataType::Boolean
            | DataType::Float
            | DataType::Date
            | DataType::Variant
            | DataType::Object
            | DataType::Array => {}
        }
        size
    }
}
