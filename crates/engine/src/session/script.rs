//! A script: statements that run one after the other in a session, each planned when its turn comes.

use super::Session;
use crate::error::Result;
use crate::result::ResultSet;
use snowmelt_sql::statement::ParsedStatement;

/// A script that runs statement by statement.
pub struct Script<'session> {
    session: &'session mut Session,
    text: &'session str,
    statements: std::vec::IntoIter<ParsedStatement>,
}

impl<'session> Script<'session> {
    pub(super) fn new(session: &'session mut Session, text: &'session str) -> Result<Self> {
        let statements = snowmelt_sql::parse::parse_script(text)?.into_iter();
        Ok(Self {
            session,
            text,
            statements,
        })
    }

    /// Runs the next statement; `None` after the last one. Its rows are read before the next call.
    ///
    /// # Errors
    /// The statement's; the script then ends. `span` and `statement` of the error point into the script.
    #[expect(
        clippy::should_implement_trait,
        reason = "the result borrows from the script, which Iterator does not allow"
    )]
    pub fn next(&mut self) -> Option<Result<ResultSet<'_>>> {
        let statement = self.statements.next()?;
        let result = self.session.run(&statement, self.text);
        if result.is_err() {
            self.statements = Vec::new().into_iter();
        }
        Some(result)
    }
}
