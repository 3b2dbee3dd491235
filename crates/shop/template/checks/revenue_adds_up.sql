-- severity: error
-- message: revenue by country, by day and by client do not add up to the revenue of all sales
WITH totals AS (
    SELECT
        (SELECT COALESCE(SUM(total_amount), 0) FROM ecommerce_db.silver.sales_enriched) AS all_sales,
        (SELECT COALESCE(SUM(revenue), 0) FROM ecommerce_db.gold.sales_by_country)      AS by_country,
        (SELECT COALESCE(SUM(revenue), 0) FROM ecommerce_db.gold.daily_revenue)         AS by_day,
        (SELECT COALESCE(SUM(revenue), 0) FROM ecommerce_db.gold.client_activity)       AS by_client
)
SELECT
    all_sales,
    by_country,
    by_day,
    by_client
FROM totals
WHERE by_country <> all_sales
   OR by_day <> all_sales
   OR by_client <> all_sales;
