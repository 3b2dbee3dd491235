//! JSON. In: heads and rows. Out: one array, an object a line; numbers keep all their digits.

use super::{Cell, Head};
use crate::printer::Printer;
use crate::visible::obeyed_by_terminals;
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::io::{self, BufWriter, StdoutLock, Write};

/// Prints one result as a JSON array.
pub(crate) struct JsonWriter {
    out: BufWriter<StdoutLock<'static>>,
    keys: Vec<String>,
    rows: u64,
    line: Vec<u8>,
    spells_out: bool,
}

impl JsonWriter {
    /// Starts the array.
    pub(super) fn new(printer: &Printer, heads: &[Head]) -> io::Result<Self> {
        let mut out = printer.data();
        out.write_all(b"[")?;
        Ok(Self {
            out,
            keys: keys(heads),
            rows: 0,
            line: Vec::new(),
            spells_out: printer.data_is_on_terminal(),
        })
    }

    /// One row, as an object.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.line.clear();
        self.line
            .extend_from_slice(if self.rows == 0 { b"\n{" } else { b",\n{" });
        for (index, (key, cell)) in self.keys.iter().zip(cells).enumerate() {
            if index > 0 {
                self.line.push(b',');
            }
            self.line.extend_from_slice(key.as_bytes());
            self.line.push(b':');
            write_value(&mut self.line, cell)?;
        }
        self.line.push(b'}');
        self.rows += 1;
        match std::str::from_utf8(&self.line) {
            Ok(line) if self.spells_out && line.chars().any(unescaped) => {
                self.out.write_all(escape_rest(line).as_bytes())
            }
            _ => self.out.write_all(&self.line),
        }
    }

    /// Ends the array.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out
            .write_all(if self.rows == 0 { b"]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}

fn write_value(line: &mut Vec<u8>, cell: &Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Null => line.extend_from_slice(b"null"),
        Cell::Boolean(value) => line.extend_from_slice(if *value { b"true" } else { b"false" }),
        Cell::Number(text) | Cell::Json(text)
            if serde_json::from_str::<&RawValue>(text).is_ok() =>
        {
            line.extend_from_slice(text.as_bytes());
        }
        Cell::Text(text) | Cell::Number(text) | Cell::Json(text) => {
            serde_json::to_writer(line, text)?
        }
    }
    Ok(())
}

/// The names as JSON strings. Of several columns with one name the later ones get a number, since readers of JSON keep
/// only one value per key.
fn keys(heads: &[Head]) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut keys = Vec::with_capacity(heads.len());
    for head in heads {
        let mut name = head.name.clone();
        let mut number = 1;
        while !taken.insert(name.clone()) {
            number += 1;
            name = format!("{}_{number}", head.name);
        }
        keys.push(serde_json::Value::String(name).to_string());
    }
    keys
}

/// What JSON leaves as it is though a terminal would obey it. Line breaks stand between rows only.
fn unescaped(character: char) -> bool {
    character != '\n' && obeyed_by_terminals(character)
}

fn escape_rest(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 16);
    for character in line.chars() {
        // All of them lie below U+10000.
        match unescaped(character) {
            true => escaped.push_str(&format!("\\u{:04x}", u32::from(character))),
            false => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits_and_documents_their_shape() {
        let mut line = Vec::new();
        let cells = [
            Cell::Number("12345678901234567890123456789012345678".into()),
            Cell::Number("NaN".into()),
            Cell::Json("{\"a\": [1]}".into()),
            Cell::text("1\"\n"),
            Cell::Null,
            Cell::Boolean(true),
        ];
        for cell in &cells {
            write_value(&mut line, cell).unwrap();
            line.push(b' ');
        }
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "12345678901234567890123456789012345678 \"NaN\" {\"a\": [1]} \"1\\\"\\n\" null true "
        );
    }

    #[test]
    fn a_name_that_comes_again_gets_a_number() {
        let heads = ["A", "A", "A_2", "b"].map(Head::text);
        assert_eq!(keys(&heads), ["\"A\"", "\"A_2\"", "\"A_2_2\"", "\"b\""]);
    }

    #[test]
    fn what_json_leaves_to_the_terminal_is_escaped() {
        assert_eq!(
            escape_rest("\n{\"a\":\"\u{9b}31m\u{202e}é\"}"),
            "\n{\"a\":\"\\u009b31m\\u202eé\"}"
        );
    }
}
