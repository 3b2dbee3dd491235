//! COPY INTO and pipes over a folder that stands for a bucket.

mod errors;

use crate::support::{in_memory, run, value};
use snowmelt_engine::bucket::BucketLocation;
use snowmelt_engine::{Engine, EngineError, Session};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// An engine with the bucket `lake` and a database to load into.
struct Lake {
    folder: TempDir,
    engine: Engine,
    session: Session,
}

impl Lake {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("lake")).unwrap();
        let mut options = in_memory(&folder.path().join("stages"));
        let place = BucketLocation::Folder(folder.path().join("lake"));
        options.buckets.insert("lake".to_owned(), place);
        let engine = Engine::open(options).unwrap();
        let mut session = engine.session().unwrap();
        run(
            &mut session,
            "CREATE DATABASE db; CREATE STAGE st URL = 's3://lake/raw/';
             CREATE TABLE t (a INTEGER, b VARCHAR);",
        )
        .unwrap();
        Self {
            folder,
            engine,
            session,
        }
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.folder.path().join("lake/raw").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Another name first, as a careful writer does; the modification time then differs from the old file's.
        fs::write(path.with_extension("tmp"), bytes).unwrap();
        fs::rename(path.with_extension("tmp"), path).unwrap();
    }

    fn rows(&mut self, script: &str) -> Vec<Vec<String>> {
        run(&mut self.session, script).unwrap_or_else(|error| panic!("{script}: {error:?}"))
    }

    /// The rows as `a|b|…`.
    fn lines(&mut self, script: &str) -> Vec<String> {
        self.rows(script)
            .into_iter()
            .map(|row| row.join("|"))
            .collect()
    }

    fn error(&mut self, script: &str) -> EngineError {
        run(&mut self.session, script).unwrap_err()
    }

    fn table(&mut self) -> Vec<String> {
        self.lines("SELECT * FROM t ORDER BY 1, 2")
    }
}

const BAD: &str = "1,x\nNOPE,y\n3,z\n";
const NOPE: &str = "Numeric value 'NOPE' is not recognized|2|1|\"T\"[\"A\":1]";

#[test]
fn copy_reports_each_file_as_snowflake_does() {
    let mut lake = Lake::new();
    lake.write("good.csv", "1,x\n2,y\n");
    let row = |status: &str, rest: &str| format!("s3://lake/raw/good.csv|{status}|{rest}");
    assert_eq!(
        lake.lines("COPY INTO t FROM @st FILES = ('good.csv')"),
        [row("LOADED", "2|2|1|0|NULL|NULL|NULL|NULL")]
    );
    assert_eq!(
        lake.lines("COPY INTO t FROM @st FILES = ('good.csv')"),
        [row(
            "LOAD_SKIPPED",
            "0|0|NULL|1|File was loaded before.|NULL|NULL|NULL"
        )]
    );
    assert_eq!(
        lake.lines("COPY INTO t FROM @st"),
        ["Copy executed with 0 files processed."]
    );
    assert_eq!(lake.table(), ["1|x", "2|y"]);
    assert_eq!(lake.lines("COPY INTO t FROM @st FORCE = TRUE").len(), 1);
    assert_eq!(lake.table().len(), 4);
    // The same name with other content is loaded again.
    lake.write("good.csv", "7,q\n");
    assert_eq!(
        lake.lines("COPY INTO t FROM @st"),
        [row("LOADED", "1|1|1|0|NULL|NULL|NULL|NULL")]
    );
    lake.write("empty.csv", "");
    assert_eq!(
        lake.lines("COPY INTO t FROM @st"),
        ["s3://lake/raw/empty.csv|LOADED|0|0|1|0|NULL|NULL|NULL|NULL"]
    );
}

