//! INFORMATION_SCHEMA.PIPES.

use super::{COMMENT, Definition, LTZ, Scope, TEXT, select};
use snowmelt_sql::DataType;

pub(super) const PIPES: Definition = Definition {
    name: "PIPES",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("PIPE_CATALOG", TEXT),
    ("PIPE_SCHEMA", TEXT),
    ("PIPE_NAME", TEXT),
    ("PIPE_OWNER", TEXT),
    ("DEFINITION", TEXT),
    ("IS_AUTOINGEST_ENABLED", TEXT),
    ("NOTIFICATION_CHANNEL_NAME", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
    ("COMMENT", TEXT),
    ("PATTERN", TEXT),
];

fn sql(scope: &Scope<'_>) -> String {
    select(
        COLUMNS,
        &[
            ("PIPE_CATALOG", "o.database_name"),
            ("PIPE_SCHEMA", "o.schema_name"),
            ("PIPE_NAME", "o.name"),
            ("PIPE_OWNER", "o.owner"),
            ("DEFINITION", "(o.definition->>'$.definition')"),
            (
                "IS_AUTOINGEST_ENABLED",
                "CASE WHEN o.definition->>'$.auto_ingest' = 'true' THEN 'YES' ELSE 'NO' END",
            ),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
            ("COMMENT", COMMENT),
            ("PATTERN", "(o.definition->>'$.copy.pattern')"),
        ],
        &scope.objects_of_kind("PIPE"),
    )
}
