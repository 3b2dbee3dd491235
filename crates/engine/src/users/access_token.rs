//! Programmatic access tokens: long-lived, named, and ended by their time or by being removed. In and out: their hashes.

use super::{User, Users, find, known, refused};
use crate::error::Result;
use duckdb::params;

/// A token, without itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Its name among the user's, in capitals.
    pub name: String,
    /// Whose it is.
    pub user: String,
    /// When it was made.
    pub created_at_micros: i64,
    /// When it ends.
    pub expires_at_micros: i64,
}

impl Users<'_> {
    /// Gives a user a token, by its hash.
    ///
    /// # Errors
    /// There is no such user, or the user has a token of that name.
    pub fn add_access_token(
        &self,
        user: &str,
        name: &str,
        hash: &str,
        expires_at_micros: i64,
    ) -> Result<AccessToken> {
        super::check_name(name)?;
        self.write(|connection, now_micros| {
            let user = known(connection, user)?;
            let name = name.to_uppercase();
            let is_taken: bool = connection.query_row(
                "SELECT count(*) > 0 FROM snowmelt.access_tokens WHERE user_name = ? AND name = ?",
                [&user.name, &name],
                |row| row.get(0),
            )?;
            if is_taken {
                return Err(refused(format!(
                    "user `{}` has a token `{name}` already",
                    user.name
                )));
            }
            connection.execute(
                "INSERT INTO snowmelt.access_tokens VALUES (?, ?, ?, ?, ?)",
                params![name, user.name, hash, now_micros, expires_at_micros],
            )?;
            Ok(AccessToken {
                name,
                user: user.name,
                created_at_micros: now_micros,
                expires_at_micros,
            })
        })
    }

    /// Ends a token.
    ///
    /// # Errors
    /// The user has no such token.
    pub fn remove_access_token(&self, user: &str, name: &str) -> Result<()> {
        self.write(|connection, _| {
            let user = known(connection, user)?;
            let removed = connection.execute(
                "DELETE FROM snowmelt.access_tokens WHERE user_name = ? AND name = ?",
                [&user.name, &name.to_uppercase()],
            )?;
            match removed {
                0 => Err(refused(format!(
                    "user `{}` has no token `{}`",
                    user.name,
                    name.to_uppercase()
                ))),
                _ => Ok(()),
            }
        })
    }

    /// All tokens, by user and name.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn access_tokens(&self) -> Result<Vec<AccessToken>> {
        let connection = self.engine.connect()?;
        let mut statement = connection.prepare(
            "SELECT name, user_name, created_at_micros, expires_at_micros FROM snowmelt.access_tokens ORDER BY 2, 1",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(AccessToken {
                name: row.get(0)?,
                user: row.get(1)?,
                created_at_micros: row.get(2)?,
                expires_at_micros: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// The user whose token has that hash and has not ended at `now_micros`.
    ///
    /// # Errors
    /// DuckDB's.
    pub fn of_access_token(&self, hash: &str, now_micros: i64) -> Result<Option<User>> {
        let connection = self.engine.connect()?;
        let mut statement = connection.prepare(
            "SELECT user_name FROM snowmelt.access_tokens WHERE hash = ? AND expires_at_micros > ?",
        )?;
        let mut rows = statement.query(params![hash, now_micros])?;
        match rows.next()? {
            Some(row) => find(&connection, &row.get::<_, String>(0)?),
            None => Ok(None),
        }
    }
}
