//! Scripts → statements, and the errors of what is not one.

mod errors;
mod fuzz;
mod queries;
mod scripts;

use snowmelt_sql::statement::Statement;

/// The one statement of a script.
fn one(script: &str) -> Statement {
    let mut statements = snowmelt_sql::parse::parse_script(script)
        .unwrap_or_else(|error| panic!("{script}\n{}", error.snowflake_message(script)));
    assert_eq!(statements.len(), 1, "{script}");
    statements.remove(0).statement
}
