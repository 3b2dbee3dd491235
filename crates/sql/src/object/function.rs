//! User-defined functions in SQL.

use crate::data_type::DataType;
use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// CREATE FUNCTION … LANGUAGE SQL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Full name; its last part is the signature, such as `ADD(NUMBER, NUMBER)`: functions of one name differ in the types
    /// of their parameters.
    pub name: QualifiedName,
    /// In order.
    pub parameters: Vec<FunctionParameter>,
    /// RETURNS.
    pub returns: FunctionReturns,
    /// What stands between the quotes after AS: an expression or a query.
    pub body: String,
    /// SECURE.
    #[serde(default)]
    pub secure: bool,
    /// RETURNS NULL ON NULL INPUT, also written STRICT.
    #[serde(default)]
    pub strict: bool,
    /// VOLATILE or IMMUTABLE, if given: kept and shown back.
    #[serde(default)]
    pub volatility: Option<Volatility>,
    /// MEMOIZABLE: kept and shown back.
    #[serde(default)]
    pub memoizable: bool,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
}

/// VOLATILE or IMMUTABLE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "Snowflake's own words")]
pub enum Volatility {
    Volatile,
    Immutable,
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunctionParameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// DEFAULT, as it was written.
    #[serde(default)]
    pub default: Option<String>,
}

/// RETURNS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunctionReturns {
    /// A value.
    Value(DataType),
    /// TABLE (name type, …).
    Table(Vec<(String, DataType)>),
}

impl fmt::Display for FunctionReturns {
    /// `NUMBER(38,0)`; `TABLE (A NUMBER, B VARCHAR)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FunctionReturns::Value(data_type) => write!(f, "{data_type}"),
            FunctionReturns::Table(columns) => {
                let columns: Vec<String> = columns
                    .iter()
                    .map(|(name, data_type)| format!("{name} {}", data_type.noun()))
                    .collect();
                write!(f, "TABLE ({})", columns.join(", "))
            }
        }
    }
}

impl Function {
    /// The name without the types of the parameters.
    pub fn base_name(&self) -> &str {
        base_name(&self.name.name)
    }

    /// `(NUMBER, VARCHAR)`.
    pub fn signature(&self) -> &str {
        &self.name.name[self.base_name().len()..]
    }

    /// How many arguments it must have.
    pub fn required(&self) -> usize {
        self.parameters
            .iter()
            .filter(|parameter| parameter.default.is_none())
            .count()
    }
}

/// `ADD` of `ADD(NUMBER, NUMBER)`.
pub fn base_name(name: &str) -> &str {
    name.rfind('(').map_or(name, |at| &name[..at])
}

/// `ADD(NUMBER, NUMBER)`: what tells functions of one name apart.
pub fn name_with_signature(name: &str, types: impl IntoIterator<Item = DataType>) -> String {
    let types: Vec<&str> = types.into_iter().map(DataType::noun).collect();
    format!("{name}({})", types.join(", "))
}
