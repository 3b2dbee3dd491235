//! `snowmelt run`, the main job. In: the project's files and its warehouse. Out: bronze loaded, silver and gold rebuilt,
//! checks made, and a report.

mod live;
mod plan;
mod report;

use crate::arguments::TargetArgument;
use crate::context::{Context, OpenProject};
use crate::failure::Failure;
use crate::output::OutputFormat;
use crate::printer::Printer;
use snowmelt_pipeline::report::RunReport;
use snowmelt_pipeline::run::{self, RunOptions};

pub(super) use live::Live;
pub(super) use plan::print as print_plan;
pub(super) use report::show;

/// Loads what is new, rebuilds silver and gold, runs the checks
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads the project's SQL files in order and makes the warehouse as they declare: an object that is
already just so is left alone with its data and its history, whatever CREATE OR REPLACE says. Then it
refreshes the pipes, rebuilds the tables whose definition or input changed, in the order of their
dependencies, and runs the checks.

Names to select are those of tables and pipes; `+` before one adds what it is built from, `+` after
it what is built from it, and `*` stands for any characters.

Exit codes: 0 good; 1 a check failed; 2 SQL or configuration are wrong; 3 anything else.

Examples:
  snowmelt run
  snowmelt run --dry-run                      what would be done
  snowmelt run --select sales_enriched+       this table and all that is built from it
  snowmelt run --output json > report.json")]
pub(crate) struct Run {
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Rebuild also what is up to date
    #[arg(long)]
    full_refresh: bool,
    /// Only these tables and pipes; may be given several times
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    select: Vec<String>,
    /// Do also what loses data or load history
    #[arg(long)]
    allow_destructive: bool,
    #[command(flatten)]
    target: TargetArgument,
    /// In which form the report is printed
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    output: OutputFormat,
}

impl Run {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let open = context.open_project("snowmelt run", self.target.name())?;
        let options = RunOptions {
            full_refresh: self.full_refresh,
            select: self.select,
            allow_destructive: self.allow_destructive,
            dry_run: self.dry_run,
            ..RunOptions::default()
        };
        let report = execute(context.printer, &open, options);
        match self.dry_run {
            true => plan::show(context.printer, &open.project.root, self.output, &report),
            false => show(context.printer, &open.project.root, self.output, &report),
        }
    }
}

/// Runs the project, and shows what goes on meanwhile.
pub(super) fn execute(printer: &Printer, open: &OpenProject, options: RunOptions) -> RunReport {
    let options = RunOptions {
        cancel: open.interrupt.flag(),
        ..options
    };
    let live = Live::new(printer);
    let report = run::run(&open.project, &open.target, &open.clock, &options, &live);
    live.clear();
    report
}
