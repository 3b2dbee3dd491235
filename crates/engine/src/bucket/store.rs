//! S3, or a server that speaks its protocol.

use super::{BucketError, EachPage, ObjectInfo, ObjectReader, credentials, file_failure, runtime};
use crate::load::{FileFailure, FileSource};
use bytes::{Buf, Bytes};
use futures::StreamExt;
use md5::{Digest, Md5};
use object_store::aws::{AmazonS3, AmazonS3ConfigKey, Checksum, resolve_bucket_region};
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::path::Path as ObjectPath;
use object_store::{
    BackoffConfig, ClientOptions, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt,
    PutPayload, RetryConfig, WriteMultipart,
};
use snowmelt_sql::object::Credentials;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

/// Bytes from which a file is written in parts, and the size of each.
const PART_BYTES: u64 = 16 << 20;
/// Bytes that are asked for at once.
const RANGE_BYTES: u64 = 4 << 20;
/// Ranges of one file that are under way at the same time.
const RANGES_AT_ONCE: usize = 4;
/// Files up to this size are fetched before they are read.
const PREFETCH_BYTES: u64 = RANGE_BYTES;
/// How long a bucket may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How long failed requests are tried again.
const RETRY_TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Clone)]
pub(super) struct Store {
    store: Arc<AmazonS3>,
    /// The bucket and its endpoint, for messages.
    shown: Arc<str>,
}

