//! CREATE OR REPLACE while others read: they see the old table or the new one, never none and never half of one.

use crate::support::{engine, rows, run, value};
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn readers_never_miss_the_table() {
    let engine = engine();
    let mut writer = engine.session().unwrap();
    run(
        &mut writer,
        &format!(
            "CREATE DATABASE d; CREATE TABLE t AS {}",
            rows("0 AS n", 1000)
        ),
    )
    .unwrap();
    let done = AtomicBool::new(false);
    let reads = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut session = engine.session().unwrap();
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) || reads == 0 {
                let found = run(
                    &mut session,
                    "SELECT COUNT(*), MIN(n), MAX(n) FROM d.public.t",
                )
                .unwrap();
                assert_eq!(found[0][0], "1000");
                assert_eq!(found[0][1], found[0][2]);
                reads += 1;
            }
            reads
        });
        for round in 1..=50 {
            // The column changes its type and its place now and then, so that an old plan does not fit the new table.
            let columns = if round % 2 == 0 {
                format!("{round} AS n")
            } else {
                format!("'x' AS other, {round} AS n")
            };
            run(
                &mut writer,
                &format!("CREATE OR REPLACE TABLE t AS {}", rows(&columns, 1000)),
            )
            .unwrap();
        }
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    });
    assert!(reads > 0);
}

#[test]
fn a_replacement_may_read_what_it_replaces() {
    let mut session = engine().session().unwrap();
    run(
        &mut session,
        "CREATE DATABASE d; CREATE TABLE t AS SELECT 1 AS n",
    )
    .unwrap();
    run(
        &mut session,
        "CREATE OR REPLACE TABLE t AS SELECT n + 1 AS n FROM t",
    )
    .unwrap();
    assert_eq!(value(&mut session, "SELECT n FROM t"), "2");
    run(&mut session, "INSERT OVERWRITE INTO t SELECT n + 1 FROM t").unwrap();
    assert_eq!(value(&mut session, "SELECT n FROM t"), "3");
    // One that fails leaves the old table.
    run(
        &mut session,
        "CREATE OR REPLACE TABLE t AS SELECT 1 / (n - n) AS n FROM t",
    )
    .unwrap_err();
    assert_eq!(value(&mut session, "SELECT n FROM t"), "3");
}
