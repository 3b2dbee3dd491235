-- severity: warn
-- message: the newest sale is more than 7 days old, or there is none
SELECT newest_sale_date
FROM (
    SELECT MAX(sale_date) AS newest_sale_date
    FROM ecommerce_db.silver.sales_enriched
) AS newest
WHERE newest_sale_date IS NULL
   OR newest_sale_date < DATEADD(DAY, -7, CURRENT_DATE());
