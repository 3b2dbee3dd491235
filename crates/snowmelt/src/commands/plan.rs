//! `snowmelt plan`. In: the project's files and a target. Out: what `deploy` would do, and an exit code that says whether
//! that is anything.

use crate::arguments::TargetArgument;
use crate::commands::deploy::execute;
use crate::commands::run::print_plan;
use crate::context::{Context, end_with};
use crate::failure::{Exit, Failure};
use crate::output::OutputFormat;
use snowmelt_pipeline::deploy::DeployOptions;
use snowmelt_pipeline::run::RunOptions;

/// Shows what `deploy` would do, and changes nothing
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads what is there and compares it with what the project's SQL files declare. `+` is new, `~` is changed without loss, `-`
is replaced or dropped, with what is lost. What somebody changed by hand since the last deploy is told apart.

Exit codes: 0 nothing to do; 10 there is something to do; 2 SQL or configuration are wrong; 3 anything else.

Examples:
  snowmelt plan                     against the warehouse here
  snowmelt plan --target prod       against a Snowflake account
  snowmelt plan --target prod --output json")]
pub(crate) struct Plan {
    #[command(flatten)]
    target: TargetArgument,
    /// In which form the plan is printed
    #[arg(long, short, value_name = "FORMAT", default_value = "table")]
    output: OutputFormat,
}

impl Plan {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let open = context.open_project("snowmelt plan", self.target.name())?;
        let options = DeployOptions {
            run: RunOptions {
                dry_run: true,
                ..RunOptions::default()
            },
            ..DeployOptions::default()
        };
        let report = execute(context.printer, &open, options);
        print_plan(context.printer, &open.project.root, self.output, &report)?;
        end_with(report.outcome)?;
        if report.plan.is_empty() {
            context.printer.say("nothing to do");
            return Ok(());
        }
        Err(Failure::reported(Exit::Changes))
    }
}
