//! INFORMATION_SCHEMA.LOAD_HISTORY: what COPY loaded, a row a file. It never expires and has no limit of rows.

use super::{Definition, LTZ, NUMBER, Scope, TEXT, select};
use snowmelt_sql::DataType;

pub(super) const LOAD_HISTORY: Definition = Definition {
    name: "LOAD_HISTORY",
    columns: COLUMNS,
    sql,
};

const COLUMNS: &[(&str, DataType)] = &[
    ("SCHEMA_NAME", TEXT),
    ("FILE_NAME", TEXT),
    ("TABLE_NAME", TEXT),
    ("LAST_LOAD_TIME", LTZ),
    ("STATUS", TEXT),
    ("ROW_COUNT", NUMBER),
    ("ROW_PARSED", NUMBER),
    ("FIRST_ERROR_MESSAGE", TEXT),
    ("FIRST_ERROR_LINE_NUMBER", NUMBER),
    ("FIRST_ERROR_CHARACTER_POSITION", NUMBER),
    ("FIRST_ERROR_COL_NAME", TEXT),
    ("ERROR_COUNT", NUMBER),
    ("ERROR_LIMIT", NUMBER),
];

fn sql(scope: &Scope<'_>) -> String {
    select(
        COLUMNS,
        &[
            ("SCHEMA_NAME", "h.table_schema"),
            ("FILE_NAME", "h.location"),
            ("TABLE_NAME", "h.table_name"),
            ("LAST_LOAD_TIME", "make_timestamptz(h.loaded_at_micros)"),
            ("STATUS", "replace(h.status, '_', ' ')"),
            ("ROW_COUNT", "h.rows_loaded"),
            ("ROW_PARSED", "h.rows_parsed"),
            ("FIRST_ERROR_MESSAGE", "h.first_error"),
            ("FIRST_ERROR_LINE_NUMBER", "h.first_error_line"),
            ("FIRST_ERROR_CHARACTER_POSITION", "h.first_error_character"),
            ("FIRST_ERROR_COL_NAME", "h.first_error_column"),
            ("ERROR_COUNT", "h.error_count"),
            ("ERROR_LIMIT", "h.error_limit"),
        ],
        &format!(
            "(SELECT * FROM snowmelt.load_history WHERE pipe_id IS NULL AND NOT is_truncated
                AND table_database = {}) AS h",
            scope.database_literal()
        ),
    )
}
