//! Runs of a small project: what is done the first time, what the next time, and what when something changed.

use crate::fake_target::{FakeTarget, tables_of};
use crate::project::{project, run_plain, run_with, shown};
use snowmelt_pipeline::TargetErrorKind;
use snowmelt_pipeline::report::Outcome;
use snowmelt_pipeline::run::RunOptions;
use snowmelt_sql::object::ObjectKind;

const SHOP: &str = "\
CREATE OR REPLACE WAREHOUSE shop_wh WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = 300;
CREATE OR REPLACE DATABASE shop;
CREATE OR REPLACE SCHEMA shop.raw;
CREATE OR REPLACE SCHEMA shop.silver;
USE WAREHOUSE shop_wh;
CREATE OR REPLACE TABLE shop.raw.sales (sale_id INT, customer_id INT, amount NUMBER(10, 2));
CREATE OR REPLACE TABLE shop.raw.customers (customer_id INT, name STRING);
CREATE OR REPLACE FILE FORMAT shop.raw.csv TYPE = CSV SKIP_HEADER = 1;
CREATE OR REPLACE STAGE shop.raw.lake URL = 's3://shop/raw/';
CREATE OR REPLACE PIPE shop.raw.sales_pipe AUTO_INGEST = TRUE AS
COPY INTO shop.raw.sales FROM @shop.raw.lake/sales/ FILE_FORMAT = (FORMAT_NAME = 'shop.raw.csv');
CREATE OR REPLACE PIPE shop.raw.customers_pipe AUTO_INGEST = TRUE AS
COPY INTO shop.raw.customers FROM @shop.raw.lake/customers/ FILE_FORMAT = (FORMAT_NAME = 'shop.raw.csv');
USE SCHEMA shop.silver;
CREATE OR REPLACE TABLE customers_clean AS
SELECT customer_id, TRIM(name) AS name FROM shop.raw.customers;
CREATE OR REPLACE VIEW sales_named AS
SELECT s.sale_id, s.amount, c.name FROM shop.raw.sales AS s JOIN customers_clean AS c ON c.customer_id = s.customer_id;
CREATE OR REPLACE TABLE sales_by_name AS
SELECT name, SUM(amount) AS revenue FROM sales_named GROUP BY name;
";

const CHECKS: &[(&str, &str)] = &[
    (
        "names",
        "-- severity: warn\n-- message: a name is missing\nSELECT customer_id FROM shop.silver.customers_clean WHERE name IS NULL;\n",
    ),
    (
        "revenue",
        "-- message: revenue is negative\nSELECT name FROM shop.silver.sales_by_name WHERE revenue < 0;\n",
    ),
];

/// A target with two files in the bucket, run once.
fn started() -> FakeTarget {
    let target = FakeTarget::new();
    {
        let mut state = target.state.lock().unwrap();
        state.bucket.insert(
            "SHOP.RAW.SALES_PIPE".to_owned(),
            vec![("s1.csv".to_owned(), 90, 10)],
        );
        state.bucket.insert(
            "SHOP.RAW.CUSTOMERS_PIPE".to_owned(),
            vec![("c1.csv".to_owned(), 5, 0)],
        );
    }
    let report = run_plain(&project(SHOP, CHECKS), &target);
    assert_eq!(report.outcome, Outcome::Ok, "{}", shown(&report));
    target
}

fn changed(from: &str, to: &str) -> String {
    assert!(SHOP.contains(from));
    SHOP.replace(from, to)
}

#[test]
fn the_first_run_makes_loads_builds_and_checks() {
    let target = FakeTarget::new();
    target.state.lock().unwrap().bucket.insert(
        "SHOP.RAW.SALES_PIPE".to_owned(),
        vec![("s1.csv".to_owned(), 90, 10)],
    );
    let report = run_plain(&project(SHOP, CHECKS), &target);
    insta::assert_snapshot!(shown(&report));
    assert_eq!(report.totals.rows_loaded, 90);
    assert_eq!(report.totals.rows_rejected, 10);
    assert_eq!(report.totals.models_rebuilt, 2);
}

