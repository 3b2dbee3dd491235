//! INFORMATION_SCHEMA.COLUMNS: the columns of tables, and of the system's own views.

use super::{Definition, NAME, NUMBER, Scope, TEXT, VIEWS, literal, select};
use snowmelt_sql::DataType;

pub(super) const COLUMNS: Definition = Definition {
    name: "COLUMNS",
    columns: COLUMN_LIST,
    sql,
};

const COLUMN_LIST: &[(&str, DataType)] = &[
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("COLUMN_NAME", TEXT),
    ("ORDINAL_POSITION", NUMBER),
    ("COLUMN_DEFAULT", TEXT),
    ("IS_NULLABLE", TEXT),
    ("DATA_TYPE", TEXT),
    ("CHARACTER_MAXIMUM_LENGTH", NUMBER),
    ("CHARACTER_OCTET_LENGTH", NUMBER),
    ("NUMERIC_PRECISION", NUMBER),
    ("NUMERIC_PRECISION_RADIX", NUMBER),
    ("NUMERIC_SCALE", NUMBER),
    ("DATETIME_PRECISION", NUMBER),
    ("INTERVAL_TYPE", TEXT),
    ("INTERVAL_PRECISION", NUMBER),
    ("CHARACTER_SET_CATALOG", TEXT),
    ("CHARACTER_SET_SCHEMA", TEXT),
    ("CHARACTER_SET_NAME", TEXT),
    ("COLLATION_CATALOG", TEXT),
    ("COLLATION_SCHEMA", TEXT),
    ("COLLATION_NAME", TEXT),
    ("DOMAIN_CATALOG", TEXT),
    ("DOMAIN_SCHEMA", TEXT),
    ("DOMAIN_NAME", TEXT),
    ("UDT_CATALOG", TEXT),
    ("UDT_SCHEMA", TEXT),
    ("UDT_NAME", TEXT),
    ("SCOPE_CATALOG", TEXT),
    ("SCOPE_SCHEMA", TEXT),
    ("SCOPE_NAME", TEXT),
    ("MAXIMUM_CARDINALITY", NUMBER),
    ("DTD_IDENTIFIER", TEXT),
    ("IS_SELF_REFERENCING", TEXT),
    ("IS_IDENTITY", TEXT),
    ("IDENTITY_GENERATION", TEXT),
    ("IDENTITY_START", TEXT),
    ("IDENTITY_INCREMENT", TEXT),
    ("IDENTITY_MAXIMUM", TEXT),
    ("IDENTITY_MINIMUM", TEXT),
    ("IDENTITY_CYCLE", TEXT),
    ("IDENTITY_ORDERED", TEXT),
    ("SCHEMA_EVOLUTION_RECORD", TEXT),
    ("COMMENT", TEXT),
    ("DATA_TYPE_ALIAS", TEXT),
    ("EXPRESSION", TEXT),
    ("KIND", TEXT),
];

fn sql(scope: &Scope<'_>) -> String {
    // `t` is the type's name in the stored definition, `p` its parameters.
    let from = format!(
        "(SELECT c.*,
            CASE WHEN json_type(c.data_type) = 'VARCHAR' THEN c.data_type->>'$'
                ELSE json_keys(c.data_type)[1] END AS t,
            CASE WHEN json_type(c.data_type) = 'OBJECT' THEN
                json_extract(c.data_type, '$.' || json_keys(c.data_type)[1]) END AS p
        FROM (
            SELECT *, json_extract(definition, '$.data_type') AS data_type
            FROM (
                SELECT o.database_name, o.schema_name, o.name AS table_name,
                    unnest(json_extract(o.definition, '$.columns[*]')) AS definition,
                    unnest(range(1, len(json_extract(o.definition, '$.columns[*]')) + 1)) AS position
                FROM {}{}
            )
        ) AS c
        ORDER BY c.database_name, c.schema_name, c.table_name, c.position) AS o",
        scope.objects_of_kind("TABLE"),
        of_views(scope)
    );
    let stored = select(
        COLUMN_LIST,
        &[
            ("TABLE_CATALOG", "o.database_name"),
            ("TABLE_SCHEMA", "o.schema_name"),
            ("TABLE_NAME", "o.table_name"),
            ("COLUMN_NAME", "(o.definition->>'$.name')"),
            ("ORDINAL_POSITION", "o.position"),
            ("COLUMN_DEFAULT", "(o.definition->>'$.default.expression')"),
            (
                "IS_NULLABLE",
                "CASE WHEN o.definition->>'$.nullable' = 'true' THEN 'YES' ELSE 'NO' END",
            ),
            ("DATA_TYPE", &type_name("o.t")),
            (
                "CHARACTER_MAXIMUM_LENGTH",
                "CASE WHEN o.t = 'Text' THEN (o.p->>'$.length')::BIGINT END",
            ),
            (
                "CHARACTER_OCTET_LENGTH",
                "CASE o.t WHEN 'Text' THEN least((o.p->>'$.length')::BIGINT * 4, 16777216)
                    WHEN 'Binary' THEN (o.p->>'$.length')::BIGINT END",
            ),
            (
                "NUMERIC_PRECISION",
                "CASE WHEN o.t = 'Number' THEN (o.p->>'$.precision')::BIGINT END",
            ),
            (
                "NUMERIC_PRECISION_RADIX",
                "CASE WHEN o.t = 'Number' THEN 10 END",
            ),
            (
                "NUMERIC_SCALE",
                "CASE WHEN o.t = 'Number' THEN (o.p->>'$.scale')::BIGINT END",
            ),
            (
                "DATETIME_PRECISION",
                "CASE WHEN o.t IN ('Time', 'TimestampNtz', 'TimestampLtz', 'TimestampTz')
                    THEN (o.p->>'$.precision')::BIGINT END",
            ),
            ("IS_SELF_REFERENCING", "'NO'"),
            (
                "IS_IDENTITY",
                "CASE WHEN o.definition->>'$.default.identity' IS NULL THEN 'NO' ELSE 'YES' END",
            ),
            (
                "IDENTITY_GENERATION",
                "CASE WHEN o.definition->>'$.default.identity' IS NOT NULL THEN 'BY DEFAULT' END",
            ),
            (
                "IDENTITY_START",
                "(o.definition->>'$.default.identity.start')",
            ),
            (
                "IDENTITY_INCREMENT",
                "(o.definition->>'$.default.identity.increment')",
            ),
            (
                "IDENTITY_CYCLE",
                "CASE WHEN o.definition->>'$.default.identity' IS NOT NULL THEN 'NO' END",
            ),
            (
                "IDENTITY_ORDERED",
                "CASE o.definition->>'$.default.identity.ordered' WHEN 'true' THEN 'YES' WHEN 'false' THEN 'NO' END",
            ),
            ("COMMENT", "(o.definition->>'$.comment')"),
            ("KIND", "'COLUMN'"),
        ],
        &from,
    );
    format!("{stored} UNION ALL {}", system(scope))
}