impl Store {
    pub(super) fn open(
        bucket: &str,
        endpoint: Option<&str>,
        region: Option<&str>,
        given: Option<&Credentials>,
    ) -> Result<Self, BucketError> {
        let shown: Arc<str> = match endpoint {
            Some(endpoint) => format!("bucket `{bucket}` at `{endpoint}`").into(),
            None => format!("bucket `{bucket}` at AWS").into(),
        };
        let options = ClientOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_timeout(REQUEST_TIMEOUT)
            .with_allow_http(endpoint.is_some_and(|endpoint| endpoint.starts_with("http://")));
        let mut builder = credentials::builder(given)?
            .with_bucket_name(bucket)
            .with_client_options(options)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: 6,
                retry_timeout: RETRY_TIMEOUT,
            });
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = region {
            builder = builder.with_region(region);
        } else if endpoint.is_none()
            && builder
                .get_config_value(&AmazonS3ConfigKey::Region)
                .is_none()
        {
            // AWS tells a bucket's region to anyone who asks.
            let (bucket, options) = (
                bucket.to_owned(),
                ClientOptions::new().with_connect_timeout(CONNECT_TIMEOUT),
            );
            let asked =
                runtime::wait(async move { resolve_bucket_region(&bucket, &options).await });
            if let Some(Ok(region)) = asked {
                builder = builder.with_region(region);
            }
        }
        let store = builder
            .build()
            .map_err(|error| explain(&shown, "opened", &error))?;
        Ok(Self {
            store: Arc::new(store),
            shown,
        })
    }

    /// Waits for a request.
    fn wait<T: Send + 'static>(
        &self,
        done: &str,
        request: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Result<T, BucketError> {
        runtime::wait(request)
            .ok_or_else(no_runtime)?
            .map_err(|error| explain(&self.shown, done, &error))
    }

    pub(super) fn list_pages<E: From<BucketError>>(
        &self,
        prefix: &str,
        each: EachPage<'_, E>,
    ) -> Result<(), E> {
        let mut page_token = None;
        loop {
            let store = Arc::clone(&self.store);
            let options = PaginatedListOptions {
                page_token: page_token.take(),
                ..PaginatedListOptions::default()
            };
            let prefix = prefix.to_owned();
            let page = self.wait("listed", async move {
                store
                    .list_paginated(
                        Some(prefix.as_str()).filter(|prefix| !prefix.is_empty()),
                        options,
                    )
                    .await
            })?;
            // Names that end in a slash stand for folders.
            let objects = page.result.objects.into_iter().map(info);
            each(
                objects
                    .filter(|object| !object.path.ends_with('/'))
                    .collect(),
            )?;
            page_token = page.page_token;
            if page_token.is_none() {
                return Ok(());
            }
        }
    }

    pub(super) fn head(&self, path: &str) -> Result<Option<ObjectInfo>, BucketError> {
        let Ok(path) = ObjectPath::parse(path) else {
            return Ok(None);
        };
        let store = Arc::clone(&self.store);
        self.wait("read", async move {
            match store.head(&path).await {
                Ok(meta) => Ok(Some(info(meta))),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }

    pub(super) fn delete(&self, path: &str) -> Result<(), BucketError> {
        let path = self.path(path)?;
        let store = Arc::clone(&self.store);
        self.wait("changed", async move {
            match store.delete(&path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(error),
            }
        })
    }

    /// Small files in one request, large ones in parts. S3 checks each against the checksum that is sent with it, and
    /// nothing is visible before all of it is there.
    pub(super) fn put_file(
        &self,
        path: &str,
        source: &Path,
        cancel: &AtomicBool,
    ) -> Result<ObjectInfo, BucketError> {
        let target = self.path(path)?;
        let unreadable = |error: io::Error| BucketError {
            message: format!("`{}` cannot be read", source.display()),
            cause: error.to_string(),
            hint: "check the file and this user's right to read it".to_owned(),
        };
        let mut file = File::open(source).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        let store = Arc::clone(&self.store);
        if size < PART_BYTES {
            let mut bytes = Vec::with_capacity(size as usize);
            file.read_to_end(&mut bytes).map_err(unreadable)?;
            let path = target.clone();
            self.wait("written", async move {
                store.put(&path, PutPayload::from(bytes)).await
            })?;
        } else {
            self.put_parts(&target, file, cancel, unreadable)?;
        }
        match self.head(path)? {
            Some(object) if object.size == size => Ok(object),
            _ => Err(BucketError {
                message: format!("`{path}` was not written to {} as it is here", self.shown),
                cause: "the file changed while it was written, or another writer wrote it"
                    .to_owned(),
                hint: "upload it again".to_owned(),
            }),
        }
    }

    fn put_parts(
        &self,
        target: &ObjectPath,
        mut file: File,
        cancel: &AtomicBool,
        unreadable: impl Fn(io::Error) -> BucketError,
    ) -> Result<(), BucketError> {
        let (store, path) = (Arc::clone(&self.store), target.clone());
        let upload = self.wait("written", async move { store.put_multipart(&path).await })?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART_BYTES as usize);
        loop {
            let mut part = vec![0; PART_BYTES as usize];
            let read = super::go_on(cancel).and_then(|()| read_full(&mut file, &mut part));
            let count = match read {
                Ok(count) => count,
                Err(error) => {
                    // The parts that are there already cost money until they are given up.
                    let _ = runtime::wait(writer.abort());
                    return Err(unreadable(error));
                }
            };
            part.truncate(count);
            if count == 0 {
                break;
            }
            let (result, back) = runtime::wait(async move {
                let result = writer.wait_for_capacity(RANGES_AT_ONCE).await;
                if result.is_ok() {
                    writer.put(Bytes::from(part));
                }
                (result, writer)
            })
            .ok_or_else(no_runtime)?;
            writer = back;
            if let Err(error) = result {
                let _ = runtime::wait(writer.abort());
                return Err(explain(&self.shown, "written", &error));
            }
        }
        self.wait("written", writer.finish()).map(|_| ())
    }

    pub(super) fn source(&self, object: &ObjectInfo) -> StoreSource {
        StoreSource {
            store: self.clone(),
            object: object.clone(),
            prefetched: Mutex::default(),
        }
    }

    /// By S3's etag, which is the content's MD5 for an object written in one part; else it cannot be told.
    pub(super) fn has_content(
        &self,
        object: &ObjectInfo,
        source: &Path,
    ) -> io::Result<Option<bool>> {
        let mut file = File::open(source)?;
        if file.metadata()?.len() != object.size {
            return Ok(Some(false));
        }
        if object.etag.len() != 32 || !object.etag.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let mut hash = Md5::new();
        let mut bytes = vec![0; 1 << 20];
        loop {
            let count = read_full(&mut file, &mut bytes)?;
            if count == 0 {
                break;
            }
            hash.update(&bytes[..count]);
        }
        let found: String = hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(Some(found == object.etag.to_ascii_lowercase()))
    }

    fn path(&self, path: &str) -> Result<ObjectPath, BucketError> {
        ObjectPath::parse(path).map_err(|error| BucketError {
            message: format!("`{path}` cannot be a path in {}", self.shown),
            cause: error.to_string(),
            hint: "write it without empty parts, `.` and `..`".to_owned(),
        })
    }
}

/// An object, as it was listed.
pub(super) struct StoreSource {
    store: Store,
    object: ObjectInfo,
    prefetched: Mutex<Option<Fetch>>,
}

/// Ranges of an object, in order, as they arrive.
struct Fetch {
    ranges: mpsc::Receiver<object_store::Result<Bytes>>,
    shown: Arc<str>,
    current: Bytes,
    left: u64,
}

impl FileSource for StoreSource {
    fn open(&self) -> io::Result<ObjectReader> {
        let prefetched = crate::lock(&self.prefetched).take();
        let fetch = match prefetched {
            Some(fetch) => fetch,
            None => self.fetch()?,
        };
        Ok(Box::new(fetch))
    }

    fn prefetch(&self) {
        if self.object.size <= PREFETCH_BYTES {
            // An error shows when the file is opened.
            *crate::lock(&self.prefetched) = self.fetch().ok();
        }
    }
}

impl StoreSource {
    fn fetch(&self) -> io::Result<Fetch> {
        let path =
            ObjectPath::parse(&self.object.path).map_err(|_| file_failure(FileFailure::Missing))?;
        let (sender, ranges) = mpsc::channel(1);
        let size = self.object.size;
        let store = Arc::clone(&self.store.store);
        let etag = format!("\"{}\"", self.object.etag);
        let handle = runtime::handle().ok_or_else(no_runtime)?;
        handle.spawn(async move {
            let starts = (0..size).step_by(RANGE_BYTES as usize);
            let requests = starts.map(|start| {
                let (store, path) = (Arc::clone(&store), path.clone());
                let options = GetOptions {
                    if_match: Some(etag.clone()),
                    range: Some(GetRange::Bounded(start..(start + RANGE_BYTES).min(size))),
                    ..GetOptions::default()
                };
                async move { store.get_opts(&path, options).await?.bytes().await }
            });
            let mut arriving = futures::stream::iter(requests).buffered(RANGES_AT_ONCE);
            while let Some(range) = arriving.next().await {
                let failed = range.is_err();
                // Nobody reads on: the load was stopped.
                if sender.send(range).await.is_err() || failed {
                    return;
                }
            }
        });
        Ok(Fetch {
            ranges,
            shown: Arc::clone(&self.store.shown),
            current: Bytes::new(),
            left: size,
        })
    }
}

impl Read for Fetch {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() && self.left > 0 {
            match self.ranges.blocking_recv() {
                Some(Ok(bytes)) => {
                    self.left = self.left.saturating_sub(bytes.len() as u64);
                    self.current = bytes;
                }
                Some(Err(object_store::Error::NotFound { .. })) => {
                    return Err(file_failure(FileFailure::Missing));
                }
                Some(Err(object_store::Error::Precondition { .. })) => {
                    return Err(file_failure(FileFailure::Changed));
                }
                Some(Err(error)) => return Err(explain(&self.shown, "read", &error).into()),
                None => return Err(no_runtime().into()),
            }
        }
        let count = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

fn info(meta: ObjectMeta) -> ObjectInfo {
    ObjectInfo {
        path: meta.location.to_string(),
        size: meta.size,
        etag: meta.e_tag.unwrap_or_default().trim_matches('"').to_owned(),
        last_modified_micros: meta.last_modified.timestamp_micros(),
    }
}

fn read_full(reader: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
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

fn no_runtime() -> BucketError {
    BucketError {
        message: "the network cannot be used".to_owned(),
        cause: "the system gives this process no more threads".to_owned(),
        hint: "stop other processes, or raise the limit on threads".to_owned(),
    }
}

/// What went wrong, for the one who reads it: which bucket, what it said, what to do.
fn explain(shown: &str, done: &str, error: &object_store::Error) -> BucketError {
    use object_store::Error;
    let (message, hint) = match error {
        Error::PermissionDenied { .. } => (
            format!("{shown} may not be {done} with these credentials"),
            "give the user or role the right to list and read the bucket (s3:ListBucket, s3:GetObject; s3:PutObject to upload)",
        ),
        Error::Unauthenticated { .. } => (
            format!("{shown} does not accept the credentials"),
            "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile in AWS_PROFILE; temporary ones expire",
        ),
        Error::NotFound { .. } => (
            format!("{shown} cannot be {done}: it is not there"),
            "check the bucket's name, and its `endpoint` and `region` in snowmelt.toml",
        ),
        _ => (
            format!("{shown} does not answer"),
            "check the network and the bucket's `endpoint` in snowmelt.toml; files that were loaded stay loaded, run it again later",
        ),
    };
    BucketError {
        message,
        cause: chain(error),
        hint: hint.to_owned(),
    }
}

/// The error and what is underneath, each said once.
fn chain(error: &object_store::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = inner.source();
    }
    text
}
