CREATE SCHEMA IF NOT EXISTS ECOMMERCE.SILVER;
CREATE OR REPLACE TABLE ECOMMERCE.SILVER.CUSTOMERS_CLEAN AS
SELECT DISTINCT customer_id, INITCAP(TRIM(name)) AS name, UPPER(country) country, LOWER(email) AS email
FROM ECOMMERCE.BRONZE.CUSTOMERS WHERE customer_id IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY name) = 1;
CREATE OR REPLACE TABLE ECOMMERCE.SILVER.SALES_CLEAN AS
SELECT raw:sale_id::INT AS sale_id, raw:customer_id::INT AS customer_id, raw:product_id::INT AS product_id,
       raw:quantity::INT AS quantity, TO_DATE(raw:sale_date::STRING) AS sale_date
FROM ECOMMERCE.BRONZE.SALES;
CREATE OR REPLACE TABLE ECOMMERCE.SILVER.SALES_ENRICHED AS
SELECT s.*, c.name AS customer_name, c.country, p.name product_name, p.category, ROUND(s.quantity * p.price, 2) AS total_amount
FROM ECOMMERCE.SILVER.SALES_CLEAN s
JOIN ECOMMERCE.SILVER.CUSTOMERS_CLEAN c ON s.customer_id = c.customer_id
LEFT JOIN ECOMMERCE.BRONZE.PRODUCTS p USING (product_id);
