-- severity: error
-- message: a sale in silver points to a customer or product that is not in silver
SELECT
    s.sale_id,
    s.customer_id,
    s.product_id
FROM ecommerce_db.silver.sales_enriched AS s
LEFT JOIN ecommerce_db.silver.customers_clean AS c ON c.customer_id = s.customer_id
LEFT JOIN ecommerce_db.silver.products_clean  AS p ON p.product_id = s.product_id
WHERE c.customer_id IS NULL
   OR p.product_id IS NULL;
