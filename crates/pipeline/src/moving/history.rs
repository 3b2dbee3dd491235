//! The history of a bucket. In: a pipe that has loaded what is new. Out: COPY statements for the files that came before
//! it, which no load of the table's history has.
//!
//! A pipe and a COPY statement do not know of each other's loads, and REFRESH looks back seven days only: so the pipe goes
//! first, and what is left is copied file by file name.
//! <https://docs.snowflake.com/en/user-guide/data-load-snowpipe-intro>

use crate::declare::Declarations;
use crate::error::PipelineError;
use crate::session::Session;
use crate::target::TargetError;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::object::{Object, Pipe, StageLocation, StagePath};
use snowmelt_sql::parse::quote_string;
use std::collections::BTreeSet;

/// How many files Snowflake lets FILES name.
const MOST_FILES: usize = 1000;

/// The COPY statements that load what the table has never seen of the pipe's files.
pub(super) fn statements(
    pipe: &Pipe,
    declarations: &Declarations,
    session: &mut Session<'_>,
) -> Result<Vec<String>, PipelineError> {
    let missing = missing_files(pipe, declarations, session).map_err(PipelineError::from_target)?;
    let definition = pipe.definition.trim().trim_end_matches(';');
    Ok(missing
        .chunks(MOST_FILES)
        .map(|files| {
            let files: Vec<String> = files.iter().map(|file| quote_string(file)).collect();
            format!("{definition} FILES = ({})", files.join(", "))
        })
        .collect())
}

/// Paths below the pipe's own place.
fn missing_files(
    pipe: &Pipe,
    declarations: &Declarations,
    session: &mut Session<'_>,
) -> Result<Vec<String>, TargetError> {
    let (place, path) = place(&pipe.copy.source.path);
    let pattern = match &pipe.copy.pattern {
        Some(pattern) => format!(" PATTERN = {}", quote_string(pattern)),
        None => String::new(),
    };
    let listed = session.execute(&format!("LIST {}{pattern}", quote_string(&place)))?;
    let table = &pipe.copy.table;
    let loaded = session.execute(&format!(
        "SELECT DISTINCT FILE_NAME FROM TABLE({}.INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => {}, \
         START_TIME => DATEADD(DAY, -14, CURRENT_TIMESTAMP())))",
        quote_if_needed(&table.database),
        quote_string(&table.to_string()),
    ))?;
    let loaded: BTreeSet<&str> = (0..loaded.rows.len())
        .filter_map(|row| loaded.value(row, "FILE_NAME"))
        .collect();
    let base = base(&pipe.copy.source.path, declarations);
    Ok((0..listed.rows.len())
        .filter_map(|row| listed.value(row, "name"))
        .filter(|name| !is_loaded(name, &loaded))
        .map(|name| match &base {
            Some(base) => name.strip_prefix(base.as_str()).unwrap_or(name).to_owned(),
            None => below(name, path).to_owned(),
        })
        .collect())
}

/// Whether one of the loaded files, which are known by their path below the stage, is the listed one.
fn is_loaded(listed: &str, loaded: &BTreeSet<&str>) -> bool {
    let ends = listed.match_indices('/').map(|(at, _)| &listed[at + 1..]);
    std::iter::once(listed)
        .chain(ends)
        .any(|end| loaded.contains(end))
}

/// `@db.schema.stage/path`, and the path.
fn place(at: &StagePath) -> (String, &str) {
    let (stage, path) = match at {
        StagePath::Named { stage, path } => (stage.to_string(), path),
        StagePath::Table { table, path } => (
            format!(
                "{}.{}.%{}",
                quote_if_needed(&table.database),
                quote_if_needed(&table.schema),
                quote_if_needed(&table.name)
            ),
            path,
        ),
        StagePath::User { path } => ("~".to_owned(), path),
    };
    let separator = if path.is_empty() { "" } else { "/" };
    (format!("@{stage}{separator}{path}"), path)
}

/// What LIST puts before the paths below the pipe's place, if the project declares the stage.
fn base(at: &StagePath, declarations: &Declarations) -> Option<String> {
    let StagePath::Named { stage, path } = at else {
        return None;
    };
    let declared = declarations
        .objects
        .iter()
        .find_map(|declared| match &declared.object {
            Object::Stage(found) if found.name == *stage => Some(found),
            _ => None,
        })?;
    let start = match &declared.location {
        StageLocation::External { url } => url.clone(),
        StageLocation::Internal => declared.name.name.to_lowercase(),
    };
    let separator = if start.ends_with('/') || path.is_empty() {
        ""
    } else {
        "/"
    };
    Some(format!("{start}{separator}{path}"))
}

/// What follows the path in a listed name.
fn below<'a>(name: &'a str, path: &str) -> &'a str {
    match name.find(path) {
        Some(at) if !path.is_empty() => &name[at + path.len()..],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{below, is_loaded};
    use std::collections::BTreeSet;

    #[test]
    fn loaded_files_are_known_by_their_path_below_the_stage() {
        let loaded = BTreeSet::from(["sales/a.json", "b.json"]);
        assert!(is_loaded("s3://bucket/raw/sales/a.json", &loaded));
        assert!(is_loaded("b.json", &loaded));
        assert!(!is_loaded("s3://bucket/raw/sales/old/a.json", &loaded));
        assert!(!is_loaded("s3://bucket/raw/xb.json", &loaded));
        assert_eq!(below("s3://bucket/raw/sales/a.json", "sales/"), "a.json");
        assert_eq!(below("a.json", ""), "a.json");
    }
}
