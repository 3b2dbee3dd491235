//! Pipes: which files a refresh is about, and how far refreshes are. `execute::pipe` runs them.

mod prepare;
mod progress;
mod queue;

pub(crate) use prepare::{pipe_of, prepare};
pub(crate) use progress::{Backlog, ChannelProgress, PipeProgress, register_progress};
pub(crate) use queue::{BATCH_BYTES, BATCH_FILES, QueuedFiles, batches, modified_after, queue};
