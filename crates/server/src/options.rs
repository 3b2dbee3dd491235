//! What a server needs to know before it starts.

use crate::access::Secret;
use crate::listen::CertificateFiles;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Where a server listens, and its limits. The clock and the ids are those of the engine.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Where to listen; port 0 is any free one.
    pub address: SocketAddr,
    /// The certificate to speak TLS with; `None`: in the clear.
    pub certificate: Option<CertificateFiles>,
    /// Whether others may be let in in the clear.
    pub plain_text: bool,
    /// The token of the owner's own commands.
    pub owner_token: Option<Secret>,
    /// The folder of the audit log; `None`: there is none.
    pub audit_dir: Option<PathBuf>,
    /// The folder for the rows of large results. What an earlier server left in it is removed.
    pub results_dir: PathBuf,
    /// Most sessions at a time; a login beyond is refused.
    pub most_sessions: usize,
    /// Most statements that run at a time; others wait.
    pub most_running: usize,
    /// Most statements that wait for their turn; one more is refused.
    pub most_queued: usize,
    /// Largest request body, in bytes, unpacked.
    pub most_body_bytes: usize,
    /// Longest text of one request's statements, in bytes.
    pub most_statement_bytes: usize,
    /// Largest result of a query, in bytes; a query that gives more fails.
    pub most_result_bytes: u64,
    /// Most bytes of all kept results on disk; the oldest are forgotten first.
    pub most_kept_bytes: u64,
    /// A session that sends nothing for this long ends.
    pub idle_expiry: Duration,
    /// How long a session token is good; clients renew it.
    pub session_token_validity: Duration,
    /// How long a statement may run, unless STATEMENT_TIMEOUT_IN_SECONDS says less.
    pub statement_timeout: Duration,
    /// How long a request waits for its statement before the client is told to ask again.
    pub answer_within: Duration,
}

impl ServerOptions {
    /// A server on a free port of 127.0.0.1, with the usual limits.
    pub fn new(results_dir: PathBuf) -> Self {
        Self {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            certificate: None,
            plain_text: false,
            owner_token: None,
            audit_dir: None,
            results_dir,
            most_sessions: 1000,
            most_running: 64,
            most_queued: 1000,
            most_body_bytes: 256 << 20,
            most_statement_bytes: 16 << 20,
            most_result_bytes: 32 << 30,
            most_kept_bytes: 64 << 30,
            idle_expiry: Duration::from_secs(4 * 3600),
            session_token_validity: Duration::from_secs(3600),
            statement_timeout: Duration::from_secs(172_800),
            answer_within: Duration::from_secs(45),
        }
    }
}
