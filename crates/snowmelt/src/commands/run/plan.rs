//! Shows what a run would do. In: the plan of a dry run. Out: a line for each thing, marked `+` new, `~` changed, `-`
//! replaced or dropped with what is lost.

use super::report::talk_about;
use crate::context::{end_with, in_project};
use crate::failure::Failure;
use crate::output::{self, Cell, Head, OutputFormat};
use crate::printer::{Palette, Printer};
use snowmelt_pipeline::plan::{ChangeAction, RunPlan};
use snowmelt_pipeline::report::RunReport;
use std::path::Path;

/// Prints the plan of the project in `root`, and says that it is one.
pub(super) fn show(
    printer: &Printer,
    root: &Path,
    format: OutputFormat,
    report: &RunReport,
) -> Result<(), Failure> {
    print(printer, root, format, report)?;
    if report.plan.is_empty() && report.errors.is_empty() {
        printer.say("nothing to change; files that wait in the bucket would be loaded");
    }
    printer.say("nothing was done: this was a dry run");
    end_with(report.outcome)
}

/// Prints the plan of the project in `root`, with its notes and errors.
pub(crate) fn print(
    printer: &Printer,
    root: &Path,
    format: OutputFormat,
    report: &RunReport,
) -> Result<(), Failure> {
    match format {
        OutputFormat::Json => output::print_json(printer, &report.plan)?,
        OutputFormat::Csv => print_csv(printer, &report.plan)?,
        OutputFormat::Table => {
            for line in report.plan.to_string().lines() {
                printer.data_line(&colored(printer.data_palette(), line))?;
            }
        }
    }
    talk_about(printer, &report.notes);
    for error in &report.errors {
        printer.failure(&in_project(root, error.clone()));
    }
    let losing = report.plan.destructive().count();
    if losing > 0 {
        printer.warn("what loses data is done only with `--allow-destructive`");
    }
    Ok(())
}

fn colored(palette: Palette, line: &str) -> String {
    match line.chars().next() {
        Some('+') => palette.good(line),
        Some('~') => palette.warning(line),
        Some('-') => palette.error(line),
        _ => line.to_owned(),
    }
}

fn print_csv(printer: &Printer, plan: &RunPlan) -> Result<(), Failure> {
    let heads = ["ACTION", "KIND", "OBJECT", "WHY", "LOST"].map(Head::text);
    let changes = plan.changes.iter().map(|change| {
        let action = match change.action {
            ChangeAction::Create => "create",
            ChangeAction::Alter => "alter",
            ChangeAction::Replace => "replace",
            ChangeAction::Drop => "drop",
            ChangeAction::Keep => "keep",
        };
        (
            action,
            change.kind.noun(),
            &change.name,
            change.differences.join("; "),
            change.lost.join("; "),
        )
    });
    let loads = plan.loads.iter().map(|load| {
        let action = if load.selected { "load" } else { "leave" };
        (
            action,
            load.kind.noun(),
            &load.name,
            String::new(),
            String::new(),
        )
    });
    let models = plan.models.iter().map(|model| {
        let action = if model.rebuild { "build" } else { "keep" };
        (
            action,
            "model",
            &model.name,
            model.why.clone(),
            String::new(),
        )
    });
    let rows = changes
        .chain(loads)
        .chain(models)
        .map(|(action, kind, name, why, lost)| {
            vec![
                Cell::text(action),
                Cell::text(kind),
                Cell::text(name.clone()),
                Cell::text(why),
                Cell::text(lost),
            ]
        });
    Ok(output::print(
        printer,
        OutputFormat::Csv,
        heads.into(),
        rows,
    )?)
}
