//! Clean data looks like a shop's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday, date};
use serde_json::Value;
use snowmelt_shop::generate::GenerateOptions;

use crate::{csv_rows, run, sale_lines, small_shop};

struct Sale {
    id: u64,
    customer: u64,
    product: u64,
    quantity: u64,
    date: Date,
}

fn sales(files: &BTreeMap<String, Vec<u8>>) -> Vec<Sale> {
    let sale = |line: String| {
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value.as_object().unwrap().len(), 5);
        let number = |key: &str| value[key].as_u64().unwrap();
        Sale {
            id: number("sale_id"),
            customer: number("customer_id"),
            product: number("product_id"),
            quantity: number("quantity"),
            date: value["sale_date"].as_str().unwrap().parse().unwrap(),
        }
    };
    sale_lines(files).into_iter().map(sale).collect()
}

#[test]
fn keys_are_unique_and_references_hold() {
    let files = run(&small_shop()).1;
    let ids = |table: &str| -> Vec<u64> {
        csv_rows(&files, table)
            .iter()
            .map(|row| row[0].parse().unwrap())
            .collect()
    };
    assert!(ids("customers").into_iter().eq(1..=2_000));
    assert!(ids("products").into_iter().eq(1..=200));
    let sales = sales(&files);
    assert_eq!(sales.len(), 40_000);
    assert_eq!(
        sales
            .iter()
            .map(|sale| sale.id)
            .collect::<BTreeSet<_>>()
            .len(),
        40_000
    );
    for sale in &sales {
        assert!((1..=2_000).contains(&sale.customer) && (1..=200).contains(&sale.product));
        assert!((1..=14).contains(&sale.quantity));
        assert!(
            sale.date > date(2026, 8, 26) && sale.date <= date(2026, 11, 24),
            "{}",
            sale.date
        );
    }
    assert!(sales.is_sorted_by_key(|sale| sale.date));
}

#[test]
fn few_customers_and_products_make_most_sales() {
    let sales = sales(&run(&small_shop()).1);
    let share_of_best_fifth = |id: fn(&Sale) -> u64, count: usize| {
        let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
        for sale in &sales {
            *counts.entry(id(sale)).or_default() += 1;
        }
        let mut counts: Vec<u64> = counts.into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        counts.iter().take(count / 5).sum::<u64>() as f64 / sales.len() as f64
    };
    let (customers, products) = (
        share_of_best_fifth(|sale| sale.customer, 2_000),
        share_of_best_fifth(|sale| sale.product, 200),
    );
    assert!((0.5..0.8).contains(&customers), "{customers}");
    assert!((0.5..0.8).contains(&products), "{products}");
}

#[test]
fn weekends_and_new_customers_show() {
    let sales = sales(
        &run(&GenerateOptions {
            end_date: date(2026, 10, 31),
            ..small_shop()
        })
        .1,
    );
    let on = |weekday: Weekday| {
        sales
            .iter()
            .filter(|sale| sale.date.weekday() == weekday)
            .count()
    };
    assert!(on(Weekday::Saturday) > on(Weekday::Tuesday) * 12 / 10);
    let first_month: BTreeSet<u64> = sales
        .iter()
        .filter(|sale| sale.date < date(2026, 9, 2))
        .map(|sale| sale.customer)
        .collect();
    let later: BTreeSet<u64> = sales.iter().map(|sale| sale.customer).collect();
    assert!(
        later.len() > first_month.len() + 200,
        "{} of {}",
        first_month.len(),
        later.len()
    );
}

#[test]
fn names_and_countries_agree_and_addresses_are_unique() {
    let rows = csv_rows(&run(&small_shop()).1, "customers");
    let mut countries: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for [_, name, country, _] in &rows {
        countries
            .entry(country)
            .or_default()
            .insert(name.split(' ').next().unwrap());
    }
    assert_eq!(countries.len(), 12);
    assert!(countries["Japan"].contains("Sakura") && !countries["Germany"].contains("Sakura"));
    assert!(countries["Poland"].contains("Łukasz"));
    let addresses: BTreeSet<&str> = rows.iter().map(|row| row[3].as_str()).collect();
    assert_eq!(addresses.len(), rows.len());
    assert!(
        addresses
            .iter()
            .all(|address| address.is_ascii() && address.contains("@example."))
    );
}

#[test]
fn products_have_prices_and_some_need_quotes() {
    let (_, files) = run(&small_shop());
    let rows = csv_rows(&files, "products");
    for [_, name, category, price] in &rows {
        let (whole, cents) = price.split_once('.').unwrap();
        assert!(
            whole.parse::<u64>().unwrap() > 0 && cents.len() == 2,
            "{name} {category} {price}"
        );
    }
    assert!(
        rows.iter().any(|row| row[1].contains('"')) && rows.iter().any(|row| row[1].contains(','))
    );
    let bytes = files
        .iter()
        .find(|(name, _)| name.starts_with("products"))
        .unwrap()
        .1;
    assert!(bytes.starts_with(b"product_id,name,category,price\r\n") && bytes.ends_with(b"\r\n"));
}
