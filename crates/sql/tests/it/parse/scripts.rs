//! Whole scripts as people write them.

use super::one;
use crate::plan::template::TEMPLATE;
use snowmelt_sql::name::QualifiedName;
use snowmelt_sql::parse::{parse_script, parse_script_and_go_on};
use snowmelt_sql::statement::{
    ColumnDefault, CreateMode, FileFormatOptions, OptionValue, StagePathRef, Statement,
};

fn kinds(script: &str) -> Vec<String> {
    parse_script(script)
        .unwrap_or_else(|error| panic!("{}", error.snowflake_message(script)))
        .iter()
        .map(|parsed| {
            let debug = format!("{:?}", parsed.statement);
            debug
                .split(|character: char| !character.is_alphanumeric())
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[test]
fn the_template_parses() {
    let file = |wanted: &str| {
        TEMPLATE
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, script)| *script)
            .unwrap()
    };
    assert_eq!(
        kinds(file("bronze")),
        [
            "CreateWarehouse",
            "CreateDatabase",
            "CreateSchema",
            "CreateSchema",
            "CreateSchema",
            "CreateTable",
            "CreateTable",
            "CreateTable"
        ]
    );
    assert_eq!(
        kinds(file("snowpipe")),
        [
            "CreateIntegration",
            "CreateFileFormat",
            "CreateFileFormat",
            "CreateStage",
            "CreatePipe",
            "CreatePipe",
            "CreatePipe"
        ]
    );
    assert_eq!(
        kinds(file("silver")),
        ["Use", "CreateTable", "CreateTable", "CreateTable"]
    );
    let gold = kinds(file("gold"));
    assert_eq!(gold[0], "Use");
    assert!(
        gold.len() > 7 && gold[1..].iter().all(|kind| kind == "CreateTable"),
        "{gold:?}"
    );
}

/// Spans cut the statements out of the script, comments and semicolons left out.
#[test]
fn statements_are_split_between_tokens() {
    let script = "-- ; é\nselect ';' as \"a;b\" /* ; */ ;; // ;\n select $$ ; ' $$;\ncreate schema é2;select 1";
    let texts: Vec<_> = parse_script_and_go_on(script)
        .into_iter()
        .map(|result| match result {
            Ok(parsed) => parsed.span.of(script),
            Err(error) => error.span.of(script),
        })
        .collect();
    assert_eq!(
        texts,
        ["select ';' as \"a;b\"", "select $$ ; ' $$", "é", "select 1"]
    );
}

#[test]
fn comments_alone_are_no_statement() {
    assert!(kinds("").is_empty());
    assert!(kinds(" ; ;\n-- x\n/* y */;").is_empty());
}

/// What others write for Snowflake: every option in several styles.
#[test]
fn the_same_thing_in_many_styles() {
    let script = r#"
        CREATE OR REPLACE WAREHOUSE compute_wh WITH WAREHOUSE_SIZE = 'XSMALL' AUTO_SUSPEND = 300 AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE;
        create warehouse if not exists w2 warehouse_size=xsmall, auto_suspend=60 comment='small; cheap';
        USE WAREHOUSE compute_wh;
        CREATE OR REPLACE DATABASE shop; USE DATABASE shop;
        CREATE SCHEMA IF NOT EXISTS shop.raw WITH MANAGED ACCESS;
        USE SCHEMA shop.raw; USE shop; USE shop.raw; USE ROLE sysadmin;
        CREATE OR REPLACE TABLE shop.raw.customers (id INT, name STRING, score FLOAT, "mixed Case" VARCHAR(10) NOT NULL);
        CREATE TABLE t2 (
            id NUMBER(38, 0) AUTOINCREMENT START 10 INCREMENT 5 ORDER PRIMARY KEY, -- key
            amount DECIMAL(10,2) DEFAULT 0.00 COMMENT 'in €',
            at TIMESTAMP_NTZ DEFAULT CURRENT_TIMESTAMP(),
            data VARIANT,
            ref INT CONSTRAINT fk REFERENCES shop.raw.customers (id),
            CONSTRAINT uq UNIQUE (amount, at)
        ) CLUSTER BY (to_date(at), id) DATA_RETENTION_TIME_IN_DAYS = 1 COMMENT = 'x';
        CREATE OR REPLACE STAGE shop.raw.s URL='s3://bucket/raw/' STORAGE_INTEGRATION = s3_int FILE_FORMAT = (TYPE = 'CSV', SKIP_HEADER = 1);
        CREATE STAGE internal_stage;
        CREATE OR REPLACE FILE FORMAT shop.raw.f TYPE = 'CSV' FIELD_DELIMITER = ',' NULL_IF = ('NULL', 'null', '') EMPTY_FIELD_AS_NULL = TRUE;
        COPY INTO shop.raw.customers FROM @shop.raw.s/customers/ FILE_FORMAT = (TYPE = 'CSV' SKIP_HEADER = 1 FIELD_OPTIONALLY_ENCLOSED_BY = '"') ON_ERROR = 'CONTINUE';
        copy into customers(id, name) from (select t.$1:id::int, upper(t.$1:name::string) as n, metadata$filename from @s/x/ t)
            file_format = (format_name = shop.raw.f), pattern = '.*[.]json', on_error = skip_file_10, force = true;
        copy into customers from '@"s"/a b/' files = ('a.csv', 'b.csv') file_format = 'f' validation_mode = return_errors;
        CREATE OR REPLACE PIPE shop.raw.p AS COPY INTO shop.raw.customers FROM @shop.raw.s;
        CREATE PIPE p2 AUTO_INGEST = TRUE COMMENT = 'c' AS COPY INTO customers FROM @s FILE_FORMAT = (TYPE = JSON);
        ALTER PIPE p2 REFRESH; ALTER PIPE p2 REFRESH PREFIX = 'd1/' MODIFIED_AFTER = '2026-01-01T00:00:00Z';
        ALTER PIPE IF EXISTS p2 SET PIPE_EXECUTION_PAUSED = TRUE;
        CREATE OR REPLACE VIEW v (a COMMENT 'first', b) COMMENT = 'view' AS WITH x AS (SELECT 1 a, 2 b) SELECT * FROM x;
        CREATE SEQUENCE seq START = 1 INCREMENT = 1; CREATE SEQUENCE seq2 START WITH 5 INCREMENT BY -2 NOORDER COMMENT = 'c';
        LIST @s; LS @~/x PATTERN = '.*'; list '@"s"/a b/';
        SHOW PIPES; SHOW TERSE TABLES LIKE 'x%' IN SCHEMA shop.raw STARTS WITH 'A' LIMIT 10 FROM 'B'; SHOW SCHEMAS IN DATABASE; SHOW COLUMNS IN TABLE t2; SHOW FILE FORMATS; SHOW PARAMETERS LIKE 'TIME%' IN SESSION; SHOW STORAGE INTEGRATIONS;
        DESC TABLE t2; DESCRIBE FILE FORMAT f; DESC STORAGE INTEGRATION s3_int;
        SET x = 5; SET (a, b) = (1, 'two'); UNSET x; UNSET (a, b);
        ALTER SESSION SET TIMEZONE = 'UTC', WEEK_START = 1; ALTER SESSION UNSET TIMEZONE, WEEK_START;
        COMMENT ON TABLE t2 IS 'table'; COMMENT IF EXISTS ON COLUMN shop.raw.t2.id IS 'key';
        BEGIN; BEGIN TRANSACTION; START TRANSACTION NAME t; COMMIT; ROLLBACK WORK;
        TRUNCATE TABLE IF EXISTS t2; TRUNCATE t2;
        DROP TABLE IF EXISTS t2; DROP DATABASE shop CASCADE; DROP FILE FORMAT f; DROP INTEGRATION s3_int;
        ALTER TABLE t2 ADD COLUMN IF NOT EXISTS c INT, d STRING; ALTER TABLE t2 DROP COLUMN c, d; ALTER TABLE t2 RENAME COLUMN a TO b; ALTER TABLE t2 RENAME TO t3; ALTER TABLE t2 SWAP WITH t3;
        ALTER TABLE t2 ALTER COLUMN a SET DATA TYPE NUMBER(20), COLUMN b DROP NOT NULL; ALTER TABLE t2 MODIFY a TYPE TEXT; ALTER TABLE t2 SET DATA_RETENTION_TIME_IN_DAYS = 0; ALTER TABLE t2 CLUSTER BY (a);
        ALTER WAREHOUSE w2 SET WAREHOUSE_SIZE = LARGE; ALTER WAREHOUSE w2 RESUME IF SUSPENDED; ALTER WAREHOUSE SUSPEND;
        INSERT INTO t2 (id) VALUES (1), (2); INSERT OVERWRITE INTO t2 SELECT * FROM x; UPDATE t2 SET id = 1 FROM x WHERE x.id = t2.id; DELETE FROM t2 USING x WHERE x.id = t2.id;
        MERGE INTO t2 t USING x s ON t.id = s.id WHEN MATCHED AND s.deleted THEN DELETE WHEN MATCHED THEN UPDATE SET t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);
    "#;
    let statements = kinds(script);
    assert_eq!(
        statements.len(),
        script.matches(';').count() - 1,
        "{statements:?}"
    );
}

