//! A bucket that does not answer, or says no.

use crate::error::EngineError;

/// Why a bucket did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BucketError {
    /// What was tried, on which bucket and at which endpoint.
    pub message: String,
    /// What the bucket, or the network, said. Never holds credentials.
    pub cause: String,
    /// What to do next.
    pub hint: String,
}

impl From<BucketError> for EngineError {
    fn from(error: BucketError) -> Self {
        EngineError::storage(error.message.clone())
            .with_detail(error.cause.clone())
            .with_hint(error.hint.clone())
            .with_source(error)
    }
}

impl From<BucketError> for std::io::Error {
    fn from(error: BucketError) -> Self {
        std::io::Error::other(error)
    }
}
