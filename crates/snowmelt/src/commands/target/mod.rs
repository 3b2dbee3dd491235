//! `snowmelt target`: a Snowflake account and what stands around it.

mod aws;
mod test;

use crate::context::Context;
use crate::failure::Failure;

/// A Snowflake account: test it, set up AWS for it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  snowmelt target test prod                 who we are there, and what the role may not do
  snowmelt target aws prod                  the AWS side of its integrations and pipes")]
pub(crate) struct Target {
    #[command(subcommand)]
    command: TargetCommand,
}

#[derive(Debug, clap::Subcommand)]
enum TargetCommand {
    Test(test::Test),
    Aws(aws::Aws),
}

impl Target {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        match self.command {
            TargetCommand::Test(test) => test.run(context),
            TargetCommand::Aws(aws) => aws.run(context),
        }
    }
}
