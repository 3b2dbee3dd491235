//! INFORMATION_SCHEMA.FILE_FORMATS.

use super::{COMMENT, Definition, LTZ, NUMBER, Scope, TEXT, select};
use snowmelt_sql::DataType;

pub(super) const FILE_FORMATS: Definition = Definition {
    name: "FILE_FORMATS",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("FILE_FORMAT_CATALOG", TEXT),
    ("FILE_FORMAT_SCHEMA", TEXT),
    ("FILE_FORMAT_NAME", TEXT),
    ("FILE_FORMAT_OWNER", TEXT),
    ("FILE_FORMAT_TYPE", TEXT),
    ("RECORD_DELIMITER", TEXT),
    ("FIELD_DELIMITER", TEXT),
    ("SKIP_HEADER", NUMBER),
    ("DATE_FORMAT", TEXT),
    ("TIME_FORMAT", TEXT),
    ("TIMESTAMP_FORMAT", TEXT),
    ("BINARY_FORMAT", TEXT),
    ("ESCAPE", TEXT),
    ("ESCAPE_UNENCLOSED_FIELD", TEXT),
    ("TRIM_SPACE", TEXT),
    ("FIELD_OPTIONALLY_ENCLOSED_BY", TEXT),
    ("NULL_IF", TEXT),
    ("COMPRESSION", TEXT),
    ("ERROR_ON_COLUMN_COUNT_MISMATCH", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
    ("COMMENT", TEXT),
];

/// `AUTO` is stored as `"Auto"`, a format model as `{"Format": "…"}`.
fn value_format(name: &str) -> String {
    format!(
        "CASE WHEN o.definition->>'$.format.{name}' = 'Auto' THEN 'AUTO'
            ELSE o.definition->>'$.format.{name}.Format' END"
    )
}

fn sql(scope: &Scope<'_>) -> String {
    select(
        COLUMNS,
        &[
            ("FILE_FORMAT_CATALOG", "o.database_name"),
            ("FILE_FORMAT_SCHEMA", "o.schema_name"),
            ("FILE_FORMAT_NAME", "o.name"),
            ("FILE_FORMAT_OWNER", "o.owner"),
            ("FILE_FORMAT_TYPE", "(o.definition->>'$.format.type')"),
            (
                "RECORD_DELIMITER",
                "(o.definition->>'$.format.record_delimiter')",
            ),
            (
                "FIELD_DELIMITER",
                "(o.definition->>'$.format.field_delimiter')",
            ),
            (
                "SKIP_HEADER",
                "try_cast(o.definition->>'$.format.skip_header' AS BIGINT)",
            ),
            ("DATE_FORMAT", &value_format("date_format")),
            ("TIME_FORMAT", &value_format("time_format")),
            ("TIMESTAMP_FORMAT", &value_format("timestamp_format")),
            ("BINARY_FORMAT", "(o.definition->>'$.format.binary_format')"),
            ("ESCAPE", "(o.definition->>'$.format.escape')"),
            (
                "ESCAPE_UNENCLOSED_FIELD",
                "(o.definition->>'$.format.escape_unenclosed_field')",
            ),
            ("TRIM_SPACE", "(o.definition->>'$.format.trim_space')"),
            (
                "FIELD_OPTIONALLY_ENCLOSED_BY",
                "(o.definition->>'$.format.field_optionally_enclosed_by')",
            ),
            (
                "NULL_IF",
                "CASE WHEN (o.definition->>'$.format.null_if') IS NOT NULL THEN
                    '[' || array_to_string(o.definition->>'$.format.null_if[*]', ', ') || ']' END",
            ),
            ("COMPRESSION", "(o.definition->>'$.format.compression')"),
            (
                "ERROR_ON_COLUMN_COUNT_MISMATCH",
                "(o.definition->>'$.format.error_on_column_count_mismatch')",
            ),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
            ("COMMENT", COMMENT),
        ],
        &scope.objects_of_kind("FILE FORMAT"),
    )
}
