-- Silver: one clean row per customer, product and sale.

USE WAREHOUSE ecommerce_wh;

-- One row per key, and the latest wins. QUALIFY filters on a window function as WHERE filters on a column:
-- ROW_NUMBER() counts the rows of one customer from the newest to the oldest, and number 1 stays.
-- File names carry their date, so the greatest path is the newest file; in a file, the later record is the newer one.
-- WHERE comes before QUALIFY: a row without a name never wins over an older one that has it.
CREATE OR REPLACE TABLE ecommerce_db.silver.customers_clean AS
SELECT
    c.customer_id,
    INITCAP(TRIM(c.name))  AS name,
    UPPER(TRIM(c.country)) AS country,
    LOWER(TRIM(c.email))   AS email
FROM ecommerce_db.raw.customers AS c
WHERE c.customer_id IS NOT NULL
  AND TRIM(c.name) <> ''        -- also false for NULL
  AND TRIM(c.country) <> ''
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY c.customer_id
    ORDER BY c.source_file DESC, c.source_row DESC
) = 1;

CREATE OR REPLACE TABLE ecommerce_db.silver.products_clean AS
SELECT
    p.product_id,
    INITCAP(TRIM(p.name))     AS name,
    INITCAP(TRIM(p.category)) AS category,
    p.price
FROM ecommerce_db.raw.products AS p
WHERE p.product_id IS NOT NULL
  AND TRIM(p.name) <> ''
  AND TRIM(p.category) <> ''
  AND p.price > 0
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY p.product_id
    ORDER BY p.source_file DESC, p.source_row DESC
) = 1;

-- A sale may be sent twice, or sent again with a correction. Sales of unknown customers or products drop out in the
-- joins; the check `unknown_references` lists them.
CREATE OR REPLACE TABLE ecommerce_db.silver.sales_enriched AS
WITH latest_sales AS (
    SELECT
        s.sale_id,
        s.customer_id,
        s.product_id,
        s.quantity,
        s.sale_date
    FROM ecommerce_db.raw.sales AS s
    WHERE s.sale_id IS NOT NULL
      AND s.sale_date IS NOT NULL
      AND s.quantity > 0
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY s.sale_id
        ORDER BY s.source_file DESC, s.source_row DESC
    ) = 1
)
SELECT
    s.sale_id,
    s.sale_date,
    s.customer_id,
    c.name               AS customer_name,
    c.country,
    s.product_id,
    p.name               AS product_name,
    p.category,
    s.quantity,
    p.price,
    s.quantity * p.price AS total_amount
FROM latest_sales AS s
JOIN ecommerce_db.silver.customers_clean AS c ON c.customer_id = s.customer_id
JOIN ecommerce_db.silver.products_clean  AS p ON p.product_id = s.product_id;
