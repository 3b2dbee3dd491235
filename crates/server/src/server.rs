//! A server's life: it listens, answers on threads of its own, and stops in order.

use crate::listen::{BindRefusal, Certificate, Connections, PeerAddress, check_address};
use crate::options::ServerOptions;
use crate::routes;
use crate::state::{App, Shared};
use snowmelt_engine::{Engine, EngineError};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often idle sessions are looked for.
const LOOK_FOR_IDLE_EVERY: Duration = Duration::from_secs(10);
/// Threads for statements, logins and reads of files, beyond those that run statements.
const SPARE_THREADS: usize = 32;

/// A server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is in use, or is none of this machine.
    #[error("cannot listen on `{address}`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The folder for the rows of large results cannot be made.
    #[error("cannot make the folder `{folder}` for results")]
    Results {
        /// The folder.
        folder: String,
        /// What the system says.
        source: io::Error,
    },
    /// Others could come in, and should not like this.
    #[error(transparent)]
    Address(#[from] BindRefusal),
    /// The certificate cannot be used.
    #[error("{0}")]
    Certificate(String),
    /// The warehouse cannot be read.
    #[error(transparent)]
    Warehouse(#[from] EngineError),
    /// The system gives no threads.
    #[error("cannot start the server's threads")]
    Threads(#[source] io::Error),
}

/// A server that runs. It stops when it is dropped, too, but then at once.
pub struct Server {
    runtime: Runtime,
    app: App,
    address: SocketAddr,
    local_address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: Vec<JoinHandle<io::Result<()>>>,
}

impl Server {
    /// Listens, and answers from now on.
    ///
    /// # Errors
    /// The address, the folder or the threads cannot be had.
    pub fn start(engine: &Engine, options: ServerOptions) -> Result<Self, ServeError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("server")
            .max_blocking_threads(options.most_running + SPARE_THREADS)
            .build()
            .map_err(ServeError::Threads)?;
        let wanted = options.address;
        let listen = |source| ServeError::Listen {
            address: wanted,
            source,
        };
        let listener = runtime
            .block_on(TcpListener::bind(wanted))
            .map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let has_users = engine.users().are_any()?;
        let (certificate, is_plain) = match options.certificate.clone() {
            Some(files) => {
                let read = Certificate::read(files).map_err(ServeError::Certificate)?;
                (Some(read), false)
            }
            None => (None, true),
        };
        check_address(address.ip(), has_users, !is_plain, options.plain_text)?;
        // The owner's own commands come over loopback, in the clear.
        let (local, local_address) =
            match is_plain && (address.ip().is_loopback() || address.ip().is_unspecified()) {
                true => (
                    None,
                    SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
                ),
                false => {
                    let own = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
                    let local = runtime.block_on(TcpListener::bind(own)).map_err(listen)?;
                    let local_address = local.local_addr().map_err(listen)?;
                    (Some(local), local_address)
                }
            };
        let folder = options.results_dir.display().to_string();
        let options = ServerOptions { address, ..options };
        let app = Shared::new(engine.clone(), options)
            .map(Arc::new)
            .map_err(|source| ServeError::Results { folder, source })?;
        let stop = watch::Sender::new(false);
        let connections = {
            let _runtime = runtime.enter();
            Connections::of(listener, certificate.as_ref()).map_err(ServeError::Certificate)?
        };
        let serving = std::iter::once(connections)
            .chain(local.map(Connections::Plain))
            .map(|connections| {
                let mut stop = stop.subscribe();
                let service = routes::router(Arc::clone(&app))
                    .into_make_service_with_connect_info::<PeerAddress>();
                runtime.spawn(async move {
                    axum::serve(connections, service)
                        .with_graceful_shutdown(async move {
                            // An error means that the server is being dropped.
                            let _ = stop.wait_for(|stop| *stop).await;
                        })
                        .await
                })
            })
            .collect();
        let sessions = Arc::clone(&app);
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(LOOK_FOR_IDLE_EVERY).await;
                sessions.sessions.end_idle(&sessions);
            }
        });
        Ok(Self {
            runtime,
            app,
            address,
            local_address,
            stop,
            serving,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where this machine's own commands reach it, over loopback and in the clear.
    pub fn local_address(&self) -> SocketAddr {
        self.local_address
    }

    /// Takes no more connections, lets the statements that run end for at most `grace`, and ends all sessions.
    pub fn stop(self, grace: Duration) {
        self.stop.send_replace(true);
        let app = Arc::clone(&self.app);
        self.runtime.block_on(async {
            let idle = async {
                while app.queries.are_open() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            // Whatever still runs is stopped below.
            let _ = tokio::time::timeout(grace, idle).await;
            app.sessions.end_all();
            // Clients that keep their connections open do not hold the server back.
            let all = async {
                for serving in self.serving {
                    let _ = serving.await;
                }
            };
            let _ = tokio::time::timeout(Duration::from_millis(500), all).await;
        });
        self.runtime.shutdown_timeout(Duration::from_secs(2));
    }
}
