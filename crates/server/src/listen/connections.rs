//! Connections, in the clear or through TLS. In: a listening socket. Out: streams that HTTP is spoken on. A client that
//! does not end its handshake holds up nobody.

use super::Certificate;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How many handshakes may be under way.
const HANDSHAKES: usize = 256;

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PeerAddress {
    pub(crate) address: SocketAddr,
    /// Whether it is through TLS of ours.
    pub(crate) is_tls: bool,
}

/// What connections come from.
pub(crate) enum Connections {
    /// In the clear.
    Plain(TcpListener),
    /// Those whose handshake is done.
    Tls(mpsc::Receiver<(Stream, SocketAddr)>, SocketAddr),
}

/// A connection.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connections {
    /// Those of a socket; with a certificate, through TLS. To be called on the server's runtime.
    ///
    /// # Errors
    /// In words: the certificate cannot be used.
    pub(crate) fn of(
        listener: TcpListener,
        certificate: Option<&Arc<Certificate>>,
    ) -> Result<Self, String> {
        let Some(certificate) = certificate else {
            return Ok(Connections::Plain(listener));
        };
        let acceptor = TlsAcceptor::from(certificate.server_config()?);
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let (sender, receiver) = mpsc::channel(HANDSHAKES);
        tokio::spawn(shake_hands(listener, acceptor, sender));
        Ok(Connections::Tls(receiver, address))
    }
}

async fn shake_hands(
    mut listener: TcpListener,
    acceptor: TlsAcceptor,
    done: mpsc::Sender<(Stream, SocketAddr)>,
) {
    let turns = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else {
            return;
        };
        let (stream, from) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = done.closed() => return,
        };
        let (acceptor, done) = (acceptor.clone(), done.clone());
        tokio::spawn(async move {
            let _turn = turn;
            match tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await {
                // If nobody takes connections any more, this one is closed.
                Ok(Ok(stream)) => drop(done.send((Stream::Tls(Box::new(stream)), from)).await),
                Ok(Err(error)) => tracing::debug!(%from, %error, "no TLS"),
                Err(_) => tracing::debug!(%from, "no TLS in time"),
            }
        });
    }
}

impl Listener for Connections {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        match self {
            Connections::Plain(listener) => {
                let (stream, from) = Listener::accept(listener).await;
                // Answers are small and go at once.
                let _ = stream.set_nodelay(true);
                (Stream::Plain(stream), from)
            }
            Connections::Tls(receiver, _) => match receiver.recv().await {
                Some(connection) => connection,
                None => std::future::pending().await,
            },
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Connections::Plain(listener) => listener.local_addr(),
            Connections::Tls(_, address) => Ok(*address),
        }
    }
}

impl Connected<IncomingStream<'_, Connections>> for PeerAddress {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        Self {
            address: *stream.remote_addr(),
            is_tls: matches!(stream.io(), Stream::Tls(_)),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(context),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
