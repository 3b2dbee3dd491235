-- severity: error
-- message: a sale in silver has a quantity that is not 1 to 1,000, or an amount that is not quantity x price
SELECT
    sale_id,
    quantity,
    price,
    total_amount
FROM ecommerce_db.silver.sales_enriched
WHERE quantity NOT BETWEEN 1 AND 1000
   OR total_amount <> quantity * price;
