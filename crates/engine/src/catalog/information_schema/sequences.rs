//! INFORMATION_SCHEMA.SEQUENCES.

use super::{COMMENT, Definition, LTZ, NUMBER, Scope, TEXT, select};
use snowmelt_sql::DataType;

pub(super) const SEQUENCES: Definition = Definition {
    name: "SEQUENCES",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("SEQUENCE_CATALOG", TEXT),
    ("SEQUENCE_SCHEMA", TEXT),
    ("SEQUENCE_NAME", TEXT),
    ("SEQUENCE_OWNER", TEXT),
    ("DATA_TYPE", TEXT),
    ("NUMERIC_PRECISION", NUMBER),
    ("NUMERIC_PRECISION_RADIX", NUMBER),
    ("NUMERIC_SCALE", NUMBER),
    ("START_VALUE", TEXT),
    ("MINIMUM_VALUE", TEXT),
    ("MAXIMUM_VALUE", TEXT),
    ("NEXT_VALUE", TEXT),
    ("INCREMENT", TEXT),
    ("CYCLE_OPTION", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
    ("ORDERED", TEXT),
    ("COMMENT", TEXT),
];

fn sql(scope: &Scope<'_>) -> String {
    select(
        COLUMNS,
        &[
            ("SEQUENCE_CATALOG", "o.database_name"),
            ("SEQUENCE_SCHEMA", "o.schema_name"),
            ("SEQUENCE_NAME", "o.name"),
            ("SEQUENCE_OWNER", "o.owner"),
            ("DATA_TYPE", "'NUMBER'"),
            ("NUMERIC_PRECISION", "38"),
            ("NUMERIC_PRECISION_RADIX", "10"),
            ("NUMERIC_SCALE", "0"),
            ("START_VALUE", "(o.definition->>'$.start')"),
            (
                "NEXT_VALUE",
                "coalesce((s.last_value + s.increment_by)::VARCHAR, s.start_value::VARCHAR, o.definition->>'$.start')",
            ),
            ("INCREMENT", "(o.definition->>'$.increment')"),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
            ("ORDERED", "CASE WHEN o.definition->>'$.ordered' = 'true' THEN 'YES' ELSE 'NO' END"),
            ("COMMENT", COMMENT),
        ],
        &format!(
            "{} LEFT JOIN (SELECT * FROM duckdb_sequences() WHERE schema_name <> 'snowmelt') AS s
                ON s.schema_name = o.database_name || '.' || o.schema_name AND s.sequence_name = o.name",
            scope.objects_of_kind("SEQUENCE")
        ),
    )
}
