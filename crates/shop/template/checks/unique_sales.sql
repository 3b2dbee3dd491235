-- severity: error
-- message: two rows in silver.sales_enriched share a sale_id
SELECT
    sale_id,
    COUNT(*) AS row_count
FROM ecommerce_db.silver.sales_enriched
GROUP BY sale_id
HAVING COUNT(*) > 1;
