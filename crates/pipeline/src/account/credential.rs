//! How a connection proves who it is. In: the keys of a connection. Out: a [`Credential`], whose secrets are never shown.

use super::files::{Environment, Keys, read_secret};
use crate::error::PipelineError;
use snowflake_connector_rs::{AuthConfig, KeyPairConfig};
use std::fmt;

/// Text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// How a connection proves who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credential {
    /// A password.
    Password(Secret),
    /// A programmatic access token, which is sent where a password would be.
    AccessToken(Secret),
    /// An OAuth access token.
    OAuth(Secret),
    /// A private key in PEM (PKCS#8), and its passphrase if it is encrypted.
    KeyPair {
        pem: Secret,
        passphrase: Option<Secret>,
    },
}

impl Credential {
    /// What a connection's keys say.
    ///
    /// # Errors
    /// When they say nothing, something that is not supported here, or name a file that cannot be read or is open to others.
    pub(super) fn of(keys: &Keys, environment: &Environment) -> Result<Self, PipelineError> {
        let has_key = keys
            .any(&["private_key_file", "private_key_path", "private_key_raw"])
            .is_some();
        let authenticator = keys.get("authenticator").map(str::to_lowercase);
        match authenticator.as_deref() {
            Some("snowflake_jwt") => key_pair(keys, environment),
            None | Some("snowflake") if has_key && keys.get("password").is_none() => {
                key_pair(keys, environment)
            }
            None | Some("snowflake") => match keys.get("password") {
                Some(password) => Ok(Self::Password(Secret::new(password))),
                None => Err(missing("password").with_hint(
                    "give `private_key_file` (recommended), `token` with an `authenticator`, or `password`",
                )),
            },
            Some("oauth") => Ok(Self::OAuth(token(keys, environment)?)),
            Some("programmatic_access_token" | "pat_with_external_session") => {
                Ok(Self::AccessToken(token(keys, environment)?))
            }
            Some(other) => Err(PipelineError::user(format!(
                "authenticator `{other}` is not supported here"
            ))
            .with_hint("use SNOWFLAKE_JWT (a key pair), PROGRAMMATIC_ACCESS_TOKEN, OAUTH or SNOWFLAKE (a password)")),
        }
    }

    /// What a person calls it.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Credential::Password(_) => "password",
            Credential::AccessToken(_) => "programmatic access token",
            Credential::OAuth(_) => "OAuth token",
            Credential::KeyPair { .. } => "key pair",
        }
    }

    /// In the driver's words.
    pub(super) fn to_driver(&self) -> AuthConfig {
        match self {
            Credential::Password(secret) | Credential::AccessToken(secret) => {
                AuthConfig::password(secret.expose())
            }
            Credential::OAuth(token) => AuthConfig::oauth(token.expose()),
            Credential::KeyPair { pem, passphrase } => AuthConfig::key_pair(match passphrase {
                Some(passphrase) => KeyPairConfig::from_encrypted_pem(
                    pem.expose(),
                    passphrase.expose().as_bytes().to_vec(),
                ),
                None => KeyPairConfig::from_pem(pem.expose()),
            }),
        }
    }
}

fn token(keys: &Keys, environment: &Environment) -> Result<Secret, PipelineError> {
    if let Some(token) = keys.get("token") {
        return Ok(Secret::new(token));
    }
    let Some(path) = keys.get("token_file_path") else {
        return Err(missing("token").with_hint("give `token` or `token_file_path`"));
    };
    let token = read_secret(&environment.expand(path), "the token in")?;
    Ok(Secret::new(token.trim()))
}

fn key_pair(keys: &Keys, environment: &Environment) -> Result<Credential, PipelineError> {
    let pem = match (
        keys.get("private_key_raw"),
        keys.any(&["private_key_file", "private_key_path"]),
    ) {
        (Some(pem), _) => pem.to_owned(),
        (None, Some(path)) => read_secret(&environment.expand(path), "the private key in")?,
        (None, None) => return Err(missing("private_key_file")),
    };
    let passphrase = keys
        .any(&["private_key_file_pwd", "private_key_passphrase"])
        .or_else(|| environment.variable("PRIVATE_KEY_PASSPHRASE"))
        .map(Secret::new);
    if pem.contains("BEGIN RSA PRIVATE KEY") {
        return Err(PipelineError::user("the private key is not in PKCS#8 form")
            .with_hint("openssl pkcs8 -topk8 -in old.pem -out rsa_key.p8"));
    }
    let is_encrypted = pem.contains("BEGIN ENCRYPTED PRIVATE KEY");
    if is_encrypted && passphrase.is_none() {
        return Err(PipelineError::user(
            "the private key is encrypted, and there is no passphrase",
        )
        .with_hint("set PRIVATE_KEY_PASSPHRASE, or `private_key_file_pwd` in the connection"));
    }
    Ok(Credential::KeyPair {
        pem: Secret::new(pem),
        passphrase: passphrase.filter(|_| is_encrypted),
    })
}

fn missing(key: &str) -> PipelineError {
    PipelineError::user(format!("the connection has no `{key}`"))
}
