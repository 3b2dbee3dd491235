//! System functions over the server's own statements and sessions, as statements that do nothing else: `SYSTEM$CANCEL_QUERY`,
//! `SYSTEM$CANCEL_ALL_QUERIES`, `SYSTEM$ABORT_SESSION`, `SYSTEM$WAIT`. They do not wait for the statement that their session
//! runs: that may be what they cancel.

use super::bind::bound;
use super::registry::{Finished, Outcome, Query, Stop};
use super::run::{Asked, timeout};
use crate::failure::Failure;
use crate::result::{Format, StoredRows, row_types};
use crate::session::Busy;
use crate::state::{App, Shared};
use snowmelt_engine::users::UserRole;
use snowmelt_sql::DataType;
use snowmelt_sql::parse::{SystemArgument, SystemCall, system_call};
use snowmelt_sql::plan::OutputColumn;
use std::sync::Arc;
use std::time::Duration;

const SELECT: u64 = 0x1000;

/// The call of such a function, if that is what is asked for.
pub(super) fn asked(asked: &Asked) -> Option<SystemCall> {
    const LONGEST: usize = 1000;
    if asked.sql.len() > LONGEST || !asked.sql.to_ascii_uppercase().contains("SYSTEM$") {
        return None;
    }
    let text = bound(&asked.sql, &asked.bindings, 0).ok()?;
    system_call(&text).filter(|call| {
        matches!(
            call.function.as_str(),
            "SYSTEM$CANCEL_QUERY"
                | "SYSTEM$CANCEL_ALL_QUERIES"
                | "SYSTEM$ABORT_SESSION"
                | "SYSTEM$WAIT"
        )
    })
}

/// Runs it.
///
/// # Errors
/// Arguments that the function does not take; a statement or session of somebody else.
pub(super) async fn run(
    app: &App,
    query: &Arc<Query>,
    asked: &Asked,
    call: &SystemCall,
    busy: Busy,
) -> Outcome {
    let _busy = busy;
    let said = if asked.describe_only {
        None
    } else {
        Some(match call.function.as_str() {
            "SYSTEM$CANCEL_QUERY" => cancel_query(app, query, call)?,
            "SYSTEM$CANCEL_ALL_QUERIES" => cancel_all(app, query, call)?,
            "SYSTEM$ABORT_SESSION" => abort_session(app, query, call)?,
            _ => wait(app, query, asked, call).await?,
        })
    };
    let column = OutputColumn {
        name: call.column.clone(),
        data_type: DataType::TEXT,
        narrow: false,
        nullable: true,
        origins: Vec::new(),
    };
    let rows = match said {
        Some(said) => StoredRows::of_texts(&[vec![said]]),
        None => StoredRows::none(Format::Json),
    };
    Ok(Arc::new(Finished {
        columns: row_types(&[column]),
        total: rows.total,
        rows,
        kind: SELECT,
        info: query.session.info(),
        parameters: query.session.parameters(),
        bind_count: asked.bindings.len() as u64,
        several: None,
        transfer: None,
        stats: None,
    }))
}

fn wrong(call: &SystemCall) -> Failure {
    Failure::new(
        "001044",
        "42P13",
        format!(
            "SQL compilation error:\nInvalid argument types for function '{}'",
            call.function
        ),
    )
}

fn text(call: &SystemCall) -> Result<&str, Failure> {
    match call.arguments.as_slice() {
        [SystemArgument::Text(text) | SystemArgument::Number(text)] => Ok(text),
        _ => Err(wrong(call)),
    }
}

fn session_id(query: &Query, call: &SystemCall) -> Result<u64, Failure> {
    match call.arguments.as_slice() {
        [SystemArgument::CurrentSession] => Ok(query.session.id),
        _ => text(call)?.trim().parse().map_err(|_| wrong(call)),
    }
}

/// Whether the caller may stop what `other` does: its own, and an owner all.
fn may_stop(query: &Query, other: &Query) -> bool {
    let caller = &query.session.identity;
    caller.role == UserRole::Owner || caller.user == other.session.identity.user
}

fn cancel_query(app: &Shared, query: &Query, call: &SystemCall) -> Result<String, Failure> {
    let id = text(call)?;
    let found = app
        .queries
        .find(id)
        .filter(|other| may_stop(query, other))
        .ok_or_else(|| Failure::new("000709", "02000", format!("Statement {id} not found")))?;
    if found.outcome().is_some() {
        return Ok("Identified SQL statement is not currently executing.".to_owned());
    }
    found.stop(Stop::Cancelled);
    Ok(format!("query [{id}] terminated."))
}

fn cancel_all(app: &Shared, query: &Query, call: &SystemCall) -> Result<String, Failure> {
    let session = session_id(query, call)?;
    let mut cancelled = 0;
    for other in app.queries.open_of(session) {
        if other.id != query.id && may_stop(query, &other) {
            other.stop(Stop::Cancelled);
            cancelled += 1;
        }
    }
    Ok(format!("{cancelled} cancelled."))
}

fn abort_session(app: &Shared, query: &Query, call: &SystemCall) -> Result<String, Failure> {
    let id = session_id(query, call)?;
    let caller = &query.session.identity;
    let may = app.sessions.get(id).is_some_and(|session| {
        caller.role == UserRole::Owner || session.identity.user == caller.user
    });
    if !may {
        return Err(Failure::new(
            "000707",
            "02000",
            format!("Session {id} not found"),
        ));
    }
    app.sessions.end(id);
    Ok(format!("session [{id}] terminated."))
}

/// Waits for its turn in the session, then for the time that is said.
async fn wait(
    app: &App,
    query: &Query,
    asked: &Asked,
    call: &SystemCall,
) -> Result<String, Failure> {
    let (amount, unit) = match call.arguments.as_slice() {
        [SystemArgument::Number(amount)] => (amount, "SECONDS"),
        [SystemArgument::Number(amount), SystemArgument::Text(unit)] => (amount, unit.as_str()),
        _ => return Err(wrong(call)),
    };
    let count: f64 = amount.parse().map_err(|_| wrong(call))?;
    let unit = unit.to_ascii_lowercase();
    let seconds = match unit.as_str() {
        "days" => 86_400.0,
        "hours" => 3600.0,
        "minutes" => 60.0,
        "seconds" => 1.0,
        "milliseconds" => 1e-3,
        "microseconds" => 1e-6,
        "nanoseconds" => 1e-9,
        _ => return Err(wrong(call)),
    };
    let time = Duration::try_from_secs_f64(count * seconds).map_err(|_| wrong(call))?;
    let waited = async {
        let _turn = Arc::clone(&query.session.engine).lock_owned().await;
        query.start();
        tokio::time::sleep(time).await;
    };
    let limit = timeout(app, query, asked);
    tokio::select! {
        () = waited => Ok(format!("waited {amount} {unit}")),
        () = query.until_stopped() => Err(Failure::cancelled()),
        () = tokio::time::sleep(limit) => Err(Failure::timed_out(limit.as_secs())),
    }
}
