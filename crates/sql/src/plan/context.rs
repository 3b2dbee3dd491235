//! What a session has set that changes what its statements mean.

use super::OutputColumn;
use crate::object::PropertyValue;
use crate::statement::SecondaryRoles;
use std::collections::BTreeMap;

/// A session's state as the front end sees it.
#[derive(Debug, Clone, Default)]
pub struct SessionContext {
    /// Current database, stored spelling.
    pub database: Option<String>,
    /// Current schema, stored spelling.
    pub schema: Option<String>,
    /// Current warehouse.
    pub warehouse: Option<String>,
    /// Current role; the embedded engine starts with `ACCOUNTADMIN`.
    pub role: String,
    /// What USE SECONDARY ROLES said last.
    pub secondary_roles: SecondaryRoles,
    /// The user's name.
    pub user: String,
    /// Session variables (SET): stored spelling → a Snowflake SQL literal.
    pub variables: BTreeMap<String, String>,
    /// Parameters (ALTER SESSION SET) that differ from their defaults.
    pub parameters: BTreeMap<String, PropertyValue>,
    /// Microseconds since 1970-01-01T00:00:00Z when the statement started: CURRENT_TIMESTAMP and its kin.
    pub statement_started_at_micros: i64,
    /// The running statement as written: CURRENT_STATEMENT.
    pub statement_text: String,
    /// A number unique to the statement, for RANDOM, UUID_STRING and temporary names.
    pub statement_seed: u64,
    /// The session's id: CURRENT_SESSION.
    pub session_id: u64,
    /// Query ids, the last one last: LAST_QUERY_ID.
    pub last_query_ids: Vec<String>,
    /// Rows of earlier statements, by query id: RESULT_SCAN. Filled when a statement asks for them.
    pub results: BTreeMap<String, StoredResult>,
    /// Nothing is held in 64 bits that is not known to fit them. Else a plan may guess, and say so (`guessed`).
    pub exact: bool,
}

/// The rows of an earlier statement.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredResult {
    /// Its columns.
    pub columns: Vec<OutputColumn>,
    /// DuckDB's text of the rows, as it may stand in FROM.
    pub sql: String,
}

impl SessionContext {
    /// DEFAULT_NULL_ORDERING: whether NULL comes before every value in an ascending order (FIRST), or after (LAST).
    pub fn nulls_are_lowest(&self) -> bool {
        matches!(self.parameters.get("DEFAULT_NULL_ORDERING"), Some(PropertyValue::Text(first)) if first == "FIRST")
    }

    /// TIMEZONE; Snowflake's default is America/Los_Angeles, the embedded engine's too.
    pub fn time_zone(&self) -> &str {
        match self.parameters.get("TIMEZONE") {
            Some(PropertyValue::Text(zone)) => zone,
            _ => "America/Los_Angeles",
        }
    }
}
