//! A connection, complete. In: its name and the environment. Out: [`Connection`]: where, as whom, and with what current.

use super::credential::{Credential, Secret};
use super::files::{Environment, Keys};
use crate::error::PipelineError;
use std::net::SocketAddr;
use url::Url;

/// Where an account is and how to get in.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its name in Snowflake's files.
    pub name: String,
    /// The account's identifier.
    pub account: String,
    /// The user.
    pub user: String,
    /// The role to begin with; nothing given: the user's own.
    pub role: Option<String>,
    /// The warehouse to begin with.
    pub warehouse: Option<String>,
    /// The database to begin with.
    pub database: Option<String>,
    /// The schema to begin with.
    pub schema: Option<String>,
    pub(super) url: Url,
    pub(super) credential: Credential,
}

impl Connection {
    /// Finds the connection of that name.
    ///
    /// # Errors
    /// When it is not known, lacks a key, or a file that holds its secrets can be read by others.
    pub fn find(name: &str, environment: &Environment) -> Result<Self, PipelineError> {
        let keys = environment.keys(name)?;
        let complete = || {
            let text = |key: &str| keys.get(key).map(str::to_owned);
            let Some(account) = text("account").or_else(|| {
                let host = keys.get("host")?;
                host.split('.').next().map(str::to_owned)
            }) else {
                return Err(PipelineError::user("the connection has no `account`"));
            };
            let user = keys
                .any(&["user", "username"])
                .ok_or_else(|| PipelineError::user("the connection has no `user`"))?;
            Ok(Self {
                name: name.to_owned(),
                url: url(&account, &keys)?,
                user: user.to_owned(),
                role: text("role"),
                warehouse: text("warehouse"),
                database: text("database"),
                schema: text("schema"),
                credential: Credential::of(&keys, environment)?,
                account,
            })
        };
        complete().map_err(|mut error| {
            let place = match &keys.file {
                Some(file) => format!("in connection `{name}` of `{}`", file.display()),
                None => format!("in connection `{name}`, made of SNOWFLAKE_… variables"),
            };
            error.detail = Some(match error.detail {
                Some(detail) => format!("{detail}\n{place}"),
                None => place,
            });
            error
        })
    }

    /// The server that runs the project's own warehouse on this machine, for its owner.
    ///
    /// # Errors
    /// The address is none.
    pub fn to_own_server(address: SocketAddr, token: &str) -> Result<Self, PipelineError> {
        let url = Url::parse(&format!("http://{address}"))
            .map_err(|error| PipelineError::environment(format!("`{address}`: {error}")))?;
        Ok(Self {
            name: "the running server".to_owned(),
            account: "snowmelt".to_owned(),
            user: "SNOWMELT".to_owned(),
            role: None,
            warehouse: None,
            database: None,
            schema: None,
            url,
            credential: Credential::AccessToken(Secret::new(token)),
        })
    }

    /// The host, with its port if it is not the usual one.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// What it proves who it is with: `key pair`.
    pub fn credential_noun(&self) -> &'static str {
        self.credential.noun()
    }
}

fn url(account: &str, keys: &Keys) -> Result<Url, PipelineError> {
    let host = match keys.get("host") {
        Some(host) => host.to_owned(),
        None => {
            // A certificate has no underscores in names.
            let account = account.to_lowercase().replace('_', "-");
            match keys.get("region") {
                Some(region) => format!("{account}.{region}.snowflakecomputing.com"),
                None => format!("{account}.snowflakecomputing.com"),
            }
        }
    };
    let protocol = keys.get("protocol").unwrap_or("https").to_lowercase();
    let port = keys.get("port").map(|port| format!(":{port}"));
    let text = format!("{protocol}://{host}{}", port.unwrap_or_default());
    let url = Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
        .ok_or_else(|| {
            PipelineError::user(format!("`{text}` is no address of an account"))
                .with_hint("look at `host`, `port` and `protocol`")
        })?;
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() == "http" && !is_here {
        return Err(
            PipelineError::user(format!("`{text}` would carry secrets in the clear"))
                .with_hint("`protocol = \"http\"` is for this machine only"),
        );
    }
    Ok(url)
}
