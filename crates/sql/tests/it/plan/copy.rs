//! COPY INTO and pipes.

use crate::session::Session;
use snowmelt_sql::object::{CopyInto, MatchByColumnName, OnError, StagePath};
use snowmelt_sql::plan::{Plan, ValidationMode};

fn session() -> Session {
    let mut session = Session::new();
    session
        .run("create table t (a int, b string, c variant); create stage s; create file format f")
        .unwrap();
    session
}

fn copy(script: &str) -> CopyInto {
    match session().last(script) {
        Plan::CopyInto { copy, .. } => copy,
        other => panic!("{other:?}"),
    }
}

#[test]
fn sources_are_resolved() {
    let path = |script: &str| copy(script).source.path;
    assert!(
        matches!(path("copy into t from @s/x/y"), StagePath::Named { stage, path }
        if stage.to_string() == "DB.RAW.S" && path == "x/y")
    );
    assert!(
        matches!(path("copy into t from @%t/x"), StagePath::Table { table, path }
        if table.to_string() == "DB.RAW.T" && path == "x")
    );
    assert!(matches!(path("copy into t"), StagePath::Table { .. }));
    assert!(matches!(path("copy into t from @~/x"), StagePath::User { path } if path == "x"));
    assert!(
        matches!(path("copy into t from '@db.raw.s/a b/'"), StagePath::Named { path, .. } if path == "a b/")
    );
}

#[test]
fn options_are_read_in_every_form() {
    let on_error = |value: &str| {
        copy(&format!("copy into t from @s on_error = {value}"))
            .options
            .on_error
    };
    assert_eq!(on_error("continue"), Some(OnError::Continue));
    assert_eq!(on_error("'CONTINUE'"), Some(OnError::Continue));
    assert_eq!(on_error("skip_file"), Some(OnError::SkipFile));
    assert_eq!(on_error("SKIP_FILE_10"), Some(OnError::SkipFileCount(10)));
    assert_eq!(
        on_error("'skip_file_2.5%'"),
        Some(OnError::SkipFilePercent(2.5))
    );
    assert_eq!(on_error("abort_statement"), Some(OnError::AbortStatement));
    let options = copy(
        "copy into t from @s size_limit = 10, purge = true force = true truncatecolumns = true
         match_by_column_name = case_sensitive include_metadata = (a = metadata$file_row_number)",
    )
    .options;
    assert_eq!(options.size_limit, Some(10));
    assert!(options.purge && options.force && !options.enforce_length);
    assert_eq!(
        options.match_by_column_name,
        MatchByColumnName::CaseSensitive
    );
    assert_eq!(options.include_metadata.len(), 1);
    let mode = |mode: &str| match session()
        .last(&format!("copy into t from @s validation_mode = {mode}"))
    {
        Plan::CopyInto {
            validation_mode, ..
        } => validation_mode,
        other => panic!("{other:?}"),
    };
    assert_eq!(mode("return_10_rows"), Some(ValidationMode::ReturnRows(10)));
    assert_eq!(mode("'RETURN_ERRORS'"), Some(ValidationMode::ReturnErrors));
    assert_eq!(
        mode("return_all_errors"),
        Some(ValidationMode::ReturnAllErrors)
    );
}

#[test]
fn a_transformation_keeps_its_text() {
    let copy = copy(
        "copy into t (b, a) from (select x.$1:n::string , upper( x.$1 ) as y from @s/p x) file_format = (type = json)",
    );
    assert_eq!(copy.columns, ["B", "A"]);
    let texts: Vec<_> = copy
        .source
        .transform
        .iter()
        .map(|item| item.expression.as_str())
        .collect();
    assert_eq!(texts, ["x.$1:n::string", "upper( x.$1 )"]);
    assert_eq!(copy.source.alias.as_deref(), Some("X"));
}

#[test]
fn what_does_not_fit_is_refused() {
    for (script, message) in [
        ("copy into t (z) from @s", "invalid identifier 'Z'"),
        ("copy into t (a, a) from @s", "duplicate column name 'A'"),
        (
            "copy into t from (select $1 from @s)",
            "Insert value list does not match column list expecting 3 but got 1",
        ),
        (
            "copy into t (a) from (select $1, $2 from @s)",
            "Insert value list does not match column list expecting 1 but got 2",
        ),
        (
            "copy into t from @s on_error = skip_file_0",
            "invalid value [skip_file_0] for parameter 'ON_ERROR'",
        ),
        (
            "copy into t from @s on_error = 'skip_file_101%'",
            "invalid value ['skip_file_101%'] for parameter 'ON_ERROR'",
        ),
        ("copy into t from @s on_error = ?", "unexpected '?'."),
        (
            "copy into t from @s include_metadata = (a = metadata$filename)",
            "INCLUDE_METADATA can only be used with MATCH_BY_COLUMN_NAME.",
        ),
        (
            "copy into t from @s match_by_column_name = case_insensitive include_metadata = (z = metadata$filename)",
            "invalid identifier 'Z'",
        ),
        (
            "copy into t from (select $1, $2, $3 from @s) match_by_column_name = case_insensitive",
            "match_by_column_name is not supported with copy transform.",
        ),
        (
            "copy into t from (select $1, $2, $3 from @s) validation_mode = return_errors",
            "VALIDATION_MODE is not supported with copy transform.",
        ),
        (
            "copy into t from 's3://b/x'",
            "unsupported feature `a URL in place of a stage ('s3://b/x')`",
        ),
        (
            "copy into t from @s file_format = (format_name = g)",
            "File format 'DB.RAW.G' does not exist or not authorized.",
        ),
        (
            "copy into t from @s file_format = (format_name = f, skip_header = 1)",
            "FORMAT_NAME and SKIP_HEADER cannot both be given",
        ),
        (
            "copy into t from @s size_limit = 0",
            "invalid value [0] for parameter 'SIZE_LIMIT'",
        ),
        (
            "create pipe p as copy into t from @s on_error = abort_statement",
            "ON_ERROR = ABORT_STATEMENT is not supported in a pipe's COPY statement.",
        ),
        (
            "create pipe p as copy into t from @s purge = true",
            "PURGE is not supported in a pipe's COPY statement.",
        ),
        (
            "create pipe p as copy into t from @~",
            "A user stage is not supported in a pipe's COPY statement.",
        ),
        (
            "create pipe p as copy into t from @s files = ('x')",
            "FILES is not supported in a pipe's COPY statement.",
        ),
    ] {
        let error = session().error(script);
        assert_eq!(error.message, message, "{script}");
        assert!(!error.span.is_nowhere(), "{script}");
    }
}
