//! Parquet and Avro files: into a VARIANT, by paths, by the names of columns, and as rows of a query.

use crate::support::{in_memory, run};
use apache_avro::types::{Record, Value};
use apache_avro::{Codec, Schema, Writer};
use snowmelt_engine::bucket::BucketLocation;
use snowmelt_engine::{Engine, EngineError, Session};
use std::fs;
use tempfile::TempDir;

struct Lake {
    folder: TempDir,
    session: Session,
}

impl Lake {
    fn new(format: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("lake")).unwrap();
        let mut options = in_memory(&folder.path().join("stages"));
        let place = BucketLocation::Folder(folder.path().join("lake"));
        options.buckets.insert("lake".to_owned(), place);
        let mut session = Engine::open(options).unwrap().session().unwrap();
        run(
            &mut session,
            &format!(
                "CREATE DATABASE db; CREATE FILE FORMAT f TYPE = {format};
                 CREATE STAGE st URL = 's3://lake/' FILE_FORMAT = (FORMAT_NAME = f)"
            ),
        )
        .unwrap();
        Self { folder, session }
    }

    /// Writes a Parquet file of a DuckDB query's rows.
    fn parquet(&self, name: &str, query: &str) {
        let path = self.folder.path().join("lake").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let sql = format!("COPY ({query}) TO '{}' (FORMAT parquet)", path.display());
        duckdb::Connection::open_in_memory()
            .unwrap()
            .execute_batch(&sql)
            .unwrap();
    }

    fn lines(&mut self, script: &str) -> Vec<String> {
        run(&mut self.session, script)
            .unwrap_or_else(|error| panic!("{script}: {error:?}"))
            .into_iter()
            .map(|row| row.join("|"))
            .collect()
    }

    fn error(&mut self, script: &str) -> EngineError {
        run(&mut self.session, script).unwrap_err()
    }
}

const VALUES: &str = "SELECT 1::INTEGER AS id, 'a\"b' AS name, 12345678901234567890.123456789::DECIMAL(38, 9) AS long,
    1.5::DOUBLE AS share, DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 12:34:56.789' AS at,
    [1, NULL, 3] AS list, {'x': 1.5::DECIMAL(4, 2), 'y': DATE '2024-01-01'} AS pair, MAP {'k': 'v'} AS words,
    NULL::VARCHAR AS nothing, true AS yes";

