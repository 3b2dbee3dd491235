//! Files on their way to disk. In: rows as bytes. Out: whole files under their names, and what was written.
//!
//! A file is written under a hidden name and takes its own when it is complete, so that nobody ever meets half a file.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{GenerateError, GenerateSummary, GeneratedFile};

/// Rows are handed to the operating system in pieces of about this many bytes.
const BUFFER_BYTES: usize = 256 * 1024;

/// Progress is told every so many rows.
const PROGRESS_ROWS: u64 = 65_536;

/// The folder, the files done, and whoever watches.
pub(super) struct Output<'a> {
    out_dir: &'a Path,
    progress: &'a mut dyn FnMut(u64),
    rows_done: u64,
    buffer: Vec<u8>,
    files: Vec<GeneratedFile>,
}

impl<'a> Output<'a> {
    pub(super) fn new(out_dir: &'a Path, progress: &'a mut dyn FnMut(u64)) -> Self {
        Self {
            out_dir,
            progress,
            rows_done: 0,
            buffer: Vec::with_capacity(BUFFER_BYTES + 4_096),
            files: Vec::new(),
        }
    }

    /// Writes one file: `write` adds rows to it until there are no more.
    pub(super) fn file(
        &mut self,
        name: &str,
        table: &'static str,
        write: impl FnOnce(&mut Rows<'_>) -> Result<(), GenerateError>,
    ) -> Result<(), GenerateError> {
        let path = self.out_dir.join(name);
        let partial = self.out_dir.join(format!(".{name}.partial"));
        let failed = |source| GenerateError::Write {
            path: path.clone(),
            source,
        };
        let file = File::create(&partial).map_err(failed)?;
        self.buffer.clear();
        let mut rows = Rows {
            path: &path,
            file,
            buffer: &mut self.buffer,
            progress: self.progress,
            rows_before: self.rows_done,
            rows: 0,
            bytes: 0,
            dirty_rows: 0,
        };
        let written = write(&mut rows).and_then(|()| rows.flush());
        let (rows, bytes, dirty_rows) = (rows.rows, rows.bytes, rows.dirty_rows);
        let renamed = written.and_then(|()| std::fs::rename(&partial, &path).map_err(failed));
        if let Err(error) = renamed {
            // The first error is the one to tell; a leftover under the hidden name is overwritten by the next run.
            let _ = std::fs::remove_file(&partial);
            return Err(error);
        }
        self.rows_done += rows;
        (self.progress)(self.rows_done);
        self.files.push(GeneratedFile {
            path,
            table,
            rows,
            bytes,
            dirty_rows,
        });
        Ok(())
    }

    pub(super) fn finish(self) -> GenerateSummary {
        GenerateSummary { files: self.files }
    }
}

/// The file being written.
pub(super) struct Rows<'a> {
    path: &'a PathBuf,
    file: File,
    buffer: &'a mut Vec<u8>,
    progress: &'a mut dyn FnMut(u64),
    rows_before: u64,
    rows: u64,
    bytes: u64,
    dirty_rows: u64,
}

impl Rows<'_> {
    /// Where the bytes of the next row go; `row_done` follows.
    #[inline]
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        self.buffer
    }

    #[inline]
    pub(super) fn row_done(&mut self) -> Result<(), GenerateError> {
        self.rows += 1;
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        if self.rows.is_multiple_of(PROGRESS_ROWS) {
            (self.progress)(self.rows_before + self.rows);
        }
        Ok(())
    }

    /// The row just done, or about to be, has something wrong.
    pub(super) fn count_dirty(&mut self) {
        self.dirty_rows += 1;
    }

    fn flush(&mut self) -> Result<(), GenerateError> {
        self.file
            .write_all(self.buffer)
            .map_err(|source| GenerateError::Write {
                path: self.path.clone(),
                source,
            })?;
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// Adds one field of a CSV row (RFC 4180): quoted where it must be.
pub(super) fn csv_field(buffer: &mut Vec<u8>, text: &str) {
    if text
        .bytes()
        .any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'))
    {
        buffer.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' {
                buffer.push(b'"');
            }
            buffer.push(byte);
        }
        buffer.push(b'"');
    } else {
        buffer.extend_from_slice(text.as_bytes());
    }
}

/// Adds a number in decimal.
#[inline]
pub(super) fn number(buffer: &mut Vec<u8>, value: impl itoa::Integer) {
    buffer.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}
