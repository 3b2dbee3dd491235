//! Ctrl-C and SIGTERM. In: signals. Out: the first one stops what is running, in order; the second ends the process.
//!
//! What a statement has not committed when the process ends is not there at the next start.

use crate::failure::Failure;
use crate::printer::Printer;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How often what runs is told to stop, until it has. DuckDB forgets to be interrupted when the next of the statements
/// that one of ours is made of begins.
const REPEAT_AFTER: Duration = Duration::from_millis(20);

/// Hears signals; cloning gives another handle to the same ear.
#[derive(Clone, Default)]
pub(crate) struct Interrupt {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    requested: Arc<AtomicBool>,
    /// By a number of their own, since many statements may run on one session after the other.
    running: Mutex<BTreeMap<u64, Stop>>,
    next_number: AtomicU64,
}

/// Stops a statement, from another thread; may be called again.
pub(crate) type Stop = Arc<dyn Fn() + Send + Sync>;

/// A statement that runs; over when this is dropped.
pub(crate) struct Running<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Interrupt {
    /// Starts to listen.
    ///
    /// # Errors
    /// When the operating system does not let a signal be handled.
    pub(crate) fn listen(printer: &Printer) -> Result<Self, Failure> {
        Self::start(printer)
            .map_err(|error| Failure::other("cannot listen for Ctrl-C").caused_by(&error))
    }

    fn start(printer: &Printer) -> io::Result<Self> {
        let interrupt = Self::default();
        let (listener, printer) = (interrupt.clone(), printer.clone());
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                for signal in signals.forever() {
                    if listener.shared.requested.swap(true, Ordering::SeqCst) {
                        low_level::exit(128 + signal);
                    }
                    printer.say("stopping; once more stops at once");
                    let stopper = listener.clone();
                    // On a thread of its own, so that the second signal is heard while the first is being served.
                    _ = thread::Builder::new()
                        .name("stopping".to_owned())
                        .spawn(move || stopper.stop_running());
                }
            })?;
        Ok(interrupt)
    }

    /// Whether to stop.
    pub(crate) fn is_requested(&self) -> bool {
        self.shared.requested.load(Ordering::SeqCst)
    }

    /// The same as a flag that others can hold.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.shared.requested)
    }

    /// Goes on as if nothing had been heard: the prompt's next statement.
    pub(crate) fn forget(&self) {
        self.shared.requested.store(false, Ordering::SeqCst);
    }

    /// Says that a statement runs, and how to stop it.
    pub(crate) fn running(&self, stop: Stop) -> Running<'_> {
        let number = self.shared.next_number.fetch_add(1, Ordering::Relaxed);
        self.shared.lock().insert(number, stop);
        Running {
            shared: &self.shared,
            number,
        }
    }

    /// Stops the statements that run now. Those that begin later, to leave things in order, are let be.
    fn stop_running(&self) {
        let doomed: Vec<u64> = self.shared.lock().keys().copied().collect();
        loop {
            let running = self.shared.lock();
            let stops: Vec<_> = doomed
                .iter()
                .filter_map(|number| running.get(number).cloned())
                .collect();
            drop(running);
            if stops.is_empty() || !self.is_requested() {
                return;
            }
            for stop in stops {
                stop();
            }
            thread::sleep(REPEAT_AFTER);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Stop>> {
        // Whoever panicked while holding it had inserted or removed one entry, or not.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.shared.lock().remove(&self.number);
    }
}
