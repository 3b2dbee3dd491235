//! Opening a warehouse: options in; a DuckDB database that is ours alone, or an error that says who has it.

mod lock_file;

use crate::bucket::BucketLocation;
use crate::clock::Clock;
use crate::error::{EngineError, Result};
use crate::ids::Ids;
use duckdb::{Config, Connection};
pub(crate) use lock_file::LockFile;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What an engine needs to know before it opens a warehouse.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// The warehouse file; `None`: in memory.
    pub path: Option<PathBuf>,
    /// The folder of the internal stages' files.
    pub stages_dir: PathBuf,
    /// Where each bucket really is, by bucket name.
    pub buckets: BTreeMap<String, BucketLocation>,
    /// Most memory that DuckDB may use, in bytes; `None`: half of the machine's, at most 1 GiB.
    pub memory_limit_bytes: Option<u64>,
    /// Worker threads; `None`: one a core.
    pub threads: Option<usize>,
    /// Where DuckDB spills to; `None`: beside the warehouse, or the system's temporary folder.
    pub temp_dir: Option<PathBuf>,
    /// What this process calls itself to others that find the warehouse in use, e.g. `snowmelt serve`.
    pub owner: String,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<dyn Ids>,
}

impl EngineOptions {
    /// An in-memory warehouse with the given clock and ids, and everything else at its default.
    pub fn in_memory(stages_dir: PathBuf, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self {
            path: None,
            stages_dir,
            buckets: BTreeMap::new(),
            memory_limit_bytes: None,
            threads: None,
            temp_dir: None,
            owner: "snowmelt".to_owned(),
            clock,
            ids,
        }
    }
}

/// DuckDB's default memory limit here, in bytes.
const MEMORY_LIMIT_BYTES: u64 = 1 << 30;

/// Opens DuckDB's database.
pub(crate) fn open_database(options: &EngineOptions) -> Result<Connection> {
    let config = config(options)?;
    let Some(path) = &options.path else {
        return Ok(Connection::open_in_memory_with_flags(config)?);
    };
    Connection::open_with_flags(path, config).map_err(|error| cannot_open(path, error))
}

/// Removes what a process that was killed left in the warehouse's own temporary folder; the lock is held. A folder that
/// was named in the options may hold other things, and is left alone.
pub(crate) fn clean_temp_dir(options: &EngineOptions) {
    if let (None, Some(path)) = (&options.temp_dir, &options.path) {
        // A folder that is not there, or cannot be removed now, does no harm: DuckDB overwrites its own files.
        let _ = std::fs::remove_dir_all(beside(path, "tmp"));
    }
}

fn config(options: &EngineOptions) -> Result<Config> {
    let memory = options.memory_limit_bytes.unwrap_or(MEMORY_LIMIT_BYTES);
    let temp_dir = match (&options.temp_dir, &options.path) {
        (Some(dir), _) => dir.clone(),
        (None, Some(path)) => beside(path, "tmp"),
        (None, None) => std::env::temp_dir().join(format!("snowmelt-{}", std::process::id())),
    };
    let mut config = Config::default()
        .with("autoinstall_known_extensions", "false")?
        .with("autoload_known_extensions", "false")?
        .with("memory_limit", format!("{memory}B"))?
        .with("preserve_insertion_order", "false")?
        .with("temp_directory", temp_dir.to_string_lossy())?;
    if let Some(threads) = options.threads {
        config = config.with("threads", threads.to_string())?;
    }
    Ok(config)
}

/// `warehouse.snowmelt` → `warehouse.snowmelt.tmp`.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

fn cannot_open(path: &Path, error: duckdb::Error) -> EngineError {
    let text = error.to_string();
    let shown = path.display();
    if text.contains("not a valid DuckDB database file") {
        return EngineError::warehouse(format!("`{shown}` is not a warehouse file"))
            .with_detail(text)
            .with_hint("name another file; snowmelt makes a new warehouse where there is no file");
    }
    if text.contains("Conflicting lock") || text.contains("Could not set lock") {
        return EngineError::warehouse(format!(
            "the warehouse `{shown}` is in use by another process"
        ))
        .with_detail(text);
    }
    EngineError::warehouse(format!("cannot open the warehouse `{shown}`"))
        .with_detail(text)
        .with_source(error)
}
