//! PUT, GET, REMOVE and COPY INTO a location.

use crate::session::Session;
use snowmelt_sql::object::{Compression, StagePath};
use snowmelt_sql::plan::{Plan, UnloadPlan};

fn session() -> Session {
    let mut session = Session::new();
    session
        .run("create table t (a int, b string); create stage s; create stage x url = 's3://b/'; create file format pq type = parquet")
        .unwrap();
    session
}

#[test]
fn local_files_are_bare_or_quoted() {
    for source in [
        "file:///tmp/d*.csv",
        "'file:///tmp/d*.csv'",
        "FILE:///tmp/d*.csv",
    ] {
        let script = format!(
            "put {source} @s/x parallel = 8 auto_compress = false source_compression = gzip overwrite = true"
        );
        let Plan::Put(put) = session().last(&script) else {
            panic!("{source}")
        };
        assert_eq!(put.source, "/tmp/d*.csv");
        assert!(matches!(&put.path, StagePath::Named { path, .. } if path == "x"));
        assert_eq!(
            (put.parallel, put.auto_compress, put.overwrite),
            (8, false, true)
        );
        assert_eq!(put.source_compression, Compression::Gzip);
    }
    let Plan::Put(put) = session().last("put file://C:\\temp\\a.csv @%t") else {
        panic!()
    };
    assert_eq!(put.source, "C:\\temp\\a.csv");
    assert_eq!(
        (put.parallel, put.auto_compress, put.overwrite),
        (4, true, false)
    );
    let Plan::Get(get) = session().last("get @~/x/ file:///tmp/ pattern = '.*[.]csv'") else {
        panic!()
    };
    assert_eq!(
        (get.target.as_str(), get.pattern.as_deref()),
        ("/tmp/", Some(".*[.]csv"))
    );
    for script in ["remove @s/x pattern = 'y'", "rm @s/x pattern = 'y'"] {
        assert!(matches!(
            session().last(script),
            Plan::Remove {
                pattern: Some(_),
                ..
            }
        ));
    }
}

fn unload(script: &str) -> UnloadPlan {
    match session().last(script) {
        Plan::Unload(unload) => *unload,
        other => panic!("{script}: {other:?}"),
    }
}

#[test]
fn tables_and_queries_are_unloaded() {
    let plain = unload("copy into @s/out/x from t");
    assert_eq!(plain.query.columns.len(), 2);
    assert_eq!(plain.max_file_size, 16_777_216);
    assert!(!plain.header && !plain.single && !plain.include_query_id);
    let full = unload(
        "copy into '@s/out dir/x' from (select a, upper(b) as b from t where a > 1) file_format = (format_name = pq)
         header = true overwrite = true single = true max_file_size = 5000 detailed_output = true",
    );
    assert!(full.header && full.overwrite && full.single && full.detailed_output);
    assert_eq!(full.max_file_size, 5000);
    assert_eq!(full.query.columns[1].name, "B");
    let parts = unload("copy into @s from (select a, b from t) partition by ('b=' || b) header");
    assert!(parts.partitioned && parts.include_query_id && parts.header);
    assert_eq!(parts.query.columns.len(), 3);
    let shown =
        session().last("copy into @s from t partition by (b) validation_mode = return_rows");
    assert!(matches!(shown, Plan::Query(query) if query.columns.len() == 2));
}

#[test]
fn what_does_not_fit_is_refused_where_it_stands() {
    for (script, message, at) in [
        (
            "put file:///a @x",
            "unsupported feature `PUT on an external stage`",
            "@x",
        ),
        (
            "get @x file:///a",
            "unsupported feature `GET on an external stage`",
            "@x",
        ),
        (
            "put file:///a @s parallel = 100",
            "invalid value [100] for parameter 'PARALLEL'",
            "100",
        ),
        ("put /tmp/a @s", "unexpected '/'.", "/"),
        (
            "put file:///a @nope",
            "Stage 'DB.RAW.NOPE' does not exist or not authorized.",
            "@nope",
        ),
        (
            "copy into @s from nope",
            "Object 'NOPE' does not exist or not authorized.",
            "nope",
        ),
        (
            "copy into @s from (select z from t)",
            "invalid identifier 'Z'",
            "z",
        ),
        (
            "copy into @s from (select a, z from t) partition by (a)",
            "invalid identifier 'Z'",
            "z",
        ),
        (
            "copy into @s from t partition by (a || zz)",
            "invalid identifier 'ZZ'",
            "zz",
        ),
        (
            "copy into @s from t single = true include_query_id = true",
            "INCLUDE_QUERY_ID = TRUE is not supported with SINGLE = TRUE.",
            "@s",
        ),
        (
            "copy into @s from t partition by (b) overwrite = true",
            "OVERWRITE = TRUE is not supported with PARTITION BY.",
            "@s",
        ),
        (
            "copy into @s from t file_format = (type = avro)",
            "unsupported feature `unloading to AVRO`",
            "@s",
        ),
        (
            "copy into @s from t max_file_size = 0",
            "invalid value [0] for parameter 'MAX_FILE_SIZE'",
            "0",
        ),
        (
            "copy into @s from t purge = true",
            "invalid property 'PURGE' for 'COPY INTO <location>'",
            "purge",
        ),
        (
            "copy into t from (select $1, nope($2) from @s)",
            "Unknown function NOPE",
            "nope",
        ),
    ] {
        let error = session().error(script);
        assert_eq!(
            (error.message.as_str(), error.span.of(script)),
            (message, at),
            "{script}"
        );
    }
}
