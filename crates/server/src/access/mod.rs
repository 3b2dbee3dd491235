//! Who may come in. In: a name and a proof, and where they come from. Out: an [`Identity`], or a [`Refusal`] in
//! Snowflake's words that says nothing about who exists.

mod change;
mod key_pair;
mod password;
mod public_key;
mod refusal;
mod secret;
mod throttle;

pub use change::{UserCommand, UserShown, change_users};
pub use password::hash_password;
pub use public_key::PublicKey;
pub use refusal::Refusal;
pub use secret::{Secret, SecretHash};

use snowmelt_engine::Engine;
use snowmelt_engine::users::{User, UserRole};
use std::net::IpAddr;
use throttle::Throttle;

/// Somebody who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The user's name, in capitals.
    pub user: String,
    /// What the user may do.
    pub role: UserRole,
}

/// How somebody shows who it is.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// A password, or an access token in its place.
    Password(&'a str),
    /// A token signed with the user's private key.
    KeyPair(&'a str),
    /// An access token.
    AccessToken(&'a str),
}

/// Nothing of the proof is ever shown.
impl std::fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Proof::Password(_) => "Password",
            Proof::KeyPair(_) => "KeyPair",
            Proof::AccessToken(_) => "AccessToken",
        })
    }
}

/// The name that somebody has in a warehouse without users, and that the owner's own commands have.
pub const OWNER: &str = "SNOWMELT";

/// The door.
pub struct Access {
    engine: Engine,
    throttle: Throttle,
    /// Whether anybody is the owner as long as the warehouse has no users: only where nobody else can reach it.
    is_open_without_users: bool,
    /// The token that this machine's owner reads from a file of the project.
    owner_token: Option<SecretHash>,
}

impl Access {
    /// The door of a warehouse. With `is_open_without_users`, anybody may do everything as long as it has no users.
    pub fn new(engine: Engine, is_open_without_users: bool) -> Self {
        Self {
            engine,
            throttle: Throttle::default(),
            is_open_without_users,
            owner_token: None,
        }
    }

    /// The same, with a token that lets the owner's own commands in.
    pub fn with_owner_token(mut self, token: &Secret) -> Self {
        self.owner_token = Some(token.hash());
        self
    }

    /// Lets somebody in or not. It may take a tenth of a second of work: call it where that holds up nobody else.
    ///
    /// # Errors
    /// Why not, in words that may be shown to anybody.
    pub fn log_in(
        &self,
        name: &str,
        proof: Proof<'_>,
        from: Option<IpAddr>,
    ) -> Result<Identity, Refusal> {
        let now_micros = self.engine.options().clock.now_micros();
        let proof = match proof {
            Proof::Password(text) if Secret::is_one(text) => Proof::AccessToken(text),
            other => other,
        };
        if let Proof::AccessToken(text) = proof
            && self.is_owner_token(text)
        {
            return Ok(Identity::owner(OWNER));
        }
        let is_token = !matches!(proof, Proof::Password(_));
        if self.is_open_without_users && !self.engine.users().are_any()? {
            let name = if name.is_empty() { OWNER } else { name };
            return Ok(Identity::owner(name));
        }
        // A token names its user itself, so that only the address can be counted against.
        let names: Option<&str> = (!is_token).then_some(name);
        self.throttle.check(names, from, now_micros)?;
        let found = match proof {
            Proof::Password(text) => self.by_password(name, text),
            Proof::KeyPair(text) => self.by_key_pair(name, text, now_micros),
            Proof::AccessToken(text) => self.by_access_token(name, text, now_micros),
        };
        match found {
            Ok(user) => {
                self.throttle.forget(names, from);
                match user.is_disabled {
                    true => Err(Refusal::Disabled),
                    false => Ok(Identity {
                        user: user.name,
                        role: user.role,
                    }),
                }
            }
            Err(refusal) => {
                if refusal.is_suspicious() {
                    self.throttle.failed(names, from, now_micros);
                }
                Err(refusal)
            }
        }
    }

    /// Whether the user may still come in, as `identity` says: nobody who was removed or disabled stays for long.
    ///
    /// # Errors
    /// When the warehouse cannot be read.
    pub fn is_still(&self, identity: &Identity) -> Result<bool, Refusal> {
        let users = self.engine.users();
        if identity.user == OWNER && identity.role == UserRole::Owner {
            return Ok(true);
        }
        Ok(match users.find(&identity.user)? {
            Some(user) => !user.is_disabled && user.role == identity.role,
            None => self.is_open_without_users && !users.are_any()?,
        })
    }

    /// Whether the text is the token of the project's own file.
    pub(crate) fn is_owner_token(&self, text: &str) -> bool {
        self.owner_token
            .as_ref()
            .is_some_and(|hash| hash.matches(text))
    }

    fn by_password(&self, name: &str, text: &str) -> Result<User, Refusal> {
        let user = self.engine.users().find(name)?;
        let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
        // The same work for a name that is not known, so that the time tells nothing.
        match (password::is_password(text, hash), user) {
            (true, Some(user)) => Ok(user),
            _ => Err(Refusal::WrongPassword),
        }
    }

    fn by_key_pair(&self, name: &str, text: &str, now_micros: i64) -> Result<User, Refusal> {
        let claim = key_pair::read(text).ok_or(Refusal::WrongKeyPair)?;
        let is_same = name.is_empty() || name.eq_ignore_ascii_case(&claim.user);
        let user = self
            .engine
            .users()
            .find(&claim.user)?
            .filter(|_| is_same)
            .ok_or(Refusal::WrongKeyPair)?;
        let is_signed = user
            .public_keys
            .iter()
            .filter_map(|text| PublicKey::read(text).ok())
            .any(|key| claim.is_signed_by(&key));
        match is_signed && claim.is_valid_at(now_micros) {
            true => Ok(user),
            false => Err(Refusal::WrongKeyPair),
        }
    }

    fn by_access_token(&self, name: &str, text: &str, now_micros: i64) -> Result<User, Refusal> {
        let hash = SecretHash::of(text);
        self.engine
            .users()
            .of_access_token(hash.as_str(), now_micros)?
            .filter(|user| name.is_empty() || name.eq_ignore_ascii_case(&user.name))
            .ok_or(Refusal::WrongAccessToken)
    }
}

impl Identity {
    fn owner(name: &str) -> Self {
        Self {
            user: name.to_uppercase(),
            role: UserRole::Owner,
        }
    }
}

#[cfg(test)]
mod tests;
