//! What auto-ingest tells of its work.

use std::sync::Arc;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IngestEvent<'a> {
    /// A pipe is looked after from now on.
    Started {
        /// Its full name.
        pipe: &'a str,
        /// Where its files come from.
        channel: &'a str,
    },
    /// A pipe is gone, or does not ingest by itself any more.
    Ended {
        /// Its full name.
        pipe: &'a str,
    },
    /// A file was read, and its entry in the load history committed.
    Read {
        /// The pipe's full name.
        pipe: &'a str,
        /// The file's path below the stage.
        file: &'a str,
        /// Rows that are in the table now.
        rows_loaded: u64,
        /// Records that are not.
        rows_rejected: u64,
        /// Whether nothing of it was loaded because of its errors.
        is_failed: bool,
        /// The first error.
        error: Option<&'a str>,
    },
    /// A file that was loaded has other content now, under the same name. It is not loaded again.
    Changed {
        /// The pipe's full name.
        pipe: &'a str,
        /// The file's path below the stage.
        file: &'a str,
    },
    /// A pipe or a source of events does not work; it is tried again. Told once, until it works again.
    Trouble {
        /// The pipe's full name, or the source's.
        place: &'a str,
        /// What is wrong.
        message: &'a str,
        /// More about the cause.
        detail: Option<&'a str>,
        /// What to do.
        hint: Option<&'a str>,
    },
    /// It works again.
    Recovered {
        /// The pipe's full name, or the source's.
        place: &'a str,
    },
}

/// Is told of each event, from several threads; it should not take long.
pub type Observer = Arc<dyn Fn(IngestEvent<'_>) + Send + Sync>;
