-- Loading: files that land in the bucket are copied into the bronze tables, each file once.
--
--   s3://my-ecommerce-bucket/raw/customers/*.csv   -> ecommerce_db.raw.customers
--   s3://my-ecommerce-bucket/raw/products/*.csv    -> ecommerce_db.raw.products
--   s3://my-ecommerce-bucket/raw/sales/*.json      -> ecommerce_db.raw.sales

-- 1. The right to read the bucket ------------------------------------------------------------------------------------
--
-- On an account: create an IAM role that may read the bucket and put its ARN below. After this statement,
-- `DESC INTEGRATION s3_ecommerce` shows STORAGE_AWS_IAM_USER_ARN and STORAGE_AWS_EXTERNAL_ID; both go into the trust
-- policy of that role. IF NOT EXISTS and not OR REPLACE, because a new integration gets a new external id, and the trust
-- would have to be set up again.

CREATE STORAGE INTEGRATION IF NOT EXISTS s3_ecommerce
    TYPE = EXTERNAL_STAGE
    STORAGE_PROVIDER = 'S3'
    ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::001234567890:role/snowflake-ecommerce'
    STORAGE_ALLOWED_LOCATIONS = ('s3://my-ecommerce-bucket/raw/');

-- 2. What the files look like ----------------------------------------------------------------------------------------

-- PARSE_HEADER reads the column names from the first line, so that columns are matched by name, not by position.
-- INCLUDE_METADATA on CSV files needs ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE.
CREATE OR REPLACE FILE FORMAT ecommerce_db.raw.csv_with_header
    TYPE = CSV
    PARSE_HEADER = TRUE
    FIELD_OPTIONALLY_ENCLOSED_BY = '"'
    ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE;

-- One JSON object a line. A date in any other form is an error, not a guess.
CREATE OR REPLACE FILE FORMAT ecommerce_db.raw.json_lines
    TYPE = JSON
    DATE_FORMAT = 'YYYY-MM-DD';

-- 3. Where the files are ---------------------------------------------------------------------------------------------

CREATE OR REPLACE STAGE ecommerce_db.raw.s3_stage
    URL = 's3://my-ecommerce-bucket/raw/'
    STORAGE_INTEGRATION = s3_ecommerce;

-- 4. One pipe per table ----------------------------------------------------------------------------------------------
--
-- ON_ERROR = CONTINUE loads the good records of a file and reports the bad ones. A pipe's default is SKIP_FILE: one bad
-- record and nothing of its file is loaded.
--
-- AUTO_INGEST = TRUE loads a file when the bucket announces it. On an account the bucket must be told whom to announce
-- it to, once for all three pipes:
--   a. `SHOW PIPES IN SCHEMA ecommerce_db.raw` and copy the ARN in the column `notification_channel`;
--   b. in the S3 console: bucket my-ecommerce-bucket > Properties > Event notifications > Create event notification;
--      prefix `raw/`, event types "All object create events", destination "SQS queue" with that ARN;
--   c. load the files that were there before (those of the last 7 days):
--      ALTER PIPE ecommerce_db.raw.customers_pipe REFRESH;  and so on for each pipe.
-- `snowmelt run` refreshes every pipe; `snowmelt serve` keeps watching the bucket.

CREATE OR REPLACE PIPE ecommerce_db.raw.customers_pipe
    AUTO_INGEST = TRUE
AS
COPY INTO ecommerce_db.raw.customers
FROM @ecommerce_db.raw.s3_stage/customers/
FILE_FORMAT = (FORMAT_NAME = 'ecommerce_db.raw.csv_with_header')
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
INCLUDE_METADATA = (
    source_file = METADATA$FILENAME,
    source_row = METADATA$FILE_ROW_NUMBER,
    loaded_at = METADATA$START_SCAN_TIME
)
ON_ERROR = CONTINUE;

CREATE OR REPLACE PIPE ecommerce_db.raw.products_pipe
    AUTO_INGEST = TRUE
AS
COPY INTO ecommerce_db.raw.products
FROM @ecommerce_db.raw.s3_stage/products/
FILE_FORMAT = (FORMAT_NAME = 'ecommerce_db.raw.csv_with_header')
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
INCLUDE_METADATA = (
    source_file = METADATA$FILENAME,
    source_row = METADATA$FILE_ROW_NUMBER,
    loaded_at = METADATA$START_SCAN_TIME
)
ON_ERROR = CONTINUE;

CREATE OR REPLACE PIPE ecommerce_db.raw.sales_pipe
    AUTO_INGEST = TRUE
AS
COPY INTO ecommerce_db.raw.sales
FROM @ecommerce_db.raw.s3_stage/sales/
FILE_FORMAT = (FORMAT_NAME = 'ecommerce_db.raw.json_lines')
MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
INCLUDE_METADATA = (
    source_file = METADATA$FILENAME,
    source_row = METADATA$FILE_ROW_NUMBER,
    loaded_at = METADATA$START_SCAN_TIME
)
ON_ERROR = CONTINUE;
