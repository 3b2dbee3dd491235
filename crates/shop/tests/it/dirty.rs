//! Dirt: as much as asked for, of every kind, and nothing that is no dirt at all.

use std::collections::BTreeMap;

use serde_json::Value;
use snowmelt_shop::generate::{GenerateOptions, GenerateSummary};

use crate::{csv_rows, run, sale_lines, small_shop};

fn dirty_shop() -> (GenerateSummary, BTreeMap<String, Vec<u8>>) {
    run(&GenerateOptions {
        customers: 20_000,
        products: 5_000,
        dirty: 0.08,
        ..small_shop()
    })
}

#[test]
fn there_is_as_much_as_asked_for() {
    let summary = dirty_shop().0;
    for (table, clean) in [
        ("customers", 20_000),
        ("products", 5_000),
        ("sales", 40_000),
    ] {
        let dirty: u64 = summary
            .files
            .iter()
            .filter(|file| file.table == table)
            .map(|file| file.dirty_rows)
            .sum();
        let share = dirty as f64 / f64::from(clean);
        assert!((0.065..0.095).contains(&share), "{table}: {share}");
        // Two kinds of eight add a row.
        let added = summary.rows(Some(table)) - clean as u64;
        let share = added as f64 / dirty as f64;
        assert!((0.17..0.33).contains(&share), "{table}: {share}");
    }
    assert_eq!(run(&small_shop()).0.dirty_rows(), 0);
    assert!(
        run(&GenerateOptions {
            dirty: 1.0,
            ..small_shop()
        })
        .0
        .dirty_rows()
            == 42_200
    );
}

#[test]
fn sales_have_every_kind() {
    let lines = sale_lines(&dirty_shop().1);
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut seen: BTreeMap<u64, String> = BTreeMap::new();
    for line in &lines {
        assert!(!line.is_empty());
        let Ok(value) = serde_json::from_str::<Value>(line) else {
            *kinds.entry("broken").or_default() += 1;
            continue;
        };
        let mut count =
            |kind: &'static str, is: bool| *kinds.entry(kind).or_default() += u64::from(is);
        count("no customer", value.get("customer_id").is_none());
        count("no product", value.get("product_id").is_none());
        count("null id", value["sale_id"].is_null());
        count(
            "unknown customer",
            value["customer_id"].as_u64().is_some_and(|id| id > 20_000),
        );
        count(
            "unknown product",
            value["product_id"].as_u64().is_some_and(|id| id > 5_000),
        );
        count(
            "bad date",
            value["sale_date"]
                .as_str()
                .is_none_or(|date| date.parse::<jiff::civil::Date>().is_err()),
        );
        count("quantity as text", value["quantity"].is_string());
        count(
            "quantity of none",
            value["quantity"]
                .as_i64()
                .is_some_and(|quantity| quantity <= 0),
        );
        if let Some(id) = value["sale_id"].as_u64() {
            match seen.insert(id, line.clone()) {
                Some(earlier) if earlier == *line => count("twice", true),
                Some(_) => count("corrected", true),
                None => {}
            }
        }
    }
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    assert!(kinds.values().all(|&count| count > 30), "{kinds:?}");
}

#[test]
fn repeats_come_later_also_in_later_files() {
    let files = dirty_shop().1;
    let mut file_of_id: BTreeMap<u64, &str> = BTreeMap::new();
    let mut across_files = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("sales")) {
        for line in std::str::from_utf8(bytes).unwrap().lines() {
            let value: Value = serde_json::from_str(line).unwrap_or_default();
            if let Some(id) = value["sale_id"].as_u64() {
                across_files += u64::from(
                    file_of_id
                        .insert(id, name)
                        .is_some_and(|earlier| earlier < name.as_str()),
                );
            }
        }
    }
    assert!(across_files > 100, "{across_files}");
}

#[test]
fn customers_and_products_have_every_kind() {
    let files = dirty_shop().1;
    let (customers, products) = (csv_rows(&files, "customers"), csv_rows(&files, "products"));
    let at_least_some =
        |rows: &[[String; 4]], least: usize, what: &str, is: &dyn Fn(&[String; 4]) -> bool| {
            let count = rows.iter().filter(|row| is(row)).count();
            assert!(count > least, "{what}: {count}");
        };
    for (rows, least) in [(&customers, 100), (&products, 20)] {
        at_least_some(rows, least, "no key", &|row| row[0].is_empty());
        at_least_some(rows, least, "stray spaces", &|row| row[1] != row[1].trim());
        at_least_some(rows, least, "stray case", &|row| {
            row[1] == row[1].to_uppercase()
        });
        let mut ids: BTreeMap<&str, Vec<&[String; 4]>> = BTreeMap::new();
        for row in rows.iter().filter(|row| !row[0].is_empty()) {
            ids.entry(&row[0]).or_default().push(row);
        }
        let repeated: Vec<_> = ids.values().filter(|rows| rows.len() > 1).collect();
        let same = repeated.iter().filter(|rows| rows[0] == rows[1]).count();
        assert!(
            same > least && repeated.len() - same > least,
            "{same} of {}",
            repeated.len()
        );
    }
    at_least_some(&customers, 100, "text for a key", &|row| {
        row[0].starts_with("C-")
    });
    at_least_some(&customers, 100, "no name", &|row| row[1].is_empty());
    at_least_some(&products, 20, "text for a price", &|row| row[3] == "n/a");
    at_least_some(&products, 20, "no price", &|row| row[3].is_empty());
    at_least_some(&products, 20, "price of nothing", &|row| row[3] == "0.00");
    at_least_some(&products, 20, "negative price", &|row| {
        row[3].starts_with('-')
    });
}
