//! Transactions: what a session has written and not yet committed.
//!
//! A write runs in one DuckDB transaction together with its catalog rows and stamps. Outside of BEGIN each statement is
//! its own transaction; a definition (DDL) always is, and commits an open one first, as in Snowflake.

use super::Session;
use crate::catalog::{Change, Definition, Entry, Image, Key, store};
use crate::engine::Engine;
use crate::error::{EngineError, EngineErrorKind, Result};
use duckdb::Connection;
use snowmelt_sql::object::Object;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a transaction has done so far.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// Objects whose data changed.
    touched: BTreeSet<i64>,
    changes: Vec<Change>,
    /// Changes of the session's temporary tables.
    temporary: Vec<Change>,
}

/// The transaction that BEGIN opened.
#[derive(Debug, Default)]
pub(crate) struct OpenTransaction {
    pub(crate) pending: Pending,
    /// DuckDB has given it up; statements are refused until it is rolled back.
    pub(crate) failed: bool,
}

impl Pending {
    /// The catalog with what this transaction has changed.
    pub(crate) fn overlay(
        &self,
        image: &mut Arc<Image>,
        temporary: &mut BTreeMap<Key, Arc<Entry>>,
    ) {
        if !self.changes.is_empty() {
            let image = Arc::make_mut(image);
            self.changes.iter().for_each(|change| image.apply(change));
        }
        apply_temporary(&self.temporary, temporary);
    }
}

/// Writes in the open DuckDB transaction, and notes what is written.
pub(crate) struct Writer<'session> {
    pub(crate) connection: &'session Connection,
    pub(crate) engine: &'session Engine,
    /// The role that will own what is made.
    pub(crate) role: &'session str,
    pending: &'session mut Pending,
    image: Arc<Image>,
    temporary: BTreeMap<Key, Arc<Entry>>,
}

impl Writer<'_> {
    /// Runs DuckDB statements.
    pub(crate) fn run(&self, sql: &str) -> Result<()> {
        Ok(self.connection.execute_batch(sql)?)
    }

    /// The object at that key, as this transaction sees it.
    pub(crate) fn entry(&self, key: &Key) -> Option<&Arc<Entry>> {
        self.temporary.get(key).or_else(|| self.image.get(key))
    }

    /// The object under the name of `object` that it would meet: a temporary table only meets temporary ones, anything
    /// else only what is not temporary.
    pub(crate) fn entry_like(&self, object: &Object) -> Option<&Arc<Entry>> {
        let key = Key::new(object.kind(), &object.path());
        if object.is_temporary() {
            self.temporary.get(&key)
        } else {
            self.image.get(&key)
        }
    }

    /// The catalog as this transaction sees it, without temporary tables.
    pub(crate) fn image(&self) -> &Image {
        &self.image
    }

    /// The data of the object at that key changes.
    pub(crate) fn touch(&mut self, key: &Key) {
        if let Some(entry) = self.image.get(key)
            && !self.temporary.contains_key(key)
        {
            self.pending.touched.insert(entry.id);
        }
    }

    /// A new object, with an id of its own.
    pub(crate) fn create(&mut self, object: Object) -> Arc<Entry> {
        let now = self.engine.now_micros();
        let entry = Arc::new(Entry {
            id: self.engine.next_object_id(),
            definition: Definition::from(object),
            owner: self.role.to_owned(),
            created_at_micros: now,
            ddl_at_micros: now,
        });
        self.change(Change::Create(Arc::clone(&entry)));
        entry
    }

    /// A new definition of an object that stays the same one. Under another name it moves there.
    pub(crate) fn redefine(&mut self, entry: &Arc<Entry>, object: Object) -> Arc<Entry> {
        let ddl_at_micros = self.engine.now_micros();
        self.put(entry, object, ddl_at_micros)
    }

    /// The same without touching when it was last defined: what changes is not part of its declaration.
    pub(crate) fn adjust(&mut self, entry: &Arc<Entry>, object: Object) -> Arc<Entry> {
        self.put(entry, object, entry.ddl_at_micros)
    }

    fn put(&mut self, entry: &Arc<Entry>, object: Object, ddl_at_micros: i64) -> Arc<Entry> {
        let new = Arc::new(Entry {
            definition: Definition::from(object),
            ddl_at_micros,
            ..(**entry).clone()
        });
        if new.key() != entry.key() {
            self.change(Change::Drop(Arc::clone(entry)));
        }
        self.change(Change::Redefine(Arc::clone(&new)));
        new
    }

    /// The object is gone.
    pub(crate) fn drop(&mut self, entry: &Arc<Entry>) {
        self.change(Change::Drop(Arc::clone(entry)));
    }

    fn change(&mut self, change: Change) {
        let (Change::Create(entry) | Change::Redefine(entry) | Change::Drop(entry)) = &change;
        if entry.is_temporary() {
            apply_temporary(std::slice::from_ref(&change), &mut self.temporary);
            self.pending.temporary.push(change);
        } else {
            Arc::make_mut(&mut self.image).apply(&change);
            self.pending.changes.push(change);
        }
    }
}

fn apply_temporary(changes: &[Change], temporary: &mut BTreeMap<Key, Arc<Entry>>) {
    for change in changes {
        match change {
            Change::Create(entry) | Change::Redefine(entry) => {
                temporary.insert(entry.key(), Arc::clone(entry))
            }
            Change::Drop(entry) => temporary.remove(&entry.key()),
        };
    }
}

