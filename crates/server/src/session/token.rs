//! Tokens: secrets out to the client, their hashes kept.

use sha2::{Digest, Sha256};

/// What is kept of a token. Looking it up takes as long for a wrong token as for a right one: what is compared is not
/// the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(super) fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Sent with every request.
    Session,
    /// Gets new session tokens.
    Master,
}

/// Whose token it is, and until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Issued {
    pub(super) session: u64,
    pub(super) kind: TokenKind,
    pub(super) expires_at_micros: i64,
}
