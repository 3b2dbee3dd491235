//! Statements and their results.

use super::login::NameValue;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// POST /queries/v1/query-request.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct QueryRequest {
    pub(crate) sql_text: Option<String>,
    pub(crate) async_exec: Option<bool>,
    pub(crate) describe_only: Option<bool>,
    pub(crate) parameters: Option<Map<String, Value>>,
    pub(crate) bindings: Option<BTreeMap<String, Binding>>,
    pub(crate) bind_stage: Option<String>,
    pub(crate) query_submission_time: Option<Value>,
}

/// A value for a placeholder; an array holds a value for each run of the statement.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Binding {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) value: Value,
    /// `json`: a VARIANT, OBJECT or ARRAY is meant.
    #[serde(default)]
    pub(crate) fmt: Option<String>,
}

/// What stands in the URL of a query request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RequestId {
    #[serde(rename = "requestId")]
    pub(crate) request_id: Option<String>,
}

/// POST /queries/v1/abort-request.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AbortRequest {
    #[serde(rename = "requestId")]
    pub(crate) request_id: Option<String>,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowType {
    pub(crate) name: String,
    pub(crate) database: String,
    pub(crate) schema: String,
    pub(crate) table: String,
    pub(crate) nullable: bool,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) byte_length: Option<u64>,
    pub(crate) length: Option<u64>,
    pub(crate) scale: Option<u8>,
    pub(crate) precision: Option<u8>,
    pub(crate) collation: Option<String>,
}

/// Where a part of a large result is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Chunk {
    pub(crate) url: String,
    pub(crate) row_count: u64,
    pub(crate) uncompressed_size: u64,
    pub(crate) compressed_size: u64,
}

/// The answer to a query request that is done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueryAnswer<'a> {
    pub(crate) parameters: &'a [NameValue],
    pub(crate) rowtype: &'a [RowType],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rowset: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rowset_base64: Option<&'a str>,
    pub(crate) total: u64,
    pub(crate) returned: u64,
    pub(crate) query_id: &'a str,
    pub(crate) database_provider: Option<&'a str>,
    pub(crate) final_database_name: Option<&'a str>,
    pub(crate) final_schema_name: Option<&'a str>,
    pub(crate) final_warehouse_name: Option<&'a str>,
    pub(crate) final_role_name: Option<&'a str>,
    pub(crate) number_of_binds: u64,
    pub(crate) array_bind_supported: bool,
    pub(crate) statement_type_id: u64,
    pub(crate) version: u64,
    pub(crate) send_result_time: i64,
    pub(crate) query_result_format: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) chunks: Vec<Chunk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chunk_headers: Option<Map<String, Value>>,
    /// The statements of a request with several, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) result_ids: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) result_types: Option<&'a str>,
    /// Rows changed, by how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stats: Option<&'a Value>,
    /// PUT and GET: what the client has to move, and where.
    #[serde(flatten)]
    pub(crate) transfer: Option<&'a Map<String, Value>>,
}

/// The answer to a query request that still runs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunningAnswer {
    pub(crate) query_id: String,
    pub(crate) get_result_url: String,
    pub(crate) query_aborts_after_secs: u64,
    pub(crate) progress_desc: Option<String>,
}
