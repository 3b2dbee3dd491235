//! The engine's errors: one struct at the edge, sorted by what the caller should do, in Snowflake's codes and words.

mod duckdb;

pub(crate) use duckdb::{aborted_transaction, cancelled, intern};
use snowmelt_sql::{ErrorKind, Span, SqlError};
use std::error::Error;
use std::fmt;

/// What the caller should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineErrorKind {
    /// The text is not SQL: fix the text.
    Syntax,
    /// A name or a type does not fit the catalog: fix the statement or create the object.
    Compilation,
    /// Valid Snowflake SQL that snowmelt does not run: write it otherwise, or run it on an account.
    Unsupported,
    /// A value does not fit: fix the data.
    Data,
    /// The statement was cancelled: nothing to do.
    Cancelled,
    /// Another session changed the same rows or objects at the same time: run it again.
    Conflict,
    /// Memory or disk is used up: give more, or ask for less.
    Resources,
    /// The warehouse file cannot be opened: missing folder, not a warehouse, in use, made by a newer version.
    Warehouse,
    /// A bucket or a stage's folder does not answer, or a file in it cannot be read or written.
    Storage,
    /// A defect of snowmelt: report it.
    Internal,
}

/// An error of the embedded engine. `Display` gives the primary message alone; the other fields are for the caller to
/// show in its own way.
#[derive(Debug)]
pub struct EngineError {
    /// What the caller should do.
    pub kind: EngineErrorKind,
    /// Snowflake's six-digit error code, e.g. `100038`.
    pub code: &'static str,
    /// SQLSTATE, e.g. `22018`.
    pub sqlstate: &'static str,
    /// The primary message.
    pub message: String,
    /// More about the cause.
    pub detail: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// Where in the script; nowhere (the default span) if it has no place.
    pub span: Span,
    /// The statement that failed, in the script; nowhere outside of a script.
    pub statement: Span,
    /// The failed statement's query id, once it has one.
    pub query_id: Option<String>,
    /// The error underneath.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// What the engine's functions return.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;

impl EngineError {
    /// An error with its kind, code, SQLSTATE and primary message.
    pub fn new(
        kind: EngineErrorKind,
        code: &'static str,
        sqlstate: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            code,
            sqlstate,
            message: message.into(),
            detail: None,
            hint: None,
            span: Span::default(),
            statement: Span::default(),
            query_id: None,
            source: None,
        }
    }

    /// The warehouse file cannot be opened.
    pub fn warehouse(message: impl Into<String>) -> Self {
        Self::new(EngineErrorKind::Warehouse, "390201", "08004", message)
    }

    /// A value does not fit.
    pub fn data(code: &'static str, sqlstate: &'static str, message: impl Into<String>) -> Self {
        Self::new(EngineErrorKind::Data, code, sqlstate, message)
    }

    /// A bucket or a stage's folder does not answer.
    pub fn storage(message: impl Into<String>) -> Self {
        Self::new(EngineErrorKind::Storage, "091016", "58030", message)
    }

    /// A defect of snowmelt.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(EngineErrorKind::Internal, "370001", "XX000", message).with_hint(
            "this is a defect of snowmelt: please report it with the statement that caused it",
        )
    }

    /// The same error with more about its cause.
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same error with what to do next.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with the error underneath.
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The message as Snowflake's clients show it, e.g.
    /// `SQL compilation error: error line 1 at position 7\ninvalid identifier 'X'`. `script` is the text the span points into.
    pub fn snowflake_message(&self, script: &str) -> String {
        let kind = match self.kind {
            EngineErrorKind::Syntax => ErrorKind::Syntax,
            EngineErrorKind::Compilation => ErrorKind::Compilation,
            _ => return self.message.clone(),
        };
        SqlError {
            kind,
            code: self.code,
            sqlstate: self.sqlstate,
            message: self.message.clone(),
            detail: None,
            hint: None,
            span: self.span,
        }
        .snowflake_message(script)
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for EngineError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

impl From<SqlError> for EngineError {
    fn from(error: SqlError) -> Self {
        let kind = match error.kind {
            ErrorKind::Syntax => EngineErrorKind::Syntax,
            ErrorKind::Compilation => EngineErrorKind::Compilation,
            ErrorKind::Unsupported => EngineErrorKind::Unsupported,
            ErrorKind::Data => EngineErrorKind::Data,
        };
        Self {
            detail: error.detail.map(String::from),
            hint: error.hint.map(String::from),
            span: error.span,
            ..Self::new(kind, error.code, error.sqlstate, error.message)
        }
    }
}
