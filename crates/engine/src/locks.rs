//! Who may write what: one lock a table (or other object), held by a session until its transaction ends, as Snowflake
//! locks tables for DML. DuckDB itself never waits: two writers that meet fail, so they are kept apart here.

use crate::catalog::Key;
use crate::error::{EngineError, EngineErrorKind, Result, cancelled};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The locks of one warehouse.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Which session holds a lock.
    holders: HashMap<Key, u64>,
    /// Which session a session waits for.
    waits: HashMap<u64, u64>,
}

impl State {
    /// Whether `session` is waited for by `holder`, over any number of steps: waiting for `holder` would never end.
    fn would_deadlock(&self, session: u64, holder: u64) -> bool {
        let mut next = Some(holder);
        while let Some(waiting) = next {
            if waiting == session {
                return true;
            }
            next = self.waits.get(&waiting).copied();
        }
        false
    }
}

impl Locks {
    /// Takes a lock for a session, and waits until it can. Says whether it had to wait.
    ///
    /// # Errors
    /// The wait was cancelled, took longer than `timeout`, or would have been a deadlock.
    pub(crate) fn acquire(
        &self,
        key: &Key,
        session: u64,
        timeout: Duration,
        interrupted: &AtomicBool,
    ) -> Result<bool> {
        let started = Instant::now();
        let mut state = crate::lock(&self.state);
        let mut waited = false;
        loop {
            let holder = match state.holders.get(key) {
                None => {
                    state.holders.insert(key.clone(), session);
                    return Ok(waited);
                }
                Some(holder) if *holder == session => return Ok(waited),
                Some(holder) => *holder,
            };
            if interrupted.load(Ordering::Relaxed) {
                return Err(cancelled());
            }
            if state.would_deadlock(session, holder) {
                return Err(refused(key, "two sessions wait for each other's locks"));
            }
            let Some(left) = timeout
                .checked_sub(started.elapsed())
                .filter(|left| !left.is_zero())
            else {
                return Err(refused(
                    key,
                    "another session held its lock for longer than LOCK_TIMEOUT",
                ));
            };
            waited = true;
            state.waits.insert(session, holder);
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
            state.waits.remove(&session);
        }
    }

    /// Gives up every lock of a session.
    pub(crate) fn release(&self, session: u64) {
        crate::lock(&self.state)
            .holders
            .retain(|_, holder| *holder != session);
        self.changed.notify_all();
    }

    /// Makes those who wait look whether they were interrupted.
    pub(crate) fn wake(&self) {
        // Taking the lock first leaves no gap between a waiter's look at its flag and its wait.
        drop(crate::lock(&self.state));
        self.changed.notify_all();
    }
}

/// `000625 (57014)`: the lock could not be had.
fn refused(key: &Key, why: &str) -> EngineError {
    EngineError::new(
        EngineErrorKind::Conflict,
        "000625",
        "57014",
        format!("`{}` is locked by another session", key.name),
    )
    .with_detail(why)
    .with_hint("run the statement again; in a transaction, roll it back first")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Namespace;
    use std::sync::Arc;

    fn key(name: &str) -> Key {
        Key::account(Namespace::Database, name)
    }

    #[test]
    fn a_lock_passes_on_and_a_deadlock_is_refused() {
        let locks = Arc::new(Locks::default());
        let never = AtomicBool::new(false);
        let long = Duration::from_secs(60);
        assert!(!locks.acquire(&key("A"), 1, long, &never).unwrap());
        assert!(!locks.acquire(&key("A"), 1, long, &never).unwrap());
        assert_eq!(
            locks
                .acquire(&key("A"), 2, Duration::ZERO, &never)
                .unwrap_err()
                .code,
            "000625"
        );
        assert!(!locks.acquire(&key("B"), 2, long, &never).unwrap());

        let waiter = {
            let locks = Arc::clone(&locks);
            std::thread::spawn(move || {
                locks
                    .acquire(&key("A"), 2, long, &AtomicBool::new(false))
                    .unwrap()
            })
        };
        // Until session 2 waits for session 1, session 1 may still be given B's refusal by timeout: both are 000625.
        loop {
            let error = locks
                .acquire(&key("B"), 1, Duration::ZERO, &never)
                .unwrap_err();
            if error.detail.unwrap().contains("wait for each other") {
                break;
            }
        }
        locks.release(1);
        assert!(waiter.join().unwrap());
    }

    #[test]
    fn a_wait_can_be_interrupted() {
        let locks = Arc::new(Locks::default());
        let flag = Arc::new(AtomicBool::new(false));
        locks.acquire(&key("A"), 1, Duration::ZERO, &flag).unwrap();
        let waiter = {
            let (locks, flag) = (Arc::clone(&locks), Arc::clone(&flag));
            std::thread::spawn(move || {
                locks
                    .acquire(&key("A"), 2, Duration::from_secs(60), &flag)
                    .unwrap_err()
            })
        };
        flag.store(true, Ordering::Relaxed);
        locks.wake();
        assert_eq!(waiter.join().unwrap().code, "000604");
    }
}
