//! The commands, a file each.

mod generate;
mod init;
mod sql;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::failure::Failure;
use crate::printer::Printer;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::Init),
    Generate(generate::Generate),
    Sql(sql::Sql),
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments, printer: &Printer) -> Result<(), Failure> {
    let context = Context {
        printer,
        project: arguments.common.project,
    };
    match arguments.command {
        Command::Init(init) => init.run(&context),
        Command::Generate(generate) => generate.run(&context),
        Command::Sql(sql) => sql.run(&context),
    }
}
