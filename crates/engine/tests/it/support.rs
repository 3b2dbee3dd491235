//! What the tests share: engines with a clock and ids of their own, and results as text.

use snowmelt_engine::{CountingIds, Engine, EngineError, EngineOptions, ManualClock, Session};
use std::path::Path;
use std::sync::Arc;

/// 2024-05-06T07:08:09Z, in microseconds.
pub(crate) const NOW_MICROS: i64 = 1_714_979_289_000_000;

/// Options for an in-memory engine whose clock moves a millisecond each time it is read.
pub(crate) fn in_memory(stages_dir: &Path) -> EngineOptions {
    let clock = Arc::new(ManualClock::new(NOW_MICROS, 1000));
    let mut options = EngineOptions::in_memory(
        stages_dir.to_owned(),
        clock,
        Arc::new(CountingIds::default()),
    );
    options.threads = Some(2);
    options
}

/// The same on a file.
pub(crate) fn on_disk(path: &Path) -> EngineOptions {
    let mut options = in_memory(&path.with_extension("stages"));
    options.path = Some(path.to_owned());
    options.owner = "snowmelt test".to_owned();
    options
}

/// An engine in memory.
pub(crate) fn engine() -> Engine {
    Engine::open(in_memory(&std::env::temp_dir())).unwrap()
}

/// Runs a script to its end; the rows of its last statement.
pub(crate) fn run(session: &mut Session, script: &str) -> Result<Vec<Vec<String>>, EngineError> {
    let mut script = session.execute_script(script)?;
    let mut rows = Vec::new();
    while let Some(result) = script.next() {
        rows = result?
            .into_text_rows()
            .map(|row| {
                Ok(row?
                    .into_iter()
                    .map(|value| value.unwrap_or_else(|| "NULL".to_owned()))
                    .collect())
            })
            .collect::<Result<_, EngineError>>()?;
    }
    Ok(rows)
}

/// The one value that the last statement of a script gives.
pub(crate) fn value(session: &mut Session, script: &str) -> String {
    let rows = run(session, script).unwrap_or_else(|error| panic!("{script}: {error:?}"));
    assert_eq!(
        (rows.len(), rows.first().map_or(0, Vec::len)),
        (1, 1),
        "{script}: {rows:?}"
    );
    rows[0][0].clone()
}

/// A query of `rows` (a power of ten) rows, each with the given columns.
pub(crate) fn rows(columns: &str, rows: u32) -> String {
    let digits = rows.ilog10();
    let factors: Vec<String> = (0..digits)
        .map(|digit| format!("ten AS t{digit}"))
        .collect();
    format!(
        "WITH ten AS (SELECT column1 AS d FROM VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))
        SELECT {columns} FROM {}",
        factors.join(", ")
    )
}
