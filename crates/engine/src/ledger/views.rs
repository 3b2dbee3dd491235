//! The ledger as SQL shows it: table macros for COPY_HISTORY and VALIDATE_PIPE_LOAD, the status of a pipe, and the view
//! SNOWMELT.REJECTS. Columns are by position, as the front end lists them.

use snowmelt_sql::DataType;
use snowmelt_sql::catalog::SystemView;

/// A pipe by its name, as `(database_, schema_, name_)`.
const PIPE_BY_NAME: &str =
    "(SELECT id FROM snowmelt.objects WHERE kind = 'PIPE' AND database_name = database_
    AND schema_name = schema_ AND name = name_)";

/// The macros, each a `CREATE OR REPLACE` statement.
pub(crate) const MACROS: [fn() -> String; 5] = [
    copy_history,
    validate,
    validate_last,
    validate_pipe_load,
    pipe_status,
];

/// What COPY loaded into the table that is there now, and what pipes loaded into a table of that name.
fn copy_history() -> String {
    "CREATE OR REPLACE MACRO snowmelt.copy_history(database_, schema_, name_, start_, end_) AS TABLE
    SELECT h.file_name, h.stage_location, make_timestamptz(h.loaded_at_micros), h.rows_loaded, h.rows_parsed,
        h.size_bytes, h.first_error, h.first_error_line, h.first_error_character, h.first_error_column,
        h.error_count, h.error_limit,
        CASE h.status WHEN 'LOADED' THEN 'Loaded' WHEN 'PARTIALLY_LOADED' THEN 'Partially loaded' ELSE 'Load failed' END,
        h.table_database, h.table_schema, h.table_name, p.database_name, p.schema_name, p.name,
        make_timestamptz(h.received_at_micros),
        CASE WHEN h.pipe_id IS NULL THEN NULL::BIGINT ELSE h.size_bytes END
    FROM snowmelt.load_history AS h LEFT JOIN snowmelt.objects AS p ON p.id = h.pipe_id AND p.kind = 'PIPE'
    WHERE (h.table_database, h.table_schema, h.table_name) = (database_, schema_, name_) AND NOT h.is_truncated
        AND make_timestamptz(h.loaded_at_micros) BETWEEN start_ AND end_
    ORDER BY h.id"
        .to_owned()
}

/// Rejected records as Snowflake's functions show them.
const REJECTED: &str =
    "SELECT r.error, h.file_name, r.line, r.character, r.byte_offset, r.category, r.code,
        try_cast(r.sql_state AS BIGINT), r.column_name, r.row_number, r.row_start_line, r.record
    FROM snowmelt.rejects AS r JOIN snowmelt.load_history AS h ON h.id = r.load_id";

/// Those of one COPY into a table.
fn validate() -> String {
    format!(
        "CREATE OR REPLACE MACRO snowmelt.validate(database_, schema_, name_, query_) AS TABLE {REJECTED}
        WHERE h.pipe_id IS NULL AND h.query_id = query_
            AND (h.table_database, h.table_schema, h.table_name) = (database_, schema_, name_)
        ORDER BY h.id, r.row_number"
    )
}

/// Those of the last COPY among some statements.
fn validate_last() -> String {
    format!(
        "CREATE OR REPLACE MACRO snowmelt.validate_last(queries_) AS TABLE {REJECTED}
        WHERE h.query_id = (SELECT l.query_id FROM snowmelt.load_history AS l
            WHERE l.pipe_id IS NULL AND list_contains(queries_, l.query_id) ORDER BY l.id DESC LIMIT 1)
        ORDER BY h.id, r.row_number"
    )
}

fn validate_pipe_load() -> String {
    format!(
        "CREATE OR REPLACE MACRO snowmelt.validate_pipe_load(database_, schema_, name_, start_, end_) AS TABLE {REJECTED}
        WHERE h.pipe_id = {PIPE_BY_NAME} AND make_timestamptz(h.loaded_at_micros) BETWEEN start_ AND end_
        ORDER BY h.id, r.row_number"
    )
}

