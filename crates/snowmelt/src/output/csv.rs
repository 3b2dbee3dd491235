//! Comma-separated values. In: heads and rows. Out: RFC 4180 with `\n` at line ends.

use super::{Cell, Head};
use crate::printer::Printer;
use crate::visible::visible_lines;
use std::io::{self, BufWriter, StdoutLock};

/// Prints one result as CSV.
pub(crate) struct CsvWriter {
    out: csv::Writer<BufWriter<StdoutLock<'static>>>,
    spells_out: bool,
}

impl CsvWriter {
    /// Writes the header.
    pub(super) fn new(printer: &Printer, heads: &[Head]) -> io::Result<Self> {
        let mut writer = Self {
            out: csv::Writer::from_writer(printer.data()),
            spells_out: printer.data_is_on_terminal(),
        };
        writer.line(heads.iter().map(|head| head.name.as_str()))?;
        Ok(writer)
    }

    /// One row.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.line(cells.iter().map(|cell| cell.as_text().unwrap_or_default()))
    }

    /// Sends out what is still held.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn line<'a>(&mut self, fields: impl Iterator<Item = &'a str>) -> io::Result<()> {
        let write = || {
            for field in fields {
                // Into a file the bytes go as they are.
                match self.spells_out {
                    true => self.out.write_field(visible_lines(field).as_bytes())?,
                    false => self.out.write_field(field)?,
                }
            }
            self.out.write_record(None::<&[u8]>)
        };
        // The crate's own conversion forgets what kind of error it was.
        write().map_err(|error: csv::Error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })
    }
}
