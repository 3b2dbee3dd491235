//! `snowmelt deploy`. In: the project's files and a target. Out: the target as the files declare it, or the SQL that makes
//! it so.

use crate::arguments::TargetArgument;
use crate::commands::run::{Live, show};
use crate::context::{Context, OpenProject, say_all};
use crate::failure::Failure;
use crate::output::OutputFormat;
use crate::printer::Printer;
use snowmelt_pipeline::deploy::{self, DeployOptions};
use snowmelt_pipeline::report::RunReport;
use snowmelt_pipeline::run::RunOptions;
use std::io::Write;

/// Makes an account as the project declares it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Sends CREATE … IF NOT EXISTS and ALTER, in the order of the files; CREATE OR REPLACE is never replayed over data. It stops
at the first error and goes on from there the next time. Nothing is loaded and no model is built: that is `snowmelt run
--target NAME`.

What was changed by hand since the last deploy is shown and left, unless --overwrite-drift is given.

Examples:
  snowmelt deploy --target prod
  snowmelt deploy --target prod --print > deploy.sql     the SQL, for somebody else to run
  snowmelt deploy --target prod --allow-destructive      also what loses data; `plan` names it")]
pub(crate) struct Deploy {
    #[command(flatten)]
    target: TargetArgument,
    /// Write the SQL to stdout, and do nothing
    #[arg(long)]
    print: bool,
    /// Do also what loses data or load history
    #[arg(long)]
    allow_destructive: bool,
    /// Undo what was changed by hand since the last deploy
    #[arg(long)]
    overwrite_drift: bool,
    /// In which form the report is printed
    #[arg(
        long,
        short,
        value_name = "FORMAT",
        default_value = "table",
        conflicts_with = "print"
    )]
    output: OutputFormat,
}

impl Deploy {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let printer = context.printer;
        let open = context.open_project("snowmelt deploy", self.target.name())?;
        let root = &open.project.root;
        let options = DeployOptions {
            overwrite_drift: self.overwrite_drift,
            run: RunOptions {
                allow_destructive: self.allow_destructive,
                ..RunOptions::default()
            },
        };
        if self.print {
            let script = deploy::script(&open.project, &open.target, &options)
                .map_err(|errors| say_all(printer, root, errors))?;
            let mut data = printer.data();
            data.write_all(script.as_bytes())?;
            data.flush()?;
            return Ok(());
        }
        let report = execute(printer, &open, options);
        show(printer, root, self.output, &report)
    }
}

/// Deploys the project, and shows what goes on meanwhile.
pub(super) fn execute(
    printer: &Printer,
    open: &OpenProject,
    mut options: DeployOptions,
) -> RunReport {
    options.run.cancel = open.interrupt.flag();
    let live = Live::new(printer);
    let report = deploy::deploy(&open.project, &open.target, &open.clock, &options, &live);
    live.clear();
    report
}
