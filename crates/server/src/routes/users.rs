//! POST /local/users: the owner's own commands change the users of the warehouse that this process has.

use super::peer::Peer;
use crate::access::{UserCommand, change_users};
use crate::audit::AuditEvent;
use crate::state::App;
use axum::Json;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Carries out one command. Only the token of the project's own file opens it.
pub(super) async fn change(
    State(app): State<App>,
    Peer(peer): Peer,
    headers: HeaderMap,
    Json(command): Json<UserCommand>,
) -> Response {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok())
        .and_then(|header| header.strip_prefix("Bearer "))
        .unwrap_or_default();
    if !app.access.is_owner_token(token) {
        return refused(
            StatusCode::UNAUTHORIZED,
            "this is for the owner of the project's files",
        );
    }
    let is_change = !matches!(command, UserCommand::List);
    let shown = command.shown();
    let work = {
        let app = app.clone();
        move || change_users(&app.engine, command)
    };
    let done = tokio::task::spawn_blocking(work).await;
    let outcome = match &done {
        Ok(Ok(_)) => "ok",
        Ok(Err(error)) => error.code,
        Err(_) => "370001",
    };
    if is_change {
        let event = AuditEvent {
            what: "users",
            user: crate::access::OWNER,
            role: "owner",
            address: Some(peer.to_string()),
            statement: Some(shown),
            outcome,
            ..AuditEvent::default()
        };
        app.audit.write(app.now_micros(), event);
    }
    if is_change {
        let app = app.clone();
        // Whoever was removed or disabled is out.
        let _ = tokio::task::spawn_blocking(move || {
            let _runtime = tokio::runtime::Handle::current().enter();
            app.sessions.end_strangers(&app);
        })
        .await;
    }
    match done {
        Ok(Ok(users)) => Json(users).into_response(),
        Ok(Err(error)) => refused(StatusCode::UNPROCESSABLE_ENTITY, &error.message),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "a defect of snowmelt"),
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}
