//! Shows what a run did. In: a report. Out: one line an object, each error with its place, and a last line that sums up.

use crate::commands::check;
use crate::context::{end_with, in_project};
use crate::failure::Failure;
use crate::human::{count, counted, duration};
use crate::output::{self, Cell, Head, OutputFormat};
use crate::printer::{Palette, Printer};
use snowmelt_pipeline::plan::Note;
use snowmelt_pipeline::report::{LineAction, Outcome, ReportLine, RunReport, Totals};
use std::path::Path;
use std::time::Duration;

/// Prints the report of the project in `root`, and tells how the command ends.
pub(crate) fn show(
    printer: &Printer,
    root: &Path,
    format: OutputFormat,
    report: &RunReport,
) -> Result<(), Failure> {
    match format {
        OutputFormat::Json => output::print_json(printer, report)?,
        OutputFormat::Csv => print_lines(printer, format, report.lines.iter())?,
        OutputFormat::Table => {
            // What was left alone is counted in the last line.
            let told = |line: &&ReportLine| line.action != LineAction::Unchanged;
            if report.lines.iter().any(|line| told(&line)) {
                print_lines(printer, format, report.lines.iter().filter(told))?;
            }
        }
    }
    for line in &report.lines {
        if let Some(error) = &line.error {
            printer.say("");
            printer.failure(&in_project(root, error.clone()));
        }
    }
    check::talk_about(printer, root, &report.checks);
    talk_about(printer, &report.notes);
    for error in &report.errors {
        printer.failure(&in_project(root, error.clone()));
    }
    printer.say("");
    printer.say(last_line(printer.palette(), report));
    end_with(report.outcome)
}

/// Says the notes, a line each: somebody else's files may hold many statements that only show something.
pub(super) fn talk_about(printer: &Printer, notes: &[Note]) {
    for note in notes {
        let place = note.place.as_ref().map(|place| format!("{place}: "));
        let message = format!("{}{}", place.unwrap_or_default(), note.message);
        printer.note(&Failure::other(message));
    }
}

fn print_lines<'a>(
    printer: &Printer,
    format: OutputFormat,
    lines: impl Iterator<Item = &'a ReportLine>,
) -> Result<(), Failure> {
    let heads = vec![
        Head::text("OBJECT"),
        Head::text("KIND"),
        Head::text("ACTION"),
        Head::number("FILES"),
        Head::number("ROWS"),
        Head::number("REJECTED"),
        Head::number("SECONDS"),
        Head::text("WHY"),
    ];
    let people = format == OutputFormat::Table;
    let number = |number: Option<u64>| match number {
        Some(number) if people => Cell::text(count(number)),
        Some(number) => Cell::count(number),
        None if people => Cell::text(""),
        None => Cell::Null,
    };
    let rows = lines.map(|line| {
        let why = match (&line.error, &line.why) {
            (Some(error), _) => Cell::text(error.message.clone()),
            (None, Some(why)) => Cell::text(why.clone()),
            (None, None) if people => Cell::text(""),
            (None, None) => Cell::Null,
        };
        vec![
            Cell::text(line.name.clone()),
            Cell::text(line.kind.noun()),
            Cell::text(action_word(line.action)),
            number(line.files),
            number(line.rows),
            number(line.rows_rejected),
            Cell::Number(format!("{:.2}", line.seconds).into()),
            why,
        ]
    });
    Ok(output::print(printer, format, heads, rows)?)
}

fn action_word(action: LineAction) -> &'static str {
    match action {
        LineAction::Created => "created",
        LineAction::Altered => "altered",
        LineAction::Replaced => "replaced",
        LineAction::Dropped => "dropped",
        LineAction::Loaded => "loaded",
        LineAction::Rebuilt => "built",
        LineAction::Unchanged => "unchanged",
        LineAction::Skipped => "skipped",
        LineAction::Failed => "failed",
    }
}

/// `done in 2.10 s: 20 objects changed, 12 files loaded (110,500 rows, 0 rejected), 11 models built, 14 checks passed`.
fn last_line(palette: Palette, report: &RunReport) -> String {
    let took = duration(Duration::from_secs_f64(report.seconds.max(0.0)));
    let word = match report.outcome {
        Outcome::Ok if report.did_nothing() => palette.good("nothing to do"),
        Outcome::Ok => palette.good("done"),
        Outcome::CheckFailed => palette.error("a check failed"),
        Outcome::UserFault | Outcome::Failed => palette.error("failed"),
        Outcome::Cancelled => palette.warning("stopped"),
    };
    let parts = sums(&report.totals);
    match parts.is_empty() {
        true => format!("{word} in {took}"),
        false => format!("{word} in {took}: {}", parts.join(", ")),
    }
}

fn sums(totals: &Totals) -> Vec<String> {
    let mut parts = Vec::new();
    let mut add = |number: u64, text: String| {
        if number > 0 {
            parts.push(text);
        }
    };
    add(
        totals.objects_changed,
        format!("{} changed", counted(totals.objects_changed, "object")),
    );
    add(
        totals.files_loaded,
        format!(
            "{} loaded ({}, {} rejected)",
            counted(totals.files_loaded, "file"),
            counted(totals.rows_loaded, "row"),
            count(totals.rows_rejected)
        ),
    );
    add(
        totals.models_rebuilt,
        format!("{} built", counted(totals.models_rebuilt, "model")),
    );
    add(
        totals.models_unchanged,
        format!("{} unchanged", counted(totals.models_unchanged, "model")),
    );
    add(totals.skipped, format!("{} skipped", count(totals.skipped)));
    add(totals.failed, format!("{} failed", count(totals.failed)));
    add(
        totals.checks_passed,
        format!("{} passed", counted(totals.checks_passed, "check")),
    );
    add(
        totals.checks_warned,
        format!("{} warned", counted(totals.checks_warned, "check")),
    );
    add(
        totals.checks_failed,
        format!("{} failed", counted(totals.checks_failed, "check")),
    );
    parts
}
