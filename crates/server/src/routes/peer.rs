//! Where a request comes from, and what it is called in the log.

use crate::listen::PeerAddress;
use crate::state::App;
use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long an id of a client may be.
const LONGEST_ID: usize = 64;

/// The client's address.
pub(super) struct Peer(pub(super) IpAddr);

impl FromRequestParts<App> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let address = parts
            .extensions
            .get::<ConnectInfo<PeerAddress>>()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.address.ip());
        Ok(Self(address))
    }
}

/// What a request is called: the client's own name for it, or a new one.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives each request an id, logs it by that, and sends it back.
pub(super) async fn name(mut request: Request, next: Next) -> Response {
    let id = given(request.headers(), request.uri().query())
        .unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let span = tracing::info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        // Without its query: a chunk's key is a secret.
        path = request.uri().path(),
    );
    request.extensions_mut().insert(RequestId(id.clone()));
    let is_tls =
        (request.extensions().get::<ConnectInfo<PeerAddress>>()).is_some_and(|info| info.0.is_tls);
    if is_tls {
        // As a proxy before this server would say it: the addresses that clients are given begin with it.
        let https = HeaderValue::from_static("https");
        request.headers_mut().insert("x-forwarded-proto", https);
    }
    let started = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| {
        tracing::info!(
            status = response.status().as_u16(),
            millis = started.elapsed().as_secs_f64() * 1000.0,
            "answered"
        );
    });
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The id that the client gave: in a header, or as drivers do it.
fn given(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let header = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let in_query = query.and_then(|query| {
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix("requestId="))
    });
    header
        .or(in_query)
        .filter(|id| {
            (1..=LONGEST_ID).contains(&id.len())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        })
        .map(str::to_owned)
}
