//! Who may log in. In: names, hashes of secrets and public keys, as the server and the command line make them. Out: rows of
//! the warehouse's own tables, so that users move with the file. No secret comes in here: only its hash is kept.

mod access_token;
mod role;

pub use access_token::AccessToken;
pub use role::UserRole;
pub(crate) use role::refuse;

use crate::engine::Engine;
use crate::error::{EngineError, EngineErrorKind, Result};
use duckdb::{Connection, Row, params};

/// One row a user; one an access token. `public_keys` is a JSON list.
const CREATE: &str = "
    CREATE TABLE IF NOT EXISTS snowmelt.users (
        name VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        password_hash VARCHAR,
        public_keys VARCHAR NOT NULL,
        created_at_micros BIGINT NOT NULL,
        is_disabled BOOLEAN NOT NULL
    );
    CREATE TABLE IF NOT EXISTS snowmelt.access_tokens (
        name VARCHAR NOT NULL,
        user_name VARCHAR NOT NULL,
        hash VARCHAR NOT NULL,
        created_at_micros BIGINT NOT NULL,
        expires_at_micros BIGINT NOT NULL
    );
";

const COLUMNS: &str = "name, role, password_hash, public_keys, created_at_micros, is_disabled";

/// How long a name may be, in characters: as long as an identifier of Snowflake.
const LONGEST_NAME: usize = 255;
/// How many public keys a user has at most: the one in use and the one that follows it.
const MOST_KEYS: usize = 2;

/// Somebody who may log in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The name, in capitals: logging in does not ask for case.
    pub name: String,
    /// What the user may do.
    pub role: UserRole,
    /// The password's hash, in the form that names its algorithm and parameters.
    pub password_hash: Option<String>,
    /// RSA public keys, in base64 of their DER form (SubjectPublicKeyInfo).
    pub public_keys: Vec<String>,
    /// When it was made.
    pub created_at_micros: i64,
    /// Whether logging in is refused.
    pub is_disabled: bool,
}

/// Without the hash, so that no log has it.
impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User({}, {})", self.name, self.role.name())
    }
}

/// The users of a warehouse.
pub struct Users<'a> {
    engine: &'a Engine,
}

impl Engine {
    /// The warehouse's users.
    pub fn users(&self) -> Users<'_> {
        Users { engine: self }
    }
}

