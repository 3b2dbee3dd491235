//! The server's certificate. In: a certificate chain and a private key in PEM files. Out: what TLS needs, read again when
//! the files change; one that cannot be read leaves the last good one in use.

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

/// How often the files are looked at, at most.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Where the certificate and its key are.
#[derive(Debug, Clone)]
pub struct CertificateFiles {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// A certificate that follows its files.
pub(crate) struct Certificate {
    files: CertificateFiles,
    current: Mutex<Current>,
}

struct Current {
    key: Arc<CertifiedKey>,
    written_at: [Option<SystemTime>; 2],
    looked_at: Instant,
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// In words: which file, and what is wrong with it.
    pub(crate) fn read(files: CertificateFiles) -> Result<Arc<Self>, String> {
        let written_at = files.written_at();
        let key = files.load()?;
        Ok(Arc::new(Self {
            files,
            current: Mutex::new(Current {
                key: Arc::new(key),
                written_at,
                looked_at: Instant::now(),
            }),
        }))
    }

    /// TLS 1.2 and 1.3 with this certificate, for HTTP/1.1.
    ///
    /// # Errors
    /// In words.
    pub(crate) fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, String> {
        let resolver: Arc<dyn ResolvesServerCert> = self.clone();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// The key as of now.
    fn key(&self) -> Arc<CertifiedKey> {
        let mut current = crate::lock(&self.current);
        if current.looked_at.elapsed() >= LOOK_EVERY {
            current.looked_at = Instant::now();
            let written_at = self.files.written_at();
            if written_at != current.written_at {
                match self.files.load() {
                    Ok(key) => {
                        tracing::info!("the certificate was read again");
                        current.key = Arc::new(key);
                        current.written_at = written_at;
                    }
                    // Perhaps only one of the two is written yet: it is tried again at the next look.
                    Err(error) => tracing::warn!(error, "the new certificate cannot be used"),
                }
            }
        }
        Arc::clone(&current.key)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key())
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({})", self.files.certificate.display())
    }
}

impl CertificateFiles {
    fn written_at(&self) -> [Option<SystemTime>; 2] {
        let at = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
        [at(&self.certificate), at(&self.key)]
    }

    fn load(&self) -> Result<CertifiedKey, String> {
        let wrong = |path: &Path, error: &dyn std::fmt::Display| {
            format!("cannot use `{}`: {error}", path.display())
        };
        let (certificate, key) = (&self.certificate, &self.key);
        let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .map_err(|error| wrong(certificate, &error))?;
        if chain.is_empty() {
            let error = io::Error::new(io::ErrorKind::InvalidData, "it has no certificate");
            return Err(wrong(certificate, &error));
        }
        let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
        let signing =
            ring::sign::any_supported_type(&private).map_err(|error| wrong(key, &error))?;
        let both = CertifiedKey::new(chain, signing);
        both.keys_match().map_err(|error| wrong(key, &error))?;
        Ok(both)
    }
}