#[test]
fn a_stage_says_all_it_was_given() {
    let Statement::CreateStage(stage) = one(
        "create or replace stage db.s.st url='s3://b/p/' storage_integration = \"int\" directory = (enable = true)
         encryption = (type = 'AWS_SSE_KMS' kms_key_id = 'k') file_format = (type = csv skip_header = 1) comment = 'c'",
    ) else {
        panic!()
    };
    assert_eq!(stage.mode, CreateMode::OrReplace);
    assert_eq!(stage.name.to_string(), "DB.S.ST");
    let stage = stage.settings;
    assert_eq!(stage.url.unwrap().0, "s3://b/p/");
    assert_eq!(stage.integration.unwrap().value, "int");
    assert_eq!(stage.directory, Some(true));
    assert_eq!(stage.comment.as_deref(), Some("c"));
    assert!(
        matches!(stage.file_format, Some(FileFormatOptions::Inline(options, _)) if options.len() == 2)
    );
    let kept: Vec<_> = stage.options.iter().map(|(key, _)| &key.value).collect();
    assert_eq!(kept, ["DIRECTORY", "ENCRYPTION"]);
}

#[test]
fn credentials_are_never_printed() {
    let statement = one(
        "create stage st url='s3://b/' credentials = (aws_key_id = 'AKIA' aws_secret_key = 'topsecret')",
    );
    let debug = format!("{statement:?}");
    assert!(
        !debug.contains("topsecret") && !debug.contains("AKIA"),
        "{debug}"
    );
}

