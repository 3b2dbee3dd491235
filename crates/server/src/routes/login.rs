//! POST /session/v1/login-request.

use super::body::JsonBody;
use crate::access;
use crate::failure::Failure;
use crate::state::App;
use crate::wire::envelope::Envelope;
use crate::wire::login::{LoginAnswer, LoginPlace, LoginRequest};
use axum::Json;
use axum::extract::{Query, State};

/// The version of Snowflake that drivers are told; some ask for a least one.
const SERVER_VERSION: &str = "9.0.0";

pub(super) async fn login(
    State(app): State<App>,
    Query(place): Query<LoginPlace>,
    JsonBody(request): JsonBody<LoginRequest>,
) -> Result<Json<Envelope<LoginAnswer>>, Failure> {
    let work = move || {
        let identity = access::authenticate(&app, &request.data)?;
        let user = identity.user.clone();
        let signed_in = app
            .sessions
            .sign_in(&app, identity, &request.data, &place)?;
        let session = &signed_in.session;
        tracing::info!(
            session_id = session.id,
            user,
            client = session.client.app_id,
            version = session.client.version,
            "login"
        );
        Ok(Json(Envelope::success(LoginAnswer {
            token: signed_in.session_token,
            validity_in_seconds: app.options.session_token_validity.as_secs(),
            master_token: signed_in.master_token,
            master_validity_in_seconds: app.options.idle_expiry.as_secs(),
            display_user_name: user,
            server_version: SERVER_VERSION,
            first_login: false,
            rem_me_token: None,
            rem_me_validity_in_seconds: 0,
            health_check_interval: 45,
            new_client_for_upgrade: None,
            session_id: session.id,
            parameters: session.parameters().to_vec(),
            session_info: session.info(),
            id_token: None,
            id_token_validity_in_seconds: 0,
            mfa_token: None,
            mfa_token_validity_in_seconds: 0,
        })))
    };
    // Checking a password takes its time, and so does a new connection.
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::internal("a login ended with a defect of snowmelt"))?
}

/// Single sign-on with a browser or Okta: there is no identity provider here.
pub(super) async fn authenticator() -> Failure {
    Failure::new(
        "390190",
        "08001",
        "single sign-on is not supported; log in with a password, a key pair or a token",
    )
}
