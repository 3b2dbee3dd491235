//! CREATE TABLE.

use super::{Column, Properties};
use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};

/// How long a table's history is kept and who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// An ordinary table.
    Permanent,
    /// TRANSIENT: kept like a permanent one here.
    Transient,
    /// TEMPORARY: of one session only.
    Temporary,
}

/// A table's definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Full name.
    pub name: QualifiedName,
    /// Permanent, transient or temporary.
    pub kind: TableKind,
    /// Columns in order; never empty.
    pub columns: Vec<Column>,
    /// PRIMARY KEY (kept and shown back, not enforced, as in Snowflake).
    #[serde(default)]
    pub primary_key: Option<Key>,
    /// UNIQUE keys (kept, not enforced).
    #[serde(default)]
    pub unique_keys: Vec<Key>,
    /// FOREIGN KEYs (kept, not enforced).
    #[serde(default)]
    pub foreign_keys: Vec<ForeignKey>,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// CLUSTER BY, DATA_RETENTION_TIME_IN_DAYS, CHANGE_TRACKING, ENABLE_SCHEMA_EVOLUTION, …
    #[serde(default)]
    pub properties: Properties,
}

/// PRIMARY KEY or UNIQUE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// CONSTRAINT name, stored spelling.
    #[serde(default)]
    pub name: Option<String>,
    /// Columns by stored spelling; never empty.
    pub columns: Vec<String>,
}

/// FOREIGN KEY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// CONSTRAINT name, stored spelling.
    #[serde(default)]
    pub name: Option<String>,
    /// Columns by stored spelling; never empty.
    pub columns: Vec<String>,
    /// The table referred to.
    pub table: QualifiedName,
    /// Its columns; empty means its primary key.
    #[serde(default)]
    pub referenced_columns: Vec<String>,
}

impl Table {
    /// The column of that stored spelling, and its position.
    pub fn column(&self, name: &str) -> Option<(usize, &Column)> {
        self.columns
            .iter()
            .enumerate()
            .find(|(_, column)| column.name == name)
    }
}
