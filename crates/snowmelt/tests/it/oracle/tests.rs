//! The oracle against tables worked out by hand, and against itself on generated data.

use std::path::Path;

use jiff::civil::date;
use snowmelt_shop::generate::{GenerateOptions, generate};

use super::exact::{decimal, divide, parse, round_quotient};
use super::{Load, Rows, bronze_loads, gold_tables, silver_tables};

const CUSTOMERS: &str = "\
customer_id,name,country,email\r
1, ANNA schmidt,germany,Anna@Example.com \r
2,Bob King,United States,bob@example.com\r
,Nobody,France,\r
C-9,Carla,Spain,\r
3,Jean-luc blanc ,France,\r
4,,Spain,no.name@example.com\r
2,Bob King,United States,bob.new@example.com\r
5,Never Bought,France,never@example.com\r
";

const PRODUCTS: &str = "\
product_id,name,category,price\r
10,\"desk LAMP, blue\",home,19.99\r
11,Kettle,Kitchen,30.005\r
12,Free Thing,Home,0.00\r
13,Odd Thing,Home,n/a\r
10,\"Desk Lamp, Blue\",Home,20.00\r
";

/// 2026-10-05 is a Monday.
const OCTOBER: &str = r#"{"sale_id":1,"customer_id":1,"product_id":10,"quantity":1,"sale_date":"2026-10-05"}
{"sale_id":2,"customer_id":1,"product_id":11,"quantity":2,"sale_date":"2026-10-05"}
{"sale_id":3,"customer_id":2,"product_id":10,"quantity":3,"sale_date":"2026-10-07"}
{"sale_id":4,"customer_id":9,"product_id":10,"quantity":1,"sale_date":"2026-10-07"}
{"sale_id":5,"customer_id":2,"product_id":12,"quantity":1,"sale_date":"2026-10-07"}
{"sale_id":6,"customer_id":2,"product_id":10,"quantity":0,"sale_date":"2026-10-07"}
{"sale_id":7,"customer_id":2,"product_id":10,"quantity":1,"sale_date":"2026-02-30"}
{"sale_id":8,"customer_id":2,"product_id":10,"quant
{"sale_id":9,"product_id":10,"quantity":1,"sale_date":"2026-10-08"}
"#;

const NOVEMBER: &str = r#"{"sale_id":3,"customer_id":2,"product_id":10,"quantity":2,"sale_date":"2026-10-07"}
{"sale_id":10,"customer_id":1,"product_id":10,"quantity":1,"sale_date":"2026-11-02"}
{"sale_id":11,"customer_id":3,"product_id":11,"quantity":1,"sale_date":"2026-11-03"}
"#;

fn by_hand() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [
        ("customers.csv", CUSTOMERS),
        ("products.csv", PRODUCTS),
        ("sales_2026-10-05.json", OCTOBER),
        ("sales_2026-11-02.json", NOVEMBER),
    ] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn assert_rows(rows: &Rows, expected: &[&str]) {
    let rows: Vec<String> = rows.iter().map(|row| row.join(" | ")).collect();
    assert_eq!(rows, expected);
}

#[test]
fn loads_by_hand() {
    let loads = bronze_loads(by_hand().path());
    assert_eq!(
        loads["customers"],
        Load {
            files: 1,
            parsed: 8,
            loaded: 7,
            rejected: 1
        }
    );
    assert_eq!(
        loads["products"],
        Load {
            files: 1,
            parsed: 5,
            loaded: 4,
            rejected: 1
        }
    );
    assert_eq!(
        loads["sales"],
        Load {
            files: 2,
            parsed: 12,
            loaded: 10,
            rejected: 2
        }
    );
}

#[test]
fn silver_by_hand() {
    let silver = silver_tables(by_hand().path());
    assert_rows(
        &silver["customers_clean"],
        &[
            "1 | Anna Schmidt | GERMANY | anna@example.com",
            "2 | Bob King | UNITED STATES | bob.new@example.com",
            "3 | Jean-Luc Blanc | FRANCE | NULL",
            "5 | Never Bought | FRANCE | never@example.com",
        ],
    );
    assert_rows(
        &silver["products_clean"],
        &[
            "10 | Desk Lamp, Blue | Home | 20.00",
            "11 | Kettle | Kitchen | 30.01",
        ],
    );
    assert_rows(
        &silver["sales_enriched"],
        &[
            "1 | 2026-10-05 | 1 | Anna Schmidt | GERMANY | 10 | Desk Lamp, Blue | Home | 1 | 20.00 | 20.00",
            "2 | 2026-10-05 | 1 | Anna Schmidt | GERMANY | 11 | Kettle | Kitchen | 2 | 30.01 | 60.02",
            "3 | 2026-10-07 | 2 | Bob King | UNITED STATES | 10 | Desk Lamp, Blue | Home | 2 | 20.00 | 40.00",
            "10 | 2026-11-02 | 1 | Anna Schmidt | GERMANY | 10 | Desk Lamp, Blue | Home | 1 | 20.00 | 20.00",
            "11 | 2026-11-03 | 3 | Jean-Luc Blanc | FRANCE | 11 | Kettle | Kitchen | 1 | 30.01 | 30.01",
        ],
    );
}

#[test]
fn gold_by_hand() {
    let gold = gold_tables(by_hand().path());
    assert_rows(
        &gold["sales_by_country"],
        &[
            "FRANCE | 1 | 1 | 1 | 30.01 | 30.01",
            "GERMANY | 1 | 3 | 4 | 100.02 | 33.34",
            "UNITED STATES | 1 | 1 | 2 | 40.00 | 40.00",
        ],
    );
    assert_rows(
        &gold["top_products"],
        &[
            "1 | 11 | Kettle | Kitchen | 2 | 3 | 90.03",
            "2 | 10 | Desk Lamp, Blue | Home | 3 | 4 | 80.00",
        ],
    );
    assert_rows(
        &gold["client_activity"],
        &[
            "1 | Anna Schmidt | GERMANY | 3 | 4 | 100.02 | 33.34 | 2026-10-05 | 2026-11-02",
            "2 | Bob King | UNITED STATES | 1 | 2 | 40.00 | 40.00 | 2026-10-07 | 2026-10-07",
            "3 | Jean-Luc Blanc | FRANCE | 1 | 1 | 30.01 | 30.01 | 2026-11-03 | 2026-11-03",
            "5 | Never Bought | FRANCE | 0 | 0 | 0.00 | NULL | NULL | NULL",
        ],
    );
    assert_rows(
        &gold["daily_revenue"],
        &[
            "2026-10-05 | 2 | 80.02 | 80.02",
            "2026-10-07 | 1 | 40.00 | 60.01",
            "2026-11-02 | 1 | 20.00 | 46.67",
            "2026-11-03 | 1 | 30.01 | 42.51",
        ],
    );
    assert_rows(
        &gold["monthly_category_revenue"],
        &[
            "2026-10-01 | Home | 3 | 60.00 | NULL | NULL",
            "2026-10-01 | Kitchen | 2 | 60.02 | NULL | NULL",
            "2026-11-01 | Home | 1 | 20.00 | 60.00 | -66.67",
            "2026-11-01 | Kitchen | 1 | 30.01 | 60.02 | -50.00",
        ],
    );
    assert_rows(
        &gold["cohort_retention"],
        &[
            "2026-10-01 | 0 | 2 | 2 | 100.0",
            "2026-10-01 | 1 | 2 | 1 | 50.0",
            "2026-11-01 | 0 | 1 | 1 | 100.0",
        ],
    );
    // Three customers: fifths of one, one and one.
    assert_rows(
        &gold["rfm_segments"],
        &[
            "1 | Anna Schmidt | GERMANY | 1 | 2 | 100.02 | 2 | 3 | 3 | Occasional",
            "2 | Bob King | UNITED STATES | 27 | 1 | 40.00 | 1 | 1 | 2 | Lost",
            "3 | Jean-Luc Blanc | FRANCE | 0 | 1 | 30.01 | 3 | 2 | 1 | Occasional",
        ],
    );
    assert_rows(
        &gold["basket_size_by_weekday"],
        &[
            "1 | Mon | 2 | 1.50 | 2.00 | 50.01",
            "2 | Tue | 1 | 1.00 | 1.00 | 30.01",
            "3 | Wed | 1 | 1.00 | 2.00 | 40.00",
        ],
    );
}

#[test]
fn generated_data_adds_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = GenerateOptions {
        customers: 300,
        products: 120,
        sales: 5_000,
        dirty: 0.1,
        ..GenerateOptions::new(date(2026, 11, 24))
    };
    let summary = generate(&options, folder.path(), &mut |_| {}).expect("good options");
    for (table, load) in bronze_loads(folder.path()) {
        assert_eq!(load.parsed, summary.rows(Some(table)), "{table}");
        assert!(
            load.rejected > 0 && load.rejected * 10 < load.parsed,
            "{table}: {load:?}"
        );
    }
    let (silver, gold) = (silver_tables(folder.path()), gold_tables(folder.path()));
    let total = |rows: &Rows, column: usize| -> i128 {
        rows.iter()
            .map(|row| parse(&row[column], 2).expect("a number"))
            .sum()
    };
    let revenue = total(&silver["sales_enriched"], 10);
    assert!(revenue > 0);
    for (table, column) in [
        ("sales_by_country", 4),
        ("client_activity", 5),
        ("daily_revenue", 2),
        ("monthly_category_revenue", 3),
        ("rfm_segments", 5),
    ] {
        assert_eq!(total(&gold[table], column), revenue, "{table}");
    }
    assert_eq!(gold["top_products"].len(), 100);
    assert_eq!(gold["basket_size_by_weekday"].len(), 7);
    assert_eq!(gold["daily_revenue"].len(), 90);
}

#[test]
fn no_files_no_rows() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let gold = gold_tables(Path::new(folder.path()));
    assert!(gold.len() == 8 && gold.values().all(Vec::is_empty));
}

#[test]
fn halves_go_away_from_zero() {
    assert_eq!(
        [
            divide(5, 2),
            divide(-5, 2),
            divide(5, -2),
            divide(4, 3),
            divide(-4, 3)
        ],
        [3, -3, -3, 1, -1]
    );
    assert_eq!(decimal(-5, 2), "-0.05");
    assert_eq!(decimal(1_250, 2), "12.50");
    assert_eq!(
        [
            parse("30.005", 2),
            parse("-1", 2),
            parse(".5", 0),
            parse("n/a", 2),
            parse("", 2)
        ],
        [Some(3_001), Some(-100), Some(1), None, None]
    );
    // 0.00499999996 is 0.00500000 as a quotient of scale 8, and that rounds to 0.01.
    assert_eq!(round_quotient(1_249_999_990, 2_500_000_000, 2, 2), 1);
    assert_eq!(divide(1_249_999_990, 2_500_000_000), 0);
}
