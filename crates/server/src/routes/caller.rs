//! Who sends a request: its session by the token in `Authorization: Snowflake Token="…"`.

use crate::failure::Failure;
use crate::session::DriverSession;
use crate::state::App;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use std::sync::Arc;

/// The session that a request belongs to.
pub(super) struct Caller(pub(super) Arc<DriverSession>);

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let token = token(&parts.headers).ok_or_else(Failure::no_session)?;
        app.sessions.find(app, token).map(Caller)
    }
}

/// The token of a request.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (_, quoted) = header.split_once("Token=")?;
    Some(quoted.trim().trim_matches('"'))
}

/// Where the client reaches this server, as it says itself: `http://host:port`.
pub(super) fn base_url(headers: &HeaderMap, app: &App) -> String {
    let host = headers
        .get(axum::http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .map_or_else(|| app.options.address.to_string(), str::to_owned);
    let scheme = headers
        .get("x-forwarded-proto")
        .and_then(|scheme| scheme.to_str().ok())
        .filter(|scheme| *scheme == "https")
        .unwrap_or("http");
    format!("{scheme}://{host}")
}