#[test]
fn on_error_decides_what_becomes_of_a_file() {
    let mut lake = Lake::new();
    lake.write("bad.csv", BAD);
    lake.write("good.csv", "5,v\n");
    let error = lake.error("COPY INTO t FROM @st FILES = ('good.csv', 'bad.csv')");
    assert_eq!(
        error.message,
        "Numeric value 'NOPE' is not recognized\n  File 'raw/bad.csv', line 2, character 1\n  Row 2, column \"T\"[\"A\":1]\n  \
         If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or \
         'CONTINUE' for the ON_ERROR option. For more information on loading options, please run 'info loading_data' in a \
         SQL client."
    );
    assert_eq!((error.code, error.sqlstate), ("100038", "22018"));
    assert!(lake.table().is_empty());
    assert_eq!(
        value(&mut lake.session, "SELECT COUNT(*) FROM snowmelt.rejects"),
        "0"
    );

    let bad =
        |status: &str, counts: &str| format!("s3://lake/raw/bad.csv|{status}|{counts}|1|{NOPE}");
    let good =
        |limit: u32| format!("s3://lake/raw/good.csv|LOADED|1|1|{limit}|0|NULL|NULL|NULL|NULL");
    let mut copy = |on_error: &str| {
        lake.rows("CREATE OR REPLACE TABLE t (a INTEGER, b VARCHAR)");
        let lines = lake.lines(&format!("COPY INTO t FROM @st ON_ERROR = {on_error}"));
        (lines, lake.table().len())
    };
    assert_eq!(
        copy("CONTINUE"),
        (vec![bad("PARTIALLY_LOADED", "3|2|3"), good(1)], 3)
    );
    assert_eq!(
        copy("SKIP_FILE"),
        (vec![bad("LOAD_FAILED", "3|0|1"), good(1)], 1)
    );
    assert_eq!(
        copy("SKIP_FILE_2"),
        (vec![bad("PARTIALLY_LOADED", "3|2|2"), good(2)], 3)
    );
    assert_eq!(
        copy("'SKIP_FILE_50%'"),
        (vec![bad("LOAD_FAILED", "3|0|1"), good(1)], 1)
    );
    assert_eq!(
        copy("'SKIP_FILE_80%'"),
        (vec![bad("PARTIALLY_LOADED", "3|2|2"), good(1)], 3)
    );
    // A failed file may be tried again, a partly loaded one not.
    assert_eq!(
        lake.lines("COPY INTO t FROM @st"),
        ["Copy executed with 0 files processed."]
    );
    lake.rows("CREATE OR REPLACE TABLE t (a INTEGER, b VARCHAR)");
    lake.rows("COPY INTO t FROM @st ON_ERROR = SKIP_FILE");
    assert_eq!(
        lake.lines("COPY INTO t FROM @st ON_ERROR = SKIP_FILE")
            .len(),
        1
    );
    assert_eq!(
        lake.lines("COPY INTO t FROM @st ON_ERROR = CONTINUE RETURN_FAILED_ONLY = TRUE"),
        [bad("PARTIALLY_LOADED", "3|2|3")]
    );
}

#[test]
fn rejects_are_kept_and_those_of_a_reload_replace_the_old_ones() {
    let mut lake = Lake::new();
    lake.write("bad.csv", BAD);
    let rejects = "SELECT table_name, file_name, row_number, line, character, byte_offset, column_name, error, category, code,
        sql_state, rejected_record, load_status FROM snowmelt.rejects";
    let expected = "T|bad.csv|2|2|1|4|\"T\"[\"A\":1]|Numeric value 'NOPE' is not recognized|conversion|100038|22018|NOPE,y\n|";
    lake.rows("COPY INTO t FROM @st ON_ERROR = SKIP_FILE");
    assert_eq!(lake.lines(rejects), [format!("{expected}LOAD_FAILED")]);
    lake.rows("COPY INTO t FROM @st ON_ERROR = CONTINUE");
    assert_eq!(lake.lines(rejects), [format!("{expected}PARTIALLY_LOADED")]);
    let history = "SELECT file_name, stage_location, row_count, row_parsed, error_count, error_limit, status, first_error_line_number
        FROM TABLE(db.information_schema.copy_history(table_name => 't', start_time => DATEADD(day, -1, CURRENT_TIMESTAMP())))";
    assert_eq!(
        lake.lines(history),
        [
            "bad.csv|s3://lake/raw/|0|3|1|1|Load failed|2",
            "bad.csv|s3://lake/raw/|2|3|1|3|Partially loaded|2"
        ]
    );
    // History and rejects go with the table.
    lake.rows("CREATE OR REPLACE TABLE t (a INTEGER, b VARCHAR)");
    assert_eq!(
        (lake.lines(rejects).len(), lake.lines(history).len()),
        (0, 0)
    );
}

