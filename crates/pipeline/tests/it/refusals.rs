//! What `run` refuses before anything is done.

use crate::fake_target::FakeTarget;
use crate::project::{project, run_plain, shown_error};
use snowmelt_pipeline::report::Outcome;

const BASE: &str = "CREATE DATABASE shop;\nUSE SCHEMA shop.public;\nCREATE STAGE lake URL = 's3://shop/raw/';\n\
    CREATE OR REPLACE TABLE sales (sale_id INT, amount FLOAT);\n\
    CREATE PIPE sales_pipe AS COPY INTO sales FROM @lake/sales/;\n";

fn refused(sql: &str, checks: &[(&str, &str)]) -> String {
    let target = FakeTarget::new();
    let report = run_plain(&project(&format!("{BASE}{sql}"), checks), &target);
    assert_eq!(report.outcome, Outcome::UserFault, "{sql}");
    report.errors.iter().map(shown_error).collect()
}

#[test]
fn every_error_in_the_files_is_shown_and_none_that_follows_from_another() {
    insta::assert_snapshot!(refused(
        "CREATE OR REPLACE TABLE clean AS SELECT sale_idd FROM sales;\n\
         CREATE OR REPLACE TABLE total AS SELECT COUNT(*) AS n FROM clean;\n\
         CREATE OR REPLACE TABLE other AS SELECT n FROM nowhere;\n",
        &[]
    ));
    insta::assert_snapshot!(refused(
        "CREATE OR REPLACE TABLE clean AS SELEC 1;\nSELECT * FROM clean;\n",
        &[]
    ));
}

#[test]
fn what_cannot_be_run_again_and_again_is_refused() {
    let cases = [
        "INSERT INTO sales VALUES (1, 2.0);",
        "CREATE TABLE IF NOT EXISTS log (at INT);\nINSERT INTO log SELECT 1;",
        "CREATE TEMPORARY TABLE t AS SELECT 1 AS n;",
        "CREATE OR REPLACE TABLE t AS SELECT 1 AS n;\nCREATE OR REPLACE TABLE t AS SELECT 2 AS n;",
        "ALTER TABLE sales RENAME TO old_sales;",
        "CREATE OR REPLACE TABLE a AS SELECT 1 AS n;\nCREATE OR REPLACE VIEW v AS SELECT n FROM a;\nINSERT INTO a SELECT n FROM v;",
    ];
    let refusals: Vec<String> = cases
        .iter()
        .map(|sql| format!("{sql}\n{}", refused(sql, &[])))
        .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn a_check_is_one_query() {
    let cases: [&[(&str, &str)]; 3] = [
        &[("two", "SELECT 1;\nSELECT 2;")],
        &[("none", "-- message: nothing\n")],
        &[("other", "DROP TABLE sales;")],
    ];
    let refusals: Vec<String> = cases.iter().map(|checks| refused("", checks)).collect();
    insta::assert_snapshot!(refusals.concat());
}
