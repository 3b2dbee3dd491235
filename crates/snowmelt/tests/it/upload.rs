//! `snowmelt upload`, into a bucket that is a local folder.

use crate::sandbox::{Sandbox, files_below, session};
use insta::assert_snapshot;

const SMALL: &[&str] = &[
    "--customers",
    "50",
    "--products",
    "20",
    "--sales",
    "500",
    "--files",
    "2",
];

#[test]
fn files_go_where_their_names_say_and_only_once() {
    let sandbox = Sandbox::with_shop(SMALL);
    let first = sandbox.run(&["upload", "--jobs", "1"]);
    let second = sandbox.run(&["upload"]);
    assert_eq!(
        files_below(&sandbox.path("lake")),
        [
            "raw/customers/customers_2026-11-24.csv",
            "raw/products/products_2026-11-24.csv",
            "raw/sales/sales_2026-08-27.json",
            "raw/sales/sales_2026-10-11.json",
        ]
    );
    assert_eq!(
        sandbox.read("lake/raw/products/products_2026-11-24.csv"),
        sandbox.read("data/products_2026-11-24.csv")
    );
    assert_snapshot!(session(&[first, second]));
}

#[test]
fn a_changed_file_goes_again() {
    let sandbox = Sandbox::with_shop(SMALL);
    sandbox.succeed(&["upload"]);
    sandbox.write(
        "data/products_2026-11-24.csv",
        "product_id,name,category,price\n1,A,B,1.00\n",
    );
    sandbox.succeed(&["upload"]);
    assert!(
        sandbox
            .read("lake/raw/products/products_2026-11-24.csv")
            .ends_with("1,A,B,1.00\n")
    );
}

#[test]
fn files_that_belong_nowhere() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["init"]);
    let empty = sandbox.run(&["upload"]);
    sandbox.write("data/notes.txt", "no table of that name\n");
    sandbox.write("elsewhere/orders.csv", "id\n1\n");
    assert_snapshot!(session(&[
        empty,
        sandbox.run(&["upload"]),
        sandbox.run(&["upload", "elsewhere/orders.csv"]),
        sandbox.run(&["upload", "missing.csv"]),
        sandbox.run(&["upload", "elsewhere/orders.csv", "--to", "gs://bucket/x"]),
        sandbox.run(&[
            "upload",
            "elsewhere/orders.csv",
            "--to",
            "s3://my-ecommerce-bucket/orders"
        ]),
    ]));
    assert_eq!(files_below(&sandbox.path("lake")), ["orders/orders.csv"]);
}
