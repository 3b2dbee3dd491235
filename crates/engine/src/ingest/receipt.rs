//! A message of a queue, as long as files that it told of are not settled.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what is left to do before a message may be deleted.
#[derive(Debug, Default)]
pub(super) struct Receipt {
    left: AtomicUsize,
}

impl Receipt {
    /// One more thing must be done first.
    pub(super) fn expect_one(&self) {
        self.left.fetch_add(1, Ordering::SeqCst);
    }

    /// One of them is done.
    pub(super) fn settle_one(&self) {
        self.left.fetch_sub(1, Ordering::SeqCst);
    }

    /// Whether all is done.
    pub(super) fn is_settled(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }
}
