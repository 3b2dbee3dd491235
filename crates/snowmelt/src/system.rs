//! The one place that asks the system for the time, for chance and for the environment. Everything below takes them as arguments.

use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};
use snowmelt_engine::{Clock, Ids};
use snowmelt_pipeline::account::Environment;
use std::env;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Today, where this machine stands.
pub(crate) fn today() -> Date {
    ZonedDateTime::now().date()
}

/// What the environment says about Snowflake's own tools and files.
#[expect(
    clippy::disallowed_methods,
    reason = "the names are not known beforehand: SNOWFLAKE_CONNECTIONS_<NAME>_<KEY>"
)]
pub(crate) fn environment() -> Environment {
    let is_wanted = |name: &str| {
        name.starts_with("SNOWFLAKE_")
            || matches!(name, "XDG_CONFIG_HOME" | "PRIVATE_KEY_PASSPHRASE")
    };
    Environment {
        variables: env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| is_wanted(name))
            .collect(),
        home: env::home_dir(),
    }
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else is passed"
    )]
    fn now_micros(&self) -> i64 {
        Timestamp::now().as_microsecond()
    }
}

impl snowmelt_pipeline::Clock for SystemClock {
    fn now_micros(&self) -> i64 {
        Clock::now_micros(self)
    }

    fn sleep(&self, time: Duration) {
        thread::sleep(time);
    }
}

/// Ids that nobody has given before: random, with a counter so that one process never repeats itself.
#[derive(Debug, Default)]
pub(crate) struct RandomIds {
    /// Keyed by the operating system's random numbers.
    random: RandomState,
    given: AtomicU64,
}

impl Ids for RandomIds {
    fn next_id(&self) -> u128 {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        let half = |salt: u64| u128::from(self.random.hash_one((number, salt)));
        half(0) << 64 | half(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_within_a_process_and_between_two() {
        let (one, other) = (RandomIds::default(), RandomIds::default());
        let ids = [
            one.next_id(),
            one.next_id(),
            other.next_id(),
            other.next_id(),
        ];
        assert!(
            (1..4).all(|index| !ids[..index].contains(&ids[index])),
            "{ids:?}"
        );
    }
}
