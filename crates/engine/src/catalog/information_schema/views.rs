//! INFORMATION_SCHEMA.VIEWS.

use super::{COMMENT, Definition, LTZ, NAME, Scope, TEXT, literal, select, tables::system_names};
use snowmelt_sql::DataType;

pub(super) const VIEWS: Definition = Definition {
    name: "VIEWS",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("TABLE_OWNER", TEXT),
    ("VIEW_DEFINITION", TEXT),
    ("CHECK_OPTION", TEXT),
    ("IS_UPDATABLE", TEXT),
    ("INSERTABLE_INTO", TEXT),
    ("IS_SECURE", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
    ("LAST_DDL", LTZ),
    ("LAST_DDL_BY", TEXT),
    ("COMMENT", TEXT),
];

fn sql(scope: &Scope<'_>) -> String {
    let stored = select(
        COLUMNS,
        &[
            ("TABLE_CATALOG", "o.database_name"),
            ("TABLE_SCHEMA", "o.schema_name"),
            ("TABLE_NAME", "o.name"),
            ("TABLE_OWNER", "o.owner"),
            ("VIEW_DEFINITION", "(o.definition->>'$.query')"),
            ("CHECK_OPTION", "'NONE'"),
            ("IS_UPDATABLE", "'NO'"),
            ("INSERTABLE_INTO", "'NO'"),
            (
                "IS_SECURE",
                "CASE WHEN o.definition->>'$.secure' = 'true' THEN 'YES' ELSE 'NO' END",
            ),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
            ("LAST_DDL", "o.ddl_at"),
            ("LAST_DDL_BY", "o.owner"),
            ("COMMENT", COMMENT),
        ],
        &scope.objects_of_kind("VIEW"),
    );
    let system = select(
        COLUMNS,
        &[
            ("TABLE_CATALOG", &scope.database_literal()),
            ("TABLE_SCHEMA", &literal(NAME)),
            ("TABLE_NAME", "v.name"),
            ("CHECK_OPTION", "'NONE'"),
            ("IS_UPDATABLE", "'NO'"),
            ("INSERTABLE_INTO", "'NO'"),
            ("IS_SECURE", "'NO'"),
        ],
        &format!("({}) AS v", system_names()),
    );
    format!("{stored} UNION ALL {system}")
}
