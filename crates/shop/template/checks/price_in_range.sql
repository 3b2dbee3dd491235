-- severity: error
-- message: a price in silver is not above 0 and at most 10,000
SELECT
    product_id,
    name,
    price
FROM ecommerce_db.silver.products_clean
WHERE price <= 0
   OR price > 10000;
