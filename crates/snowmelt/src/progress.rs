//! Progress bars, drawn on a terminal only. In: the printer and how much there is to do. Out: bars to move on.

use crate::printer::Printer;
use crate::visible::visible;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// How often a bar moves by itself.
const TICK: Duration = Duration::from_millis(120);

/// A bar that counts rows.
pub(crate) fn rows(printer: &Printer, doing: &'static str, rows: u64) -> ProgressBar {
    bar(
        printer,
        doing,
        rows,
        "{prefix:<10} {bar:30} {human_pos}/{human_len} rows, {per_sec}, {eta} left",
    )
}

/// A bar that counts bytes.
pub(crate) fn bytes(printer: &Printer, doing: &'static str, bytes: u64) -> ProgressBar {
    bar(
        printer,
        doing,
        bytes,
        "{prefix:<10} {bar:30} {decimal_bytes}/{decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left",
    )
}

/// A line that moves, for work of which nobody knows how long it takes.
pub(crate) fn spinner(printer: &Printer, doing: &'static str, what: &str) -> ProgressBar {
    let line = bar(printer, doing, 0, "{spinner} {prefix:<10} {msg} {elapsed}");
    line.set_message(visible(what).into_owned());
    line
}

fn bar(printer: &Printer, doing: &'static str, length: u64, template: &str) -> ProgressBar {
    // Only a template with a mistake is refused, and it is ours.
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = printer.progress().add(ProgressBar::new(length));
    bar.set_style(style.progress_chars("━╸ "));
    bar.set_prefix(doing);
    if printer.draws_progress() {
        bar.enable_steady_tick(TICK);
    }
    bar
}