#[test]
fn truncate_forgets_what_copy_loaded_and_delete_does_not() {
    let mut lake = Lake::new();
    lake.write("good.csv", "1,x\n");
    lake.rows("COPY INTO t FROM @st; TRUNCATE TABLE t");
    assert_eq!(lake.lines("COPY INTO t FROM @st").len(), 1);
    assert_eq!(lake.table(), ["1|x"]);
    lake.rows("ALTER TABLE t RENAME TO u");
    assert_eq!(
        lake.lines("COPY INTO u FROM @st"),
        ["Copy executed with 0 files processed."]
    );
}

#[test]
fn files_and_patterns_choose() {
    let mut lake = Lake::new();
    for name in ["a/1.csv", "a/2.csv", "b/3.csv"] {
        lake.write(name, "1,x\n");
    }
    let mut loaded = |copy: &str| {
        lake.rows("CREATE OR REPLACE TABLE t (a INTEGER, b VARCHAR)");
        let lines = lake.rows(copy);
        lines
            .iter()
            .map(|row| row[0].replace("s3://lake/raw/", ""))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(loaded("COPY INTO t FROM @st/a/"), "a/1.csv a/2.csv");
    assert_eq!(loaded("COPY INTO t FROM @st/a/1"), "a/1.csv");
    assert_eq!(
        loaded("COPY INTO t FROM @st PATTERN = '.*[23][.]csv'"),
        "a/2.csv b/3.csv"
    );
    assert_eq!(
        loaded("COPY INTO t FROM @st PATTERN = '[23][.]csv'"),
        "Copy executed with 0 files processed."
    );
    assert_eq!(
        loaded("COPY INTO t FROM @st/a/ FILES = ('2.csv', '2.csv')"),
        "a/2.csv"
    );
    assert_eq!(loaded("COPY INTO t FROM @st SIZE_LIMIT = 1"), "a/1.csv");
    assert_eq!(
        loaded("COPY INTO t FROM @st SIZE_LIMIT = 4"),
        "a/1.csv a/2.csv"
    );
    assert_eq!(
        loaded("COPY INTO t FROM @st FILES = ('a/1.csv', 'no.csv') ON_ERROR = CONTINUE"),
        "a/1.csv no.csv"
    );
    let error = lake.error("COPY INTO t FROM @st FILES = ('a/2.csv', 'no.csv')");
    assert!(
        error
            .message
            .starts_with("Remote file 's3://lake/raw/no.csv' was not found."),
        "{}",
        error.message
    );
    assert_eq!(
        lake.error("COPY INTO t FROM @st PATTERN = '('").code,
        "100048"
    );
    lake.rows("COPY INTO t FROM @st FORCE = TRUE PURGE = TRUE");
    assert!(lake.lines("LIST @st").is_empty());
    assert!(Path::new(&lake.folder.path().join("lake/raw/a")).is_dir());
}

#[test]
fn json_matches_columns_by_name_with_metadata() {
    let mut lake = Lake::new();
    lake.write(
        "s.json",
        "{\"A\": 1, \"b\": \"x\", \"c\": 9}\n{\"b\": \"y\"}\n{\"a\": \"z\"}\n",
    );
    lake.rows("CREATE OR REPLACE TABLE t (a INTEGER, b VARCHAR, f VARCHAR, n INTEGER, m TIMESTAMP_NTZ, s TIMESTAMP_LTZ)");
    let copy = "COPY INTO t FROM @st FILE_FORMAT = (TYPE = JSON) ON_ERROR = CONTINUE";
    let metadata = "INCLUDE_METADATA = (f = METADATA$FILENAME, n = METADATA$FILE_ROW_NUMBER,
        m = METADATA$FILE_LAST_MODIFIED, s = METADATA$START_SCAN_TIME)";
    assert_eq!(
        lake.lines(&format!(
            "{copy} MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE {metadata}"
        )),
        [
            "s3://lake/raw/s.json|PARTIALLY_LOADED|3|2|3|1|Failed to cast variant value \"z\" to FIXED|3|7|\"T\"[\"A\":1]"
        ]
    );
    assert_eq!(
        lake.lines("SELECT a, b, f, n, m IS NOT NULL, s = (SELECT MAX(last_load_time) FROM TABLE(db.information_schema.copy_history('t', '2000-01-01'))) OR TRUE FROM t ORDER BY n"),
        ["1|x|raw/s.json|1|true|true", "NULL|y|raw/s.json|2|true|true"]
    );
    let error = lake.error(copy);
    assert!(
        error
            .message
            .contains("can produce one and only one column of type variant"),
        "{}",
        error.message
    );
    lake.rows("CREATE OR REPLACE TABLE t (v VARIANT)");
    lake.rows(copy);
    assert_eq!(
        lake.lines("SELECT v:A::int, v:b::varchar FROM t ORDER BY v:b::varchar"),
        ["1|x", "NULL|y", "NULL|NULL"]
    );
}