impl Session {
    /// Writes data: in the open transaction, or in one of its own that is committed at the end.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        if self.transaction.is_none() && !self.autocommit() {
            self.begin()?;
        }
        match self.transaction.take() {
            Some(mut open) => {
                let result = self.work(&mut open.pending, work);
                self.transaction = Some(open);
                if result.is_err() && !self.is_transaction_alive() {
                    self.fail_transaction();
                }
                result
            }
            None => self.write_alone(work),
        }
    }

    /// Changes definitions, in a transaction of its own.
    pub(crate) fn define<T>(
        &mut self,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        // A transaction that is open was committed before the statement was planned.
        self.write_alone(work)
    }

    fn write_alone<T>(&mut self, work: impl FnOnce(&mut Writer<'_>) -> Result<T>) -> Result<T> {
        self.connection.execute_batch("BEGIN")?;
        let mut pending = Pending::default();
        let result = self
            .check_expected()
            .and_then(|()| self.work(&mut pending, work))
            .and_then(|value| self.commit_pending(pending).map(|()| value));
        if result.is_err() {
            self.roll_back_quietly();
        }
        result
    }

    /// Makes sure that what the plan was made from is what the transaction, which has just begun, sees.
    fn check_expected(&self) -> Result<()> {
        if self.expected.is_empty() {
            return Ok(());
        }
        // DuckDB's transaction sees the database as it is when its first statement runs.
        self.connection
            .execute_batch("SELECT 1 FROM snowmelt.meta LIMIT 0")?;
        if self.is_stale(&self.expected) {
            Err(super::run::stale())
        } else {
            Ok(())
        }
    }

    fn work<T>(
        &mut self,
        pending: &mut Pending,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        self.check_interrupt()?;
        let mut image = self.engine.image();
        let mut temporary = self.temporary.clone();
        pending.overlay(&mut image, &mut temporary);
        let mut writer = Writer {
            connection: &self.connection,
            engine: &self.engine,
            role: &self.context.role,
            pending,
            image,
            temporary,
        };
        work(&mut writer)
    }

    /// BEGIN; nothing if a transaction is open already, as in Snowflake.
    pub(crate) fn begin(&mut self) -> Result<()> {
        if self.transaction.is_none() {
            self.connection.execute_batch("BEGIN")?;
            self.transaction = Some(OpenTransaction::default());
        }
        Ok(())
    }

    /// COMMIT; nothing if no transaction is open, as in Snowflake.
    pub(crate) fn commit(&mut self) -> Result<()> {
        let Some(open) = self.transaction.take() else {
            return Ok(());
        };
        if open.failed {
            return Err(crate::error::aborted_transaction());
        }
        let result = self.commit_pending(open.pending);
        if result.is_err() {
            self.roll_back_quietly();
        }
        self.unlock();
        result
    }

    /// ROLLBACK; nothing if no transaction is open, as in Snowflake.
    pub(crate) fn rollback(&mut self) -> Result<()> {
        let Some(open) = self.transaction.take() else {
            return Ok(());
        };
        let result = if open.failed {
            Ok(())
        } else {
            self.connection.execute_batch("ROLLBACK")
        };
        // Not before DuckDB has let go: who waits for the lock would meet the rows that are being rolled back.
        self.unlock();
        Ok(result?)
    }

    fn commit_pending(&mut self, pending: Pending) -> Result<()> {
        let connection = &self.connection;
        if !pending.temporary.is_empty() {
            store::write_temporary(connection, &pending.temporary)?;
        }
        if pending.changes.is_empty() && pending.touched.is_empty() {
            connection.execute_batch("COMMIT")?;
        } else {
            self.engine.commit(
                |image, stamp| {
                    for change in &pending.changes {
                        if let Change::Create(entry) | Change::Redefine(entry) = change
                            && !image.has_parent_of(&entry.key())
                            && !makes_parent_of(&pending.changes, &entry.key())
                        {
                            return Err(parent_is_gone(&entry.key()));
                        }
                    }
                    store::write(connection, &pending.changes, &pending.touched, stamp)?;
                    Ok(connection.execute_batch("COMMIT")?)
                },
                |image| {
                    pending
                        .changes
                        .iter()
                        .for_each(|change| image.apply(change))
                },
            )?;
        }
        apply_temporary(&pending.temporary, &mut self.temporary);
        Ok(())
    }

    /// After an error: DuckDB may have rolled back by itself.
    pub(super) fn roll_back_quietly(&mut self) {
        let _ = self.connection.execute_batch("ROLLBACK");
    }

    /// Whether DuckDB still has the transaction that was begun.
    pub(super) fn is_transaction_alive(&self) -> bool {
        self.connection.execute_batch("SELECT 1").is_ok()
    }

    /// Ends a transaction that DuckDB has given up; the session remembers that it failed.
    pub(super) fn fail_transaction(&mut self) {
        self.roll_back_quietly();
        self.engine.shared.locks.release(self.context.session_id);
        self.transaction = Some(OpenTransaction {
            failed: true,
            ..OpenTransaction::default()
        });
    }
}

/// Whether the transaction itself makes the database or schema that `key` lives in.
fn makes_parent_of(changes: &[Change], key: &Key) -> bool {
    let mut image = Image::default();
    changes.iter().for_each(|change| image.apply(change));
    image.has_parent_of(key)
}

fn parent_is_gone(key: &Key) -> EngineError {
    let schema = if key.schema.is_empty() {
        &key.database
    } else {
        &key.schema
    };
    EngineError::new(
        EngineErrorKind::Conflict,
        "000625",
        "57014",
        format!("`{schema}` was dropped while `{}` was made in it", key.name),
    )
}
