-- severity: error
-- message: a silver row has no key
SELECT 'customers_clean' AS table_name, customer_id AS key_value
FROM ecommerce_db.silver.customers_clean
WHERE customer_id IS NULL
UNION ALL
SELECT 'products_clean', product_id
FROM ecommerce_db.silver.products_clean
WHERE product_id IS NULL
UNION ALL
SELECT 'sales_enriched', sale_id
FROM ecommerce_db.silver.sales_enriched
WHERE sale_id IS NULL
   OR customer_id IS NULL
   OR product_id IS NULL;