#[test]
fn values_are_held_as_sql_holds_them() {
    let mut lake = Lake::new();
    lake.write(
        "v.json",
        "{\"n\": 1.10, \"s\": \"\\u0041\", \"z\": [1e2, null]}\n",
    );
    lake.rows("CREATE OR REPLACE TABLE t (v VARIANT)");
    lake.rows("COPY INTO t FROM @st FILE_FORMAT = (TYPE = JSON)");
    assert_eq!(
        lake.lines(
            "SELECT v = PARSE_JSON('{\"z\": [1e2, null], \"n\": 1.1, \"s\": \"A\"}'), TYPEOF(v:z[0]), v:s = 'A' FROM t"
        ),
        ["true|DOUBLE|true"]
    );
    lake.rows("CREATE OR REPLACE TABLE t (a TIMESTAMP_TZ, b TIMESTAMP_TZ(0))");
    lake.write(
        "z/1.csv",
        "2024-01-01 10:00:00.5 +0200,2024-01-01 00:00:00.9\n",
    );
    lake.rows("COPY INTO t FROM @st/z/");
    assert_eq!(
        lake.table(),
        ["2024-01-01 10:00:00.500 +0200|2024-01-01 00:00:00.000 -0800"]
    );
    lake.write("z/2.json", "{\"a\": 0, \"b\": \"2024-07-01 00:00:00\"}\n");
    lake.rows("TRUNCATE TABLE t");
    lake.rows("COPY INTO t FROM @st/z/2.json FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE");
    assert_eq!(
        lake.table(),
        ["1969-12-31 16:00:00.000 -0800|2024-07-01 00:00:00.000 -0700"]
    );
}

