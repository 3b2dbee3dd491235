//! Why somebody is not let in, in Snowflake's codes and words.

use snowmelt_engine::EngineError;

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The name is not known, or the password is not its.
    #[error("Incorrect username or password was specified.")]
    WrongPassword,
    /// The signed token is not one, too old, or not signed with a key of the user.
    #[error("JWT token is invalid.")]
    WrongKeyPair,
    /// The access token is not known or has ended.
    #[error("Programmatic access token is invalid.")]
    WrongAccessToken,
    /// It was the right proof, but the user is disabled.
    #[error("User access disabled. Contact your local system administrator.")]
    Disabled,
    /// Too many failures came before.
    #[error(
        "Your user account has been temporarily locked due to too many failed attempts. Try again in {seconds} seconds."
    )]
    Throttled {
        /// How long to wait.
        seconds: u64,
    },
    /// The warehouse cannot be asked.
    #[error("{0}")]
    Unavailable(#[from] EngineError),
}

impl Refusal {
    /// Snowflake's code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::WrongPassword => "390100",
            Refusal::Disabled => "390101",
            Refusal::Throttled { .. } => "390102",
            Refusal::WrongKeyPair => "390144",
            Refusal::WrongAccessToken => "394400",
            Refusal::Unavailable(error) => error.code,
        }
    }

    /// Whether it may have been an attempt to guess.
    pub(super) fn is_suspicious(&self) -> bool {
        match self {
            Refusal::WrongPassword | Refusal::WrongKeyPair | Refusal::WrongAccessToken => true,
            Refusal::Disabled | Refusal::Throttled { .. } | Refusal::Unavailable(_) => false,
        }
    }
}
