//! POST /session/v1/login-request.

use super::body::JsonBody;
use super::peer::Peer;
use crate::access::Proof;
use crate::failure::Failure;
use crate::state::App;
use crate::wire::envelope::Envelope;
use crate::wire::login::{LoginAnswer, LoginData, LoginPlace, LoginRequest};
use axum::Json;
use axum::extract::{Query, State};

/// The version of Snowflake that drivers are told; some ask for a least one.
const SERVER_VERSION: &str = "9.0.0";

pub(super) async fn login(
    State(app): State<App>,
    Peer(peer): Peer,
    Query(place): Query<LoginPlace>,
    JsonBody(request): JsonBody<LoginRequest>,
) -> Result<Json<Envelope<LoginAnswer>>, Failure> {
    let span = tracing::Span::current();
    let work = move || {
        let _entered = span.entered();
        let login = &request.data;
        let name = login.login_name.as_deref().unwrap_or_default();
        let identity = app
            .log_in(name, proof(login)?, peer)
            .map_err(|refusal| Failure::new(refusal.code(), "08001", refusal.to_string()))?;
        let user = identity.user.clone();
        let signed_in = app.sessions.sign_in(&app, identity, login, &place, peer)?;
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

/// How the client shows who it is.
fn proof(login: &LoginData) -> Result<Proof<'_>, Failure> {
    let token = login.token.as_deref().unwrap_or_default();
    let password = login.password.as_deref().unwrap_or_default();
    let kind = login.authenticator.as_deref().unwrap_or("SNOWFLAKE");
    match kind.to_ascii_uppercase().as_str() {
        "SNOWFLAKE_JWT" => Ok(Proof::KeyPair(token)),
        "OAUTH" | "PROGRAMMATIC_ACCESS_TOKEN" => Ok(Proof::AccessToken(match token {
            "" => password,
            token => token,
        })),
        "SNOWFLAKE" | "USERNAME_PASSWORD_MFA" | "" => Ok(Proof::Password(password)),
        _ => Err(no_single_sign_on()),
    }
}

/// Single sign-on with a browser or Okta: there is no identity provider here.
pub(super) async fn authenticator() -> Failure {
    no_single_sign_on()
}

fn no_single_sign_on() -> Failure {
    Failure::new(
        "390190",
        "08001",
        "single sign-on is not supported; log in with a password, a key pair or a token",
    )
}
