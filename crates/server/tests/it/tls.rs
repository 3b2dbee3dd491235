//! TLS: a certificate, another one in its place, and one that is none.

use crate::support::House;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};
use snowmelt_engine::users::UserRole;
use snowmelt_server::{CertificateFiles, Server, ServerOptions};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const FIRST: (&str, &str) = (
    include_str!("../keys/first.crt"),
    include_str!("../keys/first.key"),
);
const SECOND: (&str, &str) = (
    include_str!("../keys/second.crt"),
    include_str!("../keys/second.key"),
);

/// What `/healthz` says to a client that trusts this certificate alone.
fn health(address: SocketAddr, trusted: &str) -> Result<String, String> {
    let request = "GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n";
    ask(address, trusted, request)
}

/// What such a client is answered.
fn ask(address: SocketAddr, trusted: &str, request: &str) -> Result<String, String> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let mut stream = Stream::new(&mut client, &mut socket);
    stream
        .write_all(request.as_bytes())
        .map_err(|error| error.to_string())?;
    let mut answer = String::new();
    // The server may close without saying so.
    let _ = stream.read_to_string(&mut answer);
    Ok(answer)
}

fn write(folder: &Path, (certificate, key): (&str, &str)) {
    fs::write(folder.join("crt"), certificate).unwrap();
    fs::write(folder.join("key"), key).unwrap();
}

#[test]
fn a_certificate_is_used_and_read_again_when_it_changes() {
    let house = House::open();
    house.add_user("ana", UserRole::Owner, "correct horse");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), FIRST);
    let mut options = ServerOptions::new(house.path("tls"));
    options.address = "0.0.0.0:0".parse().unwrap();
    options.certificate = Some(CertificateFiles {
        certificate: folder.path().join("crt"),
        key: folder.path().join("key"),
    });
    let server = Server::start(&house.engine, options.clone()).unwrap();
    let address = SocketAddr::new("127.0.0.1".parse().unwrap(), server.address().port());
    assert!(health(address, FIRST.0).unwrap().ends_with("ok\n"));
    assert!(health(address, SECOND.0).is_err(), "another certificate");
    // Files go through TLS too.
    let post = |path: &str, token: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.0\r\nHost: localhost:1\r\nAuthorization: Snowflake Token=\"{token}\"\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let answer = ask(address, FIRST.0, &request).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
        serde_json::from_str::<serde_json::Value>(&body).unwrap()
    };
    let login = r#"{"data": {"LOGIN_NAME": "ana", "PASSWORD": "correct horse"}}"#;
    let came = post("/session/v1/login-request", "", login);
    let put = r#"{"sqlText": "PUT file://a.csv @~"}"#;
    let token = came["data"]["token"].as_str().unwrap();
    let answer = post("/queries/v1/query-request?requestId=1", token, put);
    let url = answer["data"]["stageInfo"]["presignedUrl"]
        .as_str()
        .unwrap();
    assert!(url.starts_with("https://localhost:1/stage-files/"), "{url}");
    // One that is none leaves the last good one in use.
    fs::write(folder.path().join("crt"), "nonsense").unwrap();
    assert!(health(address, FIRST.0).unwrap().ends_with("ok\n"));
    write(folder.path(), SECOND);
    let until = Instant::now() + Duration::from_secs(30);
    while health(address, SECOND.0).is_err() {
        assert!(Instant::now() < until, "the new certificate is not used");
    }
    // The owner's own commands come over loopback in the clear.
    assert_ne!(server.local_address().port(), server.address().port());
    server.stop(Duration::from_secs(1));
    fs::write(folder.path().join("key"), FIRST.1).unwrap();
    let refused = Server::start(&house.engine, options)
        .err()
        .unwrap()
        .to_string();
    assert!(refused.starts_with("cannot use `"), "{refused}");
}
