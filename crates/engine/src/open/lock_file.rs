//! One process owns a warehouse: a lock file beside it says which one, so that another can name it.

use super::beside;
use crate::error::{EngineError, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Holds the lock of one warehouse until it is dropped. The operating system frees it if the process dies.
#[derive(Debug)]
pub(crate) struct LockFile {
    _file: File,
}

impl LockFile {
    /// Takes the lock of the warehouse at `path`, and writes who has it: the process id and `owner`.
    pub(crate) fn acquire(path: &Path, owner: &str) -> Result<Self> {
        let lock_path = beside(path, "lock");
        let cannot = |error: std::io::Error| {
            let text = error.to_string();
            EngineError::warehouse(format!(
                "cannot write beside the warehouse `{}`",
                path.display()
            ))
            .with_detail(format!("`{}`: {text}", lock_path.display()))
            .with_source(error)
        };
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
        {
            return Err(EngineError::warehouse(format!(
                "the folder `{}` does not exist",
                folder.display()
            ))
            .with_detail(format!(
                "it is where the warehouse `{}` would be",
                path.display()
            ))
            .with_hint("create the folder, or name another warehouse file"));
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).map_err(cannot)?;
                return Err(in_use(path, holder.trim()));
            }
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{} {owner}", std::process::id()))
            .map_err(cannot)?;
        Ok(Self { _file: file })
    }
}

fn in_use(path: &Path, holder: &str) -> EngineError {
    let shown = path.display();
    let message = match holder.split_once(' ') {
        Some((pid, owner)) => {
            format!("the warehouse `{shown}` is in use by process {pid} (`{owner}`)")
        }
        None => format!("the warehouse `{shown}` is in use by another process"),
    };
    EngineError::warehouse(message)
        .with_hint("wait until it ends, or stop it; one process owns a warehouse at a time")
}
