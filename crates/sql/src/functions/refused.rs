//! Functions that Snowflake has and snowmelt has not: they are refused by name, so that a misspelled name is told from one
//! that is only missing here.

/// Families, by the beginnings of their names.
const PREFIXES: &[&str] = &[
    "AI_",
    "H3_",
    "MAP_",
    "ST_",
    "SYSTEM$",
    "VECTOR_",
    "CLASSIFY_",
    "EXTRACT_SEMANTIC_",
    "FL_",
];

/// The others.
const NAMES: &[&str] = &[
    "APPROX_PERCENTILE_ACCUMULATE",
    "APPROX_PERCENTILE_COMBINE",
    "APPROX_PERCENTILE_ESTIMATE",
    "APPROX_TOP_K_ACCUMULATE",
    "APPROX_TOP_K_COMBINE",
    "APPROX_TOP_K_ESTIMATE",
    "BUILD_SCOPED_FILE_URL",
    "BUILD_STAGE_FILE_URL",
    "CHECK_XML",
    "COLLATE",
    "COLLATION",
    "CURRENT_ORGANIZATION_USER",
    "CURRENT_TRANSACTION",
    "DATA_SOURCE",
    "DECRYPT",
    "DECRYPT_RAW",
    "DP_INTERVAL_HIGH",
    "DP_INTERVAL_LOW",
    "ENCRYPT",
    "ENCRYPT_RAW",
    "ESTIMATE_REMAINING_DML_BUDGET",
    "EXPLAIN_JSON",
    "FILE_URL_FROM_PATH",
    "GENERATE_COLUMN_DESCRIPTION",
    "GET_ABSOLUTE_PATH",
    "GET_CONDITION_QUERY_UUID",
    "GET_OBJECT_REFERENCES",
    "GET_PRESIGNED_URL",
    "GET_RELATIVE_PATH",
    "GET_STAGE_LOCATION",
    "HLL_ACCUMULATE",
    "HLL_COMBINE",
    "HLL_ESTIMATE",
    "HLL_EXPORT",
    "HLL_IMPORT",
    "INTERPOLATE_BFILL",
    "INTERPOLATE_FFILL",
    "INTERPOLATE_LINEAR",
    "IS_APPLICATION_ROLE_IN_SESSION",
    "IS_DATABASE_ROLE_IN_SESSION",
    "IS_INSTANCE_ROLE_IN_SESSION",
    "LAST_SUCCESSFUL_SCHEDULED_TIME",
    "LAST_TRANSACTION",
    "MODEL_MONITOR_DRIFT_METRIC",
    "OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED",
    "OBJECT_CONSTRUCT_STRUCTURED",
    "PARSE_DOCUMENT",
    "PARSE_XML",
    "POLICY_CONTEXT",
    "PROMPT",
    "SCHEDULED_TIME",
    "SEARCH",
    "SEARCH_IP",
    "SEARCH_PREVIEW",
    "SEM",
    "SESSION_CONTEXT",
    "SETVARIABLE",
    "SET_SYS_CONTEXT",
    "SYS_CONTEXT",
    "TO_DECFLOAT",
    "TO_FILE",
    "TO_GEOGRAPHY",
    "TO_GEOMETRY",
    "TO_QUERY",
    "TO_UUID",
    "TO_XML",
    "TRY_DECRYPT",
    "TRY_DECRYPT_RAW",
    "TRY_PARSE_XML",
    "TRY_TO_DECFLOAT",
    "TRY_TO_FILE",
    "TRY_TO_GEOGRAPHY",
    "TRY_TO_GEOMETRY",
    "TRY_TO_UUID",
    "XMLGET",
];

/// Whether that is the name, in upper case, of a function that only Snowflake has.
pub(crate) fn is_refused(name: &str) -> bool {
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The names that are refused, and the beginnings of names that are.
pub fn refused_functions() -> (&'static [&'static str], &'static [&'static str]) {
    (NAMES, PREFIXES)
}

/// Table functions that Snowflake has and snowmelt has not.
const TABLE_FUNCTIONS: &[&str] = &[
    "ALERT_HISTORY",
    "AUTOMATIC_CLUSTERING_HISTORY",
    "AUTO_REFRESH_REGISTRATION_HISTORY",
    "COMPLETE_TASK_GRAPHS",
    "CURRENT_TASK_GRAPHS",
    "DATABASE_REFRESH_HISTORY",
    "DATABASE_STORAGE_USAGE_HISTORY",
    "DATA_TRANSFER_HISTORY",
    "DIRECTORY",
    "DYNAMIC_TABLES",
    "DYNAMIC_TABLE_GRAPH_HISTORY",
    "DYNAMIC_TABLE_REFRESH_HISTORY",
    "EXTERNAL_TABLE_FILES",
    "LOGIN_HISTORY",
    "LOGIN_HISTORY_BY_USER",
    "MATERIALIZED_VIEW_REFRESH_HISTORY",
    "POLICY_REFERENCES",
    "QUERY_ACCELERATION_HISTORY",
    "QUERY_HISTORY",
    "QUERY_HISTORY_BY_SESSION",
    "QUERY_HISTORY_BY_USER",
    "QUERY_HISTORY_BY_WAREHOUSE",
    "SEARCH_OPTIMIZATION_HISTORY",
    "SERVERLESS_TASK_HISTORY",
    "STAGE_DIRECTORY_FILE_REGISTRATION_HISTORY",
    "STAGE_STORAGE_USAGE_HISTORY",
    "TAG_REFERENCES",
    "TAG_REFERENCES_ALL_COLUMNS",
    "TASK_DEPENDENTS",
    "TASK_HISTORY",
    "WAREHOUSE_LOAD_HISTORY",
    "WAREHOUSE_METERING_HISTORY",
];

/// Whether the name is one of theirs.
pub(crate) fn is_refused_table_function(name: &str) -> bool {
    TABLE_FUNCTIONS.contains(&name)
}
