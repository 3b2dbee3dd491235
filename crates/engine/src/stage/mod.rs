//! Stages: where a stage's files are, and how they are called.
//!
//! In: a path in a stage, as a plan has it. Out: the bucket and the prefix that it stands for, and the names that listings,
//! results, messages and the load history have for its files. Internal stages are folders below the engine's `stages_dir`.

use crate::bucket::{Bucket, BucketLocation, ObjectInfo};
use crate::catalog::{Definition, Key, Namespace};
use crate::engine::Engine;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::session::Session;
use snowmelt_sql::object::{CsvFormat, FileFormat, FileFormatRef, Stage, StageLocation, StagePath};
use snowmelt_sql::{QualifiedName, Span, SqlError};

/// A path in a stage, resolved.
#[derive(Debug)]
pub(crate) struct StagedPlace {
    /// Where its files are.
    pub(crate) bucket: Bucket,
    /// The beginning of the paths of its files within the bucket.
    pub(crate) prefix: String,
    /// The part of `prefix` that is the stage itself.
    stage_prefix: String,
    kind: PlaceKind,
    /// The stage's own FILE_FORMAT.
    file_format: Option<FileFormatRef>,
}

#[derive(Debug)]
enum PlaceKind {
    /// `s3://bucket`.
    External { url: String },
    /// A named stage; its name in lower case.
    Internal { name: String, id: i64 },
    /// `@%table`.
    Table { id: i64 },
    /// `@~`.
    User,
}

/// A file in a stage.
#[derive(Debug, Clone)]
pub(crate) struct StagedFile {
    /// The file itself.
    pub(crate) object: ObjectInfo,
    /// What the load history knows it by: no other file has it.
    pub(crate) location: String,
    /// What LIST and the result of COPY call it.
    pub(crate) shown: String,
    /// Its path below the stage.
    pub(crate) relative: String,
}

impl StagedPlace {
    /// Resolves a path for a session.
    ///
    /// # Errors
    /// The stage is gone, or its bucket cannot be opened.
    pub(crate) fn resolve(session: &Session, path: &StagePath) -> Result<Self> {
        match path {
            StagePath::Named { stage, path } => {
                let catalog = session.catalog();
                let entry = catalog
                    .entry(&Key::full(Namespace::Stage, stage))
                    .ok_or_else(|| missing("Stage", stage))?;
                let Definition::Stage(definition) = &entry.definition else {
                    return Err(missing("Stage", stage));
                };
                Self::named(session, definition, entry.id, path)
            }
            StagePath::Table { table, path } => {
                let catalog = session.catalog();
                let entry = catalog
                    .entry(&Key::relation(table))
                    .ok_or_else(|| missing("Table", table))?;
                let bucket = internal_bucket(session, &format!("tables/{}", entry.id))?;
                Ok(Self::internal(
                    bucket,
                    path,
                    PlaceKind::Table { id: entry.id },
                    None,
                ))
            }
            StagePath::User { path } => {
                let bucket = internal_bucket(session, "user")?;
                Ok(Self::internal(bucket, path, PlaceKind::User, None))
            }
        }
    }

