//! `snowmelt`: runs a Snowflake pipeline on one machine. In: arguments, files, a terminal. Out: what the crates below do
//! with them, as data on stdout, talk on stderr and an exit code.

mod arguments;
mod commands;
mod context;
mod failure;
mod human;
mod interrupt;
mod output;
mod printer;
mod progress;
mod system;
mod target;
mod visible;
mod warehouse;

use arguments::Arguments;
use clap::Parser;
use failure::{Exit, Failure};
use printer::Printer;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Ends the process itself for `--help`, `--version` and arguments that are not understood (exit code 2).
    let arguments = Arguments::parse();
    let printer = Printer::new(arguments.common.color, arguments.common.level());
    panic::set_hook(Box::new(report_bug));
    let ended = panic::catch_unwind(AssertUnwindSafe(|| commands::run(arguments, &printer)));
    match ended {
        Ok(Ok(())) => ExitCode::SUCCESS,
        // The reader has seen enough, as in `snowmelt sql … | head`.
        Ok(Err(failure)) if failure.is_closed_pipe => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            if !failure.is_reported {
                printer.failure(&failure);
            }
            ExitCode::from(failure.exit as u8)
        }
        Err(_) => ExitCode::from(Exit::Other as u8),
    }
}

/// A panic is a bug: says so, where, and what to do; there is nothing for a user in a backtrace.
fn report_bug(panic: &panic::PanicHookInfo<'_>) {
    let message = match (
        panic.payload().downcast_ref::<&str>(),
        panic.payload().downcast_ref::<String>(),
    ) {
        (Some(message), _) => message,
        (None, Some(message)) => message.as_str(),
        (None, None) => "no message",
    };
    let place = panic
        .location()
        .map(|place| format!(" at {place}"))
        .unwrap_or_default();
    let mut failure = Failure::other(format!(
        "this is a bug in snowmelt {}{place}",
        env!("CARGO_PKG_VERSION")
    ));
    failure.detail = Some(message.to_owned());
    failure.hint = Some(
        "please report these lines and the command you ran in snowmelt's issue tracker; what was committed to the \
         warehouse is safe"
            .to_owned(),
    );
    Printer::for_panics().failure(&failure);
}
