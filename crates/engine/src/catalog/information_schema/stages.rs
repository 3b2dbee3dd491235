//! INFORMATION_SCHEMA.STAGES.

use super::{COMMENT, Definition, LTZ, Scope, TEXT, select};
use snowmelt_sql::DataType;

pub(super) const STAGES: Definition = Definition {
    name: "STAGES",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("STAGE_CATALOG", TEXT),
    ("STAGE_SCHEMA", TEXT),
    ("STAGE_NAME", TEXT),
    ("STAGE_URL", TEXT),
    ("STAGE_REGION", TEXT),
    ("STAGE_TYPE", TEXT),
    ("STAGE_OWNER", TEXT),
    ("COMMENT", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
];

fn sql(scope: &Scope<'_>) -> String {
    select(
        COLUMNS,
        &[
            ("STAGE_CATALOG", "o.database_name"),
            ("STAGE_SCHEMA", "o.schema_name"),
            ("STAGE_NAME", "o.name"),
            ("STAGE_URL", "(o.definition->>'$.location.external.url')"),
            (
                "STAGE_TYPE",
                "CASE WHEN o.definition->>'$.location.external.url' IS NULL
                    THEN 'Internal Named' ELSE 'External Named' END",
            ),
            ("STAGE_OWNER", "o.owner"),
            ("COMMENT", COMMENT),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
        ],
        &scope.objects_of_kind("STAGE"),
    )
}
