//! What a bucket says of one object.

/// An object as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// The path within the bucket, without a leading slash.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// What changes when the content does: S3's etag without its quotes; of a local file its size and time.
    pub etag: String,
    /// When it was written, microseconds since 1970-01-01T00:00:00Z.
    pub last_modified_micros: i64,
}
