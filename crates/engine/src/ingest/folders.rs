//! Watches the local folders that stand for buckets. In: the operating system's events. Out: files that are whole, offered
//! to the pipes.
//!
//! A file is whole when its writer closes it or moves it there. Where that was not seen (the watch came later, the system
//! does not tell), it is whole once it has not changed for a while.

use super::pipes::Pipes;
use super::{IngestOptions, Shared};
use crate::bucket::{Bucket, ObjectInfo};
use crate::error::EngineError;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel as channel_of};
use std::time::{Duration, Instant};

/// How often it is looked whether files have settled and whether folders came or went.
const TICK: Duration = Duration::from_millis(50);
/// How often the folders themselves are looked at.
const FOLDERS_EVERY: Duration = Duration::from_millis(500);
/// How often a folder is listed that cannot be watched.
const POLL_EVERY: Duration = Duration::from_secs(2);
/// A file that was seen to be opened settles after so many times the usual while: its writer may think in between.
const OPEN_FACTOR: u32 = 15;

/// Files that may still be written.
#[derive(Default)]
pub(super) struct Writing {
    files: HashMap<PathBuf, Unsettled>,
}

struct Unsettled {
    /// Size and time of the last change, when it was looked at last.
    seen: Option<(u64, i64)>,
    since: Instant,
    is_open: bool,
}

impl Writing {
    /// The file changed, or was opened.
    fn touch(&mut self, path: PathBuf, is_open: bool) {
        let file = self.files.entry(path).or_insert(Unsettled {
            seen: None,
            since: Instant::now(),
            is_open,
        });
        file.is_open |= is_open;
        file.since = Instant::now();
    }

    fn forget(&mut self, path: &Path) {
        self.files.remove(path);
    }

    /// Takes the files that have not changed for long enough.
    fn take_settled(&mut self, options: &IngestOptions) -> Vec<PathBuf> {
        let now = Instant::now();
        let mut settled = Vec::new();
        self.files.retain(|path, file| {
            let wait = options.settle * if file.is_open { OPEN_FACTOR } else { 1 };
            if now.duration_since(file.since) < wait {
                return true;
            }
            let seen = std::fs::metadata(path).ok().map(|metadata| {
                let modified = metadata.modified().ok();
                let since_1970 =
                    modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
                let micros = since_1970.map_or(0, |time| time.as_micros() as i64);
                (metadata.len(), micros)
            });
            if seen.is_some() && seen != file.seen && file.seen.is_some() {
                file.seen = seen;
                file.since = now;
                return true;
            }
            if seen.is_some() {
                settled.push(path.clone());
            }
            false
        });
        settled
    }
}

impl Shared {
    /// Whether a file that a listing shows may still be written. If so, it is offered once it is whole.
    pub(super) fn is_being_written(&self, bucket: &Bucket, object: &ObjectInfo) -> bool {
        let Some(path) = root_of(bucket).map(|root| root.join(&object.path)) else {
            return false;
        };
        let mut writing = crate::lock(&self.writing);
        if writing.files.contains_key(&path) {
            return true;
        }
        // The clock and the file's time may differ a little, or a lot: then the time says nothing.
        let age = self.engine.now_micros() - object.last_modified_micros;
        let settle = self.options.settle.as_micros() as i64;
        if !(-60_000_000..settle).contains(&age) {
            return false;
        }
        let unsettled = Unsettled {
            seen: Some((object.size, object.last_modified_micros)),
            since: Instant::now(),
            is_open: false,
        };
        writing.files.insert(path, unsettled);
        true
    }
}

/// What a folder or another bucket is called when it does not work.
pub(super) fn channel(bucket: &Bucket) -> String {
    format!("bucket `{}`", bucket.name())
}

/// Watches until the end.
pub(super) fn watch(shared: &Arc<Shared>) {
    let (sender, events) = channel_of();
    let watcher = notify::recommended_watcher(move |event| {
        // Nobody listens any more at the end.
        let _ = sender.send(event);
    });
    let mut folders = Folders {
        watcher: watcher.ok(),
        watched: BTreeMap::new(),
        looked_at: None,
    };
    while !shared.is_stopping() {
        folders.follow(shared);
        folders.take_events(shared, &events);
        let settled = crate::lock(&shared.writing).take_settled(&shared.options);
        for path in settled {
            folders.ready(shared, &path);
        }
    }
}

struct Folders {
    /// `None`: the system gives none.
    watcher: Option<RecommendedWatcher>,
    /// By the folder.
    watched: BTreeMap<PathBuf, Watched>,
    looked_at: Option<Instant>,
}

struct Watched {
    bucket: Bucket,
    /// Which folder it was when the watch began; `None`: it is not watched.
    identity: Option<(u64, u64)>,
    listed_at: Instant,
}

impl Folders {
    /// Begins and ends watches, so that just the folders of the pipes are watched.
    fn follow(&mut self, shared: &Shared) {
        let now = Instant::now();
        if self
            .looked_at
            .is_some_and(|then| now.duration_since(then) < FOLDERS_EVERY)
        {
            return;
        }
        self.looked_at = Some(now);
        let buckets = Pipes::buckets(&crate::lock(&shared.pipes));
        let wanted: BTreeMap<PathBuf, Bucket> = buckets
            .into_values()
            .filter_map(|bucket| Some((root_of(&bucket)?, bucket)))
            .collect();
        let gone: Vec<PathBuf> = self
            .watched
            .keys()
            .filter(|path| !wanted.contains_key(*path))
            .cloned()
            .collect();
        for path in gone {
            self.end(&path);
            self.watched.remove(&path);
        }
        for (path, bucket) in wanted {
            let identity = identity(&path);
            let known = self.watched.get(&path).map(|watched| watched.identity);
            let is_listed_lately = self
                .watched
                .get(&path)
                .is_some_and(|watched| now.duration_since(watched.listed_at) < POLL_EVERY);
            if known.is_some_and(|known| known.is_some() && known == identity)
                || (known == Some(None) && is_listed_lately)
            {
                continue;
            }
            // New, or another folder under the same name.
            if known.is_some_and(|known| known.is_some()) {
                self.end(&path);
            }
            let identity = match self.begin(&path) {
                Ok(()) => {
                    shared.recovered(&format!("the watch on {}", channel(&bucket)));
                    identity
                }
                Err(error) => {
                    if identity.is_some() {
                        shared.trouble(&format!("the watch on {}", channel(&bucket)), &error);
                    }
                    None
                }
            };
            // What came before the watch did is found by a listing.
            shared.list_soon(bucket.name());
            let watched = Watched {
                bucket,
                identity,
                listed_at: now,
            };
            self.watched.insert(path, watched);
        }
    }

