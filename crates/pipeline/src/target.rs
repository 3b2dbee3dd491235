//! What SQL is sent to. The embedded engine and a Snowflake account look the same from here: Snowflake SQL in, rows as
//! Snowflake prints them out.

use snowmelt_sql::Span;
use std::time::Duration;

/// Something that runs Snowflake SQL.
pub trait Target: Send + Sync {
    /// What messages call it, e.g. `embedded` or the account's name.
    fn name(&self) -> &str;

    /// Whether it is a Snowflake account: what is there may be others' work, what is lost costs money, and statements
    /// take a round trip each.
    fn is_account(&self) -> bool {
        false
    }

    /// Opens a session of its own: current database, variables and transaction are not shared with any other.
    ///
    /// # Errors
    /// When the target cannot be reached or has no room for one more.
    fn session(&self) -> Result<Box<dyn TargetSession>, TargetError>;
}

/// One session: statements run one after the other.
pub trait TargetSession: Send {
    /// Runs one statement, without a closing semicolon, and waits for its end.
    ///
    /// # Errors
    /// When the statement is refused or fails; a failed statement has changed nothing.
    fn execute(&mut self, sql: &str) -> Result<Rows, TargetError>;

    /// Says for which place of the files, `file:line`, the next statements are sent; a target that keeps a history puts
    /// it there.
    fn set_origin(&mut self, _origin: Option<&str>) {}
}

/// What a statement answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Column names.
    pub columns: Vec<String>,
    /// Values as Snowflake prints them; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// The statement's id.
    pub query_id: String,
}

impl Rows {
    /// The position of the column of that name, compared without regard to case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.eq_ignore_ascii_case(name))
    }

    /// The value in that row and column; `None` if it is NULL or there is no such column.
    pub fn value(&self, row: usize, column: &str) -> Option<&str> {
        self.rows.get(row)?.get(self.column(column)?)?.as_deref()
    }
}

/// What the caller can do about a target's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetErrorKind {
    /// The statement is wrong, or the target does not run such statements: mend it.
    Statement,
    /// A value in the data does not fit: mend the data or the statement.
    Data,
    /// The target, its disk or a bucket does not answer or is in use: try again.
    Unavailable,
    /// The target is at fault.
    Internal,
    /// The statement was cancelled.
    Cancelled,
}

/// A statement that did not succeed. `Display` gives the primary message alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TargetError {
    /// What the caller can do about it.
    pub kind: TargetErrorKind,
    /// Snowflake's six-digit error code.
    pub code: Option<String>,
    /// SQLSTATE.
    pub sqlstate: Option<String>,
    /// The primary message.
    pub message: String,
    /// More about the cause.
    pub detail: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// The statement's id, if it got one.
    pub query_id: Option<String>,
    /// Where in the statement's text, if known.
    pub span: Option<Span>,
}

impl TargetError {
    /// An error of that kind with nothing but a message.
    pub fn new(kind: TargetErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            sqlstate: None,
            message: message.into(),
            detail: None,
            hint: None,
            query_id: None,
            span: None,
        }
    }
}

/// Time as the caller has it: the real clock in the binary, a made-up one in tests.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z.
    fn now_micros(&self) -> i64;

    /// Waits that long.
    fn sleep(&self, time: Duration);
}
