//! A local folder that stands for a bucket.

use super::{BucketError, ObjectInfo, ObjectReader, file_failure};
use crate::load::{FileFailure, FileSource};
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

/// Folders within folders that are looked into.
const MAX_DEPTH: usize = 64;
/// Bytes that are copied at a time.
const COPY_BYTES: usize = 1 << 20;

pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn open(name: &str, root: &Path) -> Result<Self, BucketError> {
        if root.is_dir() {
            return Ok(Self {
                root: root.to_owned(),
            });
        }
        Err(BucketError {
            message: format!(
                "bucket `{name}` is not there: the folder `{}` does not exist",
                root.display()
            ),
            cause: "a bucket with a `path` is a local folder".to_owned(),
            hint: "create the folder, or correct the bucket's `path`".to_owned(),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn list(&self, name: &str, prefix: &str) -> Result<Vec<ObjectInfo>, BucketError> {
        // Up to the last slash a prefix names folders, after it the beginning of names.
        let folder = prefix.rfind('/').map_or("", |slash| &prefix[..slash]);
        let mut found = Vec::new();
        if is_inside(folder) {
            let start = self.root.join(folder);
            self.walk(&start, folder, prefix, 0, &mut found)
                .map_err(|(path, error)| cannot(name, "listed", &path, &error))?;
        }
        Ok(found)
    }

    fn walk(
        &self,
        folder: &Path,
        relative: &str,
        prefix: &str,
        depth: usize,
        found: &mut Vec<ObjectInfo>,
    ) -> Result<(), (PathBuf, io::Error)> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(());
            }
            Err(error) => return Err((folder.to_owned(), error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| (folder.to_owned(), error))?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
                continue;
            };
            if is_temporary(&name) {
                continue;
            }
            let path = if relative.is_empty() {
                name
            } else {
                format!("{relative}/{name}")
            };
            let leads_to_prefix = path.len() < prefix.len() && prefix.starts_with(&path);
            if !path.starts_with(prefix) && !leads_to_prefix {
                continue;
            }
            // A file that goes away meanwhile is not there.
            let Ok(metadata) = fs::metadata(entry.path()) else {
                continue;
            };
            if metadata.is_dir() {
                if depth < MAX_DEPTH {
                    self.walk(&entry.path(), &path, prefix, depth + 1, found)?;
                }
            } else if path.starts_with(prefix) {
                found.push(info(path, &metadata));
            }
        }
        Ok(())
    }

    pub(super) fn head(&self, name: &str, path: &str) -> Result<Option<ObjectInfo>, BucketError> {
        if !is_inside(path) {
            return Ok(None);
        }
        match fs::metadata(self.root.join(path)) {
            Ok(metadata) if metadata.is_dir() => Ok(None),
            Ok(metadata) => Ok(Some(info(path.to_owned(), &metadata))),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(cannot(name, "looked at", &self.root.join(path), &error)),
        }
    }

    pub(super) fn put_file(
        &self,
        name: &str,
        path: &str,
        source: &Path,
        cancel: &AtomicBool,
    ) -> Result<ObjectInfo, BucketError> {
        let target = self.root.join(path);
        if !is_inside(path) || path.is_empty() {
            let error = io::Error::from(io::ErrorKind::InvalidFilename);
            return Err(cannot(name, "written", &target, &error));
        }
        let folder = target.parent().unwrap_or(&self.root);
        let temporary = temporary_beside(&target);
        let written = fs::create_dir_all(folder)
            .and_then(|()| copy_checked(source, &temporary, cancel))
            .and_then(|()| fs::rename(&temporary, &target))
            .and_then(|()| fs::metadata(&target));
        match written {
            Ok(metadata) => Ok(info(path.to_owned(), &metadata)),
            Err(error) => {
                // What is left of it has a name that nothing lists.
                let _ = fs::remove_file(&temporary);
                Err(cannot(name, "written", &target, &error))
            }
        }
    }

    pub(super) fn delete(&self, name: &str, path: &str) -> Result<(), BucketError> {
        if !is_inside(path) {
            return Ok(());
        }
        match fs::remove_file(self.root.join(path)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(cannot(name, "deleted", &self.root.join(path), &error)),
        }
    }

    pub(super) fn source(&self, object: &ObjectInfo) -> FolderSource {
        FolderSource {
            path: self.root.join(&object.path),
            etag: object.etag.clone(),
        }
    }

    pub(super) fn has_content(&self, object: &ObjectInfo, source: &Path) -> io::Result<bool> {
        if fs::metadata(source)?.len() != object.size {
            return Ok(false);
        }
        let (mut left, mut right) = (
            File::open(self.root.join(&object.path))?,
            File::open(source)?,
        );
        let (mut left_bytes, mut right_bytes) = (vec![0; COPY_BYTES], vec![0; COPY_BYTES]);
        loop {
            let count = read_up_to(&mut left, &mut left_bytes)?;
            if count != read_up_to(&mut right, &mut right_bytes)?
                || left_bytes[..count] != right_bytes[..count]
            {
                return Ok(false);
            }
            if count == 0 {
                return Ok(true);
            }
        }
    }
}