#[test]
fn transformations_see_fields_and_metadata() {
    let mut lake = Lake::new();
    lake.write("c.csv", "1,x,9\n2,y\n");
    lake.rows(
        "COPY INTO t FROM (SELECT $1::int * 10, UPPER($2) || METADATA$FILE_ROW_NUMBER FROM @st)",
    );
    assert_eq!(lake.table(), ["10|X1", "20|Y2"]);
    lake.rows("CREATE OR REPLACE TABLE t (a INTEGER, b VARCHAR DEFAULT 'none')");
    lake.write("j/1.json", "{\"id\": 9223372036854775808}\n{\"id\": 2}\n");
    lake.rows("COPY INTO t (a) FROM (SELECT $1:id FROM @st/j/) FILE_FORMAT = (TYPE = JSON)");
    assert_eq!(lake.table(), ["2|none", "9223372036854775808|none"]);
    // A bad record is the fault of its file alone.
    lake.write("j/2.json", "{\"id\": \"x\"}\n");
    lake.write("j/3.json", "{\"id\": 3}\n");
    let copy = "COPY INTO t (a) FROM (SELECT $1:id FROM @st/j/) FILE_FORMAT = (TYPE = JSON) ON_ERROR = SKIP_FILE";
    let statuses: Vec<String> = lake
        .rows(copy)
        .into_iter()
        .map(|row| row[1].clone())
        .collect();
    assert_eq!(statuses, ["LOAD_FAILED", "LOADED"]);
}

#[test]
fn a_wide_number_widens_its_column_in_the_same_commit() {
    let mut lake = Lake::new();
    lake.write("1.csv", "1,x\n");
    lake.rows("COPY INTO t FROM @st");
    lake.write("2.csv", "12345678901234567890123456789012345678,y\n");
    lake.rows("COPY INTO t FROM @st");
    assert_eq!(
        lake.table(),
        ["1|x", "12345678901234567890123456789012345678|y"]
    );
}

#[test]
fn a_load_in_a_transaction_is_part_of_it() {
    let mut lake = Lake::new();
    lake.write("bad.csv", BAD);
    lake.write("good.csv", "5,v\n");
    lake.rows("BEGIN; INSERT INTO t VALUES (0, 'w'); COPY INTO t FROM @st ON_ERROR = SKIP_FILE");
    assert_eq!(lake.table(), ["0|w", "5|v"]);
    lake.error("COPY INTO t FROM @st");
    assert_eq!(lake.table(), ["0|w", "5|v"]);
    lake.rows("ROLLBACK");
    assert!(lake.table().is_empty());
    assert_eq!(
        value(&mut lake.session, "SELECT COUNT(*) FROM snowmelt.rejects"),
        "0"
    );
    lake.rows("BEGIN; COPY INTO t FROM @st ON_ERROR = CONTINUE; COMMIT");
    assert_eq!(lake.table(), ["1|x", "3|z", "5|v"]);
    assert_eq!(
        lake.lines("COPY INTO t FROM @st"),
        ["Copy executed with 0 files processed."]
    );
}

#[test]
fn validation_reads_and_loads_nothing() {
    let mut lake = Lake::new();
    lake.write("bad.csv", BAD);
    lake.write("good.csv", "5,v\n");
    assert_eq!(
        lake.lines("COPY INTO t FROM @st VALIDATION_MODE = RETURN_ERRORS"),
        [
            "Numeric value 'NOPE' is not recognized|raw/bad.csv|2|1|4|conversion|100038|22018|\"T\"[\"A\":1]|2|2|NOPE,y\n"
        ]
    );
    assert_eq!(
        lake.lines("COPY INTO t FROM @st FILES = ('good.csv') VALIDATION_MODE = RETURN_5_ROWS"),
        ["5|v"]
    );
    assert_eq!(
        lake.lines("COPY INTO t FROM @st VALIDATION_MODE = RETURN_1_ROWS"),
        ["1|x"]
    );
    assert_eq!(
        lake.error("COPY INTO t FROM @st VALIDATION_MODE = RETURN_2_ROWS")
            .code,
        "100038"
    );
    assert!(lake.table().is_empty());
}

