//! `snowmelt check`. In: the project's checks and its warehouse. Out: what each found, and an exit code.

use crate::arguments::TargetArgument;
use crate::context::{Context, end_with, in_project, say_all};
use crate::failure::Failure;
use crate::human::{count, counted, duration};
use crate::output::{self, Cell, Head, OutputFormat};
use crate::printer::{Palette, Printer};
use snowmelt_pipeline::check::{self, CheckReport, CheckResult, Severity};
use snowmelt_pipeline::run::RunOptions;
use std::path::Path;
use std::time::Duration;

/// Runs the data checks alone
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A check is a query in checks/ that returns the bad rows. Its first comment says how bad they are and what they mean:

  -- severity: error
  -- message: two rows in silver.customers_clean share a customer_id

Exit code 1 if a check of severity `error` finds bad rows.

Examples:
  snowmelt check
  snowmelt check --output json")]
pub(crate) struct Check {
    #[command(flatten)]
    target: TargetArgument,
    /// In which form the results are printed
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    output: OutputFormat,
}

impl Check {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let open = context.open_project("snowmelt check", self.target.name())?;
        let root = &open.project.root;
        let options = RunOptions {
            cancel: open.interrupt.flag(),
            ..RunOptions::default()
        };
        let report = check::check(&open.project, &open.target, &open.clock, &options)
            .map_err(|errors| say_all(context.printer, root, errors))?;
        show(context.printer, root, self.output, &report)
    }
}

fn show(
    printer: &Printer,
    root: &Path,
    format: OutputFormat,
    report: &CheckReport,
) -> Result<(), Failure> {
    if format == OutputFormat::Json {
        output::print_json(printer, report)?;
    } else {
        print_results(printer, format, &report.checks)?;
    }
    talk_about(printer, root, &report.checks);
    printer.say("");
    printer.say(last_line(printer.palette(), report));
    end_with(report.outcome)
}

fn print_results(
    printer: &Printer,
    format: OutputFormat,
    checks: &[CheckResult],
) -> Result<(), Failure> {
    let heads = vec![
        Head::text("CHECK"),
        Head::text("RESULT"),
        Head::text("SEVERITY"),
        Head::number("BAD_ROWS"),
        Head::number("SECONDS"),
        Head::text("MESSAGE"),
    ];
    let people = format == OutputFormat::Table;
    let rows = checks.iter().map(|check| {
        vec![
            Cell::text(check.name.clone()),
            Cell::text(result_word(check)),
            Cell::text(severity_word(check.severity)),
            Cell::Number(
                if people {
                    count(check.bad_rows)
                } else {
                    check.bad_rows.to_string()
                }
                .into(),
            ),
            Cell::Number(format!("{:.2}", check.seconds).into()),
            Cell::text(check.message.clone()),
        ]
    });
    Ok(output::print(printer, format, heads, rows)?)
}

/// Says more about each check that is not good: what its bad rows mean and the first of them, or why it could not run.
pub(super) fn talk_about(printer: &Printer, root: &Path, checks: &[CheckResult]) {
    let palette = printer.palette();
    for check in checks
        .iter()
        .filter(|check| check.error.is_some() || check.bad_rows > 0)
    {
        printer.say("");
        if let Some(error) = &check.error {
            printer.failure(&in_project(root, error.clone()));
            continue;
        }
        let word = match check.severity {
            Severity::Error => palette.error("check failed:"),
            Severity::Warn => palette.warning("check warns:"),
        };
        let found = counted(check.bad_rows, "row");
        printer.finding(format_args!(
            "{word} {} ({}, {found})",
            check.message, check.name
        ));
        let rows = check.first_rows.iter().map(|row| {
            row.iter()
                .map(|value| value.clone().map_or(Cell::Null, Cell::text))
                .collect::<Vec<_>>()
        });
        let heads = check.columns.iter().map(Head::text).collect();
        printer.finding(output::table_text(palette, heads, rows, "    "));
        if check.bad_rows > check.first_rows.len() as u64 {
            let elsewhere = match root.as_os_str().is_empty() {
                true => String::new(),
                false => format!(" --project {}", root.display()),
            };
            printer.finding(format_args!(
                "    … all of them: snowmelt sql{elsewhere} -f {}",
                root.join(&check.file).display()
            ));
        }
    }
}

fn result_word(check: &CheckResult) -> &'static str {
    match check.severity {
        _ if check.error.is_some() => "not run",
        _ if check.bad_rows == 0 => "ok",
        Severity::Error => "failed",
        Severity::Warn => "warns",
    }
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warn => "warn",
    }
}

fn last_line(palette: Palette, report: &CheckReport) -> String {
    let failed = report
        .checks
        .iter()
        .filter(|check| check.is_failure())
        .count() as u64;
    let warned = report
        .checks
        .iter()
        .filter(|check| !check.is_failure() && check.bad_rows > 0)
        .count() as u64;
    let passed = report.checks.len() as u64 - failed - warned;
    let took = duration(Duration::from_secs_f64(report.seconds.max(0.0)));
    let mut parts = vec![palette.good(&format!("{} passed", counted(passed, "check")))];
    if warned > 0 {
        parts.push(palette.warning(&format!("{} warned", count(warned))));
    }
    if failed > 0 {
        parts.push(palette.error(&format!("{} failed", count(failed))));
    }
    format!("{} in {took}", parts.join(", "))
}
