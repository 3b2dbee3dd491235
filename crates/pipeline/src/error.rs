//! What can go wrong with a project: one struct at the crate's edge, sorted by what the caller should do.

use crate::place::{Place, SourceFile};
use crate::target::{TargetError, TargetErrorKind};
use serde::Serialize;
use snowmelt_sql::{SqlError, error::ErrorKind as SqlErrorKind};

/// What the caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The project's SQL, configuration or request is at fault: mend it.
    User,
    /// What would have to be done loses data, and that was not allowed: read the plan, then allow it.
    Destructive,
    /// The target or the machine is at fault (a full disk, a bucket that does not answer, another process): mend that,
    /// try again.
    Environment,
    /// Stopped on request.
    Cancelled,
}

/// An error, with all that a person needs to act on it. `Display` gives the primary message alone: lower case, no full
/// stop, names in backticks.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct PipelineError {
    /// What the caller can do about it.
    pub kind: ErrorKind,
    /// Snowflake's error code, if the SQL or the target gave one.
    pub code: Option<String>,
    /// SQLSTATE, if the SQL or the target gave one.
    pub sqlstate: Option<String>,
    /// The primary message.
    pub message: String,
    /// More about the cause.
    pub detail: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// Where in the project's files.
    pub place: Option<Place>,
    /// The id of the statement that the target refused.
    pub query_id: Option<String>,
}

impl PipelineError {
    /// An error of that kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            sqlstate: None,
            message: message.into(),
            detail: None,
            hint: None,
            place: None,
            query_id: None,
        }
    }

    /// An error that the user can mend in the project.
    pub fn user(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::User, message)
    }

    /// An error that the project cannot help.
    pub fn environment(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Environment, message)
    }

    /// Stopped on request.
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "stopped on request")
    }

    /// An error in a project file's SQL, found before anything ran.
    pub fn from_sql(error: SqlError, file: &SourceFile) -> Self {
        let hint = error.hint.map(String::from).or_else(|| {
            (error.kind == SqlErrorKind::Unsupported)
                .then(|| "write it otherwise, or run it on a Snowflake account".to_owned())
        });
        Self {
            kind: ErrorKind::User,
            code: Some(error.code.to_owned()),
            sqlstate: Some(error.sqlstate.to_owned()),
            message: error.message,
            detail: error.detail.map(String::from),
            hint,
            place: Some(file.place(error.span)),
            query_id: None,
        }
    }

    /// An error of the target in a statement that has no place in the project's files.
    pub fn from_target(error: TargetError) -> Self {
        let kind = match error.kind {
            TargetErrorKind::Statement | TargetErrorKind::Data => ErrorKind::User,
            TargetErrorKind::Unavailable | TargetErrorKind::Internal => ErrorKind::Environment,
            TargetErrorKind::Cancelled => ErrorKind::Cancelled,
        };
        Self {
            kind,
            code: error.code,
            sqlstate: error.sqlstate,
            message: error.message,
            detail: error.detail,
            hint: error.hint,
            place: None,
            query_id: error.query_id,
        }
    }

    /// An error of the target in a statement that was sent as it stands at `statement`.
    pub fn from_target_at(error: TargetError, statement: &Place) -> Self {
        let span = error.span.map_or(statement.span, |span| {
            let inside = span.shift(statement.span.start);
            if inside.end <= statement.span.end {
                inside
            } else {
                statement.span
            }
        });
        Self {
            place: Some(statement.file.place(span)),
            ..Self::from_target(error)
        }
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

    /// The same error, saying which statement of ours it was about.
    pub(crate) fn with_statement(mut self, sql: &str) -> Self {
        let statement = format!("in `{sql}`");
        self.detail = Some(match self.detail {
            Some(detail) => format!("{detail}\n{statement}"),
            None => statement,
        });
        self
    }

    /// The same error at that place.
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}
