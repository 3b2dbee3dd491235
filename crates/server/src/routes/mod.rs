//! HTTP in and out: one file for each group of the protocol's endpoints.

mod body;
mod caller;
mod login;
mod monitoring;
mod query;
mod result;
mod session;
mod stage_files;

use crate::failure::Failure;
use crate::state::App;
use crate::wire::envelope::Envelope;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};

/// All routes.
pub(crate) fn router(app: App) -> Router {
    let most_body_bytes = app.options.most_body_bytes;
    Router::new()
        .route("/session/v1/login-request", post(login::login))
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
        .fallback(nothing_here)
        .layer(DefaultBodyLimit::max(most_body_bytes))
        .layer(middleware::from_fn(contain))
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
    *response.status_mut() = axum::http::StatusCode::NOT_FOUND;
    response
}

/// A panic in one request ends that request only.
async fn contain(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(path, %error, "a request panicked");
            Failure::internal("a request ended with a defect of snowmelt; please report it")
                .into_response()
        }
    }
}
