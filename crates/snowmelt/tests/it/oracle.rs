//! What the demo's tables must hold, worked out from the generated files in plain Rust: no SQL, no engine, no float.
//!
//! In: the folder that `snowmelt generate` wrote. Out: the loads' counts and the rows of every silver and gold table, as
//! text and sorted, to be held against `SELECT * FROM … ORDER BY …`.
//!
//! Text: a NUMBER with all digits of its scale (`12.50`, `3`), a DATE as `YYYY-MM-DD`, NULL as `NULL`. Each table's
//! columns and order are given in [`silver_tables`] and [`gold_tables`].

mod bronze;
mod exact;
mod gold;
mod silver;
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use bronze::Bronze;
use silver::Silver;

/// The rows of a table, as text.
pub(crate) type Rows = Vec<Vec<String>>;

/// What loading the files of a table comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) files: u64,
    pub(crate) parsed: u64,
    pub(crate) loaded: u64,
    pub(crate) rejected: u64,
}

/// The loads of `customers`, `products` and `sales`.
pub(crate) fn bronze_loads(data_dir: &Path) -> BTreeMap<&'static str, Load> {
    Bronze::read(data_dir).loads
}

/// The rows of the silver tables.
///
/// | table | columns | order |
/// |---|---|---|
/// | `customers_clean` | customer_id, name, country, email | customer_id |
/// | `products_clean` | product_id, name, category, price | product_id |
/// | `sales_enriched` | sale_id, sale_date, customer_id, customer_name, country, product_id, product_name, category, quantity, price, total_amount | sale_id |
pub(crate) fn silver_tables(data_dir: &Path) -> BTreeMap<&'static str, Rows> {
    Silver::clean(&Bronze::read(data_dir)).tables()
}

/// The rows of the gold tables.
///
/// | table | columns | order |
/// |---|---|---|
/// | `sales_by_country` | country, customers, sales, units, revenue, average_sale | country |
/// | `top_products` | sales_rank, product_id, product_name, category, sales, units, revenue | sales_rank |
/// | `client_activity` | customer_id, customer_name, country, sales, units, revenue, average_sale, first_sale_date, last_sale_date | customer_id |
/// | `daily_revenue` | sale_date, sales, revenue, revenue_7_day_average | sale_date |
/// | `monthly_category_revenue` | sale_month, category, units, revenue, previous_revenue, growth_percent | sale_month, category |
/// | `cohort_retention` | cohort_month, months_later, cohort_size, active_customers, retention_percent | cohort_month, months_later |
/// | `rfm_segments` | customer_id, customer_name, country, recency_days, active_days, revenue, recency_score, frequency_score, monetary_score, segment | customer_id |
/// | `basket_size_by_weekday` | weekday_number, weekday, baskets, products_per_basket, units_per_basket, average_basket | weekday_number |
///
/// Averages have scale 2, `growth_percent` 2 and `retention_percent` 1. Text sorts by its UTF-8 bytes.
pub(crate) fn gold_tables(data_dir: &Path) -> BTreeMap<&'static str, Rows> {
    gold::tables(&Silver::clean(&Bronze::read(data_dir)))
}
