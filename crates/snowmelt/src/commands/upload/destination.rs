//! Where a local file belongs in the bucket. In: the project's SQL. Out: the prefixes that its pipes and COPY statements
//! read, and for each file the one whose name it carries.

use snowmelt_pipeline::SourceFile;
use snowmelt_sql::Statement;
use snowmelt_sql::parse::parse_script_and_go_on;
use snowmelt_sql::statement::StagePathRef;
use std::collections::HashMap;

/// A prefix in a bucket from which the project loads files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    /// The bucket's name.
    pub(super) bucket: String,
    /// Prefix of the keys: empty or with a slash at its end.
    pub(super) prefix: String,
    /// What names of its files begin with: the last part of the prefix, else the table's name. Lower case.
    pub(super) word: String,
}

impl Destination {
    /// From `s3://bucket/prefix/`; a prefix without a slash at its end gets one.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (bucket, prefix) = url
            .strip_prefix("s3://")?
            .split_once('/')
            .unwrap_or((&url[5..], ""));
        if bucket.is_empty() {
            return None;
        }
        let mut prefix = prefix.trim_start_matches('/').to_owned();
        if !prefix.is_empty() && !prefix.ends_with('/') {
            prefix.push('/');
        }
        let word = prefix
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        Some(Self {
            bucket: bucket.to_owned(),
            prefix,
            word,
        })
    }
}

/// Everything that the project loads from external stages, each prefix once. Statements that do not parse are passed
/// over: it is `run` and `lint` that complain about them.
pub(super) fn of_files(files: &[SourceFile]) -> Vec<Destination> {
    let mut stages: HashMap<String, String> = HashMap::new();
    let mut found: Vec<Destination> = Vec::new();
    for file in files {
        for parsed in parse_script_and_go_on(&file.text).into_iter().flatten() {
            let copy = match parsed.statement {
                Statement::CreateStage(stage) => {
                    if let Some((url, _)) = stage.settings.url {
                        stages.insert(stage.name.last().value.clone(), url);
                    }
                    continue;
                }
                Statement::CreatePipe(pipe) => pipe.copy,
                Statement::CopyInto(copy) => *copy,
                _ => continue,
            };
            let destination =
                source_url(&copy.path, &stages).and_then(|url| Destination::parse(&url));
            let Some(mut destination) = destination else {
                continue;
            };
            // All of a stage: its own prefix says nothing about the table.
            if matches!(&copy.path, StagePathRef::Named { path, .. } if path.is_empty()) {
                destination.word = copy.table.last().value.to_lowercase();
            }
            if !found.contains(&destination) {
                found.push(destination);
            }
        }
    }
    found
}

/// The destination of a file, by its path below the folder that is uploaded: its name, or a folder it lies in, begins
/// with the destination's word. The longest word wins.
pub(super) fn of_file<'a>(
    destinations: &'a [Destination],
    relative: &str,
) -> Option<&'a Destination> {
    let carries = |word: &str| {
        relative
            .to_lowercase()
            .split('/')
            .any(|part| begins_with(part, word))
    };
    destinations
        .iter()
        .filter(|destination| carries(&destination.word))
        .max_by_key(|destination| destination.word.len())
}

/// Whether `name` is `word`, or goes on after it with something that is no letter: `sales_2026.json`, not `salesman.csv`.
fn begins_with(name: &str, word: &str) -> bool {
    let rest = name.strip_prefix(word).filter(|_| !word.is_empty());
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
}

fn source_url(path: &StagePathRef, stages: &HashMap<String, String>) -> Option<String> {
    match path {
        StagePathRef::Named { stage, path, .. } => {
            let url = stages.get(&stage.last().value)?;
            Some(format!("{}/{path}", url.trim_end_matches('/')))
        }
        StagePathRef::Url { url, .. } => Some(url.clone()),
        StagePathRef::Table { .. } | StagePathRef::User { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use snowmelt_pipeline::SourceFile;

    const SQL: &str = "
        create stage db.raw.lake url = 's3://shop/raw';
        create stage db.raw.archive url = 's3://old/';
        create pipe p1 as copy into db.raw.sales from @db.raw.lake/sales/;
        create pipe p2 as copy into db.raw.sales_items from @raw.lake/sales_items;
        create pipe p3 as copy into sales from @lake/sales/;
        this is no statement;
        copy into Orders from @archive;
        copy into db.raw.sales from @%sales;";

    fn found() -> Vec<Destination> {
        of_files(&[SourceFile::new("a.sql", SQL)])
    }

    #[test]
    fn each_prefix_that_the_project_loads_is_a_destination() {
        let shown: Vec<String> = found()
            .iter()
            .map(|to| format!("{} {} {}", to.bucket, to.prefix, to.word))
            .collect();
        assert_eq!(
            shown,
            [
                "shop raw/sales/ sales",
                "shop raw/sales_items/ sales_items",
                "old  orders"
            ]
        );
    }

    #[test]
    fn a_file_goes_where_its_name_says() {
        let found = found();
        let word = |path: &str| of_file(&found, path).map(|to| to.word.as_str());
        assert_eq!(word("sales_2026-11-24.json"), Some("sales"));
        assert_eq!(word("Sales.JSON"), Some("sales"));
        assert_eq!(word("sales_items_1.csv"), Some("sales_items"));
        assert_eq!(word("2026/orders/part-1.csv"), Some("orders"));
        assert_eq!(word("salesman.csv"), None);
        assert_eq!(word("notes.txt"), None);
    }

    #[test]
    fn a_url_names_bucket_and_prefix() {
        let parsed = |url: &str| Destination::parse(url).map(|to| (to.bucket, to.prefix));
        assert_eq!(
            parsed("s3://b/raw/x"),
            Some(("b".to_owned(), "raw/x/".to_owned()))
        );
        assert_eq!(parsed("s3://b"), Some(("b".to_owned(), String::new())));
        assert_eq!(parsed("s3:///raw"), None);
        assert_eq!(parsed("gs://b/raw"), None);
    }
}
