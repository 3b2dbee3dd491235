-- The pipeline of `snowmelt init` as a DuckDB user would write it by hand: the same loads, the same tables, no history,
-- no rejects, no checks. `$lake` is replaced by the bucket's folder. Types are the natural DuckDB ones.

CREATE SCHEMA raw;
CREATE SCHEMA silver;
CREATE SCHEMA gold;

CREATE TABLE raw.customers (customer_id INTEGER, name VARCHAR, country VARCHAR, email VARCHAR,
    source_file VARCHAR, loaded_at TIMESTAMPTZ);
CREATE TABLE raw.products (product_id INTEGER, name VARCHAR, category VARCHAR, price DECIMAL(10, 2),
    source_file VARCHAR, loaded_at TIMESTAMPTZ);
CREATE TABLE raw.sales (sale_id BIGINT, customer_id INTEGER, product_id INTEGER, quantity INTEGER, sale_date DATE,
    source_file VARCHAR, loaded_at TIMESTAMPTZ);

INSERT INTO raw.customers
SELECT customer_id, name, country, email, filename, now()
FROM read_csv('$lake/raw/customers/*.csv', header = true, filename = true, auto_detect = false, quote = '"', escape = '"',
    columns = {'customer_id': 'INTEGER', 'name': 'VARCHAR', 'country': 'VARCHAR', 'email': 'VARCHAR'});

INSERT INTO raw.products
SELECT product_id, name, category, price, filename, now()
FROM read_csv('$lake/raw/products/*.csv', header = true, filename = true, auto_detect = false, quote = '"', escape = '"',
    columns = {'product_id': 'INTEGER', 'name': 'VARCHAR', 'category': 'VARCHAR', 'price': 'DECIMAL(10, 2)'});

INSERT INTO raw.sales
SELECT sale_id, customer_id, product_id, quantity, sale_date, filename, now()
FROM read_json('$lake/raw/sales/*.json', format = 'newline_delimited', filename = true, auto_detect = false,
    columns = {'sale_id': 'BIGINT', 'customer_id': 'INTEGER', 'product_id': 'INTEGER', 'quantity': 'INTEGER',
               'sale_date': 'DATE'});

-- DuckDB's readers give no record number: the table's rowid stands in for it.

CREATE TABLE silver.customers_clean AS
SELECT customer_id,
    list_aggregate(list_transform(string_split(trim(name), ' '), lambda w: upper(w[1]) || lower(w[2:])), 'string_agg', ' ') AS name,
    upper(trim(country)) AS country, lower(trim(email)) AS email
FROM raw.customers
WHERE customer_id IS NOT NULL AND trim(name) <> '' AND trim(country) <> ''
QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY source_file DESC, rowid DESC) = 1;

CREATE TABLE silver.products_clean AS
SELECT product_id,
    list_aggregate(list_transform(string_split(trim(name), ' '), lambda w: upper(w[1]) || lower(w[2:])), 'string_agg', ' ') AS name,
    list_aggregate(list_transform(string_split(trim(category), ' '), lambda w: upper(w[1]) || lower(w[2:])), 'string_agg', ' ') AS category,
    price
FROM raw.products
WHERE product_id IS NOT NULL AND trim(name) <> '' AND trim(category) <> '' AND price > 0
QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY source_file DESC, rowid DESC) = 1;

CREATE TABLE silver.sales_enriched AS
WITH latest_sales AS (
    SELECT sale_id, customer_id, product_id, quantity, sale_date
    FROM raw.sales
    WHERE sale_id IS NOT NULL AND sale_date IS NOT NULL AND quantity > 0
    QUALIFY row_number() OVER (PARTITION BY sale_id ORDER BY source_file DESC, rowid DESC) = 1
)
SELECT s.sale_id, s.sale_date, s.customer_id, c.name AS customer_name, c.country, s.product_id, p.name AS product_name,
    p.category, s.quantity, p.price, s.quantity * p.price AS total_amount
FROM latest_sales AS s
JOIN silver.customers_clean AS c ON c.customer_id = s.customer_id
JOIN silver.products_clean AS p ON p.product_id = s.product_id;

CREATE TABLE gold.sales_by_country AS
SELECT country, count(DISTINCT customer_id) AS customers, count(*) AS sales, sum(quantity) AS units,
    sum(total_amount) AS revenue, round(sum(total_amount) / count(*), 2) AS average_sale
FROM silver.sales_enriched
GROUP BY country;

CREATE TABLE gold.top_products AS
SELECT row_number() OVER (ORDER BY sum(total_amount) DESC, product_id) AS sales_rank, product_id, product_name, category,
    count(*) AS sales, sum(quantity) AS units, sum(total_amount) AS revenue
FROM silver.sales_enriched
GROUP BY product_id, product_name, category
QUALIFY sales_rank <= 100;

