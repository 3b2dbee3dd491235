//! Which files are not to be loaded again: what the ledger says of a pipe's files, or of a table's.

use super::loader::Loader;
use crate::error::Result;
use crate::ledger::{self, Seen};
use crate::stage::StagedFile;
use duckdb::Connection;

impl Loader {
    /// Which files the ledger says are loaded.
    pub(crate) fn seen(&self, connection: &Connection, table_id: i64) -> Result<Loaded> {
        self.seen_among(connection, table_id, None)
    }

    /// The same for some files: what it costs does not grow with the ledger's other entries.
    pub(crate) fn seen_of(
        &self,
        connection: &Connection,
        table_id: i64,
        files: &[StagedFile],
    ) -> Result<Loaded> {
        let among: Vec<&str> = files.iter().map(|file| file.location.as_str()).collect();
        self.seen_among(connection, table_id, Some(&among))
    }

    fn seen_among(
        &self,
        connection: &Connection,
        table_id: i64,
        among: Option<&[&str]>,
    ) -> Result<Loaded> {
        Ok(Loaded {
            by_copy: ledger::copied_files(connection, table_id, among)?,
            by_pipe: self
                .pipe_id
                .map(|pipe| ledger::piped_files(connection, pipe, among))
                .transpose()?,
        })
    }
}

/// The files that are not to be loaded again.
pub(crate) struct Loaded {
    by_copy: Seen,
    by_pipe: Option<Seen>,
}

impl Loaded {
    /// A pipe looks at its own history by name, and at the table's; COPY at the table's alone, by name and content.
    pub(crate) fn is_loaded(&self, file: &StagedFile) -> bool {
        self.by_copy.has_content(&file.location, &file.object.etag)
            || self
                .by_pipe
                .as_ref()
                .is_some_and(|seen| seen.has_location(&file.location))
    }

    /// Whether the pipe has loaded the name with other content.
    pub(crate) fn is_changed(&self, file: &StagedFile) -> bool {
        self.by_pipe.as_ref().is_some_and(|seen| {
            seen.has_location(&file.location)
                && !seen.has_content(&file.location, &file.object.etag)
        })
    }
}
