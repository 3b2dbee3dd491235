//! The errors of loads, asked for afterwards: VALIDATE and LOAD_HISTORY.

use super::{BAD, Lake};

#[test]
fn the_errors_of_a_load_can_be_asked_for_by_its_query_id() {
    let mut lake = Lake::new();
    lake.write("bad.csv", BAD);
    assert!(
        lake.lines("SELECT * FROM TABLE(VALIDATE(t, JOB_ID => '_last'))")
            .is_empty()
    );
    lake.lines("COPY INTO t FROM @st ON_ERROR = CONTINUE");
    let id = lake.lines("SELECT LAST_QUERY_ID()")[0].clone();
    let expected = ["Numeric value 'NOPE' is not recognized|bad.csv|2|1|2|NOPE,y\n"];
    let columns = "error, file, line, character, row_number, rejected_record";
    for job in ["_last", id.as_str()] {
        assert_eq!(
            lake.lines(&format!(
                "SELECT {columns} FROM TABLE(VALIDATE(db.public.t, JOB_ID => '{job}'))"
            )),
            expected,
            "{job}"
        );
    }
    lake.lines("CREATE TABLE other (a INTEGER)");
    let of_other = format!("SELECT * FROM TABLE(VALIDATE(other, JOB_ID => '{id}'))");
    assert!(lake.lines(&of_other).is_empty());
    let error = lake.error("SELECT * FROM TABLE(VALIDATE(none, JOB_ID => '_last'))");
    assert!(error.message.contains("does not exist"), "{error:?}");
    assert_eq!(
        lake.lines(
            "SELECT schema_name, file_name, table_name, status, row_count, row_parsed, first_error_line_number, error_count
             FROM INFORMATION_SCHEMA.LOAD_HISTORY"
        ),
        ["PUBLIC|s3://lake/raw/bad.csv|T|PARTIALLY LOADED|2|3|2|1"]
    );
}
