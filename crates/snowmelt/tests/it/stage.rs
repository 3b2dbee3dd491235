//! Stages and their files: PUT, LIST, queries over staged files, GET, REMOVE.

use crate::sandbox::{Sandbox, session};
use std::fs;

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
