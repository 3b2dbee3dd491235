-- severity: warn
-- message: a sale is dated in the future (one day is allowed, for time zones) or before 2015
SELECT
    sale_id,
    sale_date
FROM ecommerce_db.silver.sales_enriched
WHERE sale_date > DATEADD(DAY, 1, CURRENT_DATE())
   OR sale_date < '2015-01-01'::DATE;
