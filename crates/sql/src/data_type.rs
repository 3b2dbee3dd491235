//! Snowflake's data types, and how DuckDB holds each.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Most digits of a DECIMAL that DuckDB holds in 64 bits.
pub const NARROW_DIGITS: u8 = 18;
/// The length of a VARCHAR that names none, in characters.
pub const MAX_TEXT_LENGTH: u32 = 16_777_216;
/// The length of a BINARY that names none, in bytes.
pub const MAX_BINARY_LENGTH: u32 = 8_388_608;
/// Longest VARCHAR that can be declared, in characters.
pub const LONGEST_TEXT: u32 = 134_217_728;
/// Longest BINARY that can be declared, in bytes.
pub const LONGEST_BINARY: u32 = 67_108_864;

/// A Snowflake data type, synonyms folded (`INT` is `NUMBER(38,0)`, `STRING` is `VARCHAR(16777216)`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DataType {
    /// The type of a bare NULL: fits everywhere.
    Null,
    /// BOOLEAN.
    Boolean,
    /// NUMBER(precision, scale): 1 ≤ precision ≤ 38, scale ≤ precision.
    Number {
        /// Decimal digits in all.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// FLOAT, a 64-bit IEEE number.
    Float,
    /// VARCHAR(length), length in characters.
    Text {
        /// Longest value, in characters.
        length: u32,
    },
    /// BINARY(length), length in bytes.
    Binary {
        /// Longest value, in bytes.
        length: u32,
    },
    /// DATE.
    Date,
    /// TIME(precision).
    Time {
        /// Digits of the second's fraction, 0 to 9.
        precision: u8,
    },
    /// TIMESTAMP_NTZ(precision): wall-clock time.
    TimestampNtz {
        /// Digits of the second's fraction, 0 to 9.
        precision: u8,
    },
    /// TIMESTAMP_LTZ(precision): an instant, shown in the session's time zone.
    TimestampLtz {
        /// Digits of the second's fraction, 0 to 9.
        precision: u8,
    },
    /// TIMESTAMP_TZ(precision): an instant with its own offset.
    TimestampTz {
        /// Digits of the second's fraction, 0 to 9.
        precision: u8,
    },
    /// VARIANT.
    Variant,
    /// OBJECT.
    Object,
    /// ARRAY.
    Array,
}

impl DataType {
    /// `NUMBER(38,0)`: INT and its synonyms.
    pub const INTEGER: DataType = DataType::Number {
        precision: 38,
        scale: 0,
    };
    /// VARCHAR without a length.
    pub const TEXT: DataType = DataType::Text {
        length: MAX_TEXT_LENGTH,
    };
    /// BINARY without a length.
    pub const BINARY: DataType = DataType::Binary {
        length: MAX_BINARY_LENGTH,
    };

    /// Whether a value may hold JSON: VARIANT, OBJECT or ARRAY.
    pub fn is_semi_structured(self) -> bool {
        matches!(self, DataType::Variant | DataType::Object | DataType::Array)
    }

    /// The type without its length or precision, as it stands in the signature of a function.
    pub fn noun(self) -> &'static str {
        match self {
            DataType::Null => "NULL",
            DataType::Boolean => "BOOLEAN",
            DataType::Number { .. } => "NUMBER",
            DataType::Float => "FLOAT",
            DataType::Text { .. } => "VARCHAR",
            DataType::Binary { .. } => "BINARY",
            DataType::Date => "DATE",
            DataType::Time { .. } => "TIME",
            DataType::TimestampNtz { .. } => "TIMESTAMP_NTZ",
            DataType::TimestampLtz { .. } => "TIMESTAMP_LTZ",
            DataType::TimestampTz { .. } => "TIMESTAMP_TZ",
            DataType::Variant => "VARIANT",
            DataType::Object => "OBJECT",
            DataType::Array => "ARRAY",
        }
    }

    /// The DuckDB type that holds values of this type. `narrow` says that a NUMBER is known to fit 64 bits (a column's
    /// [`crate::object::Column::narrow`], a literal, COUNT): it is then held as BIGINT or, with a scale, as
    /// DECIMAL(18, scale), whatever its precision.
    pub fn physical(self, narrow: bool) -> String {
        match self {
            DataType::Null => "VARCHAR".to_owned(),
            DataType::Boolean => "BOOLEAN".to_owned(),
            DataType::Number {
                precision,
                scale: 0,
            } if narrow || precision <= NARROW_DIGITS => "BIGINT".to_owned(),
            DataType::Number { precision, scale }
                if narrow && precision > NARROW_DIGITS && scale <= NARROW_DIGITS =>
            {
                format!("DECIMAL({NARROW_DIGITS},{scale})")
            }
            DataType::Number { precision, scale } => format!("DECIMAL({precision},{scale})"),
            DataType::Float => "DOUBLE".to_owned(),
            DataType::Text { .. } => "VARCHAR".to_owned(),
            DataType::Binary { .. } => "BLOB".to_owned(),
            DataType::Date => "DATE".to_owned(),
            DataType::Time { .. } => "TIME".to_owned(),
            DataType::TimestampNtz { .. } => "TIMESTAMP".to_owned(),
            DataType::TimestampLtz { .. } => "TIMESTAMPTZ".to_owned(),
            // Microseconds of UTC times 4096, plus the offset in minutes and 2048: the order is that of the instants (see
            // the macros `tz_…`).
            DataType::TimestampTz { .. } => "HUGEINT".to_owned(),
            DataType::Variant | DataType::Object | DataType::Array => "JSON".to_owned(),
        }
    }

    /// Whether [`DataType::physical`] gives BIGINT for a column that is not yet known to be wide.
    pub fn can_be_narrow(self) -> bool {
        matches!(self, DataType::Number { scale: 0, .. })
    }

    /// Whether values that are not known to fit 64 bits most likely do: a long NUMBER that keeps ten digits before the
    /// point in them.
    pub(crate) fn is_worth_guessing_narrow(self) -> bool {
        matches!(self, DataType::Number { precision, scale } if precision > NARROW_DIGITS && scale <= 8)
    }
}

/// Prints the type as DESCRIBE TABLE and GET_DDL do: `NUMBER(38,0)`, `VARCHAR(16777216)`, `TIMESTAMP_NTZ(9)`.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DataType::Null => f.write_str("NULL"),
            DataType::Boolean => f.write_str("BOOLEAN"),
            DataType::Number { precision, scale } => write!(f, "NUMBER({precision},{scale})"),
            DataType::Float => f.write_str("FLOAT"),
            DataType::Text { length } => write!(f, "VARCHAR({length})"),
            DataType::Binary { length } => write!(f, "BINARY({length})"),
            DataType::Date => f.write_str("DATE"),
            DataType::Time { precision } => write!(f, "TIME({precision})"),
            DataType::TimestampNtz { precision } => write!(f, "TIMESTAMP_NTZ({precision})"),
            DataType::TimestampLtz { precision } => write!(f, "TIMESTAMP_LTZ({precision})"),
            DataType::TimestampTz { precision } => write!(f, "TIMESTAMP_TZ({precision})"),
            DataType::Variant => f.write_str("VARIANT"),
            DataType::Object => f.write_str("OBJECT"),
            DataType::Array => f.write_str("ARRAY"),
        }
    }
}
