//! A query that is ready to run.

use crate::data_type::DataType;
use crate::name::QualifiedName;

/// A lowered query.
#[derive(Debug, Clone)]
pub struct QueryPlan {
    /// DuckDB SQL. Stages appear as calls of the engine's scan functions.
    pub sql: String,
    /// What the client sees, by position; DuckDB's own column names are not used.
    pub columns: Vec<OutputColumn>,
    /// Tables read (through views too), each once: for lineage, freshness and change tracking.
    pub reads: Vec<QualifiedName>,
    /// NUMBERs are held in 64 bits that may not fit them. Such a value is an error at run time, of the kind that a bad
    /// value is; the statement is then to be planned again with [`super::SessionContext::exact`].
    pub guessed: bool,
}

/// One column of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputColumn {
    /// The name the client sees, e.g. `COUNT(*)`.
    pub name: String,
    /// Its Snowflake type.
    pub data_type: DataType,
    /// Held as BIGINT though the type is a longer NUMBER.
    pub narrow: bool,
    /// Whether NULL can occur, as far as is known.
    pub nullable: bool,
    /// The columns of tables it comes from: (table, stored column name), for lineage and lint.
    pub origins: Vec<(QualifiedName, String)>,
}
