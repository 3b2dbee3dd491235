//! A table's column.

use crate::data_type::DataType;
use serde::{Deserialize, Serialize};

/// One column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Stored spelling.
    pub name: String,
    /// Declared type.
    pub data_type: DataType,
    /// Whether NULL may be stored.
    pub nullable: bool,
    /// DEFAULT, if any.
    #[serde(default)]
    pub default: Option<DefaultValue>,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// Whether a NUMBER of more than 18 digits is held in 64 bits (BIGINT, or DECIMAL(18, scale)) because every value so
    /// far fits them. The engine widens the column (once, for good) before a value that might not fit is stored; it is
    /// not part of the declaration.
    #[serde(default)]
    pub narrow: bool,
}

impl Column {
    /// A nullable column without default, comment or history.
    pub fn new(name: impl Into<String>, data_type: DataType) -> Self {
        let narrow = data_type.can_be_narrow() || data_type.is_worth_guessing_narrow();
        Self {
            name: name.into(),
            data_type,
            nullable: true,
            default: None,
            comment: None,
            narrow,
        }
    }

    /// The DuckDB type the column has now.
    pub fn physical(&self) -> String {
        self.data_type.physical(self.narrow)
    }
}

/// What a missing value becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultValue {
    /// `DEFAULT expression`, as written (Snowflake SQL).
    Expression(String),
    /// AUTOINCREMENT or IDENTITY.
    Identity(Identity),
}

/// AUTOINCREMENT | IDENTITY START … INCREMENT ….
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// First value.
    pub start: i64,
    /// Step; never 0.
    pub increment: i64,
    /// ORDER (else NOORDER): kept and shown back, every value here is handed out in order.
    #[serde(default)]
    pub ordered: bool,
    /// Which sequence hands out the values: an engine's own number, not part of the declaration.
    #[serde(default)]
    pub sequence: Option<i64>,
}
