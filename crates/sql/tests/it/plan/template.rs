//! The project that `init` writes, and a pipeline in the style of others.

use crate::session::Session;
use snowmelt_sql::object::{CopySource, FileFormatRef, MetadataColumn, Object, OnError, StagePath};

/// The template's SQL files, in the order they run.
pub(crate) const TEMPLATE: [(&str, &str); 4] = [
    (
        "bronze",
        include_str!("../../../../shop/template/sql/bronze.sql"),
    ),
    (
        "snowpipe",
        include_str!("../../../../shop/template/sql/snowpipe.sql"),
    ),
    (
        "silver",
        include_str!("../../../../shop/template/sql/silver.sql"),
    ),
    (
        "gold",
        include_str!("../../../../shop/template/sql/gold.sql"),
    ),
];

#[test]
fn the_template_plans() {
    let mut session = Session::default();
    for (name, script) in TEMPLATE {
        if let Err(error) = session.run(script) {
            panic!("{name}: {}", error.snowflake_message(script));
        }
    }
    let pipes: Vec<_> = session
        .objects
        .values()
        .filter_map(|object| match object {
            Object::Pipe(pipe) => Some(pipe),
            _ => None,
        })
        .collect();
    assert_eq!(pipes.len(), 3);
    for pipe in pipes {
        assert!(pipe.auto_ingest);
        assert_eq!(pipe.copy.options.on_error, Some(OnError::Continue));
        assert_eq!(
            pipe.copy.options.include_metadata[2],
            ("LOADED_AT".to_owned(), MetadataColumn::StartScanTime)
        );
        assert!(
            matches!(&pipe.copy.source, CopySource { path: StagePath::Named { stage, path }, .. }
            if stage.to_string() == "ECOMMERCE_DB.RAW.S3_STAGE" && path.ends_with('/'))
        );
        assert!(matches!(
            &pipe.copy.file_format,
            Some(FileFormatRef::Named(_))
        ));
        assert!(pipe.definition.starts_with("COPY INTO ecommerce_db.raw."));
        assert!(pipe.definition.ends_with("ON_ERROR = CONTINUE"));
    }
}

#[test]
fn a_pipeline_written_for_snowflake_by_others_plans() {
    let script = r#"
        CREATE OR REPLACE WAREHOUSE etl_wh WITH WAREHOUSE_SIZE = 'XSMALL' AUTO_SUSPEND = 300 AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE;
        USE WAREHOUSE etl_wh;
        CREATE OR REPLACE DATABASE shop; -- the shop
        CREATE OR REPLACE SCHEMA shop.bronze; /* raw */ CREATE OR REPLACE SCHEMA shop.silver;
        USE SCHEMA shop.bronze;
        CREATE OR REPLACE TABLE shop.bronze.customers (id INT, name STRING, country STRING, score FLOAT);
        CREATE STORAGE INTEGRATION s3_int TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = S3 ENABLED = TRUE
            STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/x' STORAGE_ALLOWED_LOCATIONS = ('s3://bucket/raw/');
        CREATE OR REPLACE STAGE shop.bronze.stage URL='s3://bucket/raw/' STORAGE_INTEGRATION = s3_int;
        CREATE FILE FORMAT f TYPE = CSV FIELD_DELIMITER = ';';
        COPY INTO shop.bronze.customers FROM @shop.bronze.stage/customers/
            FILE_FORMAT = (TYPE = 'CSV' SKIP_HEADER = 1 FIELD_OPTIONALLY_ENCLOSED_BY = '"') ON_ERROR = 'CONTINUE';
        COPY INTO customers FROM @stage FILE_FORMAT = 'f';
        COPY INTO customers FROM @stage FILE_FORMAT = (FORMAT_NAME = shop.bronze.f);
        CREATE OR REPLACE PIPE p AS COPY INTO customers FROM @stage/customers/ FILE_FORMAT = (FORMAT_NAME = 'shop.bronze.f');
        ALTER PIPE p REFRESH;
        CREATE OR REPLACE TABLE shop.silver.customers AS SELECT DISTINCT id, INITCAP(TRIM(name)) AS name FROM shop.bronze.customers WHERE id IS NOT NULL;
    "#;
    let mut session = Session::default();
    if let Err(error) = session.run(script) {
        panic!("{}", error.snowflake_message(script));
    }
}
