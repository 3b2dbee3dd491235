-- severity: error
-- message: two rows in silver.customers_clean share a customer_id
SELECT
    customer_id,
    COUNT(*) AS row_count
FROM ecommerce_db.silver.customers_clean
GROUP BY customer_id
HAVING COUNT(*) > 1;
