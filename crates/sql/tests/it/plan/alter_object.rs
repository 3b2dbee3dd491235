//! ALTER of what is not a table, pipe or warehouse.

use crate::session::Session;
use snowmelt_sql::object::{FileFormat, Object, PropertyValue, StageLocation};
use snowmelt_sql::plan::Plan;

fn session() -> Session {
    let mut session = Session::new();
    session
        .run(
            "create table t (a int); create view v as select a from t; create stage s url = 's3://b/x/' comment = 'old';
             create stage inner_stage; create file format f type = csv skip_header = 1; create sequence q;
             create storage integration i type = external_stage storage_provider = s3 enabled = true storage_allowed_locations = ('s3://b/')",
        )
        .unwrap();
    session
}

fn altered(script: &str) -> Object {
    match session().last(script) {
        Plan::AlterObject { object, .. } => object,
        other => panic!("{script}: {other:?}"),
    }
}

#[test]
fn definitions_change() {
    let Object::View(view) = altered("alter view v set secure") else {
        panic!()
    };
    assert!(view.secure);
    let Object::View(view) = altered("alter view v rename to w") else {
        panic!()
    };
    assert_eq!(view.name.to_string(), "DB.RAW.W");
    let Object::Stage(stage) = altered(
        "alter stage s set url = 's3://b/y/' storage_integration = i file_format = (type = json) comment = 'new'",
    ) else {
        panic!()
    };
    assert_eq!(
        stage.location,
        StageLocation::External {
            url: "s3://b/y/".to_owned()
        }
    );
    assert_eq!(
        (stage.integration.as_deref(), stage.comment.as_deref()),
        (Some("I"), Some("new"))
    );
    let Object::Stage(stage) = altered("alter stage s set directory = (enable = true)") else {
        panic!()
    };
    assert!(stage.directory);
    assert_eq!(stage.comment.as_deref(), Some("old"));
    let Object::FileFormat(format) =
        altered("alter file format f set field_delimiter = '|' comment = 'c'")
    else {
        panic!()
    };
    assert!(
        matches!(format.format, FileFormat::Csv(csv) if csv.skip_header == 1 && csv.field_delimiter.as_deref() == Some("|"))
    );
    let Object::Sequence(sequence) = altered("alter sequence q set increment by 5 comment = 'c'")
    else {
        panic!()
    };
    assert_eq!(sequence.increment, 5);
    let Object::Integration(integration) = altered(
        "alter storage integration i set enabled = false storage_allowed_locations = ('s3://c/')",
    ) else {
        panic!()
    };
    assert!(!integration.enabled);
    assert_eq!(integration.allowed_locations, ["s3://c/"]);
}

#[test]
fn databases_and_schemas_merge_properties() {
    let Plan::AlterProperties { set, .. } =
        session().last("alter schema raw set data_retention_time_in_days = 3 comment = 'c'")
    else {
        panic!()
    };
    assert_eq!(
        set,
        [
            (
                "DATA_RETENTION_TIME_IN_DAYS".to_owned(),
                PropertyValue::Integer(3)
            ),
            ("COMMENT".to_owned(), PropertyValue::Text("c".to_owned())),
        ]
    );
    let Plan::AlterProperties { unset, .. } =
        session().last("alter database db unset comment, log_level")
    else {
        panic!()
    };
    assert_eq!(unset, ["COMMENT", "LOG_LEVEL"]);
    assert!(matches!(
        session().last("alter schema raw enable managed access"),
        Plan::AlterProperties { .. }
    ));
}

#[test]
fn what_does_not_fit_is_refused() {
    for (script, message) in [
        (
            "alter view nope set secure",
            "View 'DB.RAW.NOPE' does not exist or not authorized.",
        ),
        (
            "alter view v rename to t",
            "Object 'DB.RAW.T' already exists.",
        ),
        (
            "alter view v rename to public.w",
            "unsupported feature `ALTER VIEW … RENAME TO another schema`",
        ),
        (
            "alter stage inner_stage set storage_integration = i",
            "STORAGE_INTEGRATION and CREDENTIALS need a URL",
        ),
        (
            "alter stage s set storage_integration = i url = 's3://z/'",
            "Location 's3://z/' is not allowed by integration 'I'. Please use DESC INTEGRATION to check out allowed and blocked locations.",
        ),
        (
            "alter stage s refresh",
            "unsupported feature `ALTER STAGE … REFRESH`",
        ),
        (
            "alter file format f set type = json",
            "the TYPE of a file format cannot be changed from CSV",
        ),
        (
            "alter file format f set skip_headr = 2",
            "invalid property 'SKIP_HEADR' for 'CSV file format'",
        ),
        (
            "alter sequence q set increment = 0",
            "invalid value [0] for parameter 'INCREMENT'",
        ),
        (
            "alter database db rename to x",
            "unsupported feature `ALTER DATABASE … RENAME TO`",
        ),
        (
            "alter schema raw set nonsense = 1",
            "invalid property 'NONSENSE' for 'SCHEMA'",
        ),
        (
            "alter schema raw set tag x = 'y'",
            "unsupported feature `TAG`",
        ),
        (
            "alter database db swap with y",
            "unsupported feature `ALTER DATABASE … SWAP`",
        ),
    ] {
        let error = session().error(script);
        assert_eq!(error.message, message, "{script}");
    }
    assert!(matches!(
        session().last("alter stage if exists nope set comment = 'x'"),
        Plan::Nothing
    ));
}