CREATE TABLE gold.client_activity AS
SELECT c.customer_id, c.name AS customer_name, c.country, count(s.sale_id) AS sales, coalesce(sum(s.quantity), 0) AS units,
    coalesce(sum(s.total_amount), 0) AS revenue,
    round(sum(s.total_amount) / nullif(count(s.sale_id), 0), 2) AS average_sale,
    min(s.sale_date) AS first_sale_date, max(s.sale_date) AS last_sale_date
FROM silver.customers_clean AS c
LEFT JOIN silver.sales_enriched AS s ON s.customer_id = c.customer_id
GROUP BY c.customer_id, c.name, c.country;

CREATE TABLE gold.daily_revenue AS
WITH days AS (
    SELECT sale_date, count(*) AS sales, sum(total_amount) AS revenue FROM silver.sales_enriched GROUP BY sale_date
)
SELECT sale_date, sales, revenue,
    round(avg(revenue) OVER (ORDER BY sale_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW), 2) AS revenue_7_day_average
FROM days;

CREATE TABLE gold.monthly_category_revenue AS
WITH months AS (
    SELECT date_trunc('month', sale_date) AS sale_month, category, sum(quantity) AS units, sum(total_amount) AS revenue
    FROM silver.sales_enriched
    GROUP BY 1, 2
), with_previous AS (
    SELECT *, lag(revenue) OVER (PARTITION BY category ORDER BY sale_month) AS previous_revenue FROM months
)
SELECT *, round(100 * (revenue - previous_revenue) / previous_revenue, 2) AS growth_percent FROM with_previous;

CREATE TABLE gold.cohort_retention AS
WITH customer_months AS (
    SELECT DISTINCT customer_id, date_trunc('month', sale_date) AS sale_month FROM silver.sales_enriched
), cohorts AS (
    SELECT customer_id, min(sale_month) AS cohort_month FROM customer_months GROUP BY customer_id
), activity AS (
    SELECT c.cohort_month, date_diff('month', c.cohort_month, m.sale_month) AS months_later, count(*) AS active_customers
    FROM customer_months AS m JOIN cohorts AS c ON c.customer_id = m.customer_id
    GROUP BY 1, 2
), with_size AS (
    SELECT *, max(CASE WHEN months_later = 0 THEN active_customers END) OVER (PARTITION BY cohort_month) AS cohort_size
    FROM activity
)
SELECT cohort_month, months_later, cohort_size, active_customers,
    round(100 * active_customers / cohort_size, 1) AS retention_percent
FROM with_size;

CREATE TABLE gold.rfm_segments AS
WITH customer_totals AS (
    SELECT customer_id, customer_name, country, max(sale_date) AS last_sale_date, count(DISTINCT sale_date) AS active_days,
        sum(total_amount) AS revenue
    FROM silver.sales_enriched
    GROUP BY customer_id, customer_name, country
), calendar AS (
    SELECT max(sale_date) AS newest_date FROM silver.sales_enriched
), scored AS (
    SELECT t.customer_id, t.customer_name, t.country, date_diff('day', t.last_sale_date, k.newest_date) AS recency_days,
        t.active_days, t.revenue,
        ntile(5) OVER (ORDER BY t.last_sale_date, t.customer_id) AS recency_score,
        ntile(5) OVER (ORDER BY t.active_days, t.customer_id) AS frequency_score,
        ntile(5) OVER (ORDER BY t.revenue, t.customer_id) AS monetary_score
    FROM customer_totals AS t CROSS JOIN calendar AS k
)
SELECT *,
    CASE
        WHEN recency_score >= 4 AND frequency_score >= 4 AND monetary_score >= 4 THEN 'Champion'
        WHEN recency_score >= 3 AND frequency_score >= 3 THEN 'Loyal'
        WHEN recency_score >= 4 THEN 'New or returning'
        WHEN frequency_score >= 4 OR monetary_score >= 4 THEN 'At risk'
        WHEN recency_score <= 2 AND frequency_score <= 2 THEN 'Lost'
        ELSE 'Occasional'
    END AS segment
FROM scored;

CREATE TABLE gold.basket_size_by_weekday AS
WITH baskets AS (
    SELECT customer_id, sale_date, count(DISTINCT product_id) AS products, sum(quantity) AS units, sum(total_amount) AS amount
    FROM silver.sales_enriched
    GROUP BY customer_id, sale_date
)
SELECT isodow(sale_date) AS weekday_number, dayname(sale_date) AS weekday, count(*) AS baskets,
    round(sum(products) / count(*), 2) AS products_per_basket, round(sum(units) / count(*), 2) AS units_per_basket,
    round(sum(amount) / count(*), 2) AS average_basket
FROM baskets
GROUP BY 1, 2;
