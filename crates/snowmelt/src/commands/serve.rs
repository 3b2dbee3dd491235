//! `snowmelt serve`. In: the project and its warehouse. Out: files in tables soon after they land, until SIGTERM or Ctrl-C.

use crate::context::Context;
use crate::failure::Failure;
use crate::human::count;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use crate::warehouse;
use clap::builder::RangedU64ValueParser;
use snowmelt_engine::ingest::{Ingest, IngestEvent, IngestOptions};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// How often the end is looked for.
const TICK: Duration = Duration::from_millis(20);
/// How long the loads under way may take to commit at the end, before they are broken off.
const GRACE: Duration = Duration::from_secs(10);

/// Keeps the pipes going: loads files soon after they land, until it is stopped
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Looks after the pipes with AUTO_INGEST = TRUE that are in the warehouse; `snowmelt run` makes those of the project.
Local folders are watched; each pipe's place is also listed now and then, so that no file is missed.
SIGTERM and Ctrl-C end it: a load under way is committed, or leaves no trace.

Examples:
  snowmelt serve
  snowmelt serve --quiet                 warnings alone
  snowmelt serve --reconcile-every 300   list each place every five minutes")]
pub(crate) struct Serve {
    /// How often each pipe's place is listed, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
        value_parser = RangedU64ValueParser::<u64>::new().range(1..=86_400))]
    reconcile_every: u64,
}

impl Serve {
    pub(crate) fn run(self, context: &Context<'_>) -> Result<(), Failure> {
        let project = context.load_project(&context.project_dir()?)?;
        let engine = warehouse::open_project(&project, "snowmelt serve")?;
        let interrupt = Interrupt::listen(context.printer)?;
        let printer = context.printer.clone();
        let mut options = IngestOptions::new(Arc::new(move |event| tell(&printer, &event)));
        options.reconcile_every = Duration::from_secs(self.reconcile_every);
        let ingest = Ingest::start(&engine, options)?;
        context.printer.say("serving; SIGTERM or Ctrl-C ends it");
        while !interrupt.is_requested() {
            thread::sleep(TICK);
        }
        ingest.stop(GRACE);
        context.printer.say("stopped");
        Ok(())
    }
}

/// Says what auto-ingest does, a line an event.
fn tell(printer: &Printer, event: &IngestEvent<'_>) {
    match event {
        IngestEvent::Started { pipe, channel } => {
            printer.say(format_args!("{pipe} takes files from {channel}"));
        }
        IngestEvent::Ended { pipe } => printer.say(format_args!("{pipe} takes files no more")),
        IngestEvent::Read {
            pipe,
            file,
            rows_loaded,
            rows_rejected,
            is_failed,
            error,
        } => {
            let error = error.map(|error| format!("; {error}")).unwrap_or_default();
            if *is_failed {
                printer.warn(format_args!("{pipe} did not load {file}{error}"));
            } else {
                let rejected = match rows_rejected {
                    0 => String::new(),
                    some => format!(", {} rejected{error}", count(*some)),
                };
                printer.say(format_args!(
                    "{pipe} loaded {file}: {} rows{rejected}",
                    count(*rows_loaded)
                ));
            }
        }
        IngestEvent::Changed { pipe, file } => printer.warn(format_args!(
            "{pipe}: {file} was loaded before and has other content now; it is not loaded again"
        )),
        IngestEvent::Trouble {
            place,
            message,
            detail,
            hint,
        } => {
            let detail = detail
                .map(|detail| format!(": {detail}"))
                .unwrap_or_default();
            let hint = hint
                .map(|hint| format!("\n  hint: {hint}"))
                .unwrap_or_default();
            printer.warn(format_args!(
                "{place}: {message}{detail}; it is tried again{hint}"
            ));
        }
        IngestEvent::Recovered { place } => printer.say(format_args!("{place} works again")),
    }
}
