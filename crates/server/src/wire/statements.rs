//! The words of the SQL API: <https://docs.snowflake.com/en/developer-guide/sql-api/reference>.

use super::query::{Binding, RowType};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// POST /api/v2/statements. A key that the reference does not have is refused, since nothing would be done about it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StatementRequest {
    pub(crate) statement: Option<String>,
    /// In seconds; 0 is the longest there is.
    pub(crate) timeout: Option<i64>,
    pub(crate) database: Option<String>,
    pub(crate) schema: Option<String>,
    pub(crate) warehouse: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) bindings: Option<BTreeMap<String, Binding>>,
    pub(crate) parameters: Option<Map<String, Value>>,
    #[serde(rename = "resultSetMetaData")]
    pub(crate) result_set_meta_data: Option<AskedFormat>,
}

/// The form of the rows; there is one.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AskedFormat {
    pub(crate) format: Option<String>,
}

/// What stands in the URL of a submission.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SubmitPlace {
    #[serde(rename = "requestId")]
    pub(crate) request_id: Option<String>,
    #[serde(rename = "async")]
    pub(crate) is_async: Option<bool>,
    pub(crate) nullable: Option<bool>,
    pub(crate) retry: Option<bool>,
}

/// What stands in the URL of a look-up.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PartitionPlace {
    pub(crate) partition: Option<usize>,
}

/// ResultSet.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultSet<'a> {
    pub(crate) result_set_meta_data: ResultSetMetaData<'a>,
    pub(crate) data: &'a RawValue,
    pub(crate) code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statement_handles: Option<Vec<&'a str>>,
    pub(crate) statement_status_url: String,
    pub(crate) sql_state: &'static str,
    pub(crate) statement_handle: &'a str,
    pub(crate) message: &'static str,
    pub(crate) created_on: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stats: Option<Value>,
}

/// ResultSet_resultSetMetaData.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResultSetMetaData<'a> {
    pub(crate) num_rows: u64,
    pub(crate) format: &'static str,
    pub(crate) row_type: &'a [RowType],
    pub(crate) partition_info: Vec<PartitionInfo>,
}

/// How large a partition is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartitionInfo {
    pub(crate) row_count: u64,
    pub(crate) uncompressed_size: u64,
}

/// QueryStatus, QueryFailureStatus and CancelStatus.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatementStatus<'a> {
    pub(crate) code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sql_state: Option<&'a str>,
    pub(crate) message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statement_handle: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_on: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statement_status_url: Option<String>,
}
