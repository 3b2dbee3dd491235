//! Login, token renewal and what a session is told about itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// POST /session/v1/login-request.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct LoginRequest {
    #[serde(default)]
    pub(crate) data: LoginData,
}

/// What the client says of itself. Fields that no driver needs are left out.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct LoginData {
    #[serde(rename = "LOGIN_NAME")]
    pub(crate) login_name: Option<String>,
    #[serde(rename = "PASSWORD")]
    pub(crate) password: Option<String>,
    #[serde(rename = "ACCOUNT_NAME")]
    pub(crate) account_name: Option<String>,
    #[serde(rename = "AUTHENTICATOR")]
    pub(crate) authenticator: Option<String>,
    /// A key-pair JWT, an OAuth token or a PAT.
    #[serde(rename = "TOKEN")]
    pub(crate) token: Option<String>,
    #[serde(rename = "CLIENT_APP_ID")]
    pub(crate) client_app_id: Option<String>,
    #[serde(rename = "CLIENT_APP_VERSION")]
    pub(crate) client_app_version: Option<String>,
    #[serde(rename = "SESSION_PARAMETERS")]
    pub(crate) session_parameters: Option<Map<String, Value>>,
}

/// Without the secrets.
impl std::fmt::Debug for LoginData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoginData")
            .field("login_name", &self.login_name)
            .field("authenticator", &self.authenticator)
            .field("client_app_id", &self.client_app_id)
            .field("client_app_version", &self.client_app_version)
            .finish_non_exhaustive()
    }
}

/// What stands in the URL of a login.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LoginPlace {
    #[serde(rename = "databaseName")]
    pub(crate) database: Option<String>,
    #[serde(rename = "schemaName")]
    pub(crate) schema: Option<String>,
    pub(crate) warehouse: Option<String>,
    #[serde(rename = "roleName")]
    pub(crate) role: Option<String>,
}

/// A parameter as the client is told of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct NameValue {
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// What a session stands in.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionInfo {
    pub(crate) database_name: Option<String>,
    pub(crate) schema_name: Option<String>,
    pub(crate) warehouse_name: Option<String>,
    pub(crate) role_name: Option<String>,
}

/// The answer to a login.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginAnswer {
    pub(crate) token: String,
    pub(crate) validity_in_seconds: u64,
    pub(crate) master_token: String,
    pub(crate) master_validity_in_seconds: u64,
    pub(crate) display_user_name: String,
    pub(crate) server_version: &'static str,
    pub(crate) first_login: bool,
    pub(crate) rem_me_token: Option<String>,
    pub(crate) rem_me_validity_in_seconds: u64,
    pub(crate) health_check_interval: u64,
    pub(crate) new_client_for_upgrade: Option<String>,
    pub(crate) session_id: u64,
    pub(crate) parameters: Vec<NameValue>,
    pub(crate) session_info: SessionInfo,
    pub(crate) id_token: Option<String>,
    pub(crate) id_token_validity_in_seconds: u64,
    pub(crate) mfa_token: Option<String>,
    pub(crate) mfa_token_validity_in_seconds: u64,
}

/// POST /session/token-request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RenewRequest {
    pub(crate) old_session_token: Option<String>,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RenewAnswer {
    pub(crate) session_token: String,
    #[serde(rename = "validityInSecondsST")]
    pub(crate) session_validity_secs: u64,
    pub(crate) master_token: String,
    #[serde(rename = "validityInSecondsMT")]
    pub(crate) master_validity_secs: u64,
    pub(crate) session_id: u64,
}
