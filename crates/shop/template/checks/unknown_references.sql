-- severity: warn
-- message: sales that silver leaves out because their customer or product is missing or unknown
SELECT
    s.sale_id,
    s.customer_id,
    s.product_id,
    s.source_file,
    s.source_row
FROM ecommerce_db.raw.sales AS s
LEFT JOIN ecommerce_db.silver.customers_clean AS c ON c.customer_id = s.customer_id
LEFT JOIN ecommerce_db.silver.products_clean  AS p ON p.product_id = s.product_id
WHERE c.customer_id IS NULL
   OR p.product_id IS NULL;