/// A file of a folder, as it was listed.
pub(super) struct FolderSource {
    path: PathBuf,
    etag: String,
}

impl FileSource for FolderSource {
    fn open(&self) -> io::Result<ObjectReader> {
        let file = File::open(&self.path)?;
        let reader = UnchangedFile {
            file,
            etag: self.etag.clone(),
        };
        reader.check()?;
        Ok(Box::new(reader))
    }

    fn local_path(&self) -> Option<PathBuf> {
        Some(self.path.clone())
    }
}

/// A file that must be the same when it has been read as when it was listed: one that is still being written is not
/// loaded half.
struct UnchangedFile {
    file: File,
    etag: String,
}

impl UnchangedFile {
    fn check(&self) -> io::Result<()> {
        if etag_of(&self.file.metadata()?) == self.etag {
            Ok(())
        } else {
            Err(file_failure(FileFailure::Changed))
        }
    }
}

impl Read for UnchangedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        if count == 0 && !buffer.is_empty() {
            self.check()?;
        }
        Ok(count)
    }
}

fn info(path: String, metadata: &Metadata) -> ObjectInfo {
    ObjectInfo {
        path,
        size: metadata.len(),
        etag: etag_of(metadata),
        last_modified_micros: i64::try_from(modified_nanos(metadata) / 1_000).unwrap_or(i64::MAX),
    }
}

/// Size and time of the last change, to the nanosecond.
fn etag_of(metadata: &Metadata) -> String {
    format!("{:x}-{:x}", metadata.len(), modified_nanos(metadata))
}

fn modified_nanos(metadata: &Metadata) -> i128 {
    let Ok(modified) = metadata.modified() else {
        return 0;
    };
    match modified.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// Whether a path stays within the folder: no `..`, nothing absolute.
fn is_inside(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| part != ".." && part != ".")
}

/// Names that are not objects: hidden files, and files that are still being written.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with('.') || name.ends_with(".part") || name.ends_with(".tmp")
}

/// A name in the same folder that no listing shows and no other writer takes.
fn temporary_beside(target: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    target.with_file_name(format!(".{name}.{}-{number}.part", std::process::id()))
}

/// Copies a file, makes sure that it is on the disk, and that all of it is there.
fn copy_checked(source: &Path, target: &Path, cancel: &AtomicBool) -> io::Result<()> {
    let mut from = File::open(source)?;
    let mut to = File::create(target)?;
    let mut bytes = vec![0; COPY_BYTES];
    let mut copied = 0_u64;
    loop {
        let count = read_up_to(&mut from, &mut bytes)?;
        if count == 0 {
            break;
        }
        super::go_on(cancel)?;
        to.write_all(&bytes[..count])?;
        copied += count as u64;
    }
    to.sync_all()?;
    if to.metadata()?.len() != copied || from.metadata()?.len() != copied {
        return Err(io::Error::other("the file was changed while it was copied"));
    }
    Ok(())
}