#[test]
fn a_parquet_record_is_a_variant() {
    let mut lake = Lake::new("PARQUET");
    lake.parquet("a.parquet", VALUES);
    assert_eq!(
        lake.lines("SELECT $1:id::INT, $1:name::VARCHAR, $1:long::NUMBER(38, 9), TYPEOF($1:share), $1:share::FLOAT,
            $1:day::DATE, $1:at::TIMESTAMP_NTZ, $1:list[2]::INT, $1:pair.x::NUMBER(4, 2), $1:pair.y::DATE, $1:words.k::VARCHAR,
            $1:nothing::VARCHAR, $1:yes::BOOLEAN, METADATA$FILENAME, METADATA$FILE_ROW_NUMBER FROM @st"),
        [r#"1|a"b|12345678901234567890.123456789|DOUBLE|1.5|2024-02-29|2024-02-29 12:34:56.789|3|1.50|2024-01-01|v|NULL|true|a.parquet|1"#]
    );
    lake.lines("CREATE TABLE v (v VARIANT); COPY INTO v FROM @st");
    assert_eq!(
        lake.lines("SELECT TO_JSON(v:pair), TO_JSON(v:list) FROM v"),
        ["{\"x\":1.5,\"y\":\"2024-01-01\"}|[1,null,3]"]
    );
    let error =
        lake.error("CREATE TABLE two (a VARIANT, b VARIANT); COPY INTO two FROM @st FORCE = TRUE");
    assert!(
        error
            .message
            .starts_with("PARQUET file format can produce one and only one column"),
        "{error:?}"
    );
}

#[test]
fn parquet_columns_go_where_their_names_say() {
    let mut lake = Lake::new("PARQUET");
    lake.parquet("a.parquet", VALUES);
    lake.lines(
        "CREATE TABLE t (name VARCHAR, id INTEGER, at TIMESTAMP_NTZ, share FLOAT, pair VARIANT, other INTEGER);
         COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
    );
    assert_eq!(
        lake.lines("SELECT name, id, at, share, TO_JSON(pair), other FROM t"),
        ["a\"b|1|2024-02-29 12:34:56.789|1.5|{\"x\":1.5,\"y\":\"2024-01-01\"}|NULL"]
    );
    lake.lines("CREATE TABLE s (id INTEGER, \"id\" INTEGER); COPY INTO s FROM @st MATCH_BY_COLUMN_NAME = CASE_SENSITIVE");
    assert_eq!(lake.lines("SELECT * FROM s"), ["NULL|1"]);
    lake.lines("CREATE TABLE x (a INTEGER, b DATE); COPY INTO x FROM (SELECT $1:id::INT + 1, $1:pair.y::DATE FROM @st)");
    assert_eq!(lake.lines("SELECT * FROM x"), ["2|2024-01-01"]);
}

#[test]
fn what_does_not_fit_is_rejected_and_a_broken_file_does_not_block() {
    let mut lake = Lake::new("PARQUET");
    lake.parquet("a.parquet", "SELECT CASE WHEN i % 10 = 3 THEN 'x' || i ELSE i::VARCHAR END AS a FROM range(5000) AS t(i)");
    fs::write(
        lake.folder.path().join("lake/b.parquet"),
        "PAR1 and then nothing of the kind",
    )
    .unwrap();
    lake.parquet("c.parquet", "SELECT 7 AS a");
    lake.lines("CREATE TABLE t (a INTEGER)");
    let copy = "COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE ON_ERROR";
    assert_eq!(
        lake.error(&format!("{copy} = ABORT_STATEMENT FILES = ('a.parquet')"))
            .code,
        "100071"
    );
    let rows = lake.lines(&format!("{copy} = CONTINUE"));
    let status: Vec<String> = rows
        .iter()
        .map(|row| row.split('|').take(4).collect::<Vec<_>>().join("|"))
        .collect();
    assert_eq!(
        status,
        [
            "s3://lake/a.parquet|PARTIALLY_LOADED|5000|4500",
            "s3://lake/b.parquet|LOAD_FAILED|0|0",
            "s3://lake/c.parquet|LOADED|1|1",
        ]
    );
    assert_eq!(
        lake.lines("SELECT COUNT(*), SUM(a) FROM t"),
        ["4501|11248507"]
    );
    assert_eq!(
        lake.lines("SELECT row_number, rejected_record FROM SNOWMELT.REJECTS ORDER BY 1 LIMIT 2"),
        ["4|{\"a\":\"x3\"}", "14|{\"a\":\"x13\"}"]
    );
    // Loaded files are not loaded again.
    assert_eq!(
        lake.lines(&format!("{copy} = CONTINUE FILES = ('c.parquet')"))[0]
            .split('|')
            .nth(1),
        Some("LOAD_SKIPPED")
    );
}

const AVRO: &str = r#"{"type": "record", "name": "sale", "fields": [
    {"name": "id", "type": "long"},
    {"name": "note", "type": ["null", "string"]},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 2}},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    {"name": "day", "type": {"type": "int", "logicalType": "date"}},
    {"name": "tags", "type": {"type": "array", "items": "string"}},
    {"name": "kind", "type": {"type": "enum", "name": "kind", "symbols": ["A", "B"]}}]}"#;

