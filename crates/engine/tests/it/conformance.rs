//! Runs every transcript in `conformance/`, each against a fresh engine in memory with a database `TEST`. Column types
//! count: the letters after `query` stand for Snowflake's types (`conformance/README.md`).

use crate::support;
use snowmelt_engine::{Engine, EngineError, Session};
use snowmelt_sql::DataType;
use sqllogictest::{ColumnType, DBOutput, Record, Runner, strict_column_validator};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// `CONFORMANCE=string/` runs only the files whose path contains that.
const FILTER: &str = "CONFORMANCE";

#[test]
fn transcripts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    #[expect(
        clippy::disallowed_methods,
        reason = "a developer's filter, not an input of the engine"
    )]
    let filter = std::env::var(FILTER).unwrap_or_default();
    let mut files = Vec::new();
    find(&root, &mut files);
    files.retain(|file| file.to_string_lossy().contains(&filter));
    files.sort();
    assert!(!files.is_empty(), "no transcripts below {}", root.display());

    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let records = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (count, mut failed) = run_file(file);
                    records.fetch_add(count, Ordering::Relaxed);
                    failures.lock().unwrap().append(&mut failed);
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    let records = records.into_inner();
    println!(
        "{} of {records} records in {} files pass",
        records - failures.len(),
        files.len()
    );
    assert!(
        failures.is_empty(),
        "{} of {records} records fail:\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "slt") {
            files.push(path);
        }
    }
}

/// Runs all records of a file, whatever happens to those before: how many, and which fail.
fn run_file(file: &Path) -> (usize, Vec<String>) {
    let records = match sqllogictest::parse_file::<Letter>(file) {
        Ok(records) => records,
        Err(error) => return (1, vec![format!("{}: {error}", file.display())]),
    };
    let stages = tempfile::tempdir().unwrap();
    let engine = Engine::open(support::in_memory(stages.path())).unwrap();
    let mut runner = Runner::new(|| async { Connection::open(&engine) });
    runner.with_column_validator(strict_column_validator);
    let mut count = 0;
    let mut failures = Vec::new();
    for record in records {
        match &record {
            Record::Statement {
                conditions, loc, ..
            }
            | Record::Query {
                conditions, loc, ..
            } => {
                count += 1;
                if !conditions.is_empty() {
                    failures.push(format!("{loc}: a record that is skipped is not passed"));
                }
            }
            Record::Halt { loc } => {
                failures.push(format!("{loc}: records behind `halt` are not passed"))
            }
            _ => {}
        }
        if let Err(error) = runner.run(record) {
            failures.push(error.display(false).to_string());
        }
    }
    (count, failures)
}

/// A session as sqllogictest drives it.
struct Connection {
    session: Session,
}

impl Connection {
    fn open(engine: &Engine) -> Result<Self, Failure> {
        let mut session = engine.session().map_err(|error| Failure::new(error, ""))?;
        support::run(
            &mut session,
            "CREATE DATABASE IF NOT EXISTS TEST; USE SCHEMA TEST.PUBLIC",
        )
        .map_err(|error| Failure::new(error, ""))?;
        Ok(Self { session })
    }
}

impl sqllogictest::DB for Connection {
    type Error = Failure;
    type ColumnType = Letter;

    fn run(&mut self, sql: &str) -> Result<DBOutput<Letter>, Failure> {
        let result = self
            .session
            .execute(sql)
            .map_err(|error| Failure::new(error, sql))?;
        let types = result
            .columns
            .iter()
            .map(|column| Letter::of(column.data_type))
            .collect();
        let rows = result
            .into_text_rows()
            .map(|row| Ok(row?.into_iter().map(shown).collect()))
            .collect::<Result<_, EngineError>>()
            .map_err(|error| Failure::new(error, sql))?;
        Ok(DBOutput::Rows { types, rows })
    }

    fn error_sql_state(failure: &Failure) -> Option<String> {
        Some(failure.sqlstate.to_owned())
    }
}

fn shown(value: Option<String>) -> String {
    match value {
        None => "NULL".to_owned(),
        Some(text) if text.is_empty() => "(empty)".to_owned(),
        Some(text) => text,
    }
}

/// An error as Snowflake's Python connector prints it: `000904 (42000): SQL compilation error: …`.
#[derive(Debug)]
struct Failure {
    text: String,
    sqlstate: &'static str,
}

impl Failure {
    fn new(error: EngineError, script: &str) -> Self {
        let detail = error
            .detail
            .as_deref()
            .map(|detail| format!("\ndetail: {detail}"))
            .unwrap_or_default();
        let text = format!(
            "{} ({}): {}{detail}",
            error.code,
            error.sqlstate,
            error.snowflake_message(script)
        );
        Self {
            text,
            sqlstate: error.sqlstate,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

/// A column's type as one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Letter(char);

impl Letter {
    fn of(data_type: DataType) -> Self {
        Self(match data_type {
            DataType::Null | DataType::Text { .. } => 'T',
            DataType::Number { scale: 0, .. } => 'I',
            DataType::Number { .. } => 'N',
            DataType::Float => 'R',
            DataType::Boolean => 'B',
            DataType::Binary { .. } => 'X',
            DataType::Date => 'D',
            DataType::Time { .. } => 'C',
            DataType::TimestampNtz { .. } => 'S',
            DataType::TimestampLtz { .. } => 'L',
            DataType::TimestampTz { .. } => 'Z',
            DataType::Variant => 'V',
            DataType::Object => 'O',
            DataType::Array => 'A',
        })
    }
}

impl ColumnType for Letter {
    fn from_char(letter: char) -> Option<Self> {
        "TINRBXDCSLZVOA".contains(letter).then_some(Self(letter))
    }

    fn to_char(&self) -> char {
        self.0
    }
}
