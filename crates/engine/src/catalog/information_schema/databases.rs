//! INFORMATION_SCHEMA.DATABASES: every database of the account, whichever database is asked.

use super::{COMMENT, Definition, LTZ, NUMBER, RETENTION_TIME, Scope, TEXT, select};
use snowmelt_sql::DataType;

pub(super) const DATABASES: Definition = Definition {
    name: "DATABASES",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("DATABASE_NAME", TEXT),
    ("DATABASE_OWNER", TEXT),
    ("IS_TRANSIENT", TEXT),
    ("COMMENT", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
    ("RETENTION_TIME", NUMBER),
    ("TYPE", TEXT),
    ("OWNER_ROLE_TYPE", TEXT),
];

fn sql(scope: &Scope<'_>) -> String {
    let from = format!("{} AS o WHERE o.kind = 'DATABASE'", scope.objects());
    select(
        COLUMNS,
        &[
            ("DATABASE_NAME", "o.name"),
            ("DATABASE_OWNER", "o.owner"),
            (
                "IS_TRANSIENT",
                "CASE WHEN o.definition->>'$.transient' = 'true' THEN 'YES' ELSE 'NO' END",
            ),
            ("COMMENT", COMMENT),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
            ("RETENTION_TIME", RETENTION_TIME),
            ("TYPE", "'STANDARD'"),
            ("OWNER_ROLE_TYPE", "'ROLE'"),
        ],
        &from,
    )
}
