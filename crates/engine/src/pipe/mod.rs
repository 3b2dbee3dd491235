//! Pipes: which files a refresh is about, and how far refreshes are. `execute::pipe` runs them.

mod progress;
mod queue;

pub(crate) use progress::{PipeProgress, register_progress};
pub(crate) use queue::{QueuedFiles, batches, modified_after, queue};
