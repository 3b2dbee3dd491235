//! Who may come in. In: what a client sends at login. Out: whose session it becomes, or a refusal.
//!
//! While a warehouse has no users, everybody who reaches the server is its owner: it listens on loopback alone then.

use crate::failure::Failure;
use crate::state::Shared;
use crate::wire::login::LoginData;

/// Whose a session is.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// The user's name in its stored spelling.
    pub(crate) user: String,
}

/// Checks a login.
pub(crate) fn authenticate(_shared: &Shared, login: &LoginData) -> Result<Identity, Failure> {
    let user = login.login_name.as_deref().unwrap_or("SNOWMELT");
    Ok(Identity {
        user: user.to_uppercase(),
    })
}