fn avro(codec: Codec, rows: i64) -> Vec<u8> {
    let schema = Schema::parse_str(AVRO).unwrap();
    let mut writer = Writer::builder()
        .schema(&schema)
        .writer(Vec::new())
        .codec(codec)
        .build()
        .unwrap();
    for id in 1..=rows {
        let mut record = Record::new(&schema).unwrap();
        record.put("id", id);
        let note = if id % 2 == 0 {
            Value::Union(0, Box::new(Value::Null))
        } else {
            Value::Union(1, Box::new(Value::String(format!("n{id}"))))
        };
        record.put("note", note);
        record.put("price", Value::Decimal((-id * 125).to_be_bytes().into()));
        record.put("at", Value::TimestampMicros(1_714_979_289_123_456));
        record.put("day", Value::Date(19_782));
        record.put("tags", Value::Array(vec![Value::String("a\nb".into())]));
        record.put("kind", Value::Enum(1, "B".into()));
        writer.append_value(record).unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn avro_records_load_like_any_others() {
    let mut lake = Lake::new("AVRO");
    let path = lake.folder.path().join("lake");
    fs::write(path.join("a.avro"), avro(Codec::Null, 3)).unwrap();
    fs::write(path.join("b.avro"), avro(Codec::Snappy, 20_000)).unwrap();
    fs::write(
        path.join("c.avro"),
        avro(Codec::Zstandard(Default::default()), 10),
    )
    .unwrap();
    fs::write(path.join("d.avro"), "Obj\u{1}and no more").unwrap();
    assert_eq!(
        lake.lines("SELECT $1:id::INT, $1:note::VARCHAR, $1:price::NUMBER(20, 2), $1:at::TIMESTAMP_NTZ, $1:day::DATE, $1:tags[0]::VARCHAR,
            $1:kind::VARCHAR FROM @st/a ORDER BY 1 LIMIT 2"),
        [
            "1|n1|-1.25|2024-05-06 07:08:09.123|2024-02-29|a\nb|B",
            "2|NULL|-2.50|2024-05-06 07:08:09.123|2024-02-29|a\nb|B"
        ]
    );
    lake.lines("CREATE TABLE t (id INTEGER, price NUMBER(20, 2), note VARCHAR NOT NULL)");
    let rows = lake
        .lines("COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE ON_ERROR = CONTINUE");
    let status: Vec<String> = rows
        .iter()
        .map(|row| row.split('|').take(4).collect::<Vec<_>>().join("|"))
        .collect();
    assert_eq!(
        status,
        [
            "s3://lake/a.avro|PARTIALLY_LOADED|3|2",
            "s3://lake/b.avro|PARTIALLY_LOADED|20000|10000",
            "s3://lake/c.avro|PARTIALLY_LOADED|10|5",
            "s3://lake/d.avro|LOAD_FAILED|0|0",
        ]
    );
    assert_eq!(
        lake.lines("SELECT COUNT(*), MIN(price) FROM t"),
        ["10007|-24998.75"]
    );
}

#[test]
fn columns_are_inferred_and_make_a_table() {
    let mut lake = Lake::new("PARQUET");
    lake.parquet("p/a.parquet", "SELECT 1::BIGINT AS id, 1.5::DOUBLE AS share, 2.50::DECIMAL(10, 2) AS price, 'x' AS name, DATE '2024-01-01' AS day, [1] AS list, {'a': 1} AS pair");
    lake.parquet("p/b.parquet", "SELECT 1::BIGINT AS id, 'x' AS extra");
    let path = lake.folder.path().join("lake");
    fs::create_dir_all(path.join("c")).unwrap();
    fs::create_dir_all(path.join("j")).unwrap();
    fs::write(
        path.join("c/a.csv"),
        "id,when,\"the name\",ok\n1,2024-01-31 10:00:00,a,true\n200,2024-02-01,,false\n",
    )
    .unwrap();
    fs::write(path.join("j/a.json"), "[{\"id\": 1, \"at\": \"2024-01-31\", \"o\": {\"x\": 1}, \"l\": [1], \"n\": null},\n{\"id\": 2.25, \"f\": 1E2}]").unwrap();
    fs::write(path.join("d.avro"), avro(Codec::Null, 1)).unwrap();
    lake.lines(
        "CREATE FILE FORMAT csv TYPE = CSV PARSE_HEADER = TRUE FIELD_OPTIONALLY_ENCLOSED_BY = '\"';
         CREATE FILE FORMAT plain TYPE = CSV SKIP_HEADER = 1;
         CREATE FILE FORMAT json TYPE = JSON STRIP_OUTER_ARRAY = TRUE; CREATE FILE FORMAT avro TYPE = AVRO",
    );
    assert_eq!(
        lake.lines("SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@st/p/', FILE_FORMAT => 'f'))"),
        [
            "id|NUMBER(38, 0)|true|$1:id::NUMBER(38, 0)|p/a.parquet, p/b.parquet|0",
            "share|REAL|true|$1:share::REAL|p/a.parquet|1",
            "price|NUMBER(10, 2)|true|$1:price::NUMBER(10, 2)|p/a.parquet|2",
            "name|TEXT|true|$1:name::TEXT|p/a.parquet|3",
            "day|DATE|true|$1:day::DATE|p/a.parquet|4",
            "list|ARRAY|true|$1:list::ARRAY|p/a.parquet|5",
            "pair|VARIANT|true|$1:pair::VARIANT|p/a.parquet|6",
            "extra|TEXT|true|$1:extra::TEXT|p/b.parquet|7",
        ]
    );
    assert_eq!(
        lake.lines("SELECT column_name, expression FROM TABLE(INFER_SCHEMA(LOCATION => '@st/p/', FILE_FORMAT => 'f', FILES => ('b.parquet'), IGNORE_CASE => TRUE))"),
        ["ID|GET_IGNORE_CASE ($1, ID)::NUMBER(38, 0)", "EXTRA|GET_IGNORE_CASE ($1, EXTRA)::TEXT"]
    );
    let types = |lake: &mut Lake, location: &str, format: &str| {
        lake.lines(&format!("SELECT column_name || ' ' || type || ' ' || nullable FROM TABLE(INFER_SCHEMA(LOCATION => '{location}', FILE_FORMAT => '{format}')) ORDER BY order_id"))
    };
    let first = lake.lines("SELECT expression FROM TABLE(INFER_SCHEMA(LOCATION => '@st/c/', FILE_FORMAT => 'csv')) WHERE order_id = 1");
    assert!(first[0].starts_with("$2::"), "{first:?}");
    assert_eq!(
        types(&mut lake, "@st/c/", "csv"),
        [
            "id NUMBER(3, 0) true",
            "when TIMESTAMP_NTZ true",
            "the name TEXT true",
            "ok BOOLEAN true"
        ]
    );
    assert_eq!(
        types(&mut lake, "@st/c/", "plain")[0],
        "c1 NUMBER(3, 0) true"
    );
    assert_eq!(
        types(&mut lake, "@st/j/", "json"),
        [
            "id NUMBER(3, 2) true",
            "at DATE true",
            "o OBJECT true",
            "l ARRAY true",
            "n TEXT true",
            "f REAL true"
        ]
    );
    assert_eq!(
        types(&mut lake, "@st/d.avro", "avro"),
        [
            "id NUMBER(38, 0) false",
            "note TEXT true",
            "price NUMBER(20, 2) false",
            "at TIMESTAMP_NTZ false",
            "day DATE false",
            "tags ARRAY false",
            "kind TEXT false"
        ]
    );
    lake.lines(
        "CREATE TABLE made USING TEMPLATE (SELECT ARRAY_AGG(OBJECT_CONSTRUCT(*)) WITHIN GROUP (ORDER BY order_id)
            FROM TABLE(INFER_SCHEMA(LOCATION => '@st/p/', FILE_FORMAT => 'f'))) COMMENT = 'as the files are';
         COPY INTO made FROM @st/p/ MATCH_BY_COLUMN_NAME = CASE_SENSITIVE",
    );
    assert_eq!(
        lake.lines(
            "SELECT \"id\", \"price\", \"extra\", TO_JSON(\"pair\") FROM made ORDER BY \"extra\" NULLS LAST"
        ),
        ["1|NULL|x|NULL", "1|2.50|NULL|{\"a\":1}"]
    );
    assert_eq!(
        lake.lines("SELECT GET_DDL('TABLE', 'made')")[0]
            .lines()
            .nth(1)
            .unwrap()
            .trim(),
        "\"id\" NUMBER(38,0),"
    );
    for (refused, word) in [
        (
            "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@st/p/', FILE_FORMAT => 'none'))",
            "File format",
        ),
        (
            "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@st/p/', FILE_FORMAT => 'f', FILES => ('a.parquet', 'none')))",
            "Remote file",
        ),
        (
            "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@st/p/', FILE_FORMAT => 'f', KIND => 'ICEBERG'))",
            "KIND",
        ),
        (
            "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@st/c/', FILE_FORMAT => 'f'))",
            "cannot be told",
        ),
        ("CREATE TABLE x USING TEMPLATE (SELECT 1)", "USING TEMPLATE"),
    ] {
        let error = lake.error(refused);
        assert!(error.message.contains(word), "{refused}: {error:?}");
    }
}
