//! Records that did not fit.
//!
//! In: rejects as the readers find them, from several threads. Out: the same, in the order of files and rows. Few are
//! kept in memory; more go to a temporary file, so that a load of nothing but bad records stays within its memory.

use super::value::Fault;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::sync::Mutex;

/// Most bytes of a rejected record that are kept.
pub(crate) const MAX_RAW_BYTES: usize = 64 << 10;
/// Bytes of rejects that are held in memory.
const MAX_HELD_BYTES: usize = 16 << 20;

/// One rejected record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reject {
    /// The file, by its place in the load.
    pub(crate) file: usize,
    /// 1-based number of the record in its file.
    pub(crate) row_number: u64,
    /// 1-based line on which the record starts.
    pub(crate) row_start_line: u64,
    /// 1-based line of the error.
    pub(crate) line: u64,
    /// 1-based character of the error in its line.
    pub(crate) character: u64,
    /// Offset of the error in the file, decompressed.
    pub(crate) byte_offset: u64,
    /// `"T"["COLUMN":1]`.
    pub(crate) column_name: Option<String>,
    /// The message.
    pub(crate) error: String,
    /// Snowflake's error code.
    pub(crate) code: u32,
    /// SQLSTATE.
    pub(crate) sqlstate: String,
    /// parsing, conversion or other.
    pub(crate) category: String,
    /// The record as it stands in the file, at most [`MAX_RAW_BYTES`] of it.
    pub(crate) record: String,
    /// Whether more of it stands in the file.
    pub(crate) is_cut: bool,
}

impl Reject {
    /// Puts the fault's words in.
    pub(crate) fn describe(&mut self, fault: Fault) {
        self.error = fault.message;
        self.code = fault.code;
        fault.sqlstate.clone_into(&mut self.sqlstate);
        fault.category.as_str().clone_into(&mut self.category);
    }
}

/// A record's bytes as text that can be kept: not too long, valid UTF-8.
pub(crate) fn raw_record(bytes: &[u8]) -> (String, bool) {
    let is_cut = bytes.len() > MAX_RAW_BYTES;
    let kept = &bytes[..bytes.len().min(MAX_RAW_BYTES)];
    (String::from_utf8_lossy(kept).into_owned(), is_cut)
}

/// The rejects of one load.
#[derive(Default)]
pub(crate) struct Rejects {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Vec<Reject>,
    held_bytes: usize,
    spill: Option<BufWriter<std::fs::File>>,
    error: Option<io::Error>,
}

impl Rejects {
    /// Adds one.
    pub(crate) fn push(&self, reject: Reject) {
        let mut state = crate::lock(&self.state);
        state.held_bytes += reject.record.len() + reject.error.len() + size_of::<Reject>();
        state.held.push(reject);
        if state.held_bytes > MAX_HELD_BYTES
            && let Err(error) = state.spill()
        {
            state.error.get_or_insert(error);
        }
    }

    /// Gives all of them, one by one, to `each`.
    ///
    /// # Errors
    /// Of the temporary file, and `each`'s own.
    pub(crate) fn drain<E: From<io::Error>>(
        &self,
        mut each: impl FnMut(Reject) -> Result<(), E>,
    ) -> Result<(), E> {
        let state = std::mem::take(&mut *crate::lock(&self.state));
        if let Some(error) = state.error {
            return Err(error.into());
        }
        if let Some(spill) = state.spill {
            let mut file = spill.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            for line in BufReader::new(file).lines() {
                each(serde_json::from_str(&line?).map_err(io::Error::from)?)?;
            }
        }
        state.held.into_iter().try_for_each(each)
    }
}

impl State {
    fn spill(&mut self) -> io::Result<()> {
        let file = match &mut self.spill {
            Some(file) => file,
            None => self.spill.insert(BufWriter::new(tempfile::tempfile()?)),
        };
        for reject in self.held.drain(..) {
            serde_json::to_writer(&mut *file, &reject)?;
            file.write_all(b"\n")?;
        }
        self.held_bytes = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rejects_come_back() {
        let rejects = Rejects::default();
        let record = "x".repeat(MAX_RAW_BYTES);
        for row_number in 0..600 {
            rejects.push(Reject {
                file: 0,
                row_number,
                row_start_line: 1,
                line: 1,
                character: 1,
                byte_offset: 0,
                column_name: None,
                error: "line\nbreak".to_owned(),
                code: 100_038,
                sqlstate: "22018".to_owned(),
                category: "conversion".to_owned(),
                record: record.clone(),
                is_cut: false,
            });
        }
        let mut seen = Vec::new();
        rejects
            .drain(|reject| {
                assert_eq!(reject.record.len(), MAX_RAW_BYTES);
                assert_eq!(reject.error, "line\nbreak");
                seen.push(reject.row_number);
                Ok::<_, io::Error>(())
            })
            .unwrap();
        assert_eq!(seen, (0..600).collect::<Vec<_>>());
        rejects
            .drain(|_| Err(io::Error::other("there are none left")))
            .unwrap();
    }
}
