//! Where a block of CSV may end: after a record delimiter that is not inside an enclosed field and not escaped.
//!
//! Only enclosures, escapes and record delimiters are looked at; fields are not told apart. What counts as a record here
//! is what `csv::record` reads as one.

use super::dialect::{CsvDialect, CsvHeader};
use super::record::header_names;
use super::special::Special;
use crate::load::block::{Cut, Cutter};
use std::sync::Arc;

/// Cuts one file.
pub(crate) struct CsvCutter {
    dialect: Arc<CsvDialect>,
    special: Special,
    /// SKIP_HEADER lines still to be dropped, and whether the header record is still to be read.
    skip_header: u64,
    parse_header: bool,
    header: Option<Arc<CsvHeader>>,
    progress: Progress,
}

/// How far a buffer has been read: what is looked at again when more of a long record comes in.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    /// The next byte to look at.
    at: usize,
    /// The end of the last complete record.
    end: usize,
    records: u64,
    enclosed: bool,
    /// The byte before this one was escaped: what follows it is not the start of a field.
    escaped_until: usize,
}

impl CsvCutter {
    /// For a file of this dialect.
    pub(crate) fn new(dialect: Arc<CsvDialect>) -> Self {
        let special = Special::new(
            dialect
                .record_delimiter
                .first()
                .copied()
                .into_iter()
                .chain(dialect.enclosure)
                .chain(dialect.escape_unenclosed),
        );
        Self {
            special,
            skip_header: dialect.skip_header,
            parse_header: dialect.parse_header,
            header: None,
            progress: Progress::default(),
            dialect,
        }
    }

    /// The offset after the lines of SKIP_HEADER and the record of PARSE_HEADER; `None`: more is needed.
    fn skip_front(&mut self, data: &[u8], last: bool) -> Option<usize> {
        let mut at = 0;
        if self.skip_header > 0 {
            let mut left = self.skip_header;
            for newline in memchr::memchr_iter(b'\n', data) {
                left -= 1;
                at = newline + 1;
                if left == 0 {
                    break;
                }
            }
            if left > 0 {
                if !last {
                    return None;
                }
                at = data.len();
            }
            self.skip_header = 0;
        }
        if self.parse_header {
            let mut progress = Progress {
                at,
                end: at,
                ..Progress::default()
            };
            self.advance(data, last, &mut progress, 1);
            if progress.records == 0 && !last {
                return None;
            }
            let end = if progress.records == 0 {
                data.len()
            } else {
                progress.end
            };
            let names = header_names(&self.dialect, &data[at..end]);
            self.header = Some(Arc::new(CsvHeader { names }));
            self.parse_header = false;
            at = end;
        }
        Some(at)
    }

    /// Reads on until the end of `data` or until so many records are complete.
    fn advance(&self, data: &[u8], last: bool, progress: &mut Progress, most: u64) {
        let dialect = &*self.dialect;
        if dialect.record_delimiter.is_empty() {
            progress.at = data.len();
            return;
        }
        while progress.at < data.len() && progress.records < most {
            let step = if progress.enclosed {
                enclosed_step(dialect, data, last, progress)
            } else {
                self.outside_step(data, last, progress)
            };
            if step.is_none() {
                return;
            }
        }
    }

    /// Outside of an enclosed field: to the next byte that matters. `None`: more is needed to tell.
    fn outside_step(&self, data: &[u8], last: bool, progress: &mut Progress) -> Option<()> {
        let dialect = &*self.dialect;
        let at = self.special.find(data, progress.at);
        let Some(&byte) = data.get(at) else {
            progress.at = at;
            return Some(());
        };
        // An escape or a delimiter of several bytes may be cut off by the end of the buffer.
        let needed = dialect.record_delimiter.len().max(2);
        if data.len() - at < needed && !last && dialect.record_delimiter != [byte] {
            progress.at = at;
            return None;
        }
        if Some(byte) == dialect.escape_unenclosed {
            progress.at = (at + 2).min(data.len());
            progress.escaped_until = progress.at;
        } else if let Some(end) = dialect.record_end(data, at) {
            progress.records += 1;
            progress.end = end;
            progress.at = end;
        } else {
            progress.enclosed = Some(byte) == dialect.enclosure
                && dialect.multi_line
                && starts_field(dialect, data, at, progress);
            progress.at = at + 1;
        }
        Some(())
    }
}

impl Cutter for CsvCutter {
    fn cut(&mut self, data: &[u8], last: bool) -> Option<Cut> {
        let skip = if self.skip_header > 0 || self.parse_header {
            let skip = self.skip_front(data, last)?;
            self.progress = Progress {
                at: skip,
                end: skip,
                ..Progress::default()
            };
            skip
        } else {
            0
        };
        let mut progress = self.progress;
        self.advance(data, last, &mut progress, u64::MAX);
        if last {
            // What has no delimiter after it is a record too.
            progress.records += u64::from(progress.end < data.len());
            progress.end = data.len();
        } else if progress.end == 0 || (progress.records == 0 && skip == 0) {
            self.progress = progress;
            return None;
        }
        self.progress = Progress::default();
        Some(Cut {
            end: progress.end,
            skip,
            records: progress.records,
            in_array: false,
        })
    }

