//! Shows a run while it goes on. In: the run's events. Out: on a terminal, a line that moves for each object that is
//! being worked on; elsewhere nothing, the report comes at the end.

use crate::human::counted;
use crate::printer::Printer;
use crate::progress;
use indicatif::ProgressBar;
use snowmelt_pipeline::report::LineKind;
use snowmelt_pipeline::run::{RunEvent, RunObserver};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Draws what goes on.
pub(crate) struct Live<'a> {
    printer: &'a Printer,
    /// What is being worked on. A pipe and a table may share a name.
    lines: Mutex<HashMap<(LineKind, String), ProgressBar>>,
}

impl<'a> Live<'a> {
    /// Draws to the printer's stderr.
    pub(crate) fn new(printer: &'a Printer) -> Self {
        Self {
            printer,
            lines: Mutex::default(),
        }
    }

    /// Takes away what is still drawn.
    pub(crate) fn clear(&self) {
        for (_, line) in self.lock().drain() {
            line.finish_and_clear();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(LineKind, String), ProgressBar>> {
        // A map of what is drawn: nothing depends on it.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, kind: LineKind, name: &str) {
        let doing = match kind {
            LineKind::Pipe | LineKind::Copy => "loading",
            LineKind::Model => "building",
            _ => "applying",
        };
        let line = progress::spinner(self.printer, doing, name);
        if let Some(before) = self.lock().insert((kind, name.to_owned()), line) {
            before.finish_and_clear();
        }
    }
}

impl RunObserver for Live<'_> {
    fn event(&self, event: &RunEvent<'_>) {
        match event {
            RunEvent::Planned(_) => {}
            RunEvent::Started { kind, name } => self.start(*kind, name),
            RunEvent::Waiting {
                name,
                files_pending,
            } => {
                if let Some(line) = self.lock().get(&(LineKind::Pipe, (*name).to_owned())) {
                    line.set_message(format!("{name}: {} to go", counted(*files_pending, "file")));
                }
            }
            RunEvent::Finished(line) => {
                if let Some(drawn) = self.lock().remove(&(line.kind, line.name.clone())) {
                    drawn.finish_and_clear();
                }
            }
            RunEvent::Checking { checks } => {
                self.clear();
                let line =
                    progress::spinner(self.printer, "checking", &counted(*checks as u64, "check"));
                self.lock().insert((LineKind::View, String::new()), line);
            }
        }
    }

    fn wants_progress(&self) -> bool {
        self.printer.draws_progress()
    }
}
