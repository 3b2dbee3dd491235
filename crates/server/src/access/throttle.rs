//! Guessing is made slow. In: who fails, from where, and when. Out: how long to wait before the next attempt.
//!
//! The first few failures cost nothing; then each doubles the wait, up to a quarter of an hour for an address and to a
//! minute for a name, so that nobody is locked out for long by others' guesses.

use super::refusal::Refusal;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many failures of a name cost nothing.
const FREE_OF_NAME: u32 = 5;
/// The longest wait for a name, in seconds.
const LONGEST_OF_NAME: u64 = 60;
/// How many failures from an address cost nothing: many users may share one.
const FREE_OF_ADDRESS: u32 = 20;
/// The longest wait for an address, in seconds.
const LONGEST_OF_ADDRESS: u64 = 900;
/// Failures so long ago are forgotten.
const FORGOTTEN_AFTER_MICROS: i64 = 3_600_000_000;
/// How many names and addresses are remembered.
const MOST_REMEMBERED: usize = 20_000;

/// Who failed.
#[derive(PartialEq, Eq, Hash)]
enum Source {
    Name(String),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last_micros: i64,
}

/// The failures so far.
#[derive(Default)]
pub(super) struct Throttle {
    failures: Mutex<HashMap<Source, Failures>>,
}

impl Throttle {
    /// Refuses an attempt that comes too soon after a failure.
    pub(super) fn check(
        &self,
        name: Option<&str>,
        address: Option<IpAddr>,
        now_micros: i64,
    ) -> Result<(), Refusal> {
        let failures = self.lock();
        let wait = sources(name, address)
            .into_iter()
            .filter_map(|source| Some(wait_secs(&source, *failures.get(&source)?, now_micros)))
            .max()
            .unwrap_or(0);
        match wait {
            0 => Ok(()),
            seconds => Err(Refusal::Throttled { seconds }),
        }
    }

    /// Takes note of a failure.
    pub(super) fn failed(&self, name: Option<&str>, address: Option<IpAddr>, now_micros: i64) {
        let mut failures = self.lock();
        if failures.len() >= MOST_REMEMBERED {
            failures.retain(|_, known| now_micros - known.last_micros < FORGOTTEN_AFTER_MICROS);
        }
        if failures.len() >= MOST_REMEMBERED {
            // Somebody tries many names: the addresses are what is worth remembering.
            failures.retain(|source, _| matches!(source, Source::Address(_)));
        }
        if failures.len() >= MOST_REMEMBERED {
            failures.clear();
        }
        for source in sources(name, address) {
            let known = failures.entry(source).or_insert(Failures {
                count: 0,
                last_micros: now_micros,
            });
            if now_micros - known.last_micros >= FORGOTTEN_AFTER_MICROS {
                known.count = 0;
            }
            known.count = known.count.saturating_add(1);
            known.last_micros = now_micros;
        }
    }

    /// Forgets the failures of somebody who came in after all.
    pub(super) fn forget(&self, name: Option<&str>, address: Option<IpAddr>) {
        let mut failures = self.lock();
        for source in sources(name, address) {
            failures.remove(&source);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Source, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sources(name: Option<&str>, address: Option<IpAddr>) -> Vec<Source> {
    let name =
        name.map(|name| Source::Name(name.chars().take(255).collect::<String>().to_uppercase()));
    name.into_iter()
        .chain(address.map(Source::Address))
        .collect()
}

/// How many seconds are still to wait.
fn wait_secs(source: &Source, failures: Failures, now_micros: i64) -> u64 {
    let (free, longest) = match source {
        Source::Name(_) => (FREE_OF_NAME, LONGEST_OF_NAME),
        Source::Address(_) => (FREE_OF_ADDRESS, LONGEST_OF_ADDRESS),
    };
    if failures.count < free {
        return 0;
    }
    let wait = 1_u64
        .checked_shl(failures.count - free)
        .map_or(longest, |wait| wait.min(longest));
    let passed = now_micros.saturating_sub(failures.last_micros).max(0) / 1_000_000;
    wait.saturating_sub(u64::try_from(passed).unwrap_or(0))
}