    fn named(session: &Session, stage: &Stage, id: i64, path: &str) -> Result<Self> {
        let url = match &stage.location {
            StageLocation::Internal => {
                let bucket = internal_bucket(session, &format!("stages/{id}"))?;
                let name = stage.name.name.to_lowercase();
                let kind = PlaceKind::Internal { name, id };
                return Ok(Self::internal(
                    bucket,
                    path,
                    kind,
                    stage.file_format.clone(),
                ));
            }
            StageLocation::External { url } => url,
        };
        let (scheme, rest) = url.split_once("://").unwrap_or(("s3", url));
        let (bucket_name, stage_path) = rest.split_once('/').unwrap_or((rest, ""));
        let options = session.engine.options();
        let location = options
            .buckets
            .get(bucket_name)
            .cloned()
            .unwrap_or(BucketLocation::S3 {
                endpoint: None,
                region: None,
                bucket: None,
            });
        let credentials = session.credentials.get(&stage.name);
        let bucket = match credentials {
            Some(_) => Bucket::open_with(bucket_name, &location, credentials)?,
            None => session
                .engine
                .shared
                .loading
                .bucket(bucket_name, &location)?,
        };
        // `@stage/path`: the slash is in the URL, or else between them.
        let separator = if stage_path.is_empty() || stage_path.ends_with('/') || path.is_empty() {
            ""
        } else {
            "/"
        };
        Ok(Self {
            bucket,
            prefix: format!("{stage_path}{separator}{path}"),
            stage_prefix: stage_path.to_owned(),
            kind: PlaceKind::External {
                url: format!("{scheme}://{bucket_name}"),
            },
            file_format: stage.file_format.clone(),
        })
    }

    fn internal(
        bucket: Bucket,
        path: &str,
        kind: PlaceKind,
        file_format: Option<FileFormatRef>,
    ) -> Self {
        Self {
            bucket,
            prefix: path.to_owned(),
            stage_prefix: String::new(),
            kind,
            file_format,
        }
    }

    /// The file format of a load from here: COPY's own, or the stage's, or CSV.
    pub(crate) fn file_format(
        &self,
        session: &Session,
        own: Option<&FileFormatRef>,
    ) -> Result<FileFormat> {
        use snowmelt_sql::catalog::Catalog;
        match own.or(self.file_format.as_ref()) {
            None => Ok(FileFormat::Csv(CsvFormat::default())),
            Some(FileFormatRef::Inline(format)) => Ok(format.clone()),
            Some(FileFormatRef::Named(name)) => session
                .catalog()
                .file_format(name)
                .map(|format| format.format.clone())
                .ok_or_else(|| missing("File format", name)),
        }
    }

    /// The files whose path starts with the prefix and `more`, in the order of their paths.
    ///
    /// # Errors
    /// The bucket's.
    pub(crate) fn list(&self, more: &str) -> Result<Vec<StagedFile>> {
        let prefix = format!("{}{more}", self.prefix);
        Ok(self
            .bucket
            .list(&prefix)?
            .into_iter()
            .map(|object| self.staged(object))
            .collect())
    }

    /// The file that FILES names; `None` if there is none.
    ///
    /// # Errors
    /// The bucket's.
    pub(crate) fn named_file(&self, name: &str) -> Result<Option<StagedFile>> {
        let path = self.named_path(name);
        Ok(self.bucket.head(&path)?.map(|object| self.staged(object)))
    }

    /// The path within the bucket of a file that FILES names: joined as it is, except where an internal stage's path
    /// lacks its slash.
    fn named_path(&self, name: &str) -> String {
        let is_external = matches!(self.kind, PlaceKind::External { .. });
        let needs_slash = !is_external && !self.prefix.is_empty() && !self.prefix.ends_with('/');
        let (separator, name) = if self.prefix.is_empty() || self.prefix.ends_with('/') {
            ("", name.trim_start_matches('/'))
        } else if needs_slash && !name.starts_with('/') {
            ("/", name)
        } else {
            ("", name)
        };
        format!("{}{separator}{name}", self.prefix)
    }

    /// A file at a path within the bucket, with the names it has here.
    pub(crate) fn staged(&self, object: ObjectInfo) -> StagedFile {
        let path = &object.path;
        StagedFile {
            location: self.location(path),
            shown: match &self.kind {
                PlaceKind::External { url } => format!("{url}/{path}"),
                PlaceKind::Internal { name, .. } => format!("{name}/{path}"),
                PlaceKind::Table { .. } | PlaceKind::User => path.clone(),
            },
            relative: path
                .strip_prefix(&self.stage_prefix)
                .unwrap_or(path)
                .trim_start_matches('/')
                .to_owned(),
            object,
        }
    }

