//! Sessions: renewal of their tokens, heartbeat, end.

use super::body::JsonBody;
use super::caller::{Caller, token};
use crate::failure::Failure;
use crate::state::App;
use crate::wire::envelope::Envelope;
use crate::wire::login::{RenewAnswer, RenewRequest};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

/// POST /session/token-request, with the master token.
pub(super) async fn renew(
    State(app): State<App>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<RenewRequest>,
) -> Result<Json<Envelope<RenewAnswer>>, Failure> {
    let master = token(&headers).ok_or_else(Failure::master_token_invalid)?;
    let renewed = app
        .sessions
        .renew(&app, master, request.old_session_token.as_deref())?;
    Ok(Json(Envelope::success(RenewAnswer {
        session_token: renewed.session_token,
        session_validity_secs: app.options.session_token_validity.as_secs(),
        master_token: renewed.master_token,
        master_validity_secs: app.options.idle_expiry.as_secs(),
        session_id: renewed.session.id,
    })))
}

/// POST /session/heartbeat.
pub(super) async fn heartbeat(_caller: Caller) -> Json<Envelope<()>> {
    Json(Envelope::nothing())
}

/// POST /session?delete=true.
pub(super) async fn end(State(app): State<App>, Caller(session): Caller) -> Json<Envelope<()>> {
    app.sessions.end(session.id);
    Json(Envelope::nothing())
}
