//! `plan` and `deploy`: what is new, what is changed, what is lost, what somebody changed by hand.

use crate::sandbox::{Sandbox, files_below, session};

const FILES: &str = "\
CREATE OR REPLACE DATABASE shop;
CREATE OR REPLACE SCHEMA shop.raw;
CREATE OR REPLACE SCHEMA shop.gold;
USE SCHEMA shop.raw;
CREATE OR REPLACE TABLE sales (sale_id INT, amount NUMBER(10, 2));
CREATE OR REPLACE VIEW large_sales AS SELECT sale_id FROM sales WHERE amount > 100;
CREATE OR REPLACE TABLE shop.gold.revenue AS SELECT SUM(amount) AS revenue FROM sales;
CREATE OR REPLACE VIEW shop.gold.headline AS SELECT revenue FROM shop.gold.revenue;
";

fn sandbox(files: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "snowmelt.toml",
        "[project]\nname = \"shop\"\nsql = [\"shop.sql\"]\n",
    );
    sandbox.write("shop.sql", files);
    sandbox
}

#[test]
fn a_deploy_makes_what_is_declared_and_a_second_one_does_nothing() {
    let sandbox = sandbox(FILES);
    insta::assert_snapshot!(session(&[
        sandbox.run(&["plan"]),
        sandbox.run(&["deploy", "--print"]),
        sandbox.run(&["deploy"]),
        sandbox.run(&["plan"]),
        sandbox.run(&["deploy"]),
    ]));
}

#[test]
fn loss_is_named_and_needs_a_word() {
    let sandbox = sandbox(FILES);
    sandbox.succeed(&["deploy"]);
    sandbox.succeed(&[
        "sql",
        "-q",
        "INSERT INTO shop.raw.sales VALUES (1, 2.5), (2, 3)",
    ]);
    let wider = FILES.replace("amount NUMBER(10, 2)", "amount NUMBER(12, 2), note STRING");
    sandbox.write("shop.sql", &wider);
    let in_place = [sandbox.run(&["plan"]), sandbox.run(&["deploy"])];
    sandbox.write(
        "shop.sql",
        &wider.replace("amount NUMBER(12, 2)", "amount STRING"),
    );
    let refused = [
        sandbox.run(&["plan"]),
        sandbox.run(&["deploy"]),
        sandbox.run(&["deploy", "--print"]),
    ];
    let count = [
        "sql",
        "--output",
        "csv",
        "-q",
        "SELECT COUNT(*) AS n FROM shop.raw.sales",
    ];
    let kept = sandbox.run(&count);
    let allowed = [
        sandbox.run(&["deploy", "--allow-destructive"]),
        sandbox.run(&count),
    ];
    let all: Vec<_> = in_place
        .into_iter()
        .chain(refused)
        .chain([kept])
        .chain(allowed)
        .collect();
    insta::assert_snapshot!(session(&all));
}

#[test]
fn what_was_changed_by_hand_is_shown_and_left() {
    let sandbox = sandbox(FILES);
    sandbox.succeed(&["deploy"]);
    sandbox.succeed(&[
        "sql",
        "-q",
        "ALTER TABLE shop.raw.sales ADD COLUMN by_hand INT",
    ]);
    insta::assert_snapshot!(session(&[
        sandbox.run(&["plan"]),
        sandbox.run(&["deploy"]),
        sandbox.run(&["deploy", "--overwrite-drift", "--allow-destructive"]),
        sandbox.run(&["plan"]),
    ]));
}

#[test]
fn another_kind_of_object_in_the_way_is_kept_until_it_goes() {
    let sandbox = sandbox(&FILES.replace(
        "CREATE OR REPLACE VIEW large_sales",
        "CREATE OR REPLACE STAGE lake URL = 's3://nowhere/';\nCREATE OR REPLACE VIEW large_sales",
    ));
    // In the way: the name is taken by another kind of object, which loses its rows if it goes.
    sandbox.succeed(&[
        "sql",
        "-q",
        "CREATE DATABASE shop; CREATE SCHEMA shop.raw; CREATE TABLE shop.raw.large_sales (x INT)",
    ]);
    sandbox.succeed(&["sql", "-q", "INSERT INTO shop.raw.large_sales VALUES (1)"]);
    insta::assert_snapshot!(session(&[
        sandbox.run(&["deploy"]),
        sandbox.run(&["sql", "-q", "DROP TABLE shop.raw.large_sales"]),
        sandbox.run(&["deploy"]),
    ]));
}

#[test]
fn a_project_becomes_a_dcm_project() {
    let sandbox = sandbox(FILES);
    let written = sandbox.run(&["export", "dcm"]);
    let again = sandbox.run(&["export", "dcm"]);
    let mut text = session(&[written, again]);
    for path in files_below(&sandbox.path("dcm")) {
        text.push_str(&format!(
            "== {path}\n{}",
            sandbox.read(&format!("dcm/{path}"))
        ));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn an_account_that_is_not_known_is_no_target() {
    let sandbox = sandbox(FILES);
    let unknown = sandbox.run(&["target", "test", "prod"]);
    sandbox.write(
        "snowmelt.toml",
        "[project]\nname = \"shop\"\nsql = [\"shop.sql\"]\n[targets.prod]\nconnection = \"shop\"\n",
    );
    let no_connection = sandbox.run(&["target", "aws", "prod"]);
    insta::assert_snapshot!(session(&[unknown, no_connection]));
}
