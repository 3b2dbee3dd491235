//! What went wrong with a request, in Snowflake's codes: always HTTP 200 with `success: false`, since drivers send a
//! request again, for minutes, when the answer is a 5xx.

use crate::wire::envelope::{Envelope, ErrorData};
use axum::Json;
use axum::response::{IntoResponse, Response};
use snowmelt_engine::{EngineError, EngineErrorKind};
use snowmelt_sql::{LineColumn, Span};
use std::borrow::Cow;

/// An error for a client.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    /// Snowflake's six-digit code.
    pub(crate) code: Cow<'static, str>,
    pub(crate) sqlstate: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) query_id: Option<String>,
    /// Where in the statement.
    pub(crate) place: Option<LineColumn>,
    /// `COMPILATION`, if the statement did not compile.
    pub(crate) kind: Option<&'static str>,
}

impl Failure {
    pub(crate) fn new(
        code: &'static str,
        sqlstate: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            sqlstate: sqlstate.into(),
            message: message.into(),
            query_id: None,
            place: None,
            kind: None,
        }
    }

    /// The session is gone: the client has to log in again.
    pub(crate) fn no_session() -> Self {
        Self::new(
            "390111",
            "08001",
            "Session no longer exists. New login required to access the service.",
        )
    }

    /// The session token is too old: the client renews it.
    pub(crate) fn token_expired() -> Self {
        Self::new(
            "390112",
            "08001",
            "Your session has expired. Please login again.",
        )
    }

    /// The master token is not one, or too old.
    pub(crate) fn master_token_invalid() -> Self {
        Self::new(
            "390114",
            "08001",
            "Authentication token has expired.  The user must authenticate again.",
        )
    }

    /// The body of a request is not what the protocol says.
    pub(crate) fn bad_request(what: impl std::fmt::Display) -> Self {
        Self::new(
            "390142",
            "08001",
            format!("Incoming request does not contain a valid payload: {what}"),
        )
    }

    /// Stopped on request.
    pub(crate) fn cancelled() -> Self {
        Self::new("000604", "57014", "SQL execution canceled")
    }

    /// Ran for too long.
    pub(crate) fn timed_out(seconds: u64) -> Self {
        Self::new(
            "000630",
            "57014",
            format!(
                "Statement reached its statement or warehouse timeout of {seconds} second(s) and was canceled."
            ),
        )
    }

    /// A limit of the server is reached.
    pub(crate) fn too_much(message: impl Into<String>) -> Self {
        Self::new("390116", "57014", message)
    }

    /// A defect.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new("370001", "XX000", message)
    }

    /// What the engine says about `statement`.
    pub(crate) fn of_engine(error: EngineError, statement: &str) -> Self {
        let is_compilation = matches!(
            error.kind,
            EngineErrorKind::Syntax | EngineErrorKind::Compilation
        );
        if error.kind == EngineErrorKind::Cancelled {
            return Self {
                query_id: error.query_id,
                ..Self::cancelled()
            };
        }
        let mut message = error.snowflake_message(statement);
        for more in [&error.detail, &error.hint].into_iter().flatten() {
            message.push('\n');
            message.push_str(more);
        }
        let place = Some(error.span).filter(|span: &Span| !span.is_nowhere());
        Self {
            code: error.code.into(),
            sqlstate: error.sqlstate.into(),
            message,
            query_id: error.query_id,
            place: place.map(|span| LineColumn::of(statement, span.start)),
            kind: is_compilation.then_some("COMPILATION"),
        }
    }

    /// The same, of a statement.
    pub(crate) fn of_query(mut self, query_id: &str) -> Self {
        self.query_id.get_or_insert_with(|| query_id.to_owned());
        self
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let data = ErrorData {
            internal_error: self.code == "370001",
            unredacted_from_secure_object: false,
            error_code: self.code.to_string(),
            age: 0,
            sql_state: self.sqlstate.to_string(),
            query_id: self.query_id,
            line: self.place.map_or(-1, |place| place.line as i64),
            pos: self.place.map_or(-1, |place| place.position as i64),
            kind: self.kind,
        };
        Json(Envelope {
            data: Some(data),
            code: Some(self.code.into_owned()),
            message: Some(self.message),
            success: false,
        })
        .into_response()
    }
}
