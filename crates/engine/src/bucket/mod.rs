//! Where files are: a local folder that stands for a bucket, S3, or a server that speaks its protocol.
//!
//! In: a bucket's name and where it really is. Out: listings, bytes, and files written whole. What is asynchronous
//! underneath is not so outside.

pub(crate) mod credentials;
mod error;
mod folder;
mod object;
pub(crate) mod runtime;
mod store;
mod upload;

pub use error::BucketError;
pub use object::ObjectInfo;
pub use upload::{Upload, UploadEvent, UploadOutcome, upload};

use crate::load::{FileFailure, FileSource};
use snowmelt_sql::object::Credentials;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// An open bucket. Cloning it gives another handle.
#[derive(Clone)]
pub struct Bucket {
    name: Arc<str>,
    place: Arc<Place>,
}

enum Place {
    Folder(folder::Folder),
    Store(store::Store),
}

/// What a listing is given to, page by page; an error ends the listing.
type EachPage<'a, E> = &'a mut dyn FnMut(Vec<ObjectInfo>) -> Result<(), E>;

impl Bucket {
    /// Opens the bucket that SQL calls `name`. Nothing is asked of the bucket itself, except its region if AWS must tell it.
    ///
    /// # Errors
    /// The folder does not exist; an endpoint that is no URL; a profile that cannot be read.
    pub fn open(name: &str, location: &BucketLocation) -> Result<Self, BucketError> {
        Self::open_with(name, location, None)
    }

    /// Opens the bucket with a stage's own CREDENTIALS instead of those of the environment.
    ///
    /// # Errors
    /// As [`Bucket::open`].
    pub fn open_with(
        name: &str,
        location: &BucketLocation,
        credentials: Option<&Credentials>,
    ) -> Result<Self, BucketError> {
        let place = match location {
            BucketLocation::Folder(path) => Place::Folder(folder::Folder::open(name, path)?),
            BucketLocation::S3 {
                endpoint,
                region,
                bucket,
            } => {
                let bucket = bucket.as_deref().unwrap_or(name);
                Place::Store(store::Store::open(
                    bucket,
                    endpoint.as_deref(),
                    region.as_deref(),
                    credentials,
                )?)
            }
        };
        Ok(Self {
            name: name.into(),
            place: Arc::new(place),
        })
    }

    /// The name that SQL knows it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The objects whose path starts with `prefix`, in the order of their paths.
    ///
    /// # Errors
    /// The bucket does not answer, or does not let itself be listed.
    pub fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>, BucketError> {
        let mut all = Vec::new();
        self.list_pages(
            prefix,
            &mut |page: Vec<ObjectInfo>| -> Result<(), BucketError> {
                all.extend(page);
                Ok(())
            },
        )?;
        all.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(all)
    }

    /// The same, page by page, in no order.
    ///
    /// # Errors
    /// The bucket's, and what `each` gives.
    pub fn list_pages<E: From<BucketError>>(
        &self,
        prefix: &str,
        each: EachPage<'_, E>,
    ) -> Result<(), E> {
        match &*self.place {
            Place::Folder(folder) => each(folder.list(&self.name, prefix)?),
            Place::Store(store) => store.list_pages(prefix, each),
        }
    }

    /// The object at exactly this path, if there is one.
    ///
    /// # Errors
    /// The bucket does not answer.
    pub fn head(&self, path: &str) -> Result<Option<ObjectInfo>, BucketError> {
        match &*self.place {
            Place::Folder(folder) => folder.head(&self.name, path),
            Place::Store(store) => store.head(path),
        }
    }

    /// The folder that stands for the bucket; `None`: it is no folder.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match &*self.place {
            Place::Folder(folder) => Some(folder.root()),
            Place::Store(_) => None,
        }
    }

    /// Whether listings pass over a name, as they do over files that are still being written.
    pub(crate) fn is_passed_over(path: &str) -> bool {
        path.split('/').any(folder::is_temporary)
    }

    /// Writes a local file as the object at `path`: whole or not at all, and checked. It is given up when `cancel` is set.
    ///
    /// # Errors
    /// The local file cannot be read, the bucket does not take it, or `cancel` was set.
    pub fn put_file(
        &self,
        path: &str,
        source: &Path,
        cancel: &AtomicBool,
    ) -> Result<ObjectInfo, BucketError> {
        match &*self.place {
            Place::Folder(folder) => folder.put_file(&self.name, path, source, cancel),
            Place::Store(store) => store.put_file(path, source, cancel),
        }
    }

    /// Deletes the object at `path`; it is no error if there is none.
    ///
    /// # Errors
    /// The bucket does not allow it, or does not answer.
    pub fn delete(&self, path: &str) -> Result<(), BucketError> {
        match &*self.place {
            Place::Folder(folder) => folder.delete(&self.name, path),
            Place::Store(store) => store.delete(path),
        }
    }

    /// The bytes of an object that was listed, as a load reads them: an object that is not the listed one any more is an
    /// error.
    pub(crate) fn source(&self, object: &ObjectInfo) -> Arc<dyn FileSource> {
        match &*self.place {
            Place::Folder(folder) => Arc::new(folder.source(object)),
            Place::Store(store) => Arc::new(store.source(object)),
        }
    }

    /// Whether a local file has the content of an object, as far as the bucket can tell; `None`: it cannot.
    fn has_content(&self, object: &ObjectInfo, source: &Path) -> io::Result<Option<bool>> {
        match &*self.place {
            Place::Folder(folder) => folder.has_content(object, source).map(Some),
            Place::Store(store) => store.has_content(object, source),
        }
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// An error if `cancel` is set.
fn go_on(cancel: &AtomicBool) -> io::Result<()> {
    match cancel.load(Ordering::Relaxed) {
        true => Err(io::Error::other("stopped on request")),
        false => Ok(()),
    }
}

/// An I/O error that says why a file, and not the bucket, is at fault.
fn file_failure(failure: FileFailure) -> io::Error {
    io::Error::other(failure)
}

/// What reads of a listed object give.
type ObjectReader = Box<dyn Read + Send>;
