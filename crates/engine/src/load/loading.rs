//! What loads share across the sessions of an engine: the passes under way, open buckets, numbers, and how far pipes are.

use super::scan::{ScanRegistry, register};
use crate::bucket::{Bucket, BucketLocation};
use crate::error::Result;
use crate::ledger;
use crate::pipe::{PipeProgress, register_progress};
use duckdb::Connection;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

/// The part of an engine that belongs to loads.
#[derive(Default)]
pub(crate) struct Loading {
    pub(crate) scans: ScanRegistry,
    pub(crate) pipes: PipeProgress,
    buckets: Mutex<HashMap<String, Bucket>>,
    next_load_id: AtomicI64,
}

impl Loading {
    /// Makes the table function and the scalar function known to a database.
    ///
    /// # Errors
    /// DuckDB's.
    pub(crate) fn register(&self, connection: &Connection) -> Result<()> {
        register(connection, &self.scans)?;
        register_progress(connection, &self.pipes)
    }

    /// Goes on counting where the ledger stopped.
    ///
    /// # Errors
    /// DuckDB's.
    pub(crate) fn resume(&self, connection: &Connection) -> Result<()> {
        self.next_load_id
            .store(ledger::next_load_id(connection)?, Ordering::Relaxed);
        Ok(())
    }

    /// A number that no load has had.
    pub(crate) fn next_load_id(&self) -> i64 {
        self.next_load_id.fetch_add(1, Ordering::Relaxed)
    }

    /// An open bucket: opened when it is first asked for.
    ///
    /// # Errors
    /// It cannot be opened.
    pub(crate) fn bucket(&self, name: &str, location: &BucketLocation) -> Result<Bucket> {
        if let Some(bucket) = crate::lock(&self.buckets).get(name) {
            return Ok(bucket.clone());
        }
        let bucket = Bucket::open(name, location)?;
        crate::lock(&self.buckets).insert(name.to_owned(), bucket.clone());
        Ok(bucket)
    }
}