impl Users<'_> {
    /// All of them, by name.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn list(&self) -> Result<Vec<User>> {
        let connection = self.engine.connect()?;
        let sql = format!("SELECT {COLUMNS} FROM snowmelt.users ORDER BY name");
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut users = Vec::new();
        while let Some(row) = rows.next()? {
            users.push(user(row)?);
        }
        Ok(users)
    }

    /// Whether there are any: a warehouse without users asks nobody who they are.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn are_any(&self) -> Result<bool> {
        let sql = "SELECT count(*) > 0 FROM snowmelt.users";
        Ok(self
            .engine
            .connect()?
            .query_row(sql, [], |row| row.get(0))?)
    }

    /// The user of that name.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn find(&self, name: &str) -> Result<Option<User>> {
        find(&self.engine.connect()?, name)
    }

    /// Makes a user who has neither password nor key yet.
    ///
    /// # Errors
    /// The name is no name, or taken.
    pub fn add(&self, name: &str, role: UserRole) -> Result<User> {
        check_name(name)?;
        self.write(|connection, now_micros| {
            if let Some(known) = find(connection, name)? {
                return Err(refused(format!("user `{}` exists already", known.name)));
            }
            let made = User {
                name: name.to_uppercase(),
                role,
                password_hash: None,
                public_keys: Vec::new(),
                created_at_micros: now_micros,
                is_disabled: false,
            };
            connection.execute(
                "INSERT INTO snowmelt.users VALUES (?, ?, NULL, '[]', ?, false)",
                params![made.name, role.name(), now_micros],
            )?;
            Ok(made)
        })
    }

    /// Removes a user with its access tokens.
    ///
    /// # Errors
    /// There is no such user.
    pub fn remove(&self, name: &str) -> Result<()> {
        self.write(|connection, _| {
            let user = known(connection, name)?;
            connection.execute(
                "DELETE FROM snowmelt.access_tokens WHERE user_name = ?",
                [&user.name],
            )?;
            connection.execute("DELETE FROM snowmelt.users WHERE name = ?", [&user.name])?;
            Ok(())
        })
    }

    /// Gives a user another password, by its hash.
    ///
    /// # Errors
    /// There is no such user.
    pub fn set_password_hash(&self, name: &str, hash: &str) -> Result<()> {
        self.write(|connection, _| {
            let user = known(connection, name)?;
            connection.execute(
                "UPDATE snowmelt.users SET password_hash = ? WHERE name = ?",
                params![hash, user.name],
            )?;
            Ok(())
        })
    }

    /// Gives a user a public key, in base64 of its DER form. It comes before the one there is, which stays valid until the
    /// next; with `only` it does not.
    ///
    /// # Errors
    /// There is no such user.
    pub fn set_public_key(&self, name: &str, key: &str, only: bool) -> Result<()> {
        self.write(|connection, _| {
            let user = known(connection, name)?;
            let mut keys = vec![key.to_owned()];
            keys.extend(
                user.public_keys
                    .into_iter()
                    .filter(|old| old != key && !only),
            );
            keys.truncate(MOST_KEYS);
            let text = serde_json::to_string(&keys)
                .map_err(|error| EngineError::internal("keys have no JSON").with_source(error))?;
            connection.execute(
                "UPDATE snowmelt.users SET public_keys = ? WHERE name = ?",
                params![text, user.name],
            )?;
            Ok(())
        })
    }

    /// Lets a user log in or not.
    ///
    /// # Errors
    /// There is no such user.
    pub fn set_disabled(&self, name: &str, is_disabled: bool) -> Result<()> {
        self.write(|connection, _| {
            let user = known(connection, name)?;
            connection.execute(
                "UPDATE snowmelt.users SET is_disabled = ? WHERE name = ?",
                params![is_disabled, user.name],
            )?;
            Ok(())
        })
    }

    /// Writes in one transaction; writers come one after the other.
    fn write<T>(&self, change: impl FnOnce(&Connection, i64) -> Result<T>) -> Result<T> {
        let _turn = crate::lock(&self.engine.shared.users);
        let connection = self.engine.connect()?;
        connection.execute_batch("BEGIN")?;
        let changed = change(&connection, self.engine.now_micros());
        // The connection rolls back what is open when it closes.
        let changed = changed?;
        connection.execute_batch("COMMIT")?;
        Ok(changed)
    }
}

/// Makes the tables where they are not there yet.
pub(crate) fn create(connection: &Connection) -> Result<()> {
    Ok(connection.execute_batch(CREATE)?)
}

fn find(connection: &Connection, name: &str) -> Result<Option<User>> {
    let sql = format!("SELECT {COLUMNS} FROM snowmelt.users WHERE name = ?");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([name.to_uppercase()])?;
    rows.next()?.map(user).transpose()
}

fn known(connection: &Connection, name: &str) -> Result<User> {
    find(connection, name)?.ok_or_else(|| {
        refused(format!(
            "User '{}' does not exist or not authorized.",
            name.to_uppercase()
        ))
    })
}

fn user(row: &Row<'_>) -> Result<User> {
    let (role, keys): (String, String) = (row.get(1)?, row.get(3)?);
    Ok(User {
        name: row.get(0)?,
        // What a newer snowmelt has written may do least.
        role: UserRole::named(&role).unwrap_or(UserRole::Reader),
        password_hash: row.get(2)?,
        public_keys: serde_json::from_str(&keys).map_err(|error| {
            EngineError::internal("the keys of a user cannot be read").with_source(error)
        })?,
        created_at_micros: row.get(4)?,
        is_disabled: row.get(5)?,
    })
}

fn check_name(name: &str) -> Result<()> {
    let is_name = !name.trim().is_empty()
        && name.trim() == name
        && name.chars().count() <= LONGEST_NAME
        && !name.chars().any(char::is_control);
    if is_name {
        return Ok(());
    }
    Err(refused(format!("`{}` is no name of a user", name.trim()))
        .with_hint("take letters, digits and `_`, `-`, `.`, `@`"))
}

fn refused(message: String) -> EngineError {
    EngineError::new(EngineErrorKind::Compilation, "002003", "02000", message)
}
