//! A place in S3.

use std::collections::BTreeSet;

/// `s3://bucket/prefix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) bucket: String,
    pub(super) prefix: String,
}

impl Location {
    /// From a URL; nothing if it is not one of S3.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("s3://")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        (!bucket.is_empty()).then(|| Self {
            bucket: bucket.to_owned(),
            prefix: prefix.trim_start_matches('/').to_owned(),
        })
    }
}

/// The prefixes, less those that begin with another of them.
pub(super) fn without_nested(prefixes: BTreeSet<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    // In order, a prefix comes before everything that begins with it.
    for prefix in prefixes {
        if kept.last().is_none_or(|last| !prefix.starts_with(last)) {
            kept.push(prefix);
        }
    }
    kept
}
