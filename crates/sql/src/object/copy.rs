//! COPY INTO table, resolved: what a COPY statement and a pipe both hold.

use super::FileFormatRef;
use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};

/// A resolved COPY INTO table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CopyInto {
    /// The table that is loaded.
    pub table: QualifiedName,
    /// The column list by stored spelling; empty means all, in the table's order.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Where records come from.
    pub source: CopySource,
    /// FILES: paths below the source's path.
    #[serde(default)]
    pub files: Vec<String>,
    /// PATTERN: a regular expression.
    #[serde(default)]
    pub pattern: Option<String>,
    /// FILE_FORMAT; else the stage's, else CSV.
    #[serde(default)]
    pub file_format: Option<FileFormatRef>,
    /// Copy options.
    #[serde(default)]
    pub options: CopyOptions,
}

/// Where a COPY's records come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CopySource {
    /// The files.
    pub path: StagePath,
    /// `FROM (SELECT …)`: one item a target column; empty when the files are loaded as they are.
    #[serde(default)]
    pub transform: Vec<TransformItem>,
    /// The alias given to the stage in the transformation, as stored.
    #[serde(default)]
    pub alias: Option<String>,
}

/// A place in a stage.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StagePath {
    /// `@db.schema.stage/path`.
    Named {
        /// The stage.
        stage: QualifiedName,
        /// What follows the stage's name, without the leading slash.
        path: String,
    },
    /// `@%table/path`.
    Table {
        /// The table.
        table: QualifiedName,
        /// What follows.
        path: String,
    },
    /// `@~/path`.
    User {
        /// What follows.
        path: String,
    },
}

/// One item of a transformation's SELECT list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TransformItem {
    /// The expression as written (Snowflake SQL).
    pub expression: String,
}

/// Copy options; the defaults are Snowflake's for a bulk COPY (a pipe's ON_ERROR default is applied when it is made).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CopyOptions {
    /// ON_ERROR; `None` when not given: ABORT_STATEMENT for COPY, SKIP_FILE for a pipe.
    pub on_error: Option<OnError>,
    /// SIZE_LIMIT in bytes.
    pub size_limit: Option<u64>,
    /// PURGE.
    pub purge: bool,
    /// RETURN_FAILED_ONLY.
    pub return_failed_only: bool,
    /// MATCH_BY_COLUMN_NAME.
    pub match_by_column_name: MatchByColumnName,
    /// INCLUDE_METADATA = (column = METADATA$FILENAME, …).
    pub include_metadata: Vec<(String, MetadataColumn)>,
    /// ENFORCE_LENGTH (TRUNCATECOLUMNS = FALSE); default true.
    pub enforce_length: bool,
    /// FORCE.
    pub force: bool,
    /// LOAD_UNCERTAIN_FILES.
    pub load_uncertain_files: bool,
}

impl Default for CopyOptions {
    fn default() -> Self {
        Self {
            on_error: None,
            size_limit: None,
            purge: false,
            return_failed_only: false,
            match_by_column_name: MatchByColumnName::None,
            include_metadata: Vec::new(),
            enforce_length: true,
            force: false,
            load_uncertain_files: false,
        }
    }
}

/// ON_ERROR.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// CONTINUE.
    Continue,
    /// SKIP_FILE.
    SkipFile,
    /// SKIP_FILE_n: skip when at least that many rows of the file are bad.
    SkipFileCount(u64),
    /// 'SKIP_FILE_n%': skip when more than that share of the file's rows is bad, in percent.
    SkipFilePercent(f64),
    /// ABORT_STATEMENT.
    AbortStatement,
}

/// MATCH_BY_COLUMN_NAME.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "Snowflake's own words")]
pub enum MatchByColumnName {
    CaseSensitive,
    CaseInsensitive,
    None,
}

/// The METADATA$ columns of a staged file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MetadataColumn {
    /// METADATA$FILENAME: the path within the bucket, VARCHAR.
    Filename,
    /// METADATA$FILE_ROW_NUMBER: 1-based, NUMBER.
    FileRowNumber,
    /// METADATA$FILE_CONTENT_KEY: the etag, VARCHAR.
    FileContentKey,
    /// METADATA$FILE_LAST_MODIFIED, TIMESTAMP_NTZ.
    FileLastModified,
    /// METADATA$START_SCAN_TIME, TIMESTAMP_LTZ.
    StartScanTime,
}
