//! How this machine's own commands find a server that runs, and get in. In: the project's folder. Out: its address and the
//! owner's token, from a file that only the owner can read; the file is there while the server runs.

mod request;

use crate::access::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The file's name in the project's `.snowmelt`.
const FILE: &str = "server.json";

/// A server on this machine.
#[derive(Clone, Serialize, Deserialize)]
pub struct LocalServer {
    /// Where it listens, on loopback.
    pub address: SocketAddr,
    token: String,
}

/// Without the token.
impl std::fmt::Debug for LocalServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LocalServer({})", self.address)
    }
}

/// The file of a server that runs; it goes when this is dropped.
pub struct LocalFile {
    path: PathBuf,
}

impl LocalServer {
    /// Writes the file into that folder, readable by its owner alone.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn announce(folder: &Path, address: SocketAddr, token: &Secret) -> io::Result<LocalFile> {
        fs::create_dir_all(folder)?;
        let server = Self {
            address,
            token: token.expose().to_owned(),
        };
        let path = folder.join(FILE);
        // Written beside and renamed, so that nobody reads half of it, and with its mode from the start.
        let beside = folder.join(format!("{FILE}.new"));
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(&serde_json::to_vec(&server)?)?;
        fs::rename(&beside, &path)?;
        Ok(LocalFile { path })
    }

    /// The server that the folder's file names, if it answers.
    pub fn find(folder: &Path) -> Option<Self> {
        let text = fs::read(folder.join(FILE)).ok()?;
        let server: Self = serde_json::from_slice(&text).ok()?;
        let answer = request::send(server.address, "GET", "/healthz", None, None).ok()?;
        (answer.status == 200 && server.address.ip().is_loopback()).then_some(server)
    }

    /// The owner's token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends a command to the server as its owner; gives its answer.
    ///
    /// # Errors
    /// In words: the server is gone, or refuses.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let answer = request::send(
            self.address,
            "POST",
            path,
            Some(&self.token),
            Some(body.to_string().as_bytes()),
        )
        .map_err(|error| format!("the server at {} does not answer: {error}", self.address))?;
        let value: Value = serde_json::from_slice(&answer.body).map_err(|_| {
            format!(
                "the server's answer cannot be read (status {})",
                answer.status
            )
        })?;
        match answer.status {
            200 => Ok(value),
            _ => Err(value["message"]
                .as_str()
                .unwrap_or("the server refuses")
                .to_owned()),
        }
    }
}

impl Drop for LocalFile {
    fn drop(&mut self) {
        // A file that is left names a server that does not answer.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::LocalServer;
    use crate::access::Secret;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_file_is_the_owner_s_alone_and_goes_with_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let token = Secret::random().unwrap();
        let address = "127.0.0.1:1".parse().unwrap();
        let file = LocalServer::announce(folder.path(), address, &token).unwrap();
        let path = folder.path().join("server.json");
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(LocalServer::find(folder.path()).is_none(), "nobody answers");
        drop(file);
        assert!(!path.exists());
    }
}