    fn begin(&mut self, path: &Path) -> Result<(), EngineError> {
        let Some(watcher) = &mut self.watcher else {
            return Err(EngineError::storage("the system watches no folders"));
        };
        watcher.watch(path, RecursiveMode::Recursive).map_err(|error| {
            EngineError::storage(format!("`{}` cannot be watched", path.display()))
                .with_detail(error.to_string())
                .with_hint(
                    "it is listed every two seconds instead; on Linux, a higher fs.inotify.max_user_watches helps",
                )
        })
    }

    fn end(&mut self, path: &Path) {
        if let Some(watcher) = &mut self.watcher {
            // A folder that is gone has no watch any more.
            let _ = watcher.unwatch(path);
        }
    }

    fn take_events(&self, shared: &Shared, events: &Receiver<notify::Result<Event>>) {
        let until = Instant::now() + TICK;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match events.recv_timeout(left) {
                Ok(Ok(event)) => self.take(shared, event),
                // A folder below that cannot be watched; a listing finds what is in it.
                Ok(Err(_)) => self.list_all(shared),
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => {
                    std::thread::sleep(left);
                    return;
                }
            }
            if left.is_zero() {
                return;
            }
        }
    }

    fn take(&self, shared: &Shared, event: Event) {
        if event.need_rescan() {
            return self.list_all(shared);
        }
        for path in &event.paths {
            match event.kind {
                EventKind::Access(AccessKind::Close(AccessMode::Write)) => {
                    self.ready(shared, path);
                }
                EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                    if path.is_dir() {
                        self.new_folder(shared, path);
                    } else {
                        self.ready(shared, path);
                    }
                }
                EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {}
                EventKind::Create(CreateKind::Folder) => self.new_folder(shared, path),
                EventKind::Create(_)
                | EventKind::Modify(
                    ModifyKind::Data(_)
                    | ModifyKind::Any
                    | ModifyKind::Other
                    | ModifyKind::Name(RenameMode::Any | RenameMode::Other),
                )
                | EventKind::Any
                | EventKind::Other => {
                    if path.is_dir() {
                        self.new_folder(shared, path);
                    } else if self.is_wanted(shared, path) {
                        // Only Linux tells when a file is closed.
                        let is_open = cfg!(target_os = "linux");
                        crate::lock(&shared.writing).touch(path.clone(), is_open);
                    }
                }
                EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => {
                    crate::lock(&shared.writing).forget(path);
                }
                EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) => {}
            }
        }
    }

    fn list_all(&self, shared: &Shared) {
        for watched in self.watched.values() {
            shared.list_soon(watched.bucket.name());
        }
    }

    /// The buckets that a path is in, with its path there.
    fn keys<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = (&'a Bucket, String)> {
        self.watched.iter().filter_map(move |(root, watched)| {
            let key = path.strip_prefix(root).ok()?.to_str()?;
            let key = key.replace(std::path::MAIN_SEPARATOR, "/");
            (!Bucket::is_passed_over(&key)).then_some((&watched.bucket, key))
        })
    }

    fn is_wanted(&self, shared: &Shared, path: &Path) -> bool {
        let pipes = crate::lock(&shared.pipes);
        self.keys(path)
            .any(|(bucket, key)| pipes.want(bucket.name(), &key))
    }

    /// A file is whole.
    fn ready(&self, shared: &Shared, path: &Path) {
        crate::lock(&shared.writing).forget(path);
        for (bucket, key) in self.keys(path) {
            shared.note_received(bucket.name());
            if !crate::lock(&shared.pipes).want(bucket.name(), &key) {
                continue;
            }
            // One that is gone again is none; one that cannot be looked at is met by the next listing, which says so.
            if let Ok(Some(object)) = bucket.head(&key) {
                shared.offer(bucket.name(), &object, object.last_modified_micros, None);
            }
        }
    }

    /// A folder is there, maybe with files in it: no event told of those that came before it was watched.
    fn new_folder(&self, shared: &Shared, path: &Path) {
        for (bucket, key) in self.keys(path) {
            let Ok(objects) = bucket.list(&format!("{key}/")) else {
                shared.list_soon(bucket.name());
                continue;
            };
            for object in objects {
                if crate::lock(&shared.pipes).want(bucket.name(), &object.path)
                    && !shared.is_being_written(bucket, &object)
                {
                    shared.offer(bucket.name(), &object, object.last_modified_micros, None);
                }
            }
        }
    }
}

/// A bucket's folder, absolute as it is in the system's events.
fn root_of(bucket: &Bucket) -> Option<PathBuf> {
    std::path::absolute(bucket.folder()?).ok()
}

/// What tells one folder from another of the same name; `None`: there is none.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(path).ok().filter(|it| it.is_dir())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((metadata.dev(), metadata.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Some((0, 0))
    }
}
