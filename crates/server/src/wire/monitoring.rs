//! How a query is doing: GET /monitoring/queries/ID.

use serde::Serialize;

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct QueriesAnswer {
    pub(crate) queries: Vec<QueryStatus>,
}

/// One query.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueryStatus {
    pub(crate) id: String,
    pub(crate) status: &'static str,
    pub(crate) state: &'static str,
    pub(crate) start_time: i64,
    pub(crate) end_time: i64,
    pub(crate) total_duration: i64,
    pub(crate) sql_text: String,
    pub(crate) session_id: u64,
    pub(crate) error_code: Option<String>,
    pub(crate) error_message: Option<String>,
    pub(crate) stats: Option<serde_json::Value>,
    pub(crate) client_send_time: Option<i64>,
    pub(crate) query_tag: Option<String>,
    pub(crate) warehouse_name: Option<String>,
}
