-- Gold: the answers. Every table is built from silver alone and can be rebuilt at any time.
-- A table has no order: sort when you read it, as in SELECT * FROM ecommerce_db.gold.daily_revenue ORDER BY sale_date.

USE WAREHOUSE ecommerce_wh;

-- Where the money comes from.
CREATE OR REPLACE TABLE ecommerce_db.gold.sales_by_country AS
SELECT
    country,
    COUNT(DISTINCT customer_id)                AS customers,
    COUNT(*)                                   AS sales,
    SUM(quantity)                              AS units,
    SUM(total_amount)                          AS revenue,
    ROUND(SUM(total_amount) / COUNT(*), 2)     AS average_sale
FROM ecommerce_db.silver.sales_enriched
GROUP BY country;

-- The hundred products that bring in most. Equal revenue: the lower product_id first.
CREATE OR REPLACE TABLE ecommerce_db.gold.top_products AS
SELECT
    ROW_NUMBER() OVER (ORDER BY SUM(total_amount) DESC, product_id) AS sales_rank,
    product_id,
    product_name,
    category,
    COUNT(*)          AS sales,
    SUM(quantity)     AS units,
    SUM(total_amount) AS revenue
FROM ecommerce_db.silver.sales_enriched
GROUP BY product_id, product_name, category
QUALIFY sales_rank <= 100;

-- Every client, those who have not bought yet included.
CREATE OR REPLACE TABLE ecommerce_db.gold.client_activity AS
SELECT
    c.customer_id,
    c.name                                                          AS customer_name,
    c.country,
    COUNT(s.sale_id)                                                AS sales,
    COALESCE(SUM(s.quantity), 0)                                    AS units,
    COALESCE(SUM(s.total_amount), 0)                                AS revenue,
    ROUND(SUM(s.total_amount) / NULLIF(COUNT(s.sale_id), 0), 2)     AS average_sale,
    MIN(s.sale_date)                                                AS first_sale_date,
    MAX(s.sale_date)                                                AS last_sale_date
FROM ecommerce_db.silver.customers_clean AS c
LEFT JOIN ecommerce_db.silver.sales_enriched AS s ON s.customer_id = c.customer_id
GROUP BY c.customer_id, c.name, c.country;

-- Revenue by day, smoothed over the last seven days that had sales.
CREATE OR REPLACE TABLE ecommerce_db.gold.daily_revenue AS
WITH days AS (
    SELECT
        sale_date,
        COUNT(*)          AS sales,
        SUM(total_amount) AS revenue
    FROM ecommerce_db.silver.sales_enriched
    GROUP BY sale_date
)
SELECT
    sale_date,
    sales,
    revenue,
    ROUND(
        AVG(revenue) OVER (ORDER BY sale_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW),
        2
    ) AS revenue_7_day_average
FROM days;

-- Revenue by month and category, and how much more or less it is than in the category's previous month.
-- Mind the first and the last month: the data may hold only a part of them.
CREATE OR REPLACE TABLE ecommerce_db.gold.monthly_category_revenue AS
WITH months AS (
    SELECT
        DATE_TRUNC('MONTH', sale_date) AS sale_month,
        category,
        SUM(quantity)                  AS units,
        SUM(total_amount)              AS revenue
    FROM ecommerce_db.silver.sales_enriched
    GROUP BY DATE_TRUNC('MONTH', sale_date), category
),
with_previous AS (
    SELECT
        sale_month,
        category,
        units,
        revenue,
        LAG(revenue) OVER (PARTITION BY category ORDER BY sale_month) AS previous_revenue
    FROM months
)
SELECT
    sale_month,
    category,
    units,
    revenue,
    previous_revenue,
    ROUND(100 * (revenue - previous_revenue) / previous_revenue, 2) AS growth_percent
FROM with_previous;

