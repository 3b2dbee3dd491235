//! A project whose SQL was written for Snowflake by somebody else: other names, another style, statements that only look.

use crate::sandbox::{Sandbox, session};
use insta::assert_snapshot;

const CONFIG: &str = "\
[project]
name = \"others\"
sql = [\"bronze.sql\", \"snowpipe.sql\", \"silver.sql\", \"gold.sql\"]

[warehouse]
path = \"warehouse.duckdb\"

[buckets.ecommerce-data]
path = \"lake\"
";

const FILES: &[(&str, &str)] = &[
    ("snowmelt.toml", CONFIG),
    ("bronze.sql", include_str!("others/bronze.sql")),
    ("snowpipe.sql", include_str!("others/snowpipe.sql")),
    ("silver.sql", include_str!("others/silver.sql")),
    ("gold.sql", include_str!("others/gold.sql")),
    (
        "lake/customers/c1.csv",
        "customer_id,name,country,email\n1,\"  ada LOVELACE\",uk,Ada@X.com\n2,bob,fr,b@x\nx,bad,fr,\n",
    ),
    (
        "lake/products/p.csv",
        "product_id,name,category,price\n1,Pen,Office,1.5\n2,\"Desk, big\",Office,99.99\n",
    ),
    (
        "lake/sales/s1.json",
        r#"[{"sale_id":1,"customer_id":1,"product_id":1,"quantity":3,"sale_date":"2024-05-01"},
{"sale_id":2,"customer_id":2,"product_id":2,"quantity":1,"sale_date":"2024-05-02"}]"#,
    ),
];

#[test]
fn sql_written_by_somebody_else_runs_and_runs_again() {
    let sandbox = Sandbox::new();
    for (path, contents) in FILES {
        sandbox.write(path, contents);
    }
    let gold = "select * from ecommerce.gold.sales_by_country order by 1; \
                select * from ecommerce.gold.top_products order by 3;";
    assert_snapshot!(session(&[
        sandbox.run(&["run"]),
        sandbox.run(&["sql", "-q", gold]),
        // Names in the pipes' COPY statements that are not complete are those of the pipe's schema.
        sandbox.run(&["run"]),
    ]));
}
