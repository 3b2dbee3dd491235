//! A shop's project in a sandbox: what its tables hold, what they must hold, and both held against each other.

use crate::oracle::{self, Load, Rows};
use crate::sandbox::Sandbox;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// The values of a JSON object in their order, numbers with all their digits.
struct Row(Vec<String>);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;

        impl<'de> Visitor<'de> for Values {
            type Value = Row;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut values = Vec::new();
                while let Some((_, value)) = map.next_entry::<String, &RawValue>()? {
                    values.push(match value.get() {
                        "null" => "NULL".to_owned(),
                        text if text.starts_with('"') => serde_json::from_str(text).unwrap(),
                        number => number.to_owned(),
                    });
                }
                Ok(Row(values))
            }
        }

        deserializer.deserialize_map(Values)
    }
}

/// The tables of silver and gold with the columns they are sorted by, as the oracle sorts them.
const TABLES: &[(&str, &str, &str)] = &[
    ("silver", "customers_clean", "customer_id"),
    ("silver", "products_clean", "product_id"),
    ("silver", "sales_enriched", "sale_id"),
    ("gold", "sales_by_country", "country"),
    ("gold", "top_products", "sales_rank"),
    ("gold", "client_activity", "customer_id"),
    ("gold", "daily_revenue", "sale_date"),
    ("gold", "monthly_category_revenue", "sale_month, category"),
    ("gold", "cohort_retention", "cohort_month, months_later"),
    ("gold", "rfm_segments", "customer_id"),
    ("gold", "basket_size_by_weekday", "weekday_number"),
];

impl Sandbox {
    /// The rows of a query, without heads; NULL is `NULL`.
    pub(crate) fn rows(&self, query: &str) -> Rows {
        let json = self
            .succeed(&["sql", "--quiet", "--output", "json", "-q", query])
            .stdout;
        let rows: Vec<Row> =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
        rows.into_iter().map(|row| row.0).collect()
    }

    /// Holds every silver and gold table against the oracle's, over all files of `data/`.
    pub(crate) fn assert_tables_are_right(&self) {
        let data = self.path("data");
        let mut expected: BTreeMap<_, _> = oracle::silver_tables(&data);
        expected.extend(oracle::gold_tables(&data));
        for (schema, table, order) in TABLES {
            let found = self.rows(&format!(
                "select * from ecommerce_db.{schema}.{table} order by {order}"
            ));
            let expected = &expected[table];
            for (number, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert_eq!(found, expected, "{table}, row {}", number + 1);
            }
            assert_eq!(found.len(), expected.len(), "rows of {table}");
        }
        assert_eq!(expected.len(), TABLES.len());
    }

    /// Holds the load history against the oracle's count of files and records.
    pub(crate) fn assert_loads_are_right(&self) {
        for (table, expected) in oracle::bronze_loads(&self.path("data")) {
            let query = format!(
                "select count(*), coalesce(sum(row_parsed), 0), coalesce(sum(row_count), 0), coalesce(sum(error_count), 0)
                 from table(ecommerce_db.information_schema.copy_history(
                     table_name => 'ecommerce_db.raw.{table}', start_time => dateadd(day, -1, current_timestamp())))"
            );
            let numbers: Vec<u64> = self.rows(&query)[0]
                .iter()
                .map(|text| text.parse().unwrap())
                .collect();
            let found = Load {
                files: numbers[0],
                parsed: numbers[1],
                loaded: numbers[2],
                rejected: numbers[3],
            };
            // A line of something else, as `2026-08-28 timed out`, is more than one JSON value, none of which fits.
            assert!(
                found.rejected >= expected.rejected,
                "{table}: {found:?}, {expected:?}"
            );
            assert_eq!(found.parsed, found.loaded + found.rejected, "{table}");
            assert_eq!(
                (found.files, found.loaded),
                (expected.files, expected.loaded),
                "{table}"
            );
            let rows = self.rows(&format!("select count(*) from ecommerce_db.raw.{table}"));
            assert_eq!(
                rows[0][0],
                expected.loaded.to_string(),
                "rows in raw.{table}"
            );
        }
    }
}
