//! The registry as SHOW FUNCTIONS and INFORMATION_SCHEMA list it.

use super::row::{Function, Kind, Parameter, Returns, Rule};
use super::{FAMILIES, table};

/// What SHOW FUNCTIONS tells of one of Snowflake's functions.
#[derive(Debug, Clone)]
pub struct BuiltinFunction {
    /// Its name.
    pub name: &'static str,
    /// Whether it is an aggregate function.
    pub is_aggregate: bool,
    /// Whether it stands in FROM.
    pub is_table: bool,
    /// The least number of arguments.
    pub least_arguments: usize,
    /// The greatest number of arguments.
    pub most_arguments: usize,
    /// `ABS(NUMBER) RETURN NUMBER`; ANY stands for what depends on the call.
    pub signature: String,
}

/// Every function of the registry, a row for each name and overload.
pub fn builtin_functions() -> impl Iterator<Item = BuiltinFunction> {
    let rows = FAMILIES.iter().copied().flatten();
    let scalar = rows.flat_map(|row| row.names.iter().map(move |name| builtin(name, row)));
    let tables = table::TABLE_FUNCTIONS.iter().map(|function| {
        let required = function.parameters.iter().filter(|one| one.required);
        let types: Vec<&str> = function
            .parameters
            .iter()
            .map(|parameter| parameter.data_type.map_or("ANY", |of| of.noun()))
            .collect();
        BuiltinFunction {
            name: function.name,
            is_aggregate: false,
            is_table: true,
            least_arguments: required.count(),
            most_arguments: function.parameters.len(),
            signature: format!("{}({}) RETURN TABLE ()", function.name, types.join(", ")),
        }
    });
    scalar.chain(tables)
}

fn builtin(name: &'static str, row: &Function) -> BuiltinFunction {
    let (types, arity, returns) = match &row.rule {
        Rule::Sql {
            parameters,
            returns,
            ..
        } => {
            let many = matches!(parameters.last(), Some(Parameter::Many(_)));
            let most = if many { usize::MAX } else { parameters.len() };
            let types: Vec<&str> = parameters.iter().map(|one| noun(*one)).collect();
            let returns = match returns {
                Returns::Type(data_type) => data_type.noun(),
                Returns::Whole(_) => "NUMBER",
                Returns::Same(index) => types.get(*index).copied().unwrap_or("ANY"),
                Returns::Common => "ANY",
            };
            (types, (parameters.len(), most), returns)
        }
        Rule::Build { arity, .. } => (vec!["ANY"; arity.0], *arity, "ANY"),
    };
    BuiltinFunction {
        name,
        is_aggregate: row.kind == Kind::Aggregate,
        is_table: false,
        least_arguments: arity.0,
        most_arguments: arity.1,
        signature: format!("{name}({}) RETURN {returns}", types.join(", ")),
    }
}

fn noun(parameter: Parameter) -> &'static str {
    match parameter {
        Parameter::Any | Parameter::Element => "ANY",
        Parameter::Text => "VARCHAR",
        Parameter::Number | Parameter::Integer => "NUMBER",
        Parameter::Float => "FLOAT",
        Parameter::Boolean => "BOOLEAN",
        Parameter::Date => "DATE",
        Parameter::Timestamp | Parameter::WallClock => "TIMESTAMP_NTZ",
        Parameter::Moment => "TIMESTAMP",
        Parameter::Time => "TIME",
        Parameter::Variant => "VARIANT",
        Parameter::Binary => "BINARY",
        Parameter::Many(of) => noun(*of),
    }
}
