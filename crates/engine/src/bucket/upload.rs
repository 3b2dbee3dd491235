//! Local files into a bucket.
//!
//! In: files and where they go. Out: the same files there, those that were there already left alone. Each is whole or not
//! there at all, so that an upload that was broken off goes on where it was when it is run again.

use super::{Bucket, BucketError, ObjectInfo};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// One file to upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The local file.
    pub source: PathBuf,
    /// The path within the bucket.
    pub path: String,
}

/// What is told while files are uploaded; from several threads.
#[derive(Debug, Clone, Copy)]
pub enum UploadEvent<'a> {
    /// A file was written.
    Uploaded(&'a Upload, u64),
    /// A file was there already, with the same content.
    Unchanged(&'a Upload, u64),
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UploadOutcome {
    /// Files that were written.
    pub uploaded: u64,
    /// Their bytes.
    pub uploaded_bytes: u64,
    /// Files that were there already.
    pub unchanged: u64,
    /// Files that were not sent, because `cancel` was set.
    pub left: u64,
}

/// Uploads files, `parallel` of them at a time. When `cancel` is set, the files under way are given up, and what is left of
/// them is taken away.
///
/// # Errors
/// The first file that could not be uploaded; files that are under way are finished, no more are begun.
pub fn upload(
    bucket: &Bucket,
    files: &[Upload],
    parallel: usize,
    cancel: &AtomicBool,
    on_event: &(dyn Fn(UploadEvent<'_>) + Sync),
) -> Result<UploadOutcome, BucketError> {
    let known = known_objects(bucket, files)?;
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let outcome = Mutex::new((UploadOutcome::default(), None));
    std::thread::scope(|scope| {
        for _ in 0..parallel.clamp(1, files.len().max(1)) {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) && !cancel.load(Ordering::Relaxed) {
                    let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) else {
                        return;
                    };
                    let result = upload_one(bucket, file, known.get(&file.path), cancel);
                    let mut outcome = crate::lock(&outcome);
                    match result {
                        Ok((size, true)) => {
                            outcome.0.uploaded += 1;
                            outcome.0.uploaded_bytes += size;
                            drop(outcome);
                            on_event(UploadEvent::Uploaded(file, size));
                        }
                        Ok((size, false)) => {
                            outcome.0.unchanged += 1;
                            drop(outcome);
                            on_event(UploadEvent::Unchanged(file, size));
                        }
                        Err(_) if cancel.load(Ordering::Relaxed) => {}
                        Err(error) => {
                            stop.store(true, Ordering::Relaxed);
                            outcome.1.get_or_insert(error);
                        }
                    }
                }
            });
        }
    });
    match outcome
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
    {
        (_, Some(error)) => Err(error),
        (outcome, None) => Ok(UploadOutcome {
            left: files.len() as u64 - outcome.uploaded - outcome.unchanged,
            ..outcome
        }),
    }
}

/// What is in the bucket already, asked for with as few listings as there are folders.
fn known_objects(
    bucket: &Bucket,
    files: &[Upload],
) -> Result<HashMap<String, ObjectInfo>, BucketError> {
    let mut prefixes: Vec<&str> = files
        .iter()
        .map(|file| {
            file.path
                .rfind('/')
                .map_or("", |slash| &file.path[..=slash])
        })
        .collect();
    prefixes.sort_unstable();
    // A folder within another one is in its listing.
    prefixes.dedup_by(|later, earlier| later.starts_with(&**earlier));
    let mut known = HashMap::new();
    for prefix in prefixes {
        known.extend(
            bucket
                .list(prefix)?
                .into_iter()
                .map(|object| (object.path.clone(), object)),
        );
    }
    Ok(known)
}

/// The file's size, and whether it was written.
fn upload_one(
    bucket: &Bucket,
    file: &Upload,
    known: Option<&ObjectInfo>,
    cancel: &AtomicBool,
) -> Result<(u64, bool), BucketError> {
    if let Some(object) = known {
        let same = bucket
            .has_content(object, &file.source)
            .map_err(|error| unreadable(&file.source, &error))?;
        if same == Some(true) {
            return Ok((object.size, false));
        }
    }
    let object = bucket.put_file(&file.path, &file.source, cancel)?;
    Ok((object.size, true))
}

fn unreadable(path: &Path, error: &std::io::Error) -> BucketError {
    BucketError {
        message: format!("`{}` cannot be read", path.display()),
        cause: error.to_string(),
        hint: "check the file and this user's right to read it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::BucketLocation;
    use super::*;

    #[test]
    fn what_is_there_already_is_left_alone() {
        let (local, remote) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let bucket = Bucket::open("b", &BucketLocation::Folder(remote.path().to_owned())).unwrap();
        let files: Vec<Upload> = (0..20)
            .map(|number| {
                let source = local.path().join(format!("{number}.csv"));
                std::fs::write(&source, "x".repeat(number)).unwrap();
                Upload {
                    source,
                    path: format!("raw/t{}/{number}.csv", number % 3),
                }
            })
            .collect();
        let go = AtomicBool::new(false);
        let run = || upload(&bucket, &files, 4, &go, &|_| {}).unwrap();
        assert_eq!(
            run(),
            UploadOutcome {
                uploaded: 20,
                uploaded_bytes: 190,
                unchanged: 0,
                left: 0,
            }
        );
        assert_eq!(
            run(),
            UploadOutcome {
                uploaded: 0,
                uploaded_bytes: 0,
                unchanged: 20,
                left: 0,
            }
        );
        std::fs::write(&files[3].source, "yyy").unwrap();
        assert_eq!(
            run(),
            UploadOutcome {
                uploaded: 1,
                uploaded_bytes: 3,
                unchanged: 19,
                left: 0,
            }
        );
        std::fs::remove_file(&files[5].source).unwrap();
        let error = upload(&bucket, &files, 1, &go, &|_| {}).unwrap_err();
        assert!(error.message.contains("5.csv"), "{error}");
    }
    #[test]
    fn an_upload_that_is_stopped_leaves_whole_files_only() {
        let (local, remote) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let bucket = Bucket::open("b", &BucketLocation::Folder(remote.path().to_owned())).unwrap();
        let files: Vec<Upload> = (0..3)
            .map(|number| {
                let source = local.path().join(format!("{number}.csv"));
                std::fs::write(&source, "x".repeat(1000)).unwrap();
                Upload {
                    source,
                    path: format!("raw/{number}.csv"),
                }
            })
            .collect();
        let cancel = AtomicBool::new(false);
        // The first file is written, and then somebody stops it.
        let stopped = upload(&bucket, &files, 1, &cancel, &|_| {
            cancel.store(true, Ordering::Relaxed);
        })
        .unwrap();
        assert_eq!((stopped.uploaded, stopped.left), (1, 2));
        // In the middle of a file: nothing of it stays.
        assert!(
            bucket
                .put_file("raw/1.csv", &files[1].source, &cancel)
                .is_err()
        );
        assert_eq!(
            std::fs::read_dir(remote.path().join("raw"))
                .unwrap()
                .count(),
            1
        );
        cancel.store(false, Ordering::Relaxed);
        let rest = upload(&bucket, &files, 1, &cancel, &|_| {}).unwrap();
        assert_eq!((rest.uploaded, rest.unchanged, rest.left), (2, 1, 0));
    }
}
