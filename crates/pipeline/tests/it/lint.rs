//! Findings on a project with one mistake of each kind, and on the project that `init` writes.

use crate::project::project;
use snowmelt_pipeline::Project;
use snowmelt_pipeline::lint::{Finding, FindingSeverity, lint};
use std::fmt::Write;
use std::path::Path;

fn shown(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let under = finding.place.text().lines().next().unwrap_or("");
        let _ = writeln!(
            text,
            "{} {:?} {} {} [{under}]\n  {}\n  then: {}\n  instead: {}",
            finding.code,
            finding.severity,
            finding.rule,
            finding.place,
            finding.message,
            finding.effect,
            finding.advice
        );
    }
    text
}

#[test]
fn each_mistake_is_found_with_its_place() {
    let sql = "\
CREATE OR REPLACE DATABASE shop;
CREATE SCHEMA shop.raw;
CREATE STORAGE INTEGRATION lake TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::001234567890:role/r' STORAGE_ALLOWED_LOCATIONS = ('s3://shop/raw/');
CREATE STAGE shop.raw.s3_stage URL = 's3://shop/raw/' STORAGE_INTEGRATION = lake;
CREATE STAGE shop.raw.forbidden URL = 's3://shop/other/' STORAGE_INTEGRATION = lake;
CREATE STAGE shop.raw.elsewhere URL = 's3://shpo/raw/';
CREATE OR REPLACE TABLE shop.raw.sales (sale_id INT, customer_id INT, amount FLOAT);
CREATE TABLE shop.raw.customers (customer_id INT, name STRING);
CREATE PIPE shop.raw.sales_pipe AS COPY INTO shop.raw.sales FROM @shop.raw.s3_stage/sales.json
    FILE_FORMAT = (TYPE = CSV);
CREATE OR REPLACE PIPE shop.raw.all_pipe AUTO_INGEST = TRUE AS COPY INTO shop.raw.sales FROM @shop.raw.s3_stage/sales;
COPY INTO shop.raw.customers FROM @shop.raw.s3_stage/customers/ PATTERN = '.*[.]csv' FILE_FORMAT = (TYPE = JSON);
CREATE OR REPLACE TABLE shop.raw.total AS SELECT SUM(amount) AS total FROM shop.raw.clean;
CREATE OR REPLACE TABLE shop.raw.clean AS
SELECT sale_id, amount FROM shop.raw.sales ORDER BY sale_id;
CREATE OR REPLACE TABLE shop.raw.best AS SELECT sale_id FROM shop.raw.sales ORDER BY amount DESC LIMIT 10;
CREATE OR REPLACE TABLE shop.raw.broken AS SELECT sale_idd FROM shop.raw.sales;
SELECT * FROM shop.raw.nowhere;
SELEC 1;
INSERT INTO shop.raw.sales VALUES (1, 2, 3);
";
    let checks = [(
        "names",
        "-- severity: loud\nSELECT nam FROM shop.raw.customers;\nSELECT * FROM shop.INFORMATION_SCHEMA.TABLES;",
    )];
    insta::assert_snapshot!(shown(&lint(&project(sql, &checks))));
}

#[test]
fn the_project_that_init_writes_has_notes_and_nothing_worse() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shop/template");
    let project = Project::load(&template).unwrap();
    let findings = lint(&project);
    let worse: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.severity != FindingSeverity::Note)
        .cloned()
        .collect();
    assert!(worse.is_empty(), "{}", shown(&worse));
    assert!(findings.iter().all(|finding| finding.code == "SM201"));
    assert_eq!(findings.len(), 10, "{}", shown(&findings));
}
