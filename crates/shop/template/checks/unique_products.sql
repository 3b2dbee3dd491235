-- severity: error
-- message: two rows in silver.products_clean share a product_id
SELECT
    product_id,
    COUNT(*) AS row_count
FROM ecommerce_db.silver.products_clean
GROUP BY product_id
HAVING COUNT(*) > 1;
