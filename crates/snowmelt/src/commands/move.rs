//! `snowmelt move`. In: a project that runs here and an account. Out: the project on the account, and how the two compare.

use crate::commands::run::{Live, show};
use crate::context::{Context, say_all};
use crate::failure::{Exit, Failure};
use crate::human::count;
use crate::output::{self, Cell, Head, OutputFormat};
use snowmelt_pipeline::moving::{Comparison, carry_over, compare};
use snowmelt_pipeline::report::Outcome;
use snowmelt_pipeline::run::RunOptions;

/// Moves the project to an account, and compares the two
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Deploys the project, lets the account load all files of the buckets from the start (none twice), builds the models, runs
the checks; then compares each table here and there, by its row count and a checksum of each column. Started
again it goes on where it stopped. The warehouse here stays as it is.

Files that are not in the bucket any more are missing there, and the comparison says so.

Exit codes: 0 all tables are equal; 1 some differ, or a check failed; 2 and 3 as for `run`.

Examples:
  snowmelt move --to prod
  snowmelt move --to prod --compare-only     how far apart they are now")]
pub(crate) struct Move {
    /// The account, by its [targets.NAME] in snowmelt.toml
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Change nothing, only compare
    #[arg(long)]
    compare_only: bool,
    /// In which form the comparison is printed
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    output: OutputFormat,
}

impl Move {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let printer = context.printer;
        let here = context.open_project("snowmelt move", None)?;
        let root = &here.project.root;
        let there = context.listening_account(root, &here.project, &self.to, &here.interrupt)?;
        let mut outcome = Outcome::Ok;
        if !self.compare_only {
            let options = RunOptions {
                cancel: here.interrupt.flag(),
                ..RunOptions::default()
            };
            let live = Live::new(printer);
            let report = carry_over(&here.project, &there, &here.clock, &options, &live);
            live.clear();
            outcome = report.outcome;
            // The comparison is the data; what was done is talk when it is not for people.
            if self.output == OutputFormat::Table || outcome != Outcome::Ok {
                let shown = show(printer, root, OutputFormat::Table, &report);
                if !matches!(outcome, Outcome::Ok | Outcome::CheckFailed) {
                    return shown;
                }
            }
        }
        let comparison = compare(&here.project, &here.target, &there)
            .map_err(|errors| say_all(printer, root, errors))?;
        print(context, self.output, &comparison)?;
        if !comparison.is_equal() {
            printer.warn(format_args!("the tables here and on `{}` differ", self.to));
        }
        match comparison.is_equal() && outcome == Outcome::Ok {
            true => Ok(()),
            false => Err(Failure::reported(Exit::CheckFailed)),
        }
    }
}

fn print(
    context: &Context<'_>,
    format: OutputFormat,
    comparison: &Comparison,
) -> Result<(), Failure> {
    if format == OutputFormat::Json {
        return Ok(output::print_json(context.printer, comparison)?);
    }
    let heads = vec![
        Head::text("TABLE"),
        Head::number("ROWS_HERE"),
        Head::number("ROWS_THERE"),
        Head::text("RESULT"),
        Head::text("NOT_COMPARED"),
    ];
    let rows = |rows: Option<u64>| match rows {
        Some(rows) if format == OutputFormat::Table => Cell::text(count(rows)),
        Some(rows) => Cell::count(rows),
        None => Cell::Null,
    };
    let lines = comparison.tables.iter().map(|table| {
        let result = if table.is_equal() {
            "equal".to_owned()
        } else if table.differing.is_empty() {
            "rows differ".to_owned()
        } else {
            format!("differs in {}", table.differing.join(", "))
        };
        vec![
            Cell::text(table.name.clone()),
            rows(table.rows_from),
            rows(table.rows_to),
            Cell::text(result),
            Cell::text(table.not_compared.join(", ")),
        ]
    });
    Ok(output::print(context.printer, format, heads, lines)?)
}
