//! What a command's SQL is sent to: the embedded engine, or an account. In: Snowflake SQL from `pipeline`. Out: rows and
//! errors in the pipeline's words; each statement is shown with `--verbose` and stopped by Ctrl-C.

use crate::human::duration;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use snowmelt_engine::{Engine, EngineError, EngineErrorKind, Session};
use snowmelt_pipeline::account::{AccountSession, AccountTarget};
use snowmelt_pipeline::{Rows, Target, TargetError, TargetErrorKind, TargetSession};
use snowmelt_sql::Span;
use std::sync::Arc;
use std::time::Instant;

/// What a command's SQL is sent to.
pub(crate) enum CommandTarget {
    /// The engine in this process.
    Embedded(EmbeddedTarget),
    /// A Snowflake account.
    Account(ListeningAccount),
}

impl CommandTarget {
    /// The engine, if it is that.
    pub(crate) fn engine(&self) -> Option<&Engine> {
        match self {
            CommandTarget::Embedded(target) => Some(&target.engine),
            CommandTarget::Account(_) => None,
        }
    }

    fn as_target(&self) -> &dyn Target {
        match self {
            CommandTarget::Embedded(target) => target,
            CommandTarget::Account(target) => target,
        }
    }
}

impl Target for CommandTarget {
    fn name(&self) -> &str {
        self.as_target().name()
    }

    fn is_account(&self) -> bool {
        self.as_target().is_account()
    }

    fn session(&self) -> Result<Box<dyn TargetSession>, TargetError> {
        self.as_target().session()
    }
}

/// An account whose statements Ctrl-C cancels.
pub(crate) struct ListeningAccount {
    account: AccountTarget,
    interrupt: Interrupt,
    printer: Printer,
}

impl ListeningAccount {
    /// The account; its statements are cancelled when `interrupt` is requested.
    pub(crate) fn new(account: AccountTarget, interrupt: Interrupt, printer: Printer) -> Self {
        Self {
            account,
            interrupt,
            printer,
        }
    }
}

impl Target for ListeningAccount {
    fn name(&self) -> &str {
        self.account.name()
    }

    fn is_account(&self) -> bool {
        self.account.is_account()
    }

    fn session(&self) -> Result<Box<dyn TargetSession>, TargetError> {
        Ok(Box::new(ListeningSession {
            session: self.account.open()?,
            interrupt: self.interrupt.clone(),
            printer: self.printer.clone(),
        }))
    }
}

struct ListeningSession {
    session: AccountSession,
    interrupt: Interrupt,
    printer: Printer,
}

impl TargetSession for ListeningSession {
    fn execute(&mut self, sql: &str) -> Result<Rows, TargetError> {
        let started = Instant::now();
        self.printer.detail(format_args!("{sql};"));
        let canceller = self.session.canceller();
        let running = self.interrupt.running(Arc::new(move || canceller.cancel()));
        let answer = self.session.execute(sql);
        drop(running);
        said(&self.printer, sql, answer.is_ok(), started);
        answer
    }

    fn set_origin(&mut self, origin: Option<&str>) {
        self.session.set_origin(origin);
    }
}

/// How a statement went, for `--verbose`.
fn said(printer: &Printer, sql: &str, is_ok: bool, started: Instant) {
    let outcome = if is_ok { "ok" } else { "failed" };
    let first_line = sql.lines().next().unwrap_or_default();
    printer.detail(format_args!(
        "-- {outcome} in {}: {first_line}",
        duration(started.elapsed())
    ));
}

/// A target that runs statements in this process.
pub(crate) struct EmbeddedTarget {
    engine: Engine,
    interrupt: Interrupt,
    printer: Printer,
}

impl EmbeddedTarget {
    /// The target of an open warehouse. Its statements stop when `interrupt` is requested.
    pub(crate) fn new(engine: Engine, interrupt: Interrupt, printer: Printer) -> Self {
        Self {
            engine,
            interrupt,
            printer,
        }
    }
}

impl Target for EmbeddedTarget {
    fn name(&self) -> &str {
        "embedded"
    }

    fn session(&self) -> Result<Box<dyn TargetSession>, TargetError> {
        let session = self.engine.session().map_err(target_error)?;
        Ok(Box::new(EmbeddedSession {
            session,
            interrupt: self.interrupt.clone(),
            printer: self.printer.clone(),
        }))
    }
}

struct EmbeddedSession {
    session: Session,
    interrupt: Interrupt,
    printer: Printer,
}

impl TargetSession for EmbeddedSession {
    fn execute(&mut self, sql: &str) -> Result<Rows, TargetError> {
        let started = Instant::now();
        self.printer.detail(format_args!("{sql};"));
        let handle = self.session.interrupt_handle();
        let running = self.interrupt.running(Arc::new(move || handle.interrupt()));
        let answer = self.session.execute(sql).and_then(|result| {
            let mut rows = Rows {
                columns: result
                    .columns
                    .iter()
                    .map(|column| column.name.clone())
                    .collect(),
                rows: Vec::new(),
                query_id: result.query_id.clone(),
            };
            for row in result.into_text_rows() {
                rows.rows.push(row?);
            }
            Ok(rows)
        });
        drop(running);
        said(&self.printer, sql, answer.is_ok(), started);
        answer.map_err(target_error)
    }
}

fn target_error(error: EngineError) -> TargetError {
    let kind = match error.kind {
        EngineErrorKind::Syntax | EngineErrorKind::Compilation | EngineErrorKind::Unsupported => {
            TargetErrorKind::Statement
        }
        EngineErrorKind::Data => TargetErrorKind::Data,
        EngineErrorKind::Cancelled => TargetErrorKind::Cancelled,
        EngineErrorKind::Conflict
        | EngineErrorKind::Resources
        | EngineErrorKind::Warehouse
        | EngineErrorKind::Storage => TargetErrorKind::Unavailable,
        EngineErrorKind::Internal => TargetErrorKind::Internal,
    };
    TargetError {
        code: Some(error.code.to_owned()),
        sqlstate: Some(error.sqlstate.to_owned()),
        detail: error.detail,
        hint: error.hint,
        query_id: error.query_id,
        span: Some(error.span).filter(|span: &Span| !span.is_nowhere()),
        ..TargetError::new(kind, error.message)
    }
}
