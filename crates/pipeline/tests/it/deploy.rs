//! Deploys of a small project, and how many statements the plan of a large one takes.

use crate::fake_target::FakeTarget;
use crate::project::{StillClock, project, shown};
use snowmelt_pipeline::TargetErrorKind;
use snowmelt_pipeline::deploy::{DeployOptions, deploy};
use snowmelt_pipeline::report::{LineAction, Outcome, RunReport};
use snowmelt_pipeline::run::{RunOptions, Silent};

const SHOP: &str = "\
CREATE OR REPLACE DATABASE shop;
CREATE OR REPLACE SCHEMA shop.raw;
CREATE OR REPLACE SCHEMA shop.gold;
USE SCHEMA shop.raw;
CREATE OR REPLACE TABLE sales (sale_id INT, amount NUMBER(10, 2));
CREATE OR REPLACE TABLE customers (customer_id INT);
CREATE OR REPLACE VIEW large_sales AS SELECT sale_id FROM sales WHERE amount > 100;
CREATE OR REPLACE TABLE shop.gold.revenue AS SELECT SUM(amount) AS revenue FROM sales;
";

fn deployed(sql: &str, target: &FakeTarget, dry_run: bool) -> RunReport {
    let options = DeployOptions {
        run: RunOptions {
            dry_run,
            ..RunOptions::default()
        },
        ..DeployOptions::default()
    };
    deploy(&project(sql, &[]), target, &StillClock, &options, &Silent)
}

#[test]
fn it_stops_at_the_first_error_and_goes_on_from_there() {
    let target = FakeTarget::new();
    let fails = (
        "TABLE IF NOT EXISTS customers",
        TargetErrorKind::Unavailable,
    );
    target.state.lock().unwrap().failing.push(fails);
    let stopped = deployed(SHOP, &target, false);
    assert_eq!(stopped.outcome, Outcome::Failed);
    insta::assert_snapshot!(shown(&stopped));
    target.state.lock().unwrap().failing.clear();
    target.written();
    let resumed = deployed(SHOP, &target, false);
    insta::assert_snapshot!(shown(&resumed));
    let made: Vec<String> = target.written();
    let made: Vec<&str> = made
        .iter()
        .map(String::as_str)
        .filter(|sql| sql.starts_with("CREATE "))
        .collect();
    insta::assert_snapshot!(made.join("\n"), @r"
    CREATE TABLE IF NOT EXISTS customers (customer_id INT)
    CREATE VIEW IF NOT EXISTS large_sales AS SELECT sale_id FROM sales WHERE amount > 100
    ");
    let nothing = deployed(SHOP, &target, false);
    assert!(
        nothing
            .lines
            .iter()
            .all(|line| line.action == LineAction::Unchanged)
    );
    assert_eq!(target.written(), Vec::<String>::new());
}

#[test]
fn a_plan_writes_nothing_and_takes_few_statements_whatever_the_size() {
    let large: String = (0..990)
        .map(|number| format!("CREATE TABLE shop.raw.t{number} (a INT);\n"))
        .collect();
    let large = format!("{SHOP}{large}");
    let target = FakeTarget::new();
    assert_eq!(deployed(&large, &target, false).outcome, Outcome::Ok);
    target.count();
    let plan = deployed(&large, &target, true);
    assert!(plan.plan.is_empty(), "{}", plan.plan);
    // At 50 ms a round trip, and the bar of 10 s for a thousand objects.
    assert!(target.count() <= 20);
}
