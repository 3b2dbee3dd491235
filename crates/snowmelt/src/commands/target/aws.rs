//! `snowmelt target aws`. In: a target whose integrations and pipes are deployed. Out: what AWS has to allow and to send.

use crate::context::{Context, say_all};
use crate::failure::Failure;
use crate::output;
use snowmelt_pipeline::aws::aws_side;
use std::io::Write;

/// Prints the AWS side: policies of the integrations' roles, event notifications of the buckets
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks the account for the user and the external id of each storage integration and for the queue of each pipe with
AUTO_INGEST, and writes to stdout what AWS has to be told. Nothing is sent to AWS.

Examples:
  snowmelt target aws prod > aws.sh                    AWS CLI calls; notifications that are there stay
  snowmelt target aws prod --form terraform > aws.tf
  snowmelt target aws prod --form json                 the policies and notifications themselves")]
pub(crate) struct Aws {
    /// The account, by its [targets.NAME] in snowmelt.toml
    #[arg(value_name = "NAME")]
    name: String,
    /// What is written
    #[arg(long, value_name = "FORM", default_value = "cli")]
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// AWS CLI calls
    Cli,
    /// Terraform resources
    Terraform,
    /// The documents
    Json,
}

impl Aws {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let printer = context.printer;
        let open = context.open_project("snowmelt target aws", Some(&self.name))?;
        let side = aws_side(&open.project, &open.target)
            .map_err(|errors| say_all(printer, &open.project.root, errors))?;
        let text = match self.form {
            Form::Json => return Ok(output::print_json(printer, &side)?),
            Form::Cli => side.to_command_line(),
            Form::Terraform => side.to_terraform(),
        };
        let mut data = printer.data();
        data.write_all(text.as_bytes())?;
        Ok(data.flush()?)
    }
}