#[test]
fn internal_stages_are_folders() {
    let mut lake = Lake::new();
    lake.rows("CREATE STAGE own");
    assert!(lake.lines("LIST @own").is_empty());
    assert!(lake.lines("LIST @~").is_empty());
    assert!(lake.lines("LIST @%t").is_empty());
    let stages = lake.folder.path().join("stages/stages");
    let own = fs::read_dir(stages)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(own.join("x.csv"), "1,x\n").unwrap();
    assert_eq!(lake.rows("LIST @own")[0][..2], ["own/x.csv", "4"]);
    assert_eq!(
        lake.rows("COPY INTO t FROM @own PATTERN = '.*/x[.]csv'")[0][..2],
        ["own/x.csv", "LOADED"]
    );
}

#[test]
fn a_pipe_loads_each_file_once() {
    let mut lake = Lake::new();
    lake.rows(
        "CREATE PIPE p AS COPY INTO t FROM @st/in/ PATTERN = '[0-9]+[.]csv' ON_ERROR = CONTINUE",
    );
    for number in 0..5 {
        lake.write(&format!("in/{number}.csv"), format!("{number},x\n"));
    }
    lake.write("in/x.csv", "9,x\n");
    lake.write("in/bad/7.csv", "9,x\n");
    lake.write("in/8.csv", BAD);
    let sent: Vec<String> = lake.lines("ALTER PIPE p REFRESH");
    let expected: Vec<String> = [0, 1, 2, 3, 4, 8]
        .iter()
        .map(|number| format!("in/{number}.csv|SENT"))
        .collect();
    assert_eq!(sent, expected);
    for _ in 0..3 {
        assert!(lake.lines("ALTER PIPE p REFRESH").is_empty());
    }
    assert_eq!(lake.table().len(), 7);
    // The same name with other content is not loaded again, and flagged.
    lake.write("in/0.csv", "100,x\n");
    assert!(lake.lines("ALTER PIPE p REFRESH").is_empty());
    let status = value(&mut lake.session, "SELECT SYSTEM$PIPE_STATUS('p')");
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["executionState"], "RUNNING");
    assert_eq!(
        (&status["pendingFileCount"], &status["changedFileCount"]),
        (&0.into(), &1.into())
    );
    assert_eq!(status["lastIngestedFilePath"], "in/8.csv");
    assert!(
        status["lastIngestedTimestamp"]
            .as_str()
            .unwrap()
            .ends_with('Z'),
        "{status}"
    );
    // COPY has its own history, and a pipe looks at both.
    lake.write("in/9.csv", "9,y\n");
    lake.rows("COPY INTO t FROM @st/in/9.csv");
    assert!(lake.lines("ALTER PIPE p REFRESH").is_empty());
    // What a pipe has loaded it knows for good, until it is made anew.
    lake.rows("TRUNCATE TABLE t");
    assert_eq!(lake.lines("ALTER PIPE p REFRESH"), ["in/9.csv|SENT"]);
    lake.rows("CREATE OR REPLACE PIPE p AS COPY INTO t FROM @st/in/ PATTERN = '[0-9]+[.]csv'");
    assert_eq!(lake.lines("ALTER PIPE p REFRESH").len(), 7);
    // SKIP_FILE is a pipe's default; a file that failed counts as seen.
    assert!(lake.lines("ALTER PIPE p REFRESH").is_empty());
    let error = lake.lines("SELECT file, line, error FROM TABLE(db.information_schema.validate_pipe_load('p', '2000-01-01'))");
    assert_eq!(error, ["in/8.csv|2|Numeric value 'NOPE' is not recognized"]);
    let history = "SELECT status, COUNT(*), SUM(row_count), MIN(pipe_name) FROM TABLE(db.information_schema.copy_history(
        table_name => 'T', start_time => '2000-01-01', pipe_name => 'p')) GROUP BY status ORDER BY status";
    assert_eq!(lake.lines(history), ["Load failed|1|0|P", "Loaded|6|6|P"]);
}

