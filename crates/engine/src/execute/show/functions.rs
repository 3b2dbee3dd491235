//! SHOW FUNCTIONS, SHOW BUILTIN FUNCTIONS and SHOW USER FUNCTIONS.

use super::{LTZ, NUMBER, Scope, TEXT, comment, in_scope, passes};
use crate::catalog::{Definition, Entry, Namespace};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use snowmelt_sql::functions::{BuiltinFunction, builtin_functions};
use snowmelt_sql::object::{Function, FunctionReturns};
use snowmelt_sql::statement::Show;

const COLUMNS: &[ListingColumn] = &[
    ("created_on", LTZ),
    ("name", TEXT),
    ("schema_name", TEXT),
    ("is_builtin", TEXT),
    ("is_aggregate", TEXT),
    ("is_ansi", TEXT),
    ("min_num_arguments", NUMBER),
    ("max_num_arguments", NUMBER),
    ("arguments", TEXT),
    ("description", TEXT),
    ("catalog_name", TEXT),
    ("is_table_function", TEXT),
    ("valid_for_clustering", TEXT),
    ("is_secure", TEXT),
    ("secrets", TEXT),
    ("external_access_integrations", TEXT),
    ("is_external_function", TEXT),
    ("language", TEXT),
    ("is_memoizable", TEXT),
    ("is_data_metric", TEXT),
];

/// Which functions are listed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Builtin,
    User,
}

pub(super) fn show(session: &Session, show: &Show, scope: &Scope, which: Which) -> Listing {
    let limit = usize::try_from(show.limit.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let mut rows: Vec<(String, Vec<Cell>)> = Vec::new();
    if which != Which::User {
        let functions = builtin_functions().filter(|function| passes(function.name, show));
        rows.extend(functions.map(|function| (function.name.to_owned(), builtin(&function))));
    }
    if which != Which::Builtin {
        for entry in in_scope(&session.catalog(), Namespace::Function, scope) {
            if let Definition::Function(function) = &entry.definition
                && passes(function.base_name(), show)
            {
                rows.push((function.name.name.clone(), user(&entry, function)));
            }
        }
    }
    rows.sort_by(|(left, _), (right, _)| left.cmp(right));
    let mut listing = Listing::new(COLUMNS);
    listing.rows = rows.into_iter().map(|(_, row)| row).take(limit).collect();
    listing
}

fn builtin(function: &BuiltinFunction) -> Vec<Cell> {
    let most = i64::try_from(function.most_arguments).unwrap_or(i64::MAX);
    vec![
        Cell::Timestamp(0),
        Cell::from(function.name),
        Cell::from(""),
        Cell::from("Y"),
        Cell::y_or_n(function.is_aggregate),
        Cell::from("N"),
        Cell::Number(i64::try_from(function.least_arguments).unwrap_or(0)),
        Cell::Number(most),
        Cell::from(function.signature.as_str()),
        Cell::from(""),
        Cell::from(""),
        Cell::y_or_n(function.is_table),
        Cell::from("N"),
        Cell::from("N"),
        Cell::Null,
        Cell::Null,
        Cell::from("N"),
        Cell::from("SQL"),
        Cell::from("N"),
        Cell::from("N"),
    ]
}

fn user(entry: &Entry, function: &Function) -> Vec<Cell> {
    let is_table = matches!(function.returns, FunctionReturns::Table(_));
    let count = |value: usize| Cell::Number(i64::try_from(value).unwrap_or(i64::MAX));
    vec![
        Cell::Timestamp(entry.created_at_micros),
        Cell::from(function.base_name()),
        Cell::from(function.name.schema.as_str()),
        Cell::from("N"),
        Cell::from("N"),
        Cell::from("N"),
        count(function.required()),
        count(function.parameters.len()),
        Cell::from(arguments(function)),
        match entry.definition.comment() {
            Some(_) => comment(entry),
            None => Cell::from("user-defined function"),
        },
        Cell::from(function.name.database.as_str()),
        Cell::y_or_n(is_table),
        Cell::from("N"),
        Cell::y_or_n(function.secure),
        Cell::Null,
        Cell::Null,
        Cell::from("N"),
        Cell::from("SQL"),
        Cell::y_or_n(function.memoizable),
        Cell::from("N"),
    ]
}

/// `ADD(NUMBER, DEFAULT NUMBER) RETURN NUMBER`.
fn arguments(function: &Function) -> String {
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|parameter| match parameter.default {
            Some(_) => format!("DEFAULT {}", parameter.data_type.noun()),
            None => parameter.data_type.noun().to_owned(),
        })
        .collect();
    let returns = match &function.returns {
        FunctionReturns::Value(data_type) => data_type.noun().to_owned(),
        table => table.to_string(),
    };
    format!(
        "{}({}) RETURN {returns}",
        function.base_name(),
        parameters.join(", ")
    )
}
