//! Stages and their files: PUT, LIST, queries over staged files, GET, REMOVE.

use crate::sandbox::{Sandbox, session};
use std::fs;
use std::io::Read;

fn run(sandbox: &Sandbox, sql: &str) -> crate::sandbox::Transcript {
    sandbox.write("script.sql", sql);
    sandbox.run(&[
        "sql",
        "--warehouse",
        "w.duckdb",
        "--output",
        "csv",
        "-f",
        "script.sql",
    ])
}

#[test]
fn files_go_in_are_read_and_come_out() {
    let sandbox = Sandbox::new();
    sandbox.write("in/one.csv", "id,name\n1,Ada\n2,\"Grace, H\"\n3,\n");
    sandbox.write("in/two.csv", "id,name\n4,Edsger\n");
    sandbox.write(
        "in/docs.json",
        "{\"id\":1,\"tags\":[\"a\",\"b\"]}\n{\"id\":2}\n",
    );
    sandbox.write("in/bad.json", "{\"id\":1\n");
    fs::create_dir(sandbox.path("out")).unwrap();
    let folder = sandbox.path("");
    let folder = folder.display();
    let made = run(
        &sandbox,
        &format!(
            "CREATE DATABASE d; CREATE SCHEMA d.s; CREATE STAGE st;
             CREATE FILE FORMAT people TYPE = CSV SKIP_HEADER = 1 FIELD_OPTIONALLY_ENCLOSED_BY = '\"';
             CREATE FILE FORMAT docs TYPE = JSON;
             PUT file://{folder}in/*.csv @st/people;
             PUT file://{folder}in/one.csv @st/people;
             PUT file://{folder}in/docs.json @~ AUTO_COMPRESS = FALSE;"
        ),
    );
    let read = run(
        &sandbox,
        "USE SCHEMA d.s;
         SELECT $1::INT AS id, $2 AS name, METADATA$FILENAME, METADATA$FILE_ROW_NUMBER
         FROM @st/people (FILE_FORMAT => people) ORDER BY id;
         SELECT COUNT(*) FROM @st (FILE_FORMAT => 'd.s.people', PATTERN => '.*two.*');
         SELECT d.$1:id, t.value FROM @~/docs (FILE_FORMAT => docs) d, LATERAL FLATTEN(INPUT => d.$1:tags) t;
         WITH p AS (SELECT $1 AS id FROM @st (FILE_FORMAT => people)) SELECT COUNT(*) FROM p a JOIN p b ON a.id = b.id;
         CREATE TABLE people AS SELECT $1::INT AS id FROM @st/people/one (FILE_FORMAT => people);
         SELECT SUM(id) FROM people;",
    );
    let refused = [
        format!(
            "USE SCHEMA d.s; PUT file://{folder}in/bad.json @st/bad; SELECT $1 FROM @st/bad (FILE_FORMAT => docs)"
        ),
        "USE SCHEMA d.s; SELECT $1 FROM @nowhere".to_owned(),
        "USE SCHEMA d.s; SELECT $1 FROM @st (FILE_FORMAT => nothing)".to_owned(),
        format!("USE SCHEMA d.s; PUT file://{folder}in/*.parquet @st"),
        format!("USE SCHEMA d.s; GET @st file://{folder}nowhere"),
    ];
    let refused = refused.iter().map(|sql| run(&sandbox, sql));
    let mut all: Vec<_> = [made, read].into_iter().chain(refused).collect();
    all.push(run(
        &sandbox,
        &format!("USE SCHEMA d.s; GET @st/people file://{folder}out PATTERN = '.*one.*'; REMOVE @st/people PATTERN = '.*two.*'; REMOVE @~"),
    ));
    insta::assert_snapshot!(session(&all));
    assert!(sandbox.path("out/one.csv.gz").is_file());
}

/// The text of a file in a stage that GET brought, without its compression.
fn unpacked(sandbox: &Sandbox, file: &str) -> String {
    let bytes = fs::read(sandbox.path(file)).unwrap();
    let mut text = String::new();
    match flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text) {
        Ok(_) => text,
        Err(_) => String::from_utf8(bytes).unwrap(),
    }
}

