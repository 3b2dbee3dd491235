//! INFORMATION_SCHEMA.SCHEMATA.

use super::{COMMENT, Definition, LTZ, NAME, NUMBER, RETENTION_TIME, Scope, TEXT, select};
use snowmelt_sql::DataType;

pub(super) const SCHEMATA: Definition = Definition {
    name: "SCHEMATA",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("CATALOG_NAME", TEXT),
    ("SCHEMA_NAME", TEXT),
    ("SCHEMA_OWNER", TEXT),
    ("IS_TRANSIENT", TEXT),
    ("IS_MANAGED_ACCESS", TEXT),
    ("RETENTION_TIME", NUMBER),
    ("DEFAULT_CHARACTER_SET_CATALOG", TEXT),
    ("DEFAULT_CHARACTER_SET_SCHEMA", TEXT),
    ("DEFAULT_CHARACTER_SET_NAME", TEXT),
    ("SQL_PATH", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
    ("COMMENT", TEXT),
];

fn sql(scope: &Scope<'_>) -> String {
    let stored = select(
        COLUMNS,
        &[
            ("CATALOG_NAME", "o.database_name"),
            ("SCHEMA_NAME", "o.name"),
            ("SCHEMA_OWNER", "o.owner"),
            (
                "IS_TRANSIENT",
                "CASE WHEN o.definition->>'$.transient' = 'true' THEN 'YES' ELSE 'NO' END",
            ),
            ("IS_MANAGED_ACCESS", "'NO'"),
            ("RETENTION_TIME", RETENTION_TIME),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
            ("COMMENT", COMMENT),
        ],
        &scope.objects_of_kind("SCHEMA"),
    );
    let system = select(
        COLUMNS,
        &[
            ("CATALOG_NAME", "o.name"),
            ("SCHEMA_NAME", &format!("'{NAME}'")),
            ("IS_TRANSIENT", "'NO'"),
            ("IS_MANAGED_ACCESS", "'NO'"),
            ("RETENTION_TIME", "1"),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.created_at"),
            (
                "COMMENT",
                "'Views describing the contents of schemas in this database'",
            ),
        ],
        &format!(
            "{} AS o WHERE o.kind = 'DATABASE' AND o.name = {}",
            scope.objects(),
            scope.database_literal()
        ),
    );
    format!("{stored} UNION ALL {system}")
}