fn read_up_to(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match reader.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn cannot(name: &str, done: &str, path: &Path, error: &io::Error) -> BucketError {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "give this user the right to, or map the bucket to another folder"
        }
        io::ErrorKind::StorageFull => "free space on the disk",
        _ => "check the folder that the bucket is mapped to",
    };
    BucketError {
        message: format!("`{}` of bucket `{name}` cannot be {done}", path.display()),
        cause: error.to_string(),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bucket, BucketLocation};
    use super::*;

    fn bucket() -> (tempfile::TempDir, Bucket) {
        let folder = tempfile::tempdir().unwrap();
        let location = BucketLocation::Folder(folder.path().to_owned());
        (folder, Bucket::open("b", &location).unwrap())
    }

    fn paths(bucket: &Bucket, prefix: &str) -> Vec<String> {
        bucket
            .list(prefix)
            .unwrap()
            .into_iter()
            .map(|object| object.path)
            .collect()
    }

    #[test]
    fn a_prefix_is_the_beginning_of_a_path() {
        let (folder, bucket) = bucket();
        for path in [
            "raw/a/1.csv",
            "raw/a/2.csv",
            "raw/ab/3.csv",
            "raw/b.csv",
            "raw/.hidden",
            "raw/x.part",
            "raw/.d/4.csv",
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        assert_eq!(
            paths(&bucket, ""),
            ["raw/a/1.csv", "raw/a/2.csv", "raw/ab/3.csv", "raw/b.csv"]
        );
        assert_eq!(
            paths(&bucket, "raw/a"),
            ["raw/a/1.csv", "raw/a/2.csv", "raw/ab/3.csv"]
        );
        assert_eq!(paths(&bucket, "raw/a/"), ["raw/a/1.csv", "raw/a/2.csv"]);
        assert_eq!(paths(&bucket, "raw/a/1.csv"), ["raw/a/1.csv"]);
        assert!(paths(&bucket, "none/").is_empty());
        assert!(paths(&bucket, "../").is_empty());
    }

    #[test]
    fn a_file_is_written_whole_and_told_from_another() {
        let (folder, bucket) = bucket();
        let source = folder.path().join(".source");
        fs::write(&source, "hello").unwrap();
        let first = bucket
            .put_file("raw/t/x.csv", &source, &AtomicBool::new(false))
            .unwrap();
        assert_eq!(
            (first.size, bucket.list("").unwrap()),
            (5, vec![first.clone()])
        );
        assert_eq!(bucket.has_content(&first, &source).unwrap(), Some(true));
        fs::write(&source, "hallo").unwrap();
        assert_eq!(bucket.has_content(&first, &source).unwrap(), Some(false));
        let second = bucket
            .put_file("raw/t/x.csv", &source, &AtomicBool::new(false))
            .unwrap();
        assert_ne!(first.etag, second.etag);
        assert!(bucket.source(&first).open().is_err());
        let mut text = String::new();
        bucket
            .source(&second)
            .open()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "hallo");
        assert!(
            bucket
                .put_file("../x", &source, &AtomicBool::new(false))
                .is_err()
        );
        bucket.delete("raw/t/x.csv").unwrap();
        bucket.delete("raw/t/x.csv").unwrap();
        assert_eq!(bucket.head("raw/t/x.csv").unwrap(), None);
    }

    #[test]
    fn a_file_that_grows_meanwhile_is_not_read_half() {
        let (folder, bucket) = bucket();
        let path = folder.path().join("x.csv");
        fs::write(&path, "1\n").unwrap();
        let listed = bucket.list("").unwrap().remove(0);
        let mut reader = bucket.source(&listed).open().unwrap();
        fs::write(&path, "1\n2\n").unwrap();
        let error = reader.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("changed"), "{error}");
    }
}
