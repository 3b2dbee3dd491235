//! What the tests share: a server over an engine in memory, a client of a few lines, and answers without what changes.

use serde_json::Value;
use snowmelt_engine::users::UserRole;
use snowmelt_engine::{CountingIds, Engine, EngineOptions, ManualClock};
use snowmelt_server::access::{Secret, hash_password};
use snowmelt_server::{Server, ServerOptions};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// 2027-01-15T08:00:00Z, in microseconds.
pub(crate) const NOW_MICROS: i64 = 1_800_000_000_000_000;

/// A server that runs; its folder goes with it.
pub(crate) struct House {
    pub(crate) server: Server,
    pub(crate) engine: Engine,
    folder: TempDir,
    token: Secret,
}

impl House {
    /// One whose warehouse has no users.
    pub(crate) fn open() -> Self {
        Self::with(|_| {})
    }

    /// One with other options.
    pub(crate) fn with(change: impl FnOnce(&mut ServerOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(NOW_MICROS, 0));
        let mut options = EngineOptions::in_memory(
            folder.path().join("stages"),
            clock,
            Arc::new(CountingIds::default()),
        );
        options.threads = Some(2);
        let engine = Engine::open(options).unwrap();
        let token = Secret::random().unwrap();
        let mut options = ServerOptions::new(folder.path().join("results"));
        options.audit_dir = Some(folder.path().join("log"));
        options.owner_token = Some(token.clone());
        change(&mut options);
        let server = Server::start(&engine, options).unwrap();
        Self {
            server,
            engine,
            folder,
            token,
        }
    }

    /// The token of the owner's own commands.
    pub(crate) fn owner(&self) -> String {
        self.token.expose().to_owned()
    }

    /// Makes a user with a password, and gives it an access token.
    pub(crate) fn add_user(&self, name: &str, role: UserRole, password: &str) -> String {
        let users = self.engine.users();
        users.add(name, role).unwrap();
        users
            .set_password_hash(name, &hash_password(password).unwrap())
            .unwrap();
        let token = Secret::random().unwrap();
        let hash = token.hash();
        users
            .add_access_token(name, "test", hash.as_str(), i64::MAX)
            .unwrap();
        token.expose().to_owned()
    }

    /// A path in the server's folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// All lines of the audit log.
    pub(crate) fn audit(&self) -> Vec<Value> {
        let mut lines = Vec::new();
        for file in std::fs::read_dir(self.path("log")).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            lines.extend(text.lines().map(|line| serde_json::from_str(line).unwrap()));
        }
        lines
    }

    /// Sends a request without a body.
    pub(crate) fn get(&self, path: &str, token: Option<&str>) -> Answer {
        send(self.server.address(), "GET", path, &headers(token), b"")
    }

    /// Sends JSON.
    pub(crate) fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Answer {
        let mut headers = headers(token);
        headers.push(("Content-Type", "application/json".to_owned()));
        let body = body.to_string();
        send(
            self.server.address(),
            "POST",
            path,
            &headers,
            body.as_bytes(),
        )
    }

    /// Logs in as drivers do.
    pub(crate) fn log_in(&self, data: &Value) -> Value {
        let body = serde_json::json!({ "data": data });
        self.post("/session/v1/login-request", None, &body).json()
    }

    /// Stops the server and gives its folder back, so that files can be looked at.
    pub(crate) fn stop(self) -> TempDir {
        self.server.stop(Duration::from_secs(5));
        self.folder
    }
}

fn headers(token: Option<&str>) -> Vec<(&'static str, String)> {
    let bearer = token.map(|token| ("Authorization", format!("Bearer {token}")));
    bearer.into_iter().collect()
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// One request on a connection of its own.
pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: &[u8],
) -> Answer {
    let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {address}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    let bytes = raw(address, &[head.as_bytes(), body].concat(), false);
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        body: bytes[end + 4..].to_vec(),
        head,
    }
}

/// Bytes out, bytes in until the server closes. `is_all`: says that nothing will follow, which ends a request that is not
/// whole, and breaks off one that runs.
pub(crate) fn raw(address: SocketAddr, bytes: &[u8], is_all: bool) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    // The server may have refused and closed before it has read all.
    let _ = stream.write_all(bytes);
    if is_all {
        let _ = stream.shutdown(std::net::Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// JSON without tokens, ids and times.
pub(crate) fn constant(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields.iter_mut() {
                    let changes = matches!(
                        key.as_str(),
                        "token" | "masterToken" | "sessionId" | "parameters"
                    );
                    match changes && !value.is_null() {
                        true => *value = "[…]".into(),
                        false => walk(value),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}
