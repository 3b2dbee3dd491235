-- severity: error
-- message: a loaded file where rows parsed is not rows loaded + rows rejected
WITH loads AS (
    SELECT table_name, file_name, status, row_parsed, row_count, error_count, first_error_message
    FROM TABLE(ecommerce_db.INFORMATION_SCHEMA.COPY_HISTORY(
        TABLE_NAME => 'ecommerce_db.raw.customers',
        START_TIME => DATEADD(DAY, -13, CURRENT_TIMESTAMP())
    ))
    UNION ALL
    SELECT table_name, file_name, status, row_parsed, row_count, error_count, first_error_message
    FROM TABLE(ecommerce_db.INFORMATION_SCHEMA.COPY_HISTORY(
        TABLE_NAME => 'ecommerce_db.raw.products',
        START_TIME => DATEADD(DAY, -13, CURRENT_TIMESTAMP())
    ))
    UNION ALL
    SELECT table_name, file_name, status, row_parsed, row_count, error_count, first_error_message
    FROM TABLE(ecommerce_db.INFORMATION_SCHEMA.COPY_HISTORY(
        TABLE_NAME => 'ecommerce_db.raw.sales',
        START_TIME => DATEADD(DAY, -13, CURRENT_TIMESTAMP())
    ))
)
SELECT
    table_name,
    file_name,
    row_parsed,
    row_count,
    error_count
FROM loads
WHERE status IN ('Loaded', 'Partially loaded')
  AND row_parsed <> row_count + error_count;