#[test]
fn a_pipe_holds_its_copy_statement() {
    let script = "create pipe db.s.p auto_ingest = true as copy into t (a, b) from (select $1:x::int, $1:\"Y z\" from @st/p/q t) on_error = 'skip_file_5%';";
    let Statement::CreatePipe(pipe) = one(script) else {
        panic!()
    };
    assert!(pipe.auto_ingest);
    assert!(pipe.copy_span.of(script).starts_with("copy into t (a, b)"));
    assert!(pipe.copy_span.of(script).ends_with("'skip_file_5%'"));
    let texts: Vec<_> = pipe
        .copy
        .transform
        .iter()
        .map(|column| column.span.of(script))
        .collect();
    assert_eq!(texts, ["$1:x::int", "$1:\"Y z\""]);
    assert_eq!(pipe.copy.alias.as_ref().unwrap().value, "T");
    assert!(
        matches!(&pipe.copy.path, StagePathRef::Named { stage, path, .. }
        if stage.last().value == "ST" && path == "p/q")
    );
    assert!(
        matches!(&pipe.copy.options[0].1, OptionValue::Text(text, _) if text == "skip_file_5%")
    );
}

#[test]
fn a_default_keeps_its_text() {
    let script = "create table t (a int default  f( 1 ,'x' ) + 2  not null, b int)";
    let Statement::CreateTable(table) = one(script) else {
        panic!()
    };
    let Some(ColumnDefault::Expression(_, span)) = &table.columns[0].default else {
        panic!()
    };
    assert_eq!(span.of(script), "f( 1 ,'x' ) + 2");
    assert!(table.columns[0].not_null);
}

#[test]
fn names_fold_and_identifier_is_read() {
    let Statement::Drop { name, .. } = one("drop table identifier('db.\"Sch\".t')") else {
        panic!()
    };
    assert_eq!(name.to_string(), "DB.\"Sch\".T");
    let Statement::Truncate { table, .. } = one("truncate table db..t") else {
        panic!()
    };
    assert_eq!(table.parts[1].value, "");
    assert_eq!(
        QualifiedName::new("DB", "PUBLIC", "T").to_string(),
        "DB.PUBLIC.T"
    );
}

#[test]
fn a_scripting_block_is_one_refused_statement() {
    let script = "begin
          let x := 1; if (x = 1) then insert into t values (1); end if;
          for r in c do update t set a = 1; end for;
          return case when x = 1 then 2 end;
        end; select 1; declare y int; begin y := 2; end; select 2";
    let results = parse_script_and_go_on(script);
    let shown: Vec<_> = results
        .iter()
        .map(|result| match result {
            Ok(parsed) => parsed.span.of(script).to_owned(),
            Err(error) => error.message.clone(),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "unsupported feature `Snowflake Scripting block`",
            "select 1",
            "unsupported feature `DECLARE`",
            "select 2"
        ]
    );
}
