//! Stages and file formats.

use crate::session::Session;
use snowmelt_sql::object::{
    Compression, FileFormat, FileFormatRef, Object, Stage, StageLocation, ValueFormat,
};
use snowmelt_sql::plan::Plan;

fn format(options: &str) -> FileFormat {
    match Session::new().object(&format!("create file format f {options}")) {
        Object::FileFormat(format) => format.format,
        other => panic!("{other:?}"),
    }
}

fn stage(script: &str) -> Stage {
    match Session::new().object(script) {
        Object::Stage(stage) => stage,
        other => panic!("{other:?}"),
    }
}

#[test]
fn formats_have_snowflakes_defaults() {
    let FileFormat::Csv(csv) = format("") else {
        panic!()
    };
    assert_eq!(csv, Default::default());
    let FileFormat::Csv(csv) = format(
        "type = 'csv' compression = gzip record_delimiter = '\\r\\n' field_delimiter = '\\t' skip_header = 2
         field_optionally_enclosed_by = '0x22' null_if = ('', 'NULL') date_format = 'DD.MM.YYYY' time_format = auto
         escape = none escape_unenclosed_field = none encoding = 'UTF-8' trim_space = 'true' error_on_column_count_mismatch = false",
    ) else {
        panic!()
    };
    assert_eq!(csv.compression, Compression::Gzip);
    assert_eq!(csv.record_delimiter.as_deref(), Some("\r\n"));
    assert_eq!(csv.field_delimiter.as_deref(), Some("\t"));
    assert_eq!(csv.skip_header, 2);
    assert_eq!(csv.field_optionally_enclosed_by, Some('"'));
    assert_eq!(csv.null_if, ["", "NULL"]);
    assert_eq!(
        csv.date_format,
        ValueFormat::Format("DD.MM.YYYY".to_owned())
    );
    assert_eq!(csv.escape_unenclosed_field, None);
    assert_eq!(csv.encoding, "UTF8");
    assert!(csv.trim_space && !csv.error_on_column_count_mismatch);
    assert!(
        matches!(format("type = json strip_outer_array = true"), FileFormat::Json(json) if json.strip_outer_array)
    );
    assert!(
        matches!(format("type = parquet snappy_compression = true"), FileFormat::Parquet(parquet) if parquet.compression == Compression::Snappy)
    );
    assert!(matches!(format("type = avro"), FileFormat::Avro(_)));
}

#[test]
fn wrong_format_options_are_named() {
    for (options, message, hint) in [
        (
            "type = csv skip_headers = 1",
            "invalid property 'SKIP_HEADERS' for 'CSV file format'",
            Some("did you mean `SKIP_HEADER`?"),
        ),
        (
            "type = json skip_header = 1",
            "invalid property 'SKIP_HEADER' for 'JSON file format'",
            Some("`SKIP_HEADER` is an option of TYPE = CSV"),
        ),
        (
            "type = csv skip_header = 'x'",
            "invalid value ['x'] for parameter 'SKIP_HEADER'",
            None,
        ),
        (
            "type = csvv",
            "invalid value [csvv] for parameter 'TYPE'",
            Some("did you mean `CSV`?"),
        ),
        (
            "type = xml",
            "unsupported feature `file format TYPE = XML`",
            None,
        ),
        (
            "type = csv compression = lzo",
            "invalid value [lzo] for parameter 'COMPRESSION'",
            None,
        ),
        (
            "type = csv field_optionally_enclosed_by = '|'",
            "invalid value ['|'] for parameter 'FIELD_OPTIONALLY_ENCLOSED_BY'",
            None,
        ),
        (
            "type = csv escape = 'ab'",
            "invalid value ['ab'] for parameter 'ESCAPE'",
            None,
        ),
        (
            "type = csv field_delimiter = 'a' record_delimiter = 'ab'",
            "FIELD_DELIMITER and RECORD_DELIMITER must not contain one another",
            None,
        ),
        (
            "type = csv parse_header = true skip_header = 1",
            "SKIP_HEADER is not supported with PARSE_HEADER = TRUE",
            Some("PARSE_HEADER reads the first line itself"),
        ),
        (
            "type = csv encoding = 'latin1'",
            "invalid value ['latin1'] for parameter 'ENCODING'",
            None,
        ),
    ] {
        let error = Session::new().error(&format!("create file format f {options}"));
        assert_eq!(
            (error.message.as_str(), error.hint.as_deref()),
            (message, hint),
            "{options}"
        );
        assert!(!error.span.is_nowhere(), "{options}");
    }
}

#[test]
fn stages_are_internal_or_on_s3() {
    let internal = stage("create stage s");
    assert_eq!(internal.location, StageLocation::Internal);
    let external = stage(
        "create stage s url = 's3://b/x/' directory = (enable = true auto_refresh = true) file_format = (skip_header = 1)",
    );
    assert_eq!(
        external.location,
        StageLocation::External {
            url: "s3://b/x/".to_owned()
        }
    );
    assert!(external.directory);
    assert!(
        matches!(external.file_format, Some(FileFormatRef::Inline(FileFormat::Csv(csv))) if csv.skip_header == 1)
    );
    for (url, message) in [
        ("gcs://b/", "unsupported feature `stage on gcs://`"),
        ("http://b/", "invalid URL prefix found in: 'http://b/'"),
        ("s3://", "invalid URL prefix found in: 's3://'"),
        ("b", "invalid URL prefix found in: 'b'"),
    ] {
        let error = Session::new().error(&format!("create stage s url = '{url}'"));
        assert_eq!(error.message, message);
    }
}

#[test]
fn an_integration_lets_its_locations_through() {
    let mut session = Session::new();
    session
        .run(
            "create storage integration i type = external_stage storage_provider = 'S3' enabled = true
             storage_aws_role_arn = 'r' storage_allowed_locations = ('s3://b/raw/', 's3://c') storage_blocked_locations = ('s3://b/raw/x')",
        )
        .unwrap();
    for (url, allowed) in [
        ("s3://b/raw/", true),
        ("s3://b/raw", true),
        ("s3://b/raw/y/", true),
        ("s3://c/y/", true),
        ("s3://b/raw/x/", false),
        ("s3://b/", false),
        ("s3://b/rawer/", false),
    ] {
        let script = format!("create or replace stage s url = '{url}' storage_integration = i");
        match session.run(&script) {
            Ok(_) => assert!(allowed, "{url}"),
            Err(error) => {
                assert!(!allowed, "{url}");
                assert_eq!(error.code, "003167");
            }
        }
    }
}

#[test]
fn credentials_stay_beside_the_object() {
    let mut session = Session::new();
    let plan = session.last(
        "create stage s url = 's3://b/' credentials = (aws_key_id = 'AKIA' aws_secret_key = 'topsecret')",
    );
    assert!(!format!("{plan:?}").contains("topsecret"));
    let Plan::Create {
        credentials: Some(credentials),
        object,
        ..
    } = plan
    else {
        panic!()
    };
    assert_eq!(credentials.secret_key, "topsecret");
    let ddl = object.ddl(snowmelt_sql::DdlNames::Full);
    assert!(!ddl.contains("topsecret") && !ddl.contains("AKIA"), "{ddl}");
}
