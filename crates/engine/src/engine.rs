//! The engine: one open warehouse, shared by its sessions.

use crate::catalog::{Image, store};
use crate::error::{EngineError, Result};
use crate::functions;
use crate::ledger;
use crate::load::Loading;
use crate::locks::Locks;
use crate::macros;
use crate::open::{EngineOptions, LockFile, clean_temp_dir, open_database};
use crate::session::Session;
use crate::users::{self, UserRole};
use duckdb::Connection;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

/// One open warehouse. Cloning it gives another handle to the same one; it closes with its last handle and session.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

/// What all handles and sessions share. The database closes before the lock file is given up.
pub(crate) struct Shared {
    database: Mutex<Connection>,
    pub(crate) options: EngineOptions,
    pub(crate) locks: Locks,
    /// The catalog as of the last commit.
    image: Mutex<Arc<Image>>,
    /// Held while a transaction commits, so that stamps come in the order of commits: the last stamp given, in
    /// microseconds since 1970.
    last_stamp_micros: Mutex<i64>,
    next_object_id: AtomicI64,
    /// Held while users are written.
    pub(crate) users: Mutex<()>,
    pub(crate) loading: Loading,
    _lock: Option<LockFile>,
}

/// Stamps differ by at least this, so that they also differ where timestamps are shown: in milliseconds.
const STAMP_STEP_MICROS: i64 = 1000;

impl Engine {
    /// Opens the warehouse, and makes it if there is none.
    ///
    /// # Errors
    /// Kind `Warehouse`: the folder is missing, the file is not a warehouse, another process has it (named), or a newer
    /// snowmelt wrote it.
    pub fn open(options: EngineOptions) -> Result<Engine> {
        let lock = match &options.path {
            Some(path) => Some(LockFile::acquire(path, &options.owner)?),
            None => None,
        };
        clean_temp_dir(&options);
        let database = open_database(&options)?;
        functions::register(&database)?;
        let loading = Loading::default();
        loading.register(&database)?;
        prepare(&database, &options)?;
        loading.resume(&database)?;
        let loaded = store::load(&database)?;
        Ok(Engine {
            shared: Arc::new(Shared {
                database: Mutex::new(database),
                options,
                locks: Locks::default(),
                image: Mutex::new(Arc::new(loaded.image)),
                last_stamp_micros: Mutex::new(loaded.last_stamp_micros),
                next_object_id: AtomicI64::new(loaded.next_id),
                users: Mutex::default(),
                loading,
                _lock: lock,
            }),
        })
    }

    /// Starts a session: a connection of its own, no current database.
    ///
    /// # Errors
    /// Only when DuckDB cannot give another connection.
    pub fn session(&self) -> Result<Session> {
        self.session_of("SNOWMELT", UserRole::Owner)
    }

    /// Starts a session of that user, who may do what the role allows.
    ///
    /// # Errors
    /// Only when DuckDB cannot give another connection.
    pub fn session_of(&self, user: &str, role: UserRole) -> Result<Session> {
        Session::new(self.clone(), user, role)
    }

    /// What the engine was opened with.
    pub fn options(&self) -> &EngineOptions {
        &self.shared.options
    }

    /// Another connection to the database.
    pub(crate) fn connect(&self) -> Result<Connection> {
        Ok(crate::lock(&self.shared.database).try_clone()?)
    }

    /// The catalog as of the last commit.
    pub(crate) fn image(&self) -> Arc<Image> {
        Arc::clone(&crate::lock(&self.shared.image))
    }

    /// The same, once a commit that is under way has shown its changes.
    pub(crate) fn settled_image(&self) -> Arc<Image> {
        let _commits = crate::lock(&self.shared.last_stamp_micros);
        self.image()
    }

    /// An id that no object has had.
    pub(crate) fn next_object_id(&self) -> i64 {
        self.shared.next_object_id.fetch_add(1, Ordering::Relaxed)
    }

    /// The time now, in microseconds since 1970.
    pub(crate) fn now_micros(&self) -> i64 {
        self.shared.options.clock.now_micros()
    }

    /// Runs a commit: `write` gets a stamp later than any before, writes and commits; then `publish` changes the image.
    /// Commits come one after the other, so that the order of stamps is the order in which they become visible.
    pub(crate) fn commit(
        &self,
        write: impl FnOnce(&Image, i64) -> Result<()>,
        publish: impl FnOnce(&mut Image),
    ) -> Result<()> {
        let mut last_stamp = crate::lock(&self.shared.last_stamp_micros);
        let now = self.now_micros();
        let stamp = now.max(*last_stamp + STAMP_STEP_MICROS);
        write(&self.image(), stamp)?;
        *last_stamp = stamp;
        publish(Arc::make_mut(&mut crate::lock(&self.shared.image)));
        Ok(())
    }
}

/// Makes a new warehouse, or checks an old one, and brings its macros up to date.
fn prepare(database: &Connection, options: &EngineOptions) -> Result<()> {
    let shown = options
        .path
        .as_deref()
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    match store::format_version(database)? {
        Some(version) if version > store::FORMAT_VERSION => {
            return Err(EngineError::warehouse(format!(
                "the warehouse `{shown}` was written by a newer snowmelt"
            ))
            .with_detail(format!(
                "its format is version {version}; this snowmelt knows up to version {}",
                store::FORMAT_VERSION
            ))
            .with_hint("update snowmelt, or name another warehouse file"));
        }
        Some(_) => {
            // One transaction: a process that is killed here leaves the old macros or the new ones.
            database.execute_batch("BEGIN")?;
            store::compact(database)?;
        }
        None if !store::is_empty(database)? => {
            return Err(EngineError::warehouse(format!(
                "`{shown}` is a DuckDB database, but not a warehouse"
            ))
            .with_hint(
                "name another file; snowmelt makes a new warehouse where there is no file",
            ));
        }
        None => {
            database.execute_batch("BEGIN")?;
            store::create(database)?;
        }
    }
    ledger::create(database)?;
    users::create(database)?;
    macros::install(database)?;
    Ok(database.execute_batch("COMMIT")?)
}
