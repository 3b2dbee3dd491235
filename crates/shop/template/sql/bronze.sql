-- Bronze: the shop's data as it arrives. Nothing is cleaned here.
--
-- CREATE OR REPLACE on a Snowflake account drops the table it replaces, with its rows: run this file there once.
-- `snowmelt run` reads it as a declaration instead: what is already as written here keeps its data.

CREATE OR REPLACE WAREHOUSE ecommerce_wh
    WAREHOUSE_SIZE = XSMALL
    AUTO_SUSPEND = 300      -- seconds without work before it stops costing money
    AUTO_RESUME = TRUE;

CREATE OR REPLACE DATABASE ecommerce_db;

CREATE OR REPLACE SCHEMA ecommerce_db.raw;
CREATE OR REPLACE SCHEMA ecommerce_db.silver;
CREATE OR REPLACE SCHEMA ecommerce_db.gold;

-- The first columns of each table come from the files. The last three are filled by the pipes and say where a row
-- came from. Silver needs them: of two rows with the same key, the one in the newer file wins.

CREATE OR REPLACE TABLE ecommerce_db.raw.customers (
    customer_id INT,
    name        STRING,
    country     STRING,
    email       STRING,
    source_file STRING,         -- path of the file in the bucket
    source_row  INT,            -- number of the record in that file
    loaded_at   TIMESTAMP_LTZ   -- when the load read it
);

CREATE OR REPLACE TABLE ecommerce_db.raw.products (
    product_id  INT,
    name        STRING,
    category    STRING,
    price       NUMBER(10, 2),
    source_file STRING,
    source_row  INT,
    loaded_at   TIMESTAMP_LTZ
);

CREATE OR REPLACE TABLE ecommerce_db.raw.sales (
    sale_id     INT,
    customer_id INT,
    product_id  INT,
    quantity    INT,
    sale_date   DATE,
    source_file STRING,
    source_row  INT,
    loaded_at   TIMESTAMP_LTZ
);