-- Of the customers who bought first in a given month, how many bought again one, two, three ... months later?
CREATE OR REPLACE TABLE ecommerce_db.gold.cohort_retention AS
WITH customer_months AS (
    SELECT DISTINCT
        customer_id,
        DATE_TRUNC('MONTH', sale_date) AS sale_month
    FROM ecommerce_db.silver.sales_enriched
),
cohorts AS (
    SELECT
        customer_id,
        MIN(sale_month) AS cohort_month
    FROM customer_months
    GROUP BY customer_id
),
activity AS (
    SELECT
        c.cohort_month,
        DATEDIFF(MONTH, c.cohort_month, m.sale_month) AS months_later,
        COUNT(*)                                        AS active_customers
    FROM customer_months AS m
    JOIN cohorts AS c ON c.customer_id = m.customer_id
    GROUP BY c.cohort_month, DATEDIFF(MONTH, c.cohort_month, m.sale_month)
),
with_size AS (
    SELECT
        cohort_month,
        months_later,
        active_customers,
        MAX(CASE WHEN months_later = 0 THEN active_customers END)
            OVER (PARTITION BY cohort_month) AS cohort_size
    FROM activity
)
SELECT
    cohort_month,
    months_later,
    cohort_size,
    active_customers,
    ROUND(100 * active_customers / cohort_size, 1) AS retention_percent
FROM with_size;

-- RFM: recency, frequency, monetary value, each scored from 1 (worst fifth of the customers) to 5 (best fifth).
-- NTILE needs a complete order to give the same answer each time, hence customer_id at the end of each ORDER BY.
CREATE OR REPLACE TABLE ecommerce_db.gold.rfm_segments AS
WITH customer_totals AS (
    SELECT
        customer_id,
        customer_name,
        country,
        MAX(sale_date)            AS last_sale_date,
        COUNT(DISTINCT sale_date) AS active_days,
        SUM(total_amount)         AS revenue
    FROM ecommerce_db.silver.sales_enriched
    GROUP BY customer_id, customer_name, country
),
calendar AS (
    SELECT MAX(sale_date) AS newest_date
    FROM ecommerce_db.silver.sales_enriched
),
scored AS (
    SELECT
        t.customer_id,
        t.customer_name,
        t.country,
        DATEDIFF(DAY, t.last_sale_date, k.newest_date)           AS recency_days,
        t.active_days,
        t.revenue,
        NTILE(5) OVER (ORDER BY t.last_sale_date, t.customer_id) AS recency_score,
        NTILE(5) OVER (ORDER BY t.active_days, t.customer_id)    AS frequency_score,
        NTILE(5) OVER (ORDER BY t.revenue, t.customer_id)        AS monetary_score
    FROM customer_totals AS t
    CROSS JOIN calendar AS k
)
SELECT
    customer_id,
    customer_name,
    country,
    recency_days,
    active_days,
    revenue,
    recency_score,
    frequency_score,
    monetary_score,
    CASE
        WHEN recency_score >= 4 AND frequency_score >= 4 AND monetary_score >= 4 THEN 'Champion'
        WHEN recency_score >= 3 AND frequency_score >= 3                         THEN 'Loyal'
        WHEN recency_score >= 4                                                  THEN 'New or returning'
        WHEN frequency_score >= 4 OR monetary_score >= 4                         THEN 'At risk'
        WHEN recency_score <= 2 AND frequency_score <= 2                         THEN 'Lost'
        ELSE 'Occasional'
    END AS segment
FROM scored;

-- A basket is what one customer bought on one day. Monday is 1.
CREATE OR REPLACE TABLE ecommerce_db.gold.basket_size_by_weekday AS
WITH baskets AS (
    SELECT
        customer_id,
        sale_date,
        COUNT(DISTINCT product_id) AS products,
        SUM(quantity)              AS units,
        SUM(total_amount)          AS amount
    FROM ecommerce_db.silver.sales_enriched
    GROUP BY customer_id, sale_date
)
SELECT
    DAYOFWEEKISO(sale_date)            AS weekday_number,
    DAYNAME(sale_date)                 AS weekday,
    COUNT(*)                           AS baskets,
    ROUND(SUM(products) / COUNT(*), 2) AS products_per_basket,
    ROUND(SUM(units) / COUNT(*), 2)    AS units_per_basket,
    ROUND(SUM(amount) / COUNT(*), 2)   AS average_basket
FROM baskets
GROUP BY DAYOFWEEKISO(sale_date), DAYNAME(sale_date);
