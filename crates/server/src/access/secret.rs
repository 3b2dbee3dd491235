//! Tokens: random, given away once, and kept as their hash only.
//!
//! They come from the system's own random numbers and from nowhere else: a token that can be chosen can be guessed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// How access tokens begin, which tells them from passwords.
const PREFIX: &str = "snowmelt_pat_";
/// How many random bytes a token has.
const BYTES: usize = 32;

/// A token. It is shown by [`Secret::expose`] and by nothing else.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn random() -> Result<Self, ring::error::Unspecified> {
        let mut bytes = [0; BYTES];
        SystemRandom::new().fill(&mut bytes)?;
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// Whether the text looks like one.
    pub fn is_one(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// The token itself, for the one place that hands it out.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What is kept of a token. Its 256 random bits need no slow hash.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretHash(String);

impl SecretHash {
    /// The hash of a token as it came.
    pub fn of(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// As it is stored: hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the hash of that text, in a time that does not depend on how much of it is.
    pub fn matches(&self, text: &str) -> bool {
        let other = Self::of(text);
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
