//! Snowflake's functions: one registry, a row per overload, a file per family. A row says what a function takes, what it
//! gives and which DuckDB SQL means the same; the analyzer, SHOW FUNCTIONS and COMPAT.md all read it.

mod aggregate;
mod bitwise;
mod conditional;
mod context;
mod conversion;
mod date;
mod date_part;
mod encoding;
mod generation;
mod infer_schema;
mod listing;
mod macros;
mod numeric;
mod refused;
mod regexp;
mod row;
mod semi_structured;
mod sketch;
mod split_table;
mod statistics;
mod string;
mod system;
mod table;
mod window;

pub use listing::{BuiltinFunction, builtin_functions};
pub use macros::macro_definitions;

pub(crate) use date_part::is_date_part;
pub(crate) use infer_schema::file_list;
pub use refused::refused_functions;
pub(crate) use refused::{is_refused, is_refused_table_function};
pub(crate) use row::{Function, Kind, Nulls, Parameter, Returns, Rule};
pub(crate) use table::{TABLE_BY_NAME, TableFunction, TableParameter, TableSource, table_function};

use std::collections::HashMap;
use std::sync::LazyLock;

/// Each family's rows.
const FAMILIES: &[&[Function]] = &[
    aggregate::FUNCTIONS,
    bitwise::FUNCTIONS,
    conditional::FUNCTIONS,
    context::FUNCTIONS,
    conversion::FUNCTIONS,
    date::FUNCTIONS,
    encoding::FUNCTIONS,
    generation::FUNCTIONS,
    numeric::FUNCTIONS,
    regexp::FUNCTIONS,
    semi_structured::ARRAYS,
    semi_structured::FUNCTIONS,
    semi_structured::HIGHER_ORDER,
    semi_structured::KINDS,
    semi_structured::OBJECTS,
    sketch::FUNCTIONS,
    statistics::FUNCTIONS,
    string::FUNCTIONS,
    string::binary::FUNCTIONS,
    string::digest::FUNCTIONS,
    system::FUNCTIONS,
    window::FUNCTIONS,
];

static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static Function>>> = LazyLock::new(|| {
    let mut by_name: HashMap<&'static str, Vec<&'static Function>> = HashMap::new();
    for function in FAMILIES.iter().copied().flatten() {
        for name in function.names {
            by_name.entry(name).or_default().push(function);
        }
    }
    by_name
});

/// The overloads of a function, by its name in upper case.
pub(crate) fn overloads(name: &str) -> Option<(&'static str, &'static [&'static Function])> {
    BY_NAME
        .get_key_value(name)
        .map(|(name, functions)| (*name, functions.as_slice()))
}
