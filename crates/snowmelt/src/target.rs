//! The embedded engine as a target of pipelines. In: Snowflake SQL from `pipeline`. Out: the engine's rows and errors, in
//! the pipeline's words.

use crate::human::duration;
use crate::interrupt::Interrupt;
use crate::printer::Printer;
use snowmelt_engine::{Engine, EngineError, EngineErrorKind, Session};
use snowmelt_pipeline::{Rows, Target, TargetError, TargetErrorKind, TargetSession};
use snowmelt_sql::Span;
use std::time::Instant;

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

impl EmbeddedTarget {
    /// The warehouse that the statements run in.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
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
        let running = self.interrupt.running(self.session.interrupt_handle());
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
        let outcome = if answer.is_ok() { "ok" } else { "failed" };
        let first_line = sql.lines().next().unwrap_or_default();
        self.printer.detail(format_args!(
            "-- {outcome} in {}: {first_line}",
            duration(started.elapsed())
        ));
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
