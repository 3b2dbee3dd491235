//! `snowmelt upload`, into a bucket that is a local folder.

use crate::sandbox::{Sandbox, files_below, session};
use insta::assert_snapshot;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

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

#[test]
fn ctrl_c_in_an_upload_leaves_whole_files_and_the_next_one_goes_on() {
    const FILES: usize = 4000;
    let sandbox = Sandbox::new();
    sandbox.succeed(&["init"]);
    for number in 0..FILES {
        sandbox.write(&format!("data/sales_{number:04}.json"), "{\"sale_id\":1}\n");
    }
    let mut child = sandbox
        .command(&["upload", "--jobs", "1"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It says more than a pipe holds, so it cannot be done before this reads on.
    let mut talk = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    talk.read_line(&mut said).unwrap();
    sandbox.signal("INT", child.id());
    talk.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{said}");
    assert!(said.contains("error: stopped on request with "), "{said}");
    let there = files_below(&sandbox.path("lake"));
    assert!((1..FILES).contains(&there.len()), "{}", there.len());
    assert!(
        there.iter().all(|file| file.ends_with(".json")),
        "{there:?}"
    );

    sandbox.succeed(&["upload"]);
    assert_eq!(files_below(&sandbox.path("lake")).len(), FILES);
}
