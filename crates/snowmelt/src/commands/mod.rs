//! The commands, a file each.

mod check;
mod demo;
mod deploy;
mod export;
mod generate;
mod init;
mod lint;
mod r#move;
mod plan;
mod rejects;
mod run;
mod serve;
mod sql;
mod status;
mod target;
mod upload;
mod user;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::failure::Failure;
use crate::printer::Printer;
use clap::Subcommand;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Generate(generate::Generate),
    Upload(upload::Upload),
    Run(run::Run),
    Serve(serve::Serve),
    User(user::User),
    Sql(sql::Sql),
    Status(status::Status),
    Rejects(rejects::Rejects),
    Check(check::Check),
    Lint(lint::Lint),
    Plan(plan::Plan),
    Deploy(deploy::Deploy),
    Target(target::Target),
    Move(r#move::Move),
    Export(export::Export),
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments, printer: &Printer) -> Result<(), Failure> {
    let context = Context {
        printer,
        project: arguments.common.project,
    };
    match arguments.command {
        Command::Demo(demo) => demo.run(&context),
        Command::Init(init) => init.run(&context),
        Command::Generate(generate) => generate.run(&context),
        Command::Upload(upload) => upload.run(&context),
        Command::Run(run) => run.run(&context),
        Command::Serve(serve) => serve.run(&context),
        Command::User(user) => user.run(&context),
        Command::Sql(sql) => sql.run(&context),
        Command::Status(status) => status.run(&context),
        Command::Rejects(rejects) => rejects.run(&context),
        Command::Check(check) => check.run(&context),
        Command::Lint(lint) => lint.run(&context),
        Command::Plan(plan) => plan.run(&context),
        Command::Deploy(deploy) => deploy.run(&context),
        Command::Target(target) => target.run(&context),
        Command::Move(moving) => moving.run(&context),
        Command::Export(export) => export.run(&context),
    }
}