/// SYSTEM$PIPE_STATUS: what the ledger knows, and over it what is going on now.
fn pipe_status() -> String {
    let instant = |micros: &str| {
        format!(
            "strftime(make_timestamp({micros}), '%Y-%m-%dT%H:%M:%S.') || lpad(CAST(({micros} // 1000) % 1000 AS VARCHAR), 3, '0') || 'Z'"
        )
    };
    format!(
        "CREATE OR REPLACE MACRO snowmelt.pipe_status(database_, schema_, name_) AS (
        SELECT CAST(json_merge_patch(
            json_object('executionState',
                CASE WHEN p.id IN (SELECT pipe_id FROM snowmelt.paused_pipes) THEN 'PAUSED'
                    WHEN NOT EXISTS (SELECT 1 FROM snowmelt.objects AS t WHERE t.kind = 'TABLE'
                        AND t.database_name = (p.definition->>'$.copy.table.database')
                        AND t.schema_name = (p.definition->>'$.copy.table.schema')
                        AND t.name = (p.definition->>'$.copy.table.name')) THEN 'STOPPED_MISSING_TABLE'
                    WHEN (p.definition->>'$.copy.source.path.named.stage.name') IS NOT NULL
                        AND NOT EXISTS (SELECT 1 FROM snowmelt.objects AS s WHERE s.kind = 'STAGE'
                        AND s.database_name = (p.definition->>'$.copy.source.path.named.stage.database')
                        AND s.schema_name = (p.definition->>'$.copy.source.path.named.stage.schema')
                        AND s.name = (p.definition->>'$.copy.source.path.named.stage.name')) THEN 'STOPPED_STAGE_DROPPED'
                    ELSE coalesce((SELECT g.fields->>'$.stalledState' FROM snowmelt_pipe_progress() AS g WHERE g.pipe_id = p.id),
                        'RUNNING') END,
                'pendingFileCount', 0),
            coalesce((SELECT json_object('lastIngestedTimestamp', {ingested}, 'lastIngestedFilePath', h.file_name)
                FROM snowmelt.load_history AS h WHERE h.pipe_id = p.id AND h.status <> 'LOAD_FAILED'
                ORDER BY h.id DESC LIMIT 1), CAST('{{}}' AS JSON)),
            (SELECT CASE WHEN count(*) = 0 THEN CAST('{{}}' AS JSON) ELSE json_object('changedFileCount', count(*)) END
                FROM snowmelt.load_history AS h WHERE h.pipe_id = p.id AND h.changed_etag IS NOT NULL),
            coalesce((SELECT json_merge_patch(CAST(g.fields AS JSON), '{{\"stalledState\":null}}') FROM snowmelt_pipe_progress() AS g
                WHERE g.pipe_id = p.id), CAST('{{}}' AS JSON))) AS VARCHAR)
        FROM snowmelt.objects AS p WHERE p.id = {PIPE_BY_NAME})",
        ingested = instant("h.loaded_at_micros"),
    )
}

/// The columns of SNOWMELT.REJECTS.
const REJECTS: &[(&str, DataType, &str)] = &[
    ("TABLE_SCHEMA", DataType::TEXT, "h.table_schema"),
    ("TABLE_NAME", DataType::TEXT, "h.table_name"),
    ("PIPE_SCHEMA", DataType::TEXT, "p.schema_name"),
    ("PIPE_NAME", DataType::TEXT, "p.name"),
    ("STAGE_LOCATION", DataType::TEXT, "h.stage_location"),
    ("FILE_NAME", DataType::TEXT, "h.file_name"),
    ("ROW_NUMBER", DataType::INTEGER, "r.row_number"),
    ("ROW_START_LINE", DataType::INTEGER, "r.row_start_line"),
    ("LINE", DataType::INTEGER, "r.line"),
    ("CHARACTER", DataType::INTEGER, "r.character"),
    ("BYTE_OFFSET", DataType::INTEGER, "r.byte_offset"),
    ("COLUMN_NAME", DataType::TEXT, "r.column_name"),
    ("ERROR", DataType::TEXT, "r.error"),
    ("CATEGORY", DataType::TEXT, "r.category"),
    ("CODE", DataType::INTEGER, "r.code"),
    ("SQL_STATE", DataType::TEXT, "r.sql_state"),
    ("REJECTED_RECORD", DataType::TEXT, "r.record"),
    ("IS_CUT", DataType::Boolean, "r.is_cut"),
    ("LOAD_STATUS", DataType::TEXT, "h.status"),
    (
        "LOADED_AT",
        DataType::TimestampLtz { precision: 3 },
        "make_timestamptz(h.loaded_at_micros)",
    ),
    ("QUERY_ID", DataType::TEXT, "h.query_id"),
];

/// SNOWMELT.REJECTS of a database: every rejected record of its tables' loads.
pub(crate) fn rejects_view(database: &str) -> SystemView {
    let items: Vec<&str> = REJECTS.iter().map(|(_, _, sql)| *sql).collect();
    SystemView {
        columns: REJECTS
            .iter()
            .map(|(name, data_type, _)| ((*name).to_owned(), *data_type))
            .collect(),
        sql: format!(
            "SELECT {} FROM snowmelt.rejects AS r JOIN snowmelt.load_history AS h ON h.id = r.load_id
             LEFT JOIN snowmelt.objects AS p ON p.id = h.pipe_id AND p.kind = 'PIPE'
             WHERE h.table_database = '{}'",
            items.join(", "),
            database.replace('\'', "''")
        ),
    }
}
