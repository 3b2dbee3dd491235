//! `snowmelt init`.

use crate::sandbox::{Sandbox, files_below, session};
use insta::assert_snapshot;

#[test]
fn init_writes_the_project_once() {
    let sandbox = Sandbox::new();
    let transcripts = [
        sandbox.run(&["init", "shop"]),
        sandbox.run(&["init", "shop"]),
    ];
    let files = files_below(&sandbox.path("shop"));
    for file in [
        "snowmelt.toml",
        "README.md",
        "sql/bronze.sql",
        "sql/snowpipe.sql",
        "sql/silver.sql",
        "sql/gold.sql",
        "data/.gitkeep",
    ] {
        assert!(
            files.iter().any(|there| there == file),
            "{file} is not in {files:?}"
        );
    }
    assert!(
        sandbox
            .read("shop/snowmelt.toml")
            .contains("name = \"shop\"")
    );
    assert_snapshot!(session(&transcripts));
}

#[test]
fn init_overwrites_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("README.md", "mine\n");
    sandbox.write("sql/gold.sql", "-- mine\n");
    let transcript = sandbox.run(&["init"]);
    assert_eq!(
        files_below(&sandbox.path("")),
        ["README.md", "sql/gold.sql"]
    );
    assert_eq!(sandbox.read("README.md"), "mine\n");
    assert_snapshot!(transcript);
}

#[test]
fn init_into_a_folder_that_cannot_be_made() {
    let sandbox = Sandbox::new();
    sandbox.write("file", "");
    assert_snapshot!(sandbox.run(&["init", "file/shop"]));
}