/// The columns of views, which no stored definition has, to be added to those of tables.
fn of_views(scope: &Scope<'_>) -> String {
    let mut rows = Vec::new();
    for (view, columns) in scope.catalog.views_with_columns(scope.database) {
        let name = &view.name;
        for (index, column) in columns.iter().enumerate() {
            let definition = serde_json::to_string(column).unwrap_or_default();
            let texts = [&name.database, &name.schema, &name.name, &definition];
            let texts = texts.map(|text| literal(text));
            rows.push(format!("({}::JSON, {})", texts.join(", "), index + 1));
        }
    }
    match rows.is_empty() {
        true => String::new(),
        false => format!(" UNION ALL VALUES {}", rows.join(", ")),
    }
}

/// The columns of the system's own views.
fn system(scope: &Scope<'_>) -> String {
    let mut rows = Vec::new();
    for view in VIEWS {
        for (index, (column, data_type)) in view.columns.iter().enumerate() {
            let kind = match data_type {
                DataType::Text { .. } => "Text",
                DataType::Boolean => "Boolean",
                DataType::TimestampLtz { .. } => "TimestampLtz",
                _ => "Number",
            };
            rows.push(format!(
                "('{}', '{column}', {}, '{kind}')",
                view.name,
                index + 1
            ));
        }
    }
    select(
        COLUMN_LIST,
        &[
            ("TABLE_CATALOG", &scope.database_literal()),
            ("TABLE_SCHEMA", &literal(NAME)),
            ("TABLE_NAME", "v.view_name"),
            ("COLUMN_NAME", "v.column_name"),
            ("ORDINAL_POSITION", "v.position"),
            ("IS_NULLABLE", "'YES'"),
            ("DATA_TYPE", &type_name("v.t")),
            (
                "CHARACTER_MAXIMUM_LENGTH",
                "CASE WHEN v.t = 'Text' THEN 16777216 END",
            ),
            (
                "CHARACTER_OCTET_LENGTH",
                "CASE WHEN v.t = 'Text' THEN 16777216 END",
            ),
            ("NUMERIC_PRECISION", "CASE WHEN v.t = 'Number' THEN 38 END"),
            (
                "NUMERIC_PRECISION_RADIX",
                "CASE WHEN v.t = 'Number' THEN 10 END",
            ),
            ("NUMERIC_SCALE", "CASE WHEN v.t = 'Number' THEN 0 END"),
            ("IS_SELF_REFERENCING", "'NO'"),
            ("IS_IDENTITY", "'NO'"),
            ("KIND", "'COLUMN'"),
        ],
        &format!(
            "(VALUES {}) AS v(view_name, column_name, position, t)",
            rows.join(", ")
        ),
    )
}

/// Snowflake's name of a type, from its name in a stored definition.
fn type_name(name: &str) -> String {
    format!(
        "CASE {name} WHEN 'TimestampNtz' THEN 'TIMESTAMP_NTZ' WHEN 'TimestampLtz' THEN 'TIMESTAMP_LTZ'
            WHEN 'TimestampTz' THEN 'TIMESTAMP_TZ' ELSE upper({name}) END"
    )
}
