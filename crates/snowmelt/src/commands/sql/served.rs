//! `snowmelt sql` in a warehouse that a running server has. In: a script, and a session on the server. Out: the same as in
//! this process.

use super::Script;
use super::show::Shown;
use crate::failure::{Exit, Failure};
use crate::interrupt::{Interrupt, Stop};
use snowmelt_engine::EngineError;
use snowmelt_pipeline::account::AccountSession;
use snowmelt_pipeline::{TargetError, TargetErrorKind, TargetSession};
use snowmelt_sql::Span;
use snowmelt_sql::parse::statement_spans;
use std::sync::Arc;
use std::time::Instant;

/// Runs statement by statement, up to the first that fails.
pub(super) fn run_script(
    session: &mut AccountSession,
    script: &Script,
    shown: &Shown<'_>,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let spans =
        statement_spans(&script.text).map_err(|error| script.located(EngineError::from(error)))?;
    let canceller = session.canceller();
    let stop: Stop = Arc::new(move || canceller.cancel());
    for span in spans {
        if interrupt.is_requested() {
            return Err(Failure::other("stopped on request")
                .with_detail("statements that ended before are done"));
        }
        let text = span.of(&script.text);
        shown.printer.detail(format_args!("{text};"));
        let started = Instant::now();
        let running = interrupt.running(Arc::clone(&stop));
        let rows = session.execute(text);
        drop(running);
        let rows = rows.map_err(|error| located(error, script, span))?;
        shown.texts(rows, session.kinds(), text, started)?;
    }
    Ok(())
}

/// The error with its place in the script.
pub(super) fn located(error: TargetError, script: &Script, statement: Span) -> Failure {
    let mut failure = failure(error.clone());
    let place = match error.span {
        Some(span) => {
            let start = statement.start + span.start;
            Span::new(start, start + word_bytes(&script.text[start..]))
        }
        None => statement,
    };
    failure.excerpt = Some(script.excerpt(place));
    failure
}

/// How long the word is that the text begins with: an error's message says only where that is.
fn word_bytes(text: &str) -> usize {
    text.find(|character: char| !character.is_alphanumeric() && character != '_')
        .unwrap_or(text.len())
}

/// The error of a server, in this crate's form.
pub(super) fn failure(error: TargetError) -> Failure {
    let exit = match error.kind {
        TargetErrorKind::Statement | TargetErrorKind::Data => Exit::User,
        TargetErrorKind::Unavailable | TargetErrorKind::Internal | TargetErrorKind::Cancelled => {
            Exit::Other
        }
    };
    let mut failure = Failure::new(exit, error.message);
    failure.code = error.code;
    failure.detail = error.detail;
    failure.hint = error.hint;
    failure
}