    fn resume(&self, data: &[u8]) -> Option<usize> {
        let delimiter = &self.dialect.record_delimiter;
        memchr::memmem::find(data, delimiter)
            .filter(|_| !delimiter.is_empty())
            .map(|at| at + delimiter.len())
    }

    fn header(&self) -> Option<Arc<CsvHeader>> {
        self.header.clone()
    }
}

/// Inside an enclosed field: to its end. `None`: more is needed to tell.
fn enclosed_step(
    dialect: &CsvDialect,
    data: &[u8],
    last: bool,
    progress: &mut Progress,
) -> Option<()> {
    let enclosure = dialect.enclosure?;
    let found = match dialect.escape_enclosed {
        Some(escape) if escape != enclosure => {
            memchr::memchr2(enclosure, escape, &data[progress.at..])
        }
        _ => memchr::memchr(enclosure, &data[progress.at..]),
    };
    let Some(offset) = found else {
        progress.at = data.len();
        return Some(());
    };
    let at = progress.at + offset;
    if at + 1 == data.len() && !last {
        progress.at = at;
        return None;
    }
    if data[at] != enclosure {
        progress.at = (at + 2).min(data.len());
    } else if data.get(at + 1) == Some(&enclosure) {
        progress.at = at + 2;
    } else {
        progress.enclosed = false;
        progress.at = at + 1;
    }
    Some(())
}

/// Whether the enclosure at `at` is the first byte of a field (after spaces that are trimmed).
fn starts_field(dialect: &CsvDialect, data: &[u8], at: usize, progress: &Progress) -> bool {
    let mut start = at;
    if dialect.trim_space {
        while start > progress.end && dialect.is_space(data[start - 1]) {
            start -= 1;
        }
    }
    start == progress.end
        || (!dialect.field_delimiter.is_empty()
            && start >= progress.end + dialect.field_delimiter.len()
            && data[..start].ends_with(&dialect.field_delimiter)
            && progress.escaped_until < start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use snowmelt_sql::object::CsvFormat;

    fn cut(format: CsvFormat, data: &str) -> Option<(usize, usize, u64)> {
        let dialect = Arc::new(CsvDialect::new(&format).unwrap());
        let cut = CsvCutter::new(dialect).cut(data.as_bytes(), false)?;
        Some((cut.skip, cut.end, cut.records))
    }

    fn enclosed() -> CsvFormat {
        CsvFormat {
            field_optionally_enclosed_by: Some('"'),
            ..CsvFormat::default()
        }
    }

    #[test]
    fn a_block_ends_after_a_record() {
        assert_eq!(cut(CsvFormat::default(), "1,a\n2,b\n3"), Some((0, 8, 2)));
        assert_eq!(cut(CsvFormat::default(), "1,a\\\n2,b\n3"), Some((0, 9, 1)));
        assert_eq!(cut(CsvFormat::default(), "1,a"), None);
        assert_eq!(
            cut(enclosed(), "1,\"a\nb\"\n2,\"\"\"\n\"\n\"x"),
            Some((0, 16, 2))
        );
        // An enclosure inside a field is part of it.
        assert_eq!(
            cut(enclosed(), "5\" pipe,1\n6\" pipe,2\n"),
            Some((0, 20, 2))
        );
        assert_eq!(cut(enclosed(), "a\\,\"b\n2\n"), Some((0, 8, 2)));
        assert_eq!(cut(enclosed(), "\"a\n"), None);
        let header = CsvFormat {
            skip_header: 2,
            ..enclosed()
        };
        assert_eq!(cut(header, "one \"\ntwo\n1\n2\n3"), Some((10, 14, 2)));
        let long = CsvFormat {
            record_delimiter: Some("||".into()),
            ..enclosed()
        };
        assert_eq!(cut(long, "1,\"a||\"||2||3|"), Some((0, 12, 2)));
    }

    #[test]
    fn the_header_is_read_once() {
        let format = CsvFormat {
            parse_header: true,
            ..enclosed()
        };
        let mut cutter = CsvCutter::new(Arc::new(CsvDialect::new(&format).unwrap()));
        assert_eq!(cutter.cut(b"id,\"full\nna", false), None);
        let cut = cutter.cut(b"id,\"full\nname\"\r\n1,x\n2", false).unwrap();
        assert_eq!((cut.skip, cut.end, cut.records), (16, 20, 1));
        assert_eq!(cutter.header().unwrap().names, ["id", "full\nname"]);
        assert_eq!(cutter.cut(b"2,\"y\"", true).unwrap().records, 1);
    }
}