#[test]
fn the_second_run_does_nothing_and_sends_few_statements() {
    let target = started();
    target.count();
    let report = run_plain(&project(SHOP, CHECKS), &target);
    assert!(report.did_nothing(), "{}", shown(&report));
    assert!(report.checks.iter().all(|check| check.unchanged));
    let sent: Vec<String> = target.state.lock().unwrap().sent.clone();
    assert!(sent.len() <= 25, "{} statements: {sent:#?}", sent.len());
    // What it writes is that it ran, and the pipes' refresh.
    let mut written: Vec<String> = target
        .written()
        .iter()
        .map(|sql| sql.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
        .collect();
    written.sort();
    assert_eq!(
        written,
        [
            "ALTER PIPE SHOP.RAW.CUSTOMERS_PIPE",
            "ALTER PIPE SHOP.RAW.SALES_PIPE",
            "INSERT INTO SHOP.SNOWMELT.RUNS"
        ]
    );
}

#[test]
fn a_new_file_rebuilds_what_is_built_from_its_table_and_nothing_else() {
    let target = started();
    target
        .state
        .lock()
        .unwrap()
        .bucket
        .get_mut("SHOP.RAW.SALES_PIPE")
        .unwrap()
        .push(("s2.csv".to_owned(), 7, 0));
    insta::assert_snapshot!(shown(&run_plain(&project(SHOP, CHECKS), &target)));
}

#[test]
fn a_changed_definition_rebuilds_the_model_and_what_is_built_from_it() {
    let target = started();
    let other = changed("TRIM(name) AS name", "UPPER(TRIM(name)) AS name");
    insta::assert_snapshot!(shown(&run_plain(&project(&other, CHECKS), &target)));
    let same = other.replace("UPPER(TRIM(name))", "upper( trim(name) ) -- louder\n");
    assert!(run_plain(&project(&same, CHECKS), &target).did_nothing());
}

#[test]
fn a_changed_view_rebuilds_what_reads_it() {
    let target = started();
    let other = changed(
        "s.amount, c.name FROM",
        "s.amount, c.name FROM".to_lowercase().as_str(),
    );
    assert!(run_plain(&project(&other, CHECKS), &target).did_nothing());
    let other = changed(
        "ON c.customer_id = s.customer_id",
        "ON c.customer_id = s.customer_id WHERE s.amount > 0",
    );
    insta::assert_snapshot!(shown(&run_plain(&project(&other, CHECKS), &target)));
}

#[test]
fn what_somebody_else_changes_is_noticed() {
    let target = started();
    target.touch("SHOP.RAW.CUSTOMERS", 6);
    let report = run_plain(&project(SHOP, CHECKS), &target);
    assert_eq!(report.totals.models_rebuilt, 2, "{}", shown(&report));
    target.touch("SHOP.SILVER.SALES_BY_NAME", 1);
    let report = run_plain(&project(SHOP, CHECKS), &target);
    assert_eq!(report.totals.models_rebuilt, 1, "{}", shown(&report));
}

#[test]
fn a_model_that_reads_the_date_is_built_again_on_the_next_day() {
    let sql = changed(
        "GROUP BY name",
        "WHERE amount < YEAR(CURRENT_DATE()) GROUP BY name",
    );
    let target = started();
    assert_eq!(
        run_plain(&project(&sql, &[]), &target)
            .totals
            .models_rebuilt,
        1
    );
    assert!(run_plain(&project(&sql, &[]), &target).did_nothing());
    target.state.lock().unwrap().today = "2026-11-25".to_owned();
    let report = run_plain(&project(&sql, &[]), &target);
    assert!(
        shown(&report).contains("it reads the date"),
        "{}",
        shown(&report)
    );
}

#[test]
fn changes_without_loss_are_made_in_place() {
    let target = started();
    target.written();
    let sql = changed(
        "amount NUMBER(10, 2)",
        "amount NUMBER(12, 2), note STRING COMMENT 'free text'",
    )
    .replace(
        "CREATE OR REPLACE SCHEMA shop.raw;",
        "CREATE OR REPLACE SCHEMA shop.raw COMMENT = 'as it comes';",
    )
    .replace("SKIP_HEADER = 1", "SKIP_HEADER = 2")
    .replace("AUTO_SUSPEND = 300", "AUTO_SUSPEND = 60");
    let report = run_with(
        &project(&sql, CHECKS),
        &target,
        &RunOptions {
            // The order of what is sent is shown below.
            sessions: 1,
            ..RunOptions::default()
        },
    );
    insta::assert_snapshot!(format!("{}{}", report.plan, shown(&report)));
    insta::assert_snapshot!(
        target
            .written()
            .into_iter()
            .filter(|sql| !sql.contains("SNOWMELT"))
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[test]
fn loss_needs_a_word_and_is_named() {
    let target = started();
    let sql = changed("amount NUMBER(10, 2)", "amount FLOAT")
        .replace("customer_id INT, name STRING", "customer_id INT");
    let sql = sql.replace("TRIM(name) AS name", "'nobody' AS name");
    let before = tables_of(&target);
    target.written();
    let refused = run_plain(&project(&sql, CHECKS), &target);
    insta::assert_snapshot!(shown(&refused));
    assert_eq!(target.written(), Vec::<String>::new());
    assert_eq!(tables_of(&target), before);

    let allowed = RunOptions {
        allow_destructive: true,
        ..RunOptions::default()
    };
    let done = run_with(&project(&sql, CHECKS), &target, &allowed);
    insta::assert_snapshot!(shown(&done));
    assert!(run_plain(&project(&sql, CHECKS), &target).did_nothing());
}

#[test]
fn a_dry_run_says_what_would_be_done_and_writes_nothing() {
    let target = started();
    target.written();
    let sql = changed("SUM(amount)", "MAX(amount)").replace(
        "AUTO_INGEST = TRUE AS\nCOPY INTO shop.raw.sales",
        "AS\nCOPY INTO shop.raw.sales",
    );
    let options = RunOptions {
        dry_run: true,
        ..RunOptions::default()
    };
    let report = run_with(&project(&sql, CHECKS), &target, &options);
    insta::assert_snapshot!(report.plan.to_string());
    assert_eq!(target.written(), Vec::<String>::new());
}

#[test]
fn a_failed_model_stops_what_depends_on_it_and_not_the_rest() {
    let target = started();
    {
        let mut state = target.state.lock().unwrap();
        state.failing.push(("TRIM(name)", TargetErrorKind::Data));
        state
            .bucket
            .get_mut("SHOP.RAW.CUSTOMERS_PIPE")
            .unwrap()
            .push(("c2.csv".to_owned(), 1, 0));
    }
    let sql = format!(
        "{SHOP}CREATE OR REPLACE TABLE total AS SELECT COUNT(*) AS customers FROM shop.raw.customers;\n"
    );
    let report = run_plain(&project(&sql, CHECKS), &target);
    insta::assert_snapshot!(shown(&report));
    // The next run takes up where this one stopped.
    target.state.lock().unwrap().failing.clear();
    let report = run_plain(&project(&sql, CHECKS), &target);
    assert_eq!(report.totals.models_rebuilt, 2, "{}", shown(&report));
}

#[test]
fn a_failing_declaration_stops_the_run() {
    let target = FakeTarget::new();
    target
        .state
        .lock()
        .unwrap()
        .failing
        .push(("FILE FORMAT", TargetErrorKind::Unavailable));
    let report = run_plain(&project(SHOP, CHECKS), &target);
    insta::assert_snapshot!(shown(&report));
    assert!(!target.has(ObjectKind::Pipe, "SHOP.RAW.SALES_PIPE"));
}

#[test]
fn failed_checks_decide_the_outcome_and_show_their_rows() {
    let target = started();
    target.touch("SHOP.SILVER.SALES_BY_NAME", 3);
    target.state.lock().unwrap().bad_rows = vec![("name IS NULL", 2), ("revenue < 0", 9)];
    target.touch("SHOP.SILVER.CUSTOMERS_CLEAN", 3);
    let report = run_plain(&project(SHOP, CHECKS), &target);
    assert_eq!(report.outcome, Outcome::CheckFailed);
    assert_eq!(report.totals.checks_warned, 1);
    let revenue = &report.checks[1];
    assert_eq!((revenue.bad_rows, revenue.first_rows.len()), (9, 5));
    assert_eq!(revenue.columns, ["ID"]);
    // A check that found something is asked again.
    let report = run_plain(&project(SHOP, CHECKS), &target);
    assert_eq!(report.outcome, Outcome::CheckFailed);
}

#[test]
fn a_selection_is_all_that_is_loaded_and_built() {
    let target = started();
    {
        let mut state = target.state.lock().unwrap();
        state
            .bucket
            .get_mut("SHOP.RAW.SALES_PIPE")
            .unwrap()
            .push(("s2.csv".to_owned(), 7, 0));
        state
            .bucket
            .get_mut("SHOP.RAW.CUSTOMERS_PIPE")
            .unwrap()
            .push(("c2.csv".to_owned(), 1, 0));
    }
    let select = |patterns: &[&str]| RunOptions {
        select: patterns.iter().map(|text| (*text).to_owned()).collect(),
        ..RunOptions::default()
    };
    let report = run_with(
        &project(SHOP, &[]),
        &target,
        &select(&["customers_pipe", "customers_clean"]),
    );
    insta::assert_snapshot!(shown(&report));
    let report = run_with(&project(SHOP, &[]), &target, &select(&["nothing_like_it"]));
    assert_eq!(report.outcome, Outcome::UserFault);
    let report = run_with(&project(SHOP, &[]), &target, &select(&["+sales_by_name"]));
    assert_eq!(
        (report.totals.files_loaded, report.totals.models_rebuilt),
        (1, 1),
        "{}",
        shown(&report)
    );
}

#[test]
fn full_refresh_builds_everything() {
    let target = started();
    let options = RunOptions {
        full_refresh: true,
        ..RunOptions::default()
    };
    let report = run_with(&project(SHOP, CHECKS), &target, &options);
    assert_eq!(report.totals.models_rebuilt, 2, "{}", shown(&report));
    assert!(report.checks.iter().all(|check| !check.unchanged));
}

#[test]
fn a_cancelled_run_says_what_is_not_done() {
    let target = started();
    target
        .state
        .lock()
        .unwrap()
        .bucket
        .get_mut("SHOP.RAW.SALES_PIPE")
        .unwrap()
        .push(("s2.csv".to_owned(), 7, 0));
    let options = RunOptions::default();
    options
        .cancel
        .store(true, std::sync::atomic::Ordering::Relaxed);
    let report = run_with(&project(SHOP, CHECKS), &target, &options);
    insta::assert_snapshot!(shown(&report));
    assert_eq!(
        run_plain(&project(SHOP, CHECKS), &target)
            .totals
            .files_loaded,
        1
    );
}

#[test]
fn a_table_that_the_files_fill_is_filled_in_one_transaction() {
    let sql = "CREATE DATABASE shop;\nCREATE OR REPLACE TABLE shop.public.sizes (size STRING, centimetres INT);\n\
        INSERT INTO shop.public.sizes VALUES ('S', 90);\nINSERT INTO shop.public.sizes VALUES ('M', 100);\n\
        CREATE TABLE shop.public.big AS SELECT * FROM shop.public.sizes WHERE centimetres > 95;\n";
    let target = FakeTarget::new();
    let report = run_plain(&project(sql, &[]), &target);
    insta::assert_snapshot!(shown(&report));
    let written = target.written();
    let user: Vec<&String> = written
        .iter()
        .filter(|sql| !sql.contains("SNOWMELT"))
        .collect();
    // What is recorded of the first model may be written while the second is built, so only the filling has an order.
    let end = user.iter().position(|sql| *sql == "COMMIT").unwrap();
    let (filling, rest) = user.split_at(end + 1);
    insta::assert_debug_snapshot!(filling);
    assert!(
        rest.iter()
            .any(|sql| sql.starts_with("CREATE OR REPLACE TABLE shop.public.big"))
    );
    assert!(run_plain(&project(sql, &[]), &target).did_nothing());
    let report = run_plain(&project(&sql.replace("100", "102"), &[]), &target);
    assert_eq!(report.totals.models_rebuilt, 2, "{}", shown(&report));
}

#[test]
fn dropped_and_stray_statements_are_noted_or_planned() {
    let target = started();
    let sql = format!(
        "{SHOP}DROP TABLE IF EXISTS shop.silver.sales_by_name;\nSELECT 1;\nSHOW TABLES;\nBEGIN;\nCOMMIT;\n\
        ALTER PIPE shop.raw.sales_pipe REFRESH;\nCOMMENT ON TABLE shop.raw.sales IS 'what was sold';\n"
    );
    let report = run_plain(&project(&sql, CHECKS), &target);
    insta::assert_snapshot!(shown(&report));
    assert!(target.has(ObjectKind::Table, "SHOP.SILVER.SALES_BY_NAME"));
}

#[test]
fn the_report_has_a_json_form() {
    let target = started();
    let report = run_plain(&project(SHOP, CHECKS), &target);
    let json: serde_json::Value = serde_json::to_value(&report).unwrap();
    assert_eq!(json["outcome"], "ok");
    assert_eq!(json["lines"][0]["kind"], "warehouse");
    assert_eq!(json["plan"]["changes"][0]["place"]["file"], "shop.sql");
}
