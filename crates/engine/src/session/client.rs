//! What a server asks of a session beside running statements: which query id comes next, and what a
//! statement would give.

use super::Session;
use crate::engine::Engine;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::ids::format_query_id;
use snowmelt_sql::Plan;
use snowmelt_sql::plan::OutputColumn;

impl Engine {
    /// A query id that no statement has had: a server tells it to the client before the statement runs.
    pub fn new_query_id(&self) -> String {
        format_query_id(self.options().ids.next_id())
    }
}

impl Session {
    /// The next statement gets this query id, from [`Engine::new_query_id`].
    pub fn give_query_id(&mut self, query_id: String) {
        self.given_query_id = Some(query_id);
    }

    /// The columns that a query would give; nothing is run. `None` for a statement that is no query.
    ///
    /// # Errors
    /// What the statement's compilation refuses; more than one statement.
    pub fn describe(&mut self, statement: &str) -> Result<Option<Vec<OutputColumn>>> {
        let parsed = snowmelt_sql::parse::parse_script(statement)?;
        let [one] = parsed.as_slice() else {
            return Err(EngineError::new(
                EngineErrorKind::Syntax,
                "000008",
                "0A000",
                format!(
                    "Actual statement count {} did not match the desired statement count 1.",
                    parsed.len()
                ),
            ));
        };
        let query_id = self.start_statement();
        let planned = self.plan_only(one, statement);
        self.unlock();
        match planned {
            Ok(Plan::Query(query)) => Ok(Some(query.columns)),
            Ok(_) => Ok(None),
            Err(mut error) => {
                error.statement = one.span;
                error.query_id.get_or_insert(query_id);
                Err(error)
            }
        }
    }
}
