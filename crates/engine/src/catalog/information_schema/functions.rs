//! INFORMATION_SCHEMA.FUNCTIONS: the user-defined ones.

use super::{Definition, LTZ, NUMBER, Scope, TEXT, literal, select};
use crate::catalog::definition;
use snowmelt_sql::DataType;
use snowmelt_sql::object::{Function, Volatility};

pub(super) const FUNCTIONS: Definition = Definition {
    name: "FUNCTIONS",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("FUNCTION_CATALOG", TEXT),
    ("FUNCTION_SCHEMA", TEXT),
    ("FUNCTION_NAME", TEXT),
    ("FUNCTION_OWNER", TEXT),
    ("ARGUMENT_SIGNATURE", TEXT),
    ("DATA_TYPE", TEXT),
    ("CHARACTER_MAXIMUM_LENGTH", NUMBER),
    ("CHARACTER_OCTET_LENGTH", NUMBER),
    ("NUMERIC_PRECISION", NUMBER),
    ("NUMERIC_PRECISION_RADIX", NUMBER),
    ("NUMERIC_SCALE", NUMBER),
    ("FUNCTION_LANGUAGE", TEXT),
    ("FUNCTION_DEFINITION", TEXT),
    ("VOLATILITY", TEXT),
    ("IS_NULL_CALL", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
    ("COMMENT", TEXT),
    ("IS_EXTERNAL", TEXT),
    ("API_INTEGRATION", TEXT),
    ("CONTEXT_HEADERS", TEXT),
    ("MAX_BATCH_ROWS", NUMBER),
    ("COMPRESSION", TEXT),
    ("PACKAGES", TEXT),
    ("RUNTIME_VERSION", TEXT),
    ("INSTALLED_PACKAGES", TEXT),
    ("IS_MEMOIZABLE", TEXT),
];

fn sql(scope: &Scope<'_>) -> String {
    let mut rows: Vec<String> = Vec::new();
    for (_, entry) in scope.image.in_database(scope.database) {
        if let definition::Definition::Function(function) = &entry.definition {
            rows.push(row(entry.id, function));
        }
    }
    if rows.is_empty() {
        // The columns are there without rows, too.
        rows.push("(-1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)".to_owned());
    }
    let from = format!(
        "{} JOIN (VALUES {}) AS f(id, name, signature, returns, body, volatility, null_call, comment, memoizable)
            ON f.id = o.id",
        scope.objects_of_kind("FUNCTION"),
        rows.join(", ")
    );
    select(
        COLUMNS,
        &[
            ("FUNCTION_CATALOG", "o.database_name"),
            ("FUNCTION_SCHEMA", "o.schema_name"),
            ("FUNCTION_NAME", "f.name"),
            ("FUNCTION_OWNER", "o.owner"),
            ("ARGUMENT_SIGNATURE", "f.signature"),
            ("DATA_TYPE", "f.returns"),
            ("FUNCTION_LANGUAGE", "'SQL'"),
            ("FUNCTION_DEFINITION", "f.body"),
            ("VOLATILITY", "f.volatility"),
            ("IS_NULL_CALL", "f.null_call"),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
            ("COMMENT", "f.comment"),
            ("IS_EXTERNAL", "'NO'"),
            ("IS_MEMOIZABLE", "f.memoizable"),
        ],
        &from,
    )
}

fn row(id: i64, function: &Function) -> String {
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|parameter| format!("{} {}", parameter.name, parameter.data_type.noun()))
        .collect();
    let yes_or_no = |is: bool| if is { "'YES'" } else { "'NO'" };
    format!(
        "({id}, {}, {}, {}, {}, {}, {}, {}, {})",
        literal(function.base_name()),
        literal(&format!("({})", parameters.join(", "))),
        literal(&function.returns.to_string()),
        literal(&function.body),
        match function.volatility {
            Some(Volatility::Volatile) => "'VOLATILE'",
            Some(Volatility::Immutable) => "'IMMUTABLE'",
            None => "NULL",
        },
        yes_or_no(!function.strict),
        function
            .comment
            .as_deref()
            .map_or("NULL".to_owned(), literal),
        yes_or_no(function.memoizable),
    )
}