#[test]
fn tables_are_unloaded_and_load_back() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("out")).unwrap();
    let folder = sandbox.path("");
    let folder = folder.display();
    let unloaded = run(
        &sandbox,
        &format!(
            "CREATE DATABASE d; CREATE SCHEMA d.s; CREATE STAGE st; CREATE FILE FORMAT any_csv TYPE = CSV;
             CREATE TABLE t (i INT, v VARCHAR, d DATE, f FLOAT, o VARIANT) AS
               SELECT 1, 'a,\"b\"', '2024-02-29'::DATE, 1.5::FLOAT, PARSE_JSON('{{\"k\":[1,\"x\"]}}')
               UNION ALL SELECT 2, '', NULL, NULL, NULL
               UNION ALL SELECT NULL, 'two\nlines', '2024-03-01'::DATE, -0.25::FLOAT, PARSE_JSON('\"text\"');
             COPY INTO @st/plain FROM t HEADER = TRUE;
             COPY INTO @st/quoted/ FROM (SELECT * FROM t ORDER BY i)
               FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"' DATE_FORMAT = 'DD/MM/YYYY' COMPRESSION = NONE FILE_EXTENSION = 'txt');
             COPY INTO @st/docs FROM (SELECT OBJECT_CONSTRUCT('i', i, 'v', v) FROM t) FILE_FORMAT = (TYPE = JSON) DETAILED_OUTPUT = TRUE;
             COPY INTO @st/columns FROM (SELECT i, v, d, f, o FROM t) FILE_FORMAT = (TYPE = PARQUET) HEADER = TRUE;
             COPY INTO @st/one.csv FROM t SINGLE = TRUE FILE_FORMAT = (COMPRESSION = NONE);
             COPY INTO @st/days/ FROM t PARTITION BY ('day=' || TO_VARCHAR(d)) FILE_FORMAT = (TYPE = CSV COMPRESSION = NONE);
             COPY INTO @st/none FROM (SELECT * FROM t WHERE i > 9);
             COPY INTO @st/shown FROM (SELECT i FROM t ORDER BY i) VALIDATION_MODE = RETURN_ROWS;
             CREATE TABLE back (i INT, v VARCHAR, d DATE, f FLOAT, o VARIANT);
             COPY INTO back FROM @st/quoted/ FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"' DATE_FORMAT = 'DD/MM/YYYY');
             SELECT COUNT(*) FROM (SELECT i, v, d, f FROM t EXCEPT SELECT i, v, d, f FROM back);
             GET @st file://{folder}out PATTERN = '.*(plain|quoted|docs|one).*';"
        ),
    );
    let files = [
        "plain_0_0_0.csv.gz",
        "data_0_0_0.txt",
        "docs_0_0_0.json.gz",
        "one.csv",
    ]
    .map(|file| format!("== {file}\n{}", unpacked(&sandbox, &format!("out/{file}"))))
    .join("");
    let refused = [
        "USE SCHEMA d.s; COPY INTO @st/plain FROM t",
        "USE SCHEMA d.s; COPY INTO @st/j FROM t FILE_FORMAT = (TYPE = JSON)",
        "USE SCHEMA d.s; COPY INTO @st/p FROM (SELECT CURRENT_TIMESTAMP() AS at) FILE_FORMAT = (TYPE = PARQUET)",
        "USE SCHEMA d.s; COPY INTO @st/one FROM (SELECT RANDSTR(100, RANDOM(7)) FROM TABLE(GENERATOR(ROWCOUNT => 5000)))
           SINGLE = TRUE MAX_FILE_SIZE = 1000",
        "USE SCHEMA d.s; COPY INTO @st/up FROM t PARTITION BY ('../../../up')",
    ]
    .map(|sql| run(&sandbox, sql));
    let again = run(
        &sandbox,
        "USE SCHEMA d.s; COPY INTO @st/plain FROM t OVERWRITE = TRUE HEADER = TRUE;
         COPY INTO @st/many FROM (SELECT RANDSTR(100, RANDOM(7)) AS r FROM TABLE(GENERATOR(ROWCOUNT => 5000))) MAX_FILE_SIZE = 100000;
         SELECT COUNT(*), COUNT(DISTINCT METADATA$FILENAME) > 1 FROM @st/many;
         SELECT REGEXP_REPLACE(METADATA$FILENAME, '[0-9a-f]{8}-[0-9a-f-]+', 'ID') AS file, COUNT(*)
         FROM @st/days (FILE_FORMAT => 'any_csv') GROUP BY file ORDER BY file;",
    );
    let mut transcripts = vec![unloaded];
    transcripts.extend(refused);
    transcripts.push(again);
    let query_id = regex::Regex::new("data_[0-9a-f]{8}-[0-9a-f-]+").unwrap();
    let shown = session(&transcripts);
    insta::assert_snapshot!(query_id.replace_all(&shown, "data_ID").into_owned() + &files);
}
