//! HTTP in and out: one file for each group of the protocol's endpoints.

mod body;
mod caller;
mod login;
mod monitoring;
pub(crate) mod peer;
mod query;
mod result;
mod session;
mod stage_files;
mod statements;
mod users;
mod watch;

use crate::failure::Failure;
use crate::state::App;
use crate::wire::envelope::Envelope;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::http::header::ORIGIN;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use tracing::Instrument;

/// Most bytes of a body from somebody who is not known yet.
const MOST_LOGIN_BYTES: usize = 1 << 20;
/// Most bytes of a body of the SQL API, which says with the body who sends it.
const MOST_API_BYTES: usize = 32 << 20;

/// All routes.
pub(crate) fn router(app: App) -> Router {
    let most_body_bytes = app.options.most_body_bytes;
    Router::new()
        .route(
            "/session/v1/login-request",
            post(login::login).layer(DefaultBodyLimit::max(MOST_LOGIN_BYTES)),
        )
        .route("/session/authenticator-request", post(login::authenticator))
        .route("/session/token-request", post(session::renew))
        .route(
            "/session/heartbeat",
            post(session::heartbeat).get(session::heartbeat),
        )
        .route("/session", post(session::end))
        .route("/session/logout-request", post(session::end))
        .route("/queries/v1/query-request", post(query::submit))
        .route("/queries/v1/abort-request", post(query::abort))
        .route("/queries/{id}/abort-request", post(query::abort_by_id))
        .route("/queries/{id}/result", get(query::result))
        .route("/monitoring/queries/{id}", get(monitoring::status))
        .route("/monitoring/queries//{id}", get(monitoring::status))
        .route("/results/{id}/{part}", get(result::part))
        .route(
            "/stage-files/{secret}/{name}",
            get(stage_files::read).put(stage_files::write),
        )
        .route("/telemetry/send", post(telemetry))
        .route("/telemetry/send/sessionless", post(telemetry))
        .route(
            "/api/v2/statements",
            post(statements::submit).layer(DefaultBodyLimit::max(MOST_API_BYTES)),
        )
        .route("/api/v2/statements/{handle}", get(statements::look))
        .route(
            "/api/v2/statements/{handle}/cancel",
            post(statements::cancel),
        )
        .route("/api/v2/openapi.json", get(statements::openapi))
        .route(
            "/local/users",
            post(users::change).layer(DefaultBodyLimit::max(MOST_LOGIN_BYTES)),
        )
        .route("/healthz", get(watch::health))
        .route("/readyz", get(watch::ready))
        .route("/metrics", get(watch::metrics))
        .fallback(nothing_here)
        .layer(DefaultBodyLimit::max(most_body_bytes))
        .layer(middleware::from_fn(contain))
        .layer(middleware::from_fn(no_other_site))
        .layer(middleware::from_fn(peer::name))
        .with_state(app)
}

/// Telemetry is answered and dropped.
async fn telemetry() -> Response {
    Json(Envelope::success("Log Received")).into_response()
}

async fn nothing_here(request: Request) -> Response {
    let mut response = Failure::new(
        "390404",
        "08001",
        format!("no such endpoint: {}", request.uri().path()),
    )
    .into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A page of another site in the user's own browser reaches this server too: what it sends is refused. Clients of Snowflake
/// are no pages.
async fn no_other_site(request: Request, next: Next) -> Response {
    if request.headers().contains_key(ORIGIN) {
        let failure = Failure::new("390403", "08001", "requests of web pages are refused");
        let mut response = failure.into_response();
        *response.status_mut() = StatusCode::FORBIDDEN;
        return response;
    }
    next.run(request).await
}

/// A panic in one request ends that request only.
async fn contain(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    match tokio::spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(path, %error, "a request panicked");
            Failure::internal("a request ended with a defect of snowmelt; please report it")
                .into_response()
        }
    }
}