    /// What the load history calls the file at a path within the bucket.
    fn location(&self, path: &str) -> String {
        match &self.kind {
            PlaceKind::External { url } => format!("{url}/{path}"),
            PlaceKind::Internal { id, .. } => format!("stages/{id}/{path}"),
            PlaceKind::Table { id } => format!("tables/{id}/{path}"),
            PlaceKind::User => format!("users/0/{path}"),
        }
    }

    /// The name of a file that FILES asks for and that is not there, as messages have it.
    pub(crate) fn missing_name(&self, name: &str) -> String {
        match &self.kind {
            PlaceKind::External { url } => format!("{url}/{}", self.named_path(name)),
            PlaceKind::Internal { name: stage, .. } => {
                format!("@{stage}/{}", self.named_path(name))
            }
            PlaceKind::Table { .. } | PlaceKind::User => self.location(&self.named_path(name)),
        }
    }

    /// COPY_HISTORY's STAGE_LOCATION.
    pub(crate) fn stage_location(&self) -> String {
        match &self.kind {
            PlaceKind::External { url } => format!("{url}/{}", self.stage_prefix),
            PlaceKind::Internal { .. } | PlaceKind::Table { .. } | PlaceKind::User => {
                self.location("")
            }
        }
    }

    /// What the PATTERN of a COPY must match: the whole path, which for internal stages starts with a part that is not
    /// known to the user.
    pub(crate) fn pattern_subject(&self, file: &StagedFile) -> String {
        match &self.kind {
            PlaceKind::External { .. } => file.object.path.clone(),
            PlaceKind::Internal { .. } | PlaceKind::Table { .. } | PlaceKind::User => {
                file.location.clone()
            }
        }
    }

    /// What the PATTERN of a pipe must match: the path after the stage's and the FROM clause's.
    pub(crate) fn pipe_pattern_subject<'f>(&self, file: &'f StagedFile) -> &'f str {
        let path = &file.object.path;
        path.strip_prefix(&self.prefix).unwrap_or(path)
    }
}

/// Removes the files of a temporary stage, whose session is over.
pub(crate) fn forget(engine: &Engine, id: i64) {
    let folder = engine.options().stages_dir.join(format!("stages/{id}"));
    // Perhaps nothing was ever put there; what stays is found by nobody.
    let _ = std::fs::remove_dir_all(folder);
}

/// The folder of an internal stage as a bucket. It is made when it is first used.
fn internal_bucket(session: &Session, name: &str) -> Result<Bucket> {
    let folder = session.engine.options().stages_dir.join(name);
    std::fs::create_dir_all(&folder).map_err(|error| {
        EngineError::storage(format!(
            "the stages' folder `{}` cannot be made",
            folder.display()
        ))
        .with_detail(error.to_string())
        .with_hint("give this user the right to, or name another folder for the stages")
    })?;
    session
        .engine
        .shared
        .loading
        .bucket(name, &BucketLocation::Folder(folder))
}

fn missing(kind: &str, name: &QualifiedName) -> EngineError {
    SqlError::does_not_exist(kind, name, Span::default()).into()
}

/// A PATTERN, which must match all of a text.
///
/// # Errors
/// It is no regular expression, or one that takes too much to match.
pub(crate) fn pattern(text: &str) -> Result<regex::Regex> {
    const MOST_BYTES: usize = 1 << 20;
    regex::RegexBuilder::new(&format!("^(?:{text})$"))
        .size_limit(MOST_BYTES)
        .dfa_size_limit(MOST_BYTES)
        .dot_matches_new_line(true)
        .build()
        .map_err(|error| {
            EngineError::new(
                EngineErrorKind::Compilation,
                "100048",
                "2201B",
                format!("Invalid regular expression: '{text}'"),
            )
            .with_detail(error.to_string())
        })
}
