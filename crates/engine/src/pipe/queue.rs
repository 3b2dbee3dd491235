//! The files that a refresh loads.
//!
//! In: a listing, what was loaded before, PATTERN, PREFIX and MODIFIED_AFTER. Out: the files in the order in which they are
//! loaded, in batches that commit together.

use crate::error::{EngineError, EngineErrorKind, Result};
use crate::load::{Loaded, Loader};
use crate::stage::{StagedFile, pattern};

/// Bytes of the files that commit together, unless it is one file alone.
pub(crate) const BATCH_BYTES: u64 = 256 << 20;
/// Files that commit together at most.
pub(crate) const BATCH_FILES: usize = 1_000;

/// What a refresh found.
pub(crate) struct QueuedFiles {
    /// Files to be loaded, oldest first.
    pub(crate) files: Vec<StagedFile>,
    /// Files that were loaded under the same name with other content: location and etag now. They are not loaded again.
    pub(crate) changed: Vec<(String, String)>,
}

/// Lists the pipe's files below `prefix` and sorts them.
///
/// # Errors
/// The bucket's; a PATTERN that is none.
pub(crate) fn queue(
    loader: &Loader,
    loaded: &Loaded,
    prefix: &str,
    modified_after_micros: Option<i64>,
) -> Result<QueuedFiles> {
    let pattern = loader.copy.pattern.as_deref().map(pattern).transpose()?;
    let mut files = loader.place.list(prefix)?;
    files.retain(|file| {
        let subject = loader.place.pipe_pattern_subject(file);
        pattern
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(subject))
    });
    let changed = files
        .iter()
        .filter(|file| loaded.is_changed(file))
        .map(|file| (file.location.clone(), file.object.etag.clone()))
        .collect();
    files.retain(|file| {
        modified_after_micros.is_none_or(|after| file.object.last_modified_micros > after)
            && !loaded.is_loaded(file)
    });
    files.sort_by(|left, right| {
        let key = |file: &StagedFile| file.object.last_modified_micros;
        key(left)
            .cmp(&key(right))
            .then_with(|| left.object.path.cmp(&right.object.path))
    });
    Ok(QueuedFiles { files, changed })
}

/// Files that commit together, one batch after the other.
pub(crate) fn batches(files: &[StagedFile]) -> impl Iterator<Item = &[StagedFile]> {
    let mut rest = files;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let count = rest
            .iter()
            .take(BATCH_FILES)
            .take_while(|file| {
                let fits = bytes == 0 || bytes + file.object.size <= BATCH_BYTES;
                bytes += file.object.size.max(1);
                fits
            })
            .count();
        let (batch, after) = rest.split_at(count);
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

/// MODIFIED_AFTER, an ISO 8601 timestamp, in microseconds of UTC; without an offset it is in UTC.
///
/// # Errors
/// It is none.
pub(crate) fn modified_after(text: &str) -> Result<i64> {
    let plain: String = text.trim().replacen(' ', "T", 1);
    let instant = plain.parse::<jiff::Timestamp>().or_else(|_| {
        let wall: jiff::civil::DateTime = plain.parse()?;
        jiff::tz::TimeZone::UTC.to_timestamp(wall)
    });
    instant
        .map(jiff::Timestamp::as_microsecond)
        .map_err(|error| {
            EngineError::new(
                EngineErrorKind::Compilation,
                "001014",
                "22023",
                format!("invalid value ['{text}'] for parameter 'MODIFIED_AFTER'"),
            )
            .with_detail(error.to_string())
            .with_hint("write an ISO 8601 timestamp such as '2024-05-06T07:08:09+00:00'")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bucket::ObjectInfo;

    fn file(size: u64) -> StagedFile {
        StagedFile {
            object: ObjectInfo {
                path: "x".to_owned(),
                size,
                etag: String::new(),
                last_modified_micros: 0,
            },
            location: String::new(),
            shown: String::new(),
            relative: String::new(),
        }
    }

    #[test]
    fn small_files_share_a_commit() {
        let sizes = |files: &[StagedFile]| batches(files).map(<[_]>::len).collect::<Vec<_>>();
        let small: Vec<StagedFile> = (0..2_500).map(|_| file(0)).collect();
        assert_eq!(sizes(&small), [1_000, 1_000, 500]);
        let large: Vec<StagedFile> = [300 << 20, 1, 200 << 20, 100 << 20, 5].map(file).to_vec();
        assert_eq!(sizes(&large), [1, 2, 2]);
        assert_eq!(sizes(&[]), [0; 0]);
    }

    #[test]
    fn a_timestamp_with_and_without_an_offset() {
        assert_eq!(modified_after("1970-01-01T00:00:01Z").unwrap(), 1_000_000);
        assert_eq!(
            modified_after("1970-01-01T01:00:01+01:00").unwrap(),
            1_000_000
        );
        assert_eq!(modified_after("1970-01-01 00:00:01").unwrap(), 1_000_000);
        assert_eq!(modified_after("yesterday").unwrap_err().code, "001014");
    }
}
