//! `snowmelt lint`.

use crate::sandbox::{Sandbox, session};
use insta::assert_snapshot;

#[test]
fn findings_say_what_snowflake_would_do() {
    let sandbox = Sandbox::new();
    sandbox.succeed(&["init"]);
    let good = sandbox.read("sql/gold.sql");
    sandbox.write(
        "sql/gold.sql",
        &good.replacen(
            "GROUP BY country;",
            "GROUP BY country\nORDER BY revenue;",
            1,
        ),
    );
    let warns = sandbox.run(&["lint"]);
    sandbox.write(
        "sql/gold.sql",
        &good.replacen("    country,\n", "    contry,\n", 1),
    );
    let fails = sandbox.run(&["lint"]);
    assert_eq!(
        [warns.code, fails.code],
        [Some(0), Some(1)],
        "{warns}{fails}"
    );
    assert_snapshot!(session(&[
        warns,
        fails,
        sandbox.run(&["lint", "--output", "csv"])
    ]));
}
