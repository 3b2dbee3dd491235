//! Changes to the users, as one command each. In: a command, of a process that has the warehouse or over the wire from one
//! that has not. Out: the users afterwards. Secrets were hashed before; none is in here.

use super::PublicKey;
use serde::{Deserialize, Serialize};
use snowmelt_engine::users::UserRole;
use snowmelt_engine::{Engine, EngineError, EngineErrorKind};
use std::collections::BTreeMap;

/// What to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum UserCommand {
    /// Nothing: only show them.
    List,
    /// Make a user.
    Add {
        /// The name.
        name: String,
        /// `owner` or `reader`.
        role: String,
        /// The password's hash.
        password_hash: Option<String>,
        /// A public key, in base64 of its DER form.
        public_key: Option<String>,
    },
    /// Remove a user.
    Remove {
        /// The name.
        name: String,
    },
    /// Another password.
    SetPassword {
        /// The user.
        name: String,
        /// The password's hash.
        password_hash: String,
    },
    /// Another public key.
    SetKey {
        /// The user.
        name: String,
        /// In base64 of its DER form.
        public_key: String,
        /// Whether the key before ends at once.
        only: bool,
    },
    /// Let a user log in or not.
    SetDisabled {
        /// The user.
        name: String,
        /// Whether logging in is refused.
        is_disabled: bool,
    },
    /// Give a user an access token.
    AddToken {
        /// The user.
        user: String,
        /// The token's name.
        name: String,
        /// The token's hash.
        hash: String,
        /// When it ends.
        expires_at_micros: i64,
    },
    /// End a token.
    RemoveToken {
        /// The user.
        user: String,
        /// The token's name.
        name: String,
    },
}

impl UserCommand {
    /// What it does, for the audit log.
    pub(crate) fn shown(&self) -> String {
        match self {
            UserCommand::List => "list users".to_owned(),
            UserCommand::Add { name, role, .. } => format!("add {role} {name}"),
            UserCommand::Remove { name } => format!("remove {name}"),
            UserCommand::SetPassword { name, .. } => format!("set password of {name}"),
            UserCommand::SetKey { name, .. } => format!("set key of {name}"),
            UserCommand::SetDisabled {
                name,
                is_disabled: true,
            } => format!("disable {name}"),
            UserCommand::SetDisabled { name, .. } => format!("enable {name}"),
            UserCommand::AddToken { user, name, .. } => format!("add token {name} of {user}"),
            UserCommand::RemoveToken { user, name } => format!("end token {name} of {user}"),
        }
    }
}

/// A user as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserShown {
    /// The name.
    pub name: String,
    /// `owner` or `reader`.
    pub role: String,
    /// Whether there is a password.
    pub has_password: bool,
    /// The fingerprints of the public keys, the newest first.
    pub keys: Vec<String>,
    /// The access tokens' names, each with its end in microseconds since 1970.
    pub tokens: BTreeMap<String, i64>,
    /// Whether logging in is refused.
    pub is_disabled: bool,
    /// When it was made, in microseconds since 1970.
    pub created_at_micros: i64,
}

/// Carries a command out and shows the users afterwards.
///
/// # Errors
/// What the engine refuses, in words for whoever gave the command.
pub fn change_users(engine: &Engine, command: UserCommand) -> Result<Vec<UserShown>, EngineError> {
    let users = engine.users();
    match command {
        UserCommand::List => {}
        UserCommand::Add {
            name,
            role,
            password_hash,
            public_key,
        } => {
            let role = UserRole::named(&role)
                .ok_or_else(|| refused(format!("there is no role `{role}`")))?;
            let key = public_key.map(|key| read_key(&key)).transpose()?;
            let user = users.add(&name, role)?;
            if let Some(hash) = password_hash {
                users.set_password_hash(&user.name, &hash)?;
            }
            if let Some(key) = key {
                users.set_public_key(&user.name, &key.text(), false)?;
            }
        }
        UserCommand::Remove { name } => users.remove(&name)?,
        UserCommand::SetPassword {
            name,
            password_hash,
        } => users.set_password_hash(&name, &password_hash)?,
        UserCommand::SetKey {
            name,
            public_key,
            only,
        } => users.set_public_key(&name, &read_key(&public_key)?.text(), only)?,
        UserCommand::SetDisabled { name, is_disabled } => users.set_disabled(&name, is_disabled)?,
        UserCommand::AddToken {
            user,
            name,
            hash,
            expires_at_micros,
        } => {
            users.add_access_token(&user, &name, &hash, expires_at_micros)?;
        }
        UserCommand::RemoveToken { user, name } => users.remove_access_token(&user, &name)?,
    }
    shown(engine)
}

fn shown(engine: &Engine) -> Result<Vec<UserShown>, EngineError> {
    let tokens = engine.users().access_tokens()?;
    let users = engine.users().list()?;
    Ok(users
        .into_iter()
        .map(|user| UserShown {
            role: user.role.name().to_owned(),
            has_password: user.password_hash.is_some(),
            keys: user
                .public_keys
                .iter()
                .filter_map(|key| PublicKey::read(key).ok())
                .map(|key| key.fingerprint())
                .collect(),
            tokens: tokens
                .iter()
                .filter(|token| token.user == user.name)
                .map(|token| (token.name.clone(), token.expires_at_micros))
                .collect(),
            is_disabled: user.is_disabled,
            created_at_micros: user.created_at_micros,
            name: user.name,
        })
        .collect())
}

fn read_key(text: &str) -> Result<PublicKey, EngineError> {
    PublicKey::read(text).map_err(refused)
}

fn refused(message: String) -> EngineError {
    EngineError::new(EngineErrorKind::Compilation, "001003", "42000", message)
}
