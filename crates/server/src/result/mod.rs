//! Rows of a statement in the form that its client reads: a first part in the answer, the rest in files.

mod arrow;
mod columns;
mod json;
mod shown;
mod spool;

pub(crate) use columns::row_types;
pub(crate) use shown::Shown;
pub(crate) use spool::{Keeping, Results, StoredRows, no_such_part, read, store};

/// In which form a client reads rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Arrow IPC streams.
    Arrow,
    /// Arrays of texts.
    Json,
}

impl Format {
    /// As the protocol calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Arrow => "arrow",
            Format::Json => "json",
        }
    }
}
