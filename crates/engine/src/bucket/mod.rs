//! Where a bucket's files really are.

mod error;

pub use error::BucketError;

use std::path::PathBuf;

/// Where one bucket of the project really is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketLocation {
    /// A local folder that stands for the bucket.
    Folder(PathBuf),
    /// S3 or a server that speaks its protocol.
    S3 {
        /// The server's URL; `None`: AWS itself.
        endpoint: Option<String>,
        /// The region; `None`: from the environment.
        region: Option<String>,
        /// The bucket's name there, if it differs.
        bucket: Option<String>,
    },
}
