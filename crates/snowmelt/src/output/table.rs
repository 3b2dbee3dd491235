//! Aligned columns. In: heads and rows. Out: lines; text to the left, numbers to the right, NULL dimmed.

use super::{Cell, Head};
use crate::printer::{Palette, Printer};
use crate::visible::visible;
use std::io::{self, BufWriter, StdoutLock, Write};
use unicode_width::UnicodeWidthStr;

/// Rows that are looked at before the widths are settled. A wider value further down pushes its own line out of shape,
/// which costs less than to hold a result of any size.
const PAGE_ROWS: usize = 1_000;

/// Prints one table.
pub(crate) struct TableWriter {
    out: BufWriter<StdoutLock<'static>>,
    layout: Layout,
    page: Vec<Vec<Option<String>>>,
    wrote_heads: bool,
}

impl TableWriter {
    /// A writer of a table with those heads.
    pub(super) fn new(printer: &Printer, heads: Vec<Head>) -> Self {
        Self {
            out: printer.data(),
            layout: Layout::new(heads, printer.data_palette()),
            page: Vec::new(),
            wrote_heads: false,
        }
    }

    /// One row.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.page.push(row_text(cells));
        if self.page.len() == PAGE_ROWS {
            self.flush_page()
        } else {
            Ok(())
        }
    }

    /// The rest of the rows.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush_page()?;
        self.out.flush()
    }

    fn flush_page(&mut self) -> io::Result<()> {
        self.layout.widen(&self.page);
        if !self.wrote_heads {
            self.out.write_all(self.layout.heads().as_bytes())?;
            self.wrote_heads = true;
        }
        for row in self.page.drain(..) {
            writeln!(self.out, "{}", self.layout.line(&row))?;
        }
        Ok(())
    }
}

/// The lines of a table whose rows are all there.
pub(super) fn lines(
    palette: Palette,
    heads: Vec<Head>,
    rows: impl IntoIterator<Item = Vec<Cell<'static>>>,
) -> Vec<String> {
    let rows: Vec<_> = rows.into_iter().map(|row| row_text(&row)).collect();
    let mut layout = Layout::new(heads, palette);
    layout.widen(&rows);
    let heads = layout.heads();
    let lines = heads.lines().map(str::to_owned);
    lines
        .chain(rows.iter().map(|row| layout.line(row)))
        .collect()
}

fn row_text(cells: &[Cell<'_>]) -> Vec<Option<String>> {
    cells
        .iter()
        .map(|cell| cell.as_text().map(|text| visible(text).into_owned()))
        .collect()
}

/// Widths of the columns, and how a line is put together.
struct Layout {
    heads: Vec<Head>,
    widths: Vec<usize>,
    palette: Palette,
}

impl Layout {
    fn new(heads: Vec<Head>, palette: Palette) -> Self {
        let heads: Vec<Head> = heads
            .into_iter()
            .map(|head| Head {
                name: visible(&head.name).into_owned(),
                ..head
            })
            .collect();
        let widths = heads.iter().map(|head| head.name.width()).collect();
        Self {
            heads,
            widths,
            palette,
        }
    }

    fn widen(&mut self, rows: &[Vec<Option<String>>]) {
        for row in rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.as_deref().unwrap_or(NULL).width());
            }
        }
    }

    fn heads(&self) -> String {
        let names = self
            .heads
            .iter()
            .map(|head| (head.name.as_str(), self.palette.bold(&head.name)));
        let rule = self
            .widths
            .iter()
            .map(|width| "─".repeat(*width))
            .collect::<Vec<_>>()
            .join("  ");
        format!("{}\n{}\n", self.join(names), self.palette.dim(&rule))
    }

    fn line(&self, row: &[Option<String>]) -> String {
        self.join(row.iter().map(|cell| match cell {
            Some(text) => (text.as_str(), text.clone()),
            None => (NULL, self.palette.dim(NULL)),
        }))
    }

    /// Cells as (what is measured, what is printed).
    fn join<'a>(&self, cells: impl Iterator<Item = (&'a str, String)>) -> String {
        let mut line = String::new();
        for (index, (measured, printed)) in cells.enumerate() {
            let padding = " ".repeat(self.widths[index].saturating_sub(measured.width()));
            if index > 0 {
                line.push_str("  ");
            }
            if self.heads[index].is_numeric {
                line.push_str(&padding);
                line.push_str(&printed);
            } else {
                line.push_str(&printed);
                line.push_str(&padding);
            }
        }
        line.truncate(line.trim_end_matches(' ').len());
        line
    }
}

const NULL: &str = "NULL";

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &[Option<&str>]) -> Vec<Option<String>> {
        row.iter().map(|cell| cell.map(str::to_owned)).collect()
    }

    #[test]
    fn numbers_stand_to_the_right_and_wide_characters_count_double() {
        let mut layout = Layout::new(
            vec![Head::text("NAME"), Head::number("N"), Head::text("X")],
            Palette::PLAIN,
        );
        let rows = [
            cells(&[Some("雪"), Some("1"), None]),
            cells(&[Some("melting"), Some("1000"), Some("y")]),
        ];
        layout.widen(&rows);
        assert_eq!(layout.heads(), "NAME        N  X\n───────  ────  ────\n");
        assert_eq!(layout.line(&rows[0]), "雪          1  NULL");
        assert_eq!(layout.line(&rows[1]), "melting  1000  y");
    }
}