#[test]
fn a_refresh_can_be_narrowed_and_a_pipe_paused() {
    let mut lake = Lake::new();
    lake.rows("CREATE PIPE p AS COPY INTO t FROM @st/in/");
    lake.write("in/a/1.csv", "1,x\n");
    lake.write("in/b/2.csv", "2,x\n");
    assert!(
        lake.lines("ALTER PIPE p REFRESH MODIFIED_AFTER = '2999-01-01T00:00:00Z'")
            .is_empty()
    );
    assert_eq!(
        lake.lines("ALTER PIPE p REFRESH PREFIX = 'b/'"),
        ["in/b/2.csv|SENT"]
    );
    lake.rows("ALTER PIPE p SET PIPE_EXECUTION_PAUSED = TRUE");
    assert_eq!(lake.lines("ALTER PIPE p REFRESH"), ["in/a/1.csv|SENT"]);
    assert_eq!(lake.table(), ["2|x"]);
    let status = value(&mut lake.session, "SELECT SYSTEM$PIPE_STATUS('p')");
    assert!(status.contains("\"executionState\":\"PAUSED\""), "{status}");
    assert!(status.contains("\"pendingFileCount\":1"), "{status}");
    assert!(
        status.contains("\"oldestPendingFilePath\":\"in/a/1.csv\""),
        "{status}"
    );
    lake.rows("ALTER PIPE p SET PIPE_EXECUTION_PAUSED = FALSE; ALTER PIPE p REFRESH");
    assert_eq!(lake.table(), ["1|x", "2|x"]);
    lake.rows("ALTER PIPE p SET COMMENT = 'hello'");
    lake.rows("DROP TABLE t");
    let status = value(&mut lake.session, "SELECT SYSTEM$PIPE_STATUS('p')");
    assert!(status.contains("STOPPED_MISSING_TABLE"), "{status}");
    assert_eq!(lake.error("ALTER PIPE p REFRESH").code, "002003");
}

#[test]
fn a_bad_file_does_not_hold_up_those_after_it() {
    let mut lake = Lake::new();
    lake.rows("CREATE PIPE p AS COPY INTO t FROM @st/in/");
    lake.write("in/1.csv", "1,x\n");
    lake.write("in/2.csv", BAD);
    lake.write("in/3.csv.gz", [0x1F, 0x8B, 8, 0, 1, 2, 3]);
    lake.write("in/4.csv", "4,x\n");
    assert_eq!(lake.lines("ALTER PIPE p REFRESH").len(), 4);
    assert_eq!(lake.table(), ["1|x", "4|x"]);
    assert!(lake.lines("ALTER PIPE p REFRESH").is_empty());
    let failed = "SELECT file_name, row_parsed, row_count, error_count FROM TABLE(db.information_schema.copy_history('t', '2000-01-01'))
        WHERE status = 'Load failed' ORDER BY 1";
    assert_eq!(lake.lines(failed), ["in/2.csv|3|0|1", "in/3.csv.gz|0|0|1"]);
}

#[test]
fn two_sessions_never_load_a_file_twice() {
    let mut lake = Lake::new();
    lake.rows("CREATE PIPE p AS COPY INTO t FROM @st/in/");
    for number in 0..40 {
        lake.write(&format!("in/{number}.csv"), format!("{number},x\n"));
    }
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let engine = lake.engine.clone();
            scope.spawn(move || {
                let mut session = engine.session().unwrap();
                run(&mut session, "USE SCHEMA db.public; ALTER PIPE p REFRESH").unwrap();
            });
        }
    });
    assert_eq!(lake.table().len(), 40);
    assert_eq!(
        value(
            &mut lake.session,
            "SELECT COUNT(*) FROM TABLE(db.information_schema.copy_history('t', '2000-01-01'))"
        ),
        "40"
    );
}

#[test]
fn a_bucket_that_is_not_there_says_so() {
    let mut lake = Lake::new();
    fs::remove_dir_all(lake.folder.path().join("lake")).unwrap();
    let error = lake.error("COPY INTO t FROM @st");
    assert!(
        error.message.contains("bucket `lake` is not there"),
        "{error:?}"
    );
    assert!(error.hint.unwrap().contains("create the folder"));
}
