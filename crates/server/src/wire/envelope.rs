//! What every answer is wrapped in.

use serde::Serialize;

/// An answer.
#[derive(Debug, Serialize)]
pub(crate) struct Envelope<T> {
    pub(crate) data: Option<T>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) success: bool,
}

impl<T> Envelope<T> {
    pub(crate) fn success(data: T) -> Self {
        Self {
            data: Some(data),
            code: None,
            message: None,
            success: true,
        }
    }
}

impl Envelope<()> {
    /// Nothing to say.
    pub(crate) fn nothing() -> Self {
        Self {
            data: None,
            code: None,
            message: None,
            success: true,
        }
    }
}

/// The data of an answer with `success: false`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorData {
    pub(crate) internal_error: bool,
    pub(crate) unredacted_from_secure_object: bool,
    pub(crate) error_code: String,
    pub(crate) age: i64,
    pub(crate) sql_state: String,
    pub(crate) query_id: Option<String>,
    pub(crate) line: i64,
    pub(crate) pos: i64,
    #[serde(rename = "type")]
    pub(crate) kind: Option<&'static str>,
}
