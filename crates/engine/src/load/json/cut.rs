//! Where a block of JSON may end: after a complete record.
//!
//! In valid JSON a closing bracket is never followed by an opening one inside a value (a comma, or a closing bracket, must
//! come between), and a string holds no raw newline. So a newline between the two ends a record, whatever is around it:
//! blocks are cut there without reading what they hold. Only where there is no such place (values on one line, arrays
//! whose brackets are to be taken off) is the text read for its structure.

use super::text::{skip_blanks, string_stop};
use crate::load::block::{Cut, Cutter};

/// Cuts one file.
pub(crate) struct JsonCutter {
    strip_outer_array: bool,
    multi_line: bool,
    started: bool,
    /// Between the brackets that STRIP_OUTER_ARRAY takes off.
    in_array: bool,
}

impl JsonCutter {
    /// For a file of a format with these options.
    pub(crate) fn new(strip_outer_array: bool, multi_line: bool) -> Self {
        Self {
            strip_outer_array,
            multi_line,
            started: false,
            in_array: false,
        }
    }
}

impl Cutter for JsonCutter {
    fn cut(&mut self, data: &[u8], last: bool) -> Option<Cut> {
        if !self.started {
            let first = skip_blanks(data, 0);
            if first == data.len() && !last {
                return None;
            }
            self.started = true;
            if self.strip_outer_array && data.get(first) == Some(&b'[') {
                self.in_array = true;
                let cut = self.cut_array(data, first + 1, last);
                // Not started after all: the whole text is looked at again when there is more of it.
                self.started = cut.is_some();
                self.in_array = cut.is_some();
                return cut.map(|cut| Cut {
                    in_array: true,
                    skip: first + 1,
                    ..cut
                });
            }
        }
        if self.in_array {
            return self.cut_array(data, 0, last);
        }
        let end = if last {
            data.len()
        } else if self.multi_line {
            line_boundary(data).or_else(|| structural_boundary(data, 0, false))?
        } else {
            memchr::memrchr(b'\n', data)? + 1
        };
        Some(Cut {
            end,
            skip: 0,
            records: lines(&data[..end]),
            in_array: false,
        })
    }

    fn resume(&self, data: &[u8]) -> Option<usize> {
        memchr::memchr(b'\n', data).map(|newline| newline + 1)
    }
}

impl JsonCutter {
    fn cut_array(&mut self, data: &[u8], from: usize, last: bool) -> Option<Cut> {
        let end = if last {
            data.len()
        } else {
            structural_boundary(data, from, true)?
        };
        Some(Cut {
            end,
            skip: 0,
            // Elements are not counted here: a wrong guess makes the file be read in order, which is exact.
            records: lines(&data[from.min(end)..end]),
            in_array: true,
        })
    }
}

/// The number of lines, the last of which may lack its newline.
fn lines(data: &[u8]) -> u64 {
    let newlines = memchr::memchr_iter(b'\n', data).count() as u64;
    let open = data.last().is_some_and(|byte| *byte != b'\n');
    newlines + u64::from(open)
}

/// The offset after the last newline that has a closing bracket before it and an opening one after it.
fn line_boundary(data: &[u8]) -> Option<usize> {
    for newline in memchr::memrchr_iter(b'\n', data) {
        let after = skip_blanks(data, newline + 1);
        let before = data[..newline].trim_ascii_end().last();
        if matches!(before, Some(b'}' | b']')) && matches!(data.get(after), Some(b'{' | b'[')) {
            return Some(newline + 1);
        }
    }
    None
}

/// The offset after the last value that is complete at the level at which `from` stands, its comma included.
fn structural_boundary(data: &[u8], from: usize, in_array: bool) -> Option<usize> {
    let mut depth = 0_u32;
    let mut boundary = None;
    let mut at = from;
    while let Some(byte) = data.get(at) {
        at += 1;
        match byte {
            b'"' => at = skip_string(data, at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && !in_array {
                    boundary = Some(at);
                }
            }
            b',' if depth == 0 && in_array => boundary = Some(at),
            b'\n' if depth == 0 && !in_array => boundary = Some(at),
            _ => {}
        }
    }
    boundary.filter(|end| *end > 0)
}

/// The offset after the closing quote; or of the newline that a string may not hold, or the end.
fn skip_string(data: &[u8], mut at: usize) -> usize {
    loop {
        at = string_stop(data, at);
        match data.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(b'\n') | None => return at.min(data.len()),
            Some(_) => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(data: &str, strip_outer_array: bool) -> Option<(usize, usize)> {
        let cut = JsonCutter::new(strip_outer_array, true).cut(data.as_bytes(), false)?;
        Some((cut.skip, cut.end))
    }

    #[test]
    fn a_block_ends_after_a_record() {
        assert_eq!(ends("{\"a\":1}\n{\"a\":2}\n{\"a\"", false), Some((0, 16)));
        // A pretty-printed object: the newlines inside are no boundary.
        assert_eq!(
            ends("{\n \"a\": [\n {},\n {}\n ]\n}\n{\n \"a\"", false),
            Some((0, 24))
        );
        assert_eq!(ends("{\"a\":1}{\"a\":2}{\"a\"", false), Some((0, 14)));
        assert_eq!(ends("1\n2\n3", false), Some((0, 4)));
        assert_eq!(ends("{\"a\":\"}\\\"{\" , \"b", false), None);
        assert_eq!(
            ends("[{\"a\":[1,2]},\n{\"a\":3},{\"a\"", true),
            Some((1, 22))
        );
        assert_eq!(ends("  ", true), None);
        assert_eq!(ends("{\"a\":1}\n{\"a\":2}\n{", true), Some((0, 16)));
    }
}
