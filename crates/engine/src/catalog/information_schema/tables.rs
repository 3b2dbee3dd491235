//! INFORMATION_SCHEMA.TABLES: tables and views, those of INFORMATION_SCHEMA itself too.
//!
//! LAST_ALTERED changes with every committed write or definition of the table, and with nothing else. BYTES is an
//! estimate: rows times the width of a row in memory, with 16 bytes for a text.

use super::{
    COMMENT, Definition, LTZ, NAME, NUMBER, RETENTION_TIME, Scope, TEXT, VIEWS, literal, select,
};
use crate::catalog::{Definition as Object, Namespace};
use snowmelt_sql::DataType;
use snowmelt_sql::catalog::physical_relation;
use snowmelt_sql::object::Table;

pub(super) const TABLES: Definition = Definition {
    name: "TABLES",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("TABLE_OWNER", TEXT),
    ("TABLE_TYPE", TEXT),
    ("IS_TRANSIENT", TEXT),
    ("CLUSTERING_KEY", TEXT),
    ("ROW_COUNT", NUMBER),
    ("BYTES", NUMBER),
    ("RETENTION_TIME", NUMBER),
    ("SELF_REFERENCING_COLUMN_NAME", TEXT),
    ("REFERENCE_GENERATION", TEXT),
    ("USER_DEFINED_TYPE_CATALOG", TEXT),
    ("USER_DEFINED_TYPE_SCHEMA", TEXT),
    ("USER_DEFINED_TYPE_NAME", TEXT),
    ("IS_INSERTABLE_INTO", TEXT),
    ("IS_TYPED", TEXT),
    ("COMMIT_ACTION", TEXT),
    ("CREATED", LTZ),
    ("LAST_ALTERED", LTZ),
    ("LAST_DDL", LTZ),
    ("LAST_DDL_BY", TEXT),
    ("AUTO_CLUSTERING_ON", DataType::Boolean),
    ("COMMENT", TEXT),
    ("IS_TEMPORARY", TEXT),
    ("IS_ICEBERG", TEXT),
    ("IS_DYNAMIC", TEXT),
    ("IS_IMMUTABLE", TEXT),
    ("IS_HYBRID", TEXT),
];

fn sql(scope: &Scope<'_>) -> String {
    let stored = select(
        COLUMNS,
        &[
            ("TABLE_CATALOG", "o.database_name"),
            ("TABLE_SCHEMA", "o.schema_name"),
            ("TABLE_NAME", "o.name"),
            ("TABLE_OWNER", "o.owner"),
            (
                "TABLE_TYPE",
                "CASE WHEN o.kind = 'VIEW' THEN 'VIEW'
                    WHEN o.definition->>'$.kind' = 'temporary' THEN 'TEMPORARY TABLE' ELSE 'BASE TABLE' END",
            ),
            (
                "IS_TRANSIENT",
                "CASE WHEN o.kind = 'TABLE' THEN
                    CASE WHEN o.definition->>'$.kind' = 'transient' THEN 'YES' ELSE 'NO' END END",
            ),
            (
                "CLUSTERING_KEY",
                "CASE WHEN len(o.definition->>'$.properties.CLUSTER_BY[*]') > 0
                    THEN 'LINEAR(' || array_to_string(o.definition->>'$.properties.CLUSTER_BY[*]', ', ') || ')' END",
            ),
            ("ROW_COUNT", "c.row_count"),
            ("BYTES", "c.row_count * c.width"),
            ("RETENTION_TIME", RETENTION_TIME),
            ("IS_INSERTABLE_INTO", "CASE WHEN o.kind = 'TABLE' THEN 'YES' ELSE 'NO' END"),
            ("IS_TYPED", "CASE WHEN o.kind = 'TABLE' THEN 'YES' ELSE 'NO' END"),
            ("CREATED", "o.created_at"),
            ("LAST_ALTERED", "o.altered_at"),
            ("LAST_DDL", "o.ddl_at"),
            ("LAST_DDL_BY", "o.owner"),
            ("AUTO_CLUSTERING_ON", "CASE WHEN o.kind = 'TABLE' THEN FALSE END"),
            ("COMMENT", COMMENT),
            ("IS_TEMPORARY", "CASE WHEN o.definition->>'$.kind' = 'temporary' THEN 'YES' ELSE 'NO' END"),
            ("IS_ICEBERG", "'NO'"),
            ("IS_DYNAMIC", "'NO'"),
            ("IS_IMMUTABLE", "'NO'"),
            ("IS_HYBRID", "'NO'"),
        ],
        &format!(
            "(SELECT * FROM {} WHERE kind IN ('TABLE', 'VIEW') AND database_name = {}) AS o
            LEFT JOIN ({}) AS c ON c.id = o.id",
            scope.objects(),
            scope.database_literal(),
            row_counts(scope),
        ),
    );
    let system = select(
        COLUMNS,
        &[
            ("TABLE_CATALOG", &scope.database_literal()),
            ("TABLE_SCHEMA", &literal(NAME)),
            ("TABLE_NAME", "v.name"),
            ("TABLE_TYPE", "'VIEW'"),
            ("IS_INSERTABLE_INTO", "'NO'"),
            ("IS_TYPED", "'NO'"),
            ("IS_TEMPORARY", "'NO'"),
            ("IS_ICEBERG", "'NO'"),
            ("IS_DYNAMIC", "'NO'"),
            ("IS_IMMUTABLE", "'NO'"),
            ("IS_HYBRID", "'NO'"),
        ],
        &format!("({}) AS v", system_names()),
    );
    format!("{stored} UNION ALL {system}")
}

/// The names of the system's views, as a query.
pub(super) fn system_names() -> String {
    let names: Vec<String> = VIEWS.iter().map(|view| literal(view.name)).collect();
    format!("SELECT unnest([{}]) AS name", names.join(", "))
}

/// `(id, row_count, width)` of every table in the scope's database.
fn row_counts(scope: &Scope<'_>) -> String {
    let tables = scope
        .image
        .namespace(Namespace::Relation)
        .filter(|entry| !scope.temporary.contains_key(&entry.key()))
        .chain(scope.temporary.values());
    let mut queries = Vec::new();
    for entry in tables {
        if let Object::Table(table) = &entry.definition
            && table.name.database == scope.database
        {
            queries.push(format!(
                "SELECT {} AS id, count(*) AS row_count, {} AS width FROM {}",
                entry.id,
                row_width_bytes(table),
                physical_relation(table)
            ));
        }
    }
    if queries.is_empty() {
        return "SELECT NULL::BIGINT AS id, NULL::BIGINT AS row_count, NULL::BIGINT AS width LIMIT 0".to_owned();
    }
    union_all(&queries)
}

/// A union as a balanced tree: DuckDB limits how deep a statement may nest.
fn union_all(queries: &[String]) -> String {
    match queries {
        [one] => one.clone(),
        _ => {
            let (left, right) = queries.split_at(queries.len() / 2);
            format!("({}) UNION ALL ({})", union_all(left), union_all(right))
        }
    }
}

/// What a row takes in memory, in bytes.
pub(crate) fn row_width_bytes(table: &Table) -> i64 {
    table
        .columns
        .iter()
        .map(|column| match column.data_type {
            DataType::Boolean => 1,
            DataType::Date => 4,
            DataType::Number { precision, .. } if column.narrow || precision <= 18 => 8,
            DataType::Float
            | DataType::Time { .. }
            | DataType::TimestampNtz { .. }
            | DataType::TimestampLtz { .. } => 8,
            _ => 16,
        })
        .sum()
}
