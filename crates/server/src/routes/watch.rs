//! For whoever watches the server: /healthz (the process), /readyz (the engine), /metrics (Prometheus).

use crate::state::App;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

const PROMETHEUS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// GET /healthz: the process answers.
pub(super) async fn health() -> &'static str {
    "ok\n"
}

/// GET /readyz: the engine answers.
pub(super) async fn ready(State(app): State<App>) -> Response {
    let asked =
        tokio::task::spawn_blocking(move || app.engine.session()?.execute("SELECT 1").map(|_| ()));
    match asked.await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(error)) => unavailable(&error.to_string()),
        Err(_) => unavailable("the engine has a defect"),
    }
}

/// GET /metrics.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    let text =
        tokio::task::spawn_blocking(move || app.metrics.text(&app.engine, app.sessions.len()));
    match text.await {
        Ok(Ok(text)) => ([(CONTENT_TYPE, PROMETHEUS)], text).into_response(),
        Ok(Err(error)) => unavailable(&error.to_string()),
        Err(_) => unavailable("the numbers cannot be read"),
    }
}

fn unavailable(why: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response()
}
