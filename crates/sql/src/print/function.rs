//! FUNCTION.

use super::{DdlNames, property};
use crate::name::{QualifiedName, quote_if_needed};
use crate::object::{Function, FunctionReturns, Volatility};

pub(super) fn ddl(function: &Function, names: DdlNames) -> String {
    let secure = if function.secure { "SECURE " } else { "" };
    let name = QualifiedName {
        name: function.base_name().to_owned(),
        ..function.name.clone()
    };
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|parameter| {
            let default = match &parameter.default {
                Some(default) => format!(" DEFAULT {default}"),
                None => String::new(),
            };
            let name = quote_if_needed(&parameter.name);
            format!("{name} {}{default}", parameter.data_type)
        })
        .collect();
    let returns = match &function.returns {
        FunctionReturns::Value(data_type) => data_type.to_string(),
        FunctionReturns::Table(columns) => {
            let columns: Vec<String> = columns
                .iter()
                .map(|(name, data_type)| format!("{} {data_type}", quote_if_needed(name)))
                .collect();
            format!("TABLE ({})", columns.join(", "))
        }
    };
    let mut text = format!(
        "CREATE OR REPLACE {secure}FUNCTION {}({})\nRETURNS {returns}\nLANGUAGE SQL\n",
        names.of(&name),
        parameters.join(", ")
    );
    if function.strict {
        text.push_str("STRICT\n");
    }
    match function.volatility {
        Some(Volatility::Volatile) => text.push_str("VOLATILE\n"),
        Some(Volatility::Immutable) => text.push_str("IMMUTABLE\n"),
        None => {}
    }
    if function.memoizable {
        text.push_str("MEMOIZABLE\n");
    }
    if let Some(comment) = property::comment(&function.comment) {
        text.push_str(&comment);
        text.push('\n');
    }
    let body = crate::parse::quote_string(&function.body);
    text.push_str(&format!("AS {body};"));
    text
}
