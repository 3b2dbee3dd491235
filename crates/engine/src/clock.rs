//! Time comes in by the door: the binary passes the system clock, tests a clock they set.

use std::fmt;
use std::sync::Mutex;

/// Tells the time. Microseconds since 1970-01-01T00:00:00Z.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now. It may stand still or go back; the engine makes its own stamps strictly increasing.
    fn now_micros(&self) -> i64;
}

/// A clock that shows what it was set to, and moves on by a fixed step each time it is read.
#[derive(Debug)]
pub struct ManualClock {
    now_micros: Mutex<i64>,
    step_micros: i64,
}

impl ManualClock {
    /// Starts at `now_micros`; each reading moves it on by `step_micros` (0: it stands still).
    pub fn new(now_micros: i64, step_micros: i64) -> Self {
        Self {
            now_micros: Mutex::new(now_micros),
            step_micros,
        }
    }

    /// Sets the time.
    pub fn set(&self, now_micros: i64) {
        *crate::lock(&self.now_micros) = now_micros;
    }
}

impl Clock for ManualClock {
    fn now_micros(&self) -> i64 {
        let mut now = crate::lock(&self.now_micros);
        let read = *now;
        *now += self.step_micros;
        read
    }
}
