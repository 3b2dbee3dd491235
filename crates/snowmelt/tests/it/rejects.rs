//! Rejects: counted, shown, exported, and failed files loaded again once their table is mended.

use crate::sandbox::{Sandbox, session};
use insta::assert_snapshot;

#[test]
fn rejects_are_shown_exported_and_replayed() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "snowmelt.toml",
        "[project]\nname = \"r\"\nsql = [\"bronze.sql\"]\n[buckets.lake]\npath = \"lake\"\n",
    );
    sandbox.write(
        "bronze.sql",
        "CREATE DATABASE d;\nCREATE SCHEMA d.b;\nCREATE STAGE d.b.st URL = 's3://lake/';\n\
         CREATE TABLE d.b.sales (id INTEGER, name VARCHAR(3));\nCREATE TABLE d.b.logs (id INTEGER);\n\
         CREATE PIPE d.b.sales_pipe AS COPY INTO d.b.sales FROM @d.b.st/sales/ FILE_FORMAT = (TYPE = CSV);\n\
         CREATE PIPE d.b.logs_pipe AS COPY INTO d.b.logs FROM @d.b.st/logs/ FILE_FORMAT = (TYPE = CSV) ON_ERROR = CONTINUE;\n",
    );
    sandbox.write("lake/sales/good.csv", "1,a\n");
    sandbox.write("lake/sales/long.csv", "2,b\n3,longer\n");
    sandbox.write("lake/logs/l.csv", "1\nx\n\"y\n");
    sandbox.succeed(&["run"]);
    let before = [
        sandbox.run(&["rejects", "list"]),
        sandbox.run(&["rejects", "show", "--table", "sales", "--output", "csv"]),
        sandbox.run(&[
            "rejects", "show", "--file", "l.csv", "--limit", "1", "--output", "json",
        ]),
        sandbox.run(&["rejects", "export", "out", "--table", "logs"]),
        sandbox.run(&["rejects", "replay", "none"]),
        // Nothing is mended yet.
        sandbox.run(&["rejects", "replay", "sales_pipe"]),
        sandbox.run(&[
            "sql",
            "-q",
            "ALTER TABLE d.b.sales ALTER COLUMN name SET DATA TYPE VARCHAR(30)",
        ]),
        sandbox.run(&["rejects", "replay"]),
        sandbox.run(&["rejects", "replay"]),
        sandbox.run(&["rejects", "list", "--output", "csv"]),
        sandbox.run(&[
            "sql",
            "--output",
            "csv",
            "-q",
            "SELECT * FROM d.b.sales ORDER BY id",
        ]),
    ];
    assert_snapshot!(session(&before));
    assert_eq!(sandbox.read("out/D.B.LOGS/logs_l.csv"), "x\n\"y\n");
}
