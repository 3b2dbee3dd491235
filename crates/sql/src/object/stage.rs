//! CREATE STAGE.

use super::{FileFormatRef, Properties};
use crate::name::QualifiedName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A named stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Full name.
    pub name: QualifiedName,
    /// TEMPORARY: of one session, and gone with it.
    #[serde(default)]
    pub temporary: bool,
    /// Where its files are.
    pub location: StageLocation,
    /// STORAGE_INTEGRATION, stored spelling.
    #[serde(default)]
    pub integration: Option<String>,
    /// FILE_FORMAT; a COPY's own wins.
    #[serde(default)]
    pub file_format: Option<FileFormatRef>,
    /// DIRECTORY = (ENABLE = TRUE …).
    #[serde(default)]
    pub directory: bool,
    /// COMMENT.
    #[serde(default)]
    pub comment: Option<String>,
    /// ENCRYPTION, REFRESH options, …: kept and shown back.
    #[serde(default)]
    pub properties: Properties,
}

/// Where a stage's files are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageLocation {
    /// A folder beside the warehouse.
    Internal,
    /// `s3://bucket/prefix/`.
    External {
        /// The URL as written.
        url: String,
    },
}

/// CREDENTIALS = (AWS_KEY_ID = … AWS_SECRET_KEY = …). Lives in a session's memory only: it has no serde form, so that it
/// cannot reach the catalog, and its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// AWS_KEY_ID.
    pub key_id: String,
    /// AWS_SECRET_KEY.
    pub secret_key: String,
    /// AWS_TOKEN.
    pub token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(****)")
    }
}
