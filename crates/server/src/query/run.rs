//! Running statements: a request comes in, its statement waits for its turn and runs on a thread of its own, and ends with
//! an outcome whatever happens, a panic too.

use super::array::Runs;
use super::bind::{Bindings, bound, described};
use super::control;
use super::kind::{MULTIPLE, changes_rows, is_query, kind, moves_files, result_columns};
use super::registry::{Finished, Outcome, Query, Stop};
use super::staged;
use crate::audit::{self, AuditEvent};
use crate::failure::Failure;
use crate::result::{Format, Keeping, Shown, StoredRows, row_types, store};
use crate::session::{Busy, result_format, text};
use crate::state::{App, Shared};
use crate::transfer::{Addresses, answer};
use crate::wire::query::QueryRequest;
use serde_json::{Map, Value, json};
use snowmelt_engine::arrow::array::AsArray;
use snowmelt_engine::arrow::datatypes::Int64Type;
use snowmelt_engine::{ResultSet, Session};
use snowmelt_sql::object::PropertyValue;
use snowmelt_sql::parse::parse_script;
use snowmelt_sql::plan::OutputColumn;
use snowmelt_sql::statement::ParsedStatement;
use snowmelt_sql::{Span, SqlError};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// How often a statement that is to stop is told so, until it has: DuckDB forgets it when the next of the statements that
/// one of ours is made of begins.
const STOP_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// What a client wants to have run.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) sql: String,
    pub(crate) bindings: Bindings,
    /// Where the client has put the values of placeholders, if they are too many for a request.
    pub(crate) bind_stage: Option<String>,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) describe_only: bool,
    /// Where the client reaches this server, as it says itself; `None` if it moves no files.
    pub(crate) base_url: Option<String>,
    /// How values are written, if not as drivers read them.
    pub(crate) shown: Option<Shown>,
}

impl Asked {
    pub(crate) fn from_wire(request: QueryRequest, base_url: String) -> Self {
        Self {
            sql: request.sql_text.unwrap_or_default(),
            bindings: request.bindings.unwrap_or_default(),
            bind_stage: request.bind_stage.filter(|stage| !stage.is_empty()),
            parameters: request.parameters.unwrap_or_default(),
            describe_only: request.describe_only.unwrap_or(false),
            base_url: Some(base_url),
            shown: None,
        }
    }

    fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Begins to run a statement; its outcome comes through `query`.
pub(crate) fn submit(app: &App, query: Arc<Query>, asked: Asked) {
    let busy = query.session.begin();
    let app = Arc::clone(app);
    let started = Instant::now();
    let work = async move {
        let outcome = match control::asked(&asked) {
            Some(call) => control::run(&app, &query, &asked, &call, busy).await,
            None => attend(&app, &query, asked, busy).await,
        };
        let outcome = outcome.map_err(|failure| failure.of_query(&query.id));
        if let Ok(finished) = &outcome {
            app.queries
                .keep(&finished.rows, app.options.most_kept_bytes);
        }
        note(&app, &query, &outcome, started.elapsed());
        query.end(outcome, app.now_micros());
    }
    .in_current_span();
    tokio::spawn(work);
}

/// A statement has ended: for the numbers, the log and the audit log.
fn note(app: &Shared, query: &Query, outcome: &Outcome, took: Duration) {
    let code = match outcome {
        Ok(_) => "ok",
        Err(failure) => &failure.code,
    };
    let rows = outcome.as_ref().ok().map(|finished| finished.total);
    let session = &query.session;
    app.metrics.query(session.api(), code, took);
    tracing::info!(
        query_id = query.id,
        session_id = session.id,
        user = session.identity.user,
        outcome = code,
        rows,
        millis = took.as_secs_f64() * 1000.0,
        "statement"
    );
    app.audit.write(
        app.now_micros(),
        AuditEvent {
            what: "statement",
            user: &session.identity.user,
            role: session.identity.role.name(),
            address: Some(session.address.to_string()),
            request_id: query.request_id.as_deref(),
            session_id: Some(session.id),
            query_id: Some(&query.id),
            statement: app.audit.is_open().then(|| audit::shown(&query.sql)),
            rows,
            seconds: Some(took.as_secs_f64()),
            outcome: code,
            ..AuditEvent::default()
        },
    );
}

/// Waits for the statement's turn, runs it, stops it when it is to stop.
async fn attend(app: &App, query: &Arc<Query>, asked: Asked, busy: Busy) -> Outcome {
    let _busy = busy;
    let waiting = app.wait();
    let turn = async {
        let engine = Arc::clone(&query.session.engine).lock_owned().await;
        (engine, Arc::clone(&app.running).acquire_owned().await)
    };
    let (mut engine, permit) = tokio::select! {
        biased;
        () = query.until_stopped() => return Err(Failure::cancelled()),
        turn = turn => turn,
    };
    drop(waiting);
    if engine.is_none() {
        return Err(Failure::no_session());
    }
    let limit = timeout(app, query, &asked);
    let mut work = {
        let (app, query) = (Arc::clone(app), Arc::clone(query));
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let Some(session) = engine.as_mut() else {
                return Err(Failure::no_session());
            };
            query.start();
            let outcome = run(&app, &query, session, &asked);
            query.session.note_context(session.context());
            outcome
        })
    };
    let watch = async {
        tokio::time::sleep(limit).await;
        query.stop(Stop::TimedOut);
        std::future::pending::<()>().await;
    };
    let again = async {
        loop {
            tokio::time::sleep(STOP_AGAIN_AFTER).await;
            if let Some(reason) = query.stopped() {
                query.stop(reason);
            }
        }
    };
    let ended = tokio::select! {
        ended = &mut work => ended,
        () = watch => return Err(Failure::timed_out(limit.as_secs())),
        () = again => return Err(Failure::cancelled()),
    };
    match (ended, query.stopped()) {
        (Ok(Err(failure)), Some(Stop::TimedOut)) if failure.code == "000604" => {
            Err(Failure::timed_out(limit.as_secs()))
        }
        (Ok(outcome), _) => outcome,
        (Err(error), _) => {
            tracing::error!(query_id = query.id, %error, "a statement panicked");
            Err(Failure::internal(
                "a statement ended with a defect of snowmelt; please report it",
            ))
        }
    }
}

/// How long the statement may run.
pub(super) fn timeout(app: &Shared, query: &Query, asked: &Asked) -> Duration {
    const NAME: &str = "STATEMENT_TIMEOUT_IN_SECONDS";
    let context = query.session.context();
    let said = match (asked.parameter(NAME), context.parameters.get(NAME)) {
        (Some(value), _) => text(value).parse().ok(),
        (None, Some(PropertyValue::Integer(seconds))) => u64::try_from(*seconds).ok(),
        _ => None,
    };
    match said {
        Some(seconds) if seconds > 0 => {
            Duration::from_secs(seconds).min(app.options.statement_timeout)
        }
        _ => app.options.statement_timeout,
    }
}

/// Runs what was asked for in its session.
fn run(app: &Shared, query: &Query, session: &mut Session, asked: &Asked) -> Outcome {
    if asked.describe_only {
        return describe(query, session, asked);
    }
    let read;
    let asked = match &asked.bind_stage {
        Some(stage) => {
            read = staged::read(session, asked, stage)?;
            &read
        }
        None => asked,
    };
    // Array values are filled in when the statement runs; here it only counts how many statements there are.
    let first = bound(&asked.sql, &asked.bindings, 0)?;
    let parsed = parse_script(&first).map_err(|error| Failure::of_engine(error.into(), &first))?;
    let wanted = statement_count(session, asked);
    match parsed.as_slice() {
        [] => Err(Failure::new(
            "000900",
            "42601",
            "SQL compilation error:\nEmpty SQL statement.",
        )),
        [one] if wanted <= 1 => {
            let runs = Runs::new(&asked.sql, &asked.bindings);
            if runs.are_several() {
                run_array(query, session, one, &first, runs)
            } else {
                let statement = match super::bind::row_count(&asked.bindings) {
                    Some(_) => runs.last().unwrap_or_else(|| Ok(first.clone()))?,
                    None => first.clone(),
                };
                session.give_query_id(query.id.clone());
                run_one(app, query, session, one, &statement, asked, &query.id)
            }
        }
        several if wanted == 0 || wanted == several.len() as u64 => {
            run_several(app, query, session, several, &first, asked)
        }
        several => Err(Failure::new(
            "000008",
            "0A000",
            format!(
                "Actual statement count {} did not match the desired statement count {wanted}.",
                several.len()
            ),
        )),
    }
}

/// MULTI_STATEMENT_COUNT; 0 is any.
fn statement_count(session: &Session, asked: &Asked) -> u64 {
    const NAME: &str = "MULTI_STATEMENT_COUNT";
    match (
        asked.parameter(NAME),
        session.context().parameters.get(NAME),
    ) {
        (Some(value), _) => text(value).parse().unwrap_or(1),
        (None, Some(PropertyValue::Integer(count))) => u64::try_from(*count).unwrap_or(1),
        _ => 1,
    }
}

/// The columns that a statement would give. A placeholder without a value counts as NULL.
fn describe(query: &Query, session: &mut Session, asked: &Asked) -> Outcome {
    let (text, bind_count) = described(&asked.sql, &asked.bindings)?;
    let text = text.as_str();
    let parsed = parse_script(text).map_err(|error| Failure::of_engine(error.into(), text))?;
    session.give_query_id(query.id.clone());
    let columns = session
        .describe(text)
        .map_err(|error| Failure::of_engine(error, text))?;
    let kind = parsed
        .first()
        .map_or(0, |one| kind(&one.statement, one.span.of(text)));
    let columns = columns.unwrap_or_else(|| result_columns(kind));
    let rows = StoredRows::none(Format::Json);
    let mut finished = finished(query, session, &columns, rows, kind);
    finished.bind_count = bind_count;
    Ok(Arc::new(finished))
}

fn finished(
    query: &Query,
    session: &Session,
    columns: &[OutputColumn],
    rows: StoredRows,
    kind: u64,
) -> Finished {
    query.session.note_context(session.context());
    Finished {
        columns: row_types(columns),
        total: rows.total,
        rows,
        kind,
        info: query.session.info(),
        parameters: query.session.parameters(),
        bind_count: 0,
        several: None,
        transfer: None,
        stats: None,
    }
}

/// Runs one statement. Errors point into `text`.
fn run_one(
    app: &Shared,
    query: &Query,
    session: &mut Session,
    parsed: &ParsedStatement,
    text: &str,
    asked: &Asked,
    query_id: &str,
) -> Outcome {
    let kind = kind(&parsed.statement, parsed.span.of(text));
    if moves_files(kind)
        && let Some(transfer) = session
            .transfer(text)
            .map_err(|error| Failure::of_engine(error, text))?
    {
        let base_url = asked.base_url.as_deref().ok_or_else(|| {
            let error = SqlError::unsupported("PUT and GET through the SQL API", Span::default());
            Failure::of_engine(error.into(), text)
        })?;
        let addresses = Addresses {
            tickets: &app.tickets,
            base_url,
            new_secret: &|| app.new_secret(),
            now_micros: app.now_micros(),
            uses_first: query.session.client.has_rust_core(),
        };
        let mut finished = finished(query, session, &[], StoredRows::none(Format::Json), kind);
        finished.transfer = Some(answer(transfer, &addresses)?);
        return Ok(Arc::new(finished));
    }
    let format = {
        let context = query.session.context();
        match is_query(kind) {
            true => result_format(&query.session, &context, |name| asked.parameter(name)),
            false => Format::Json,
        }
    };
    let result = session
        .execute(text)
        .map_err(|error| Failure::of_engine(error, text))?;
    let ResultSet { columns, rows, .. } = result;
    let shown = asked.shown.or_else(|| query.session.shown());
    let format = match shown {
        Some(_) => Format::Json,
        None => format,
    };
    let kept = Keeping {
        results: &app.results,
        format,
        shown,
        query_id,
        secret: app.new_secret()?,
    };
    let rows = store(kept, &columns, rows).map_err(|error| Failure::of_engine(error, text))?;
    let stats = changes_rows(kind).then(|| count(&columns, &rows).stats());
    let mut finished = finished(query, session, &columns, rows, kind);
    finished.bind_count = asked.bindings.len() as u64;
    finished.stats = stats;
    Ok(Arc::new(finished))
}

/// Rows that a statement changed, by what it did to them.
#[derive(Debug, Default, Clone, Copy)]
struct Counted {
    inserted: i64,
    updated: i64,
    deleted: i64,
    duplicates: i64,
}

impl Counted {
    fn note(&mut self, column: &str, count: i64) {
        if column.starts_with("number of rows inserted") || column == "rows_loaded" {
            self.inserted += count;
        } else if column == "number of rows updated" {
            self.updated += count;
        } else if column == "number of rows deleted" {
            self.deleted += count;
        } else if column == "number of multi-joined rows updated" {
            self.duplicates += count;
        }
    }

    fn stats(self) -> Value {
        json!({
            "numRowsInserted": self.inserted,
            "numRowsUpdated": self.updated,
            "numRowsDeleted": self.deleted,
            "numDmlDuplicates": self.duplicates,
        })
    }
}

/// The counts in the rows of a statement that changed data.
fn count(columns: &[OutputColumn], rows: &StoredRows) -> Counted {
    let mut counted = Counted::default();
    let texts: Vec<Vec<Option<String>>> = serde_json::from_str(&rows.first).unwrap_or_default();
    for row in texts {
        for (column, text) in columns.iter().zip(row) {
            let number = text.and_then(|text| text.parse().ok());
            counted.note(&column.name, number.unwrap_or(0));
        }
    }
    counted
}

/// Runs a statement once for each row of values, in one transaction. The counts are added up.
fn run_array(
    query: &Query,
    session: &mut Session,
    parsed: &ParsedStatement,
    first: &str,
    runs: Runs<'_>,
) -> Outcome {
    let kind = kind(&parsed.statement, parsed.span.of(first));
    let alone = !session.in_transaction();
    let failed = |error, text: &str| Failure::of_engine(error, text);
    if alone {
        session
            .execute("BEGIN")
            .map_err(|error| failed(error, ""))?;
    }
    let mut columns = Vec::new();
    let mut sums: Vec<i64> = Vec::new();
    let run_all = || -> Result<(), Failure> {
        for statement in runs {
            let statement = statement?;
            if query.stopped().is_some() {
                return Err(Failure::cancelled());
            }
            session.give_query_id(query.id.clone());
            let mut result = session
                .execute(&statement)
                .map_err(|error| failed(error, &statement))?;
            sums.resize(result.columns.len(), 0);
            while let Some(batch) = result
                .rows
                .next_batch()
                .map_err(|error| failed(error, &statement))?
            {
                for (index, sum) in sums.iter_mut().enumerate() {
                    if let Some(values) = batch.column(index).as_primitive_opt::<Int64Type>() {
                        *sum += values.iter().flatten().sum::<i64>();
                    }
                }
            }
            columns = result.columns;
        }
        Ok(())
    };
    let done = run_all();
    if alone {
        let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = session.execute(end).map(|_| ());
        done?;
        ended.map_err(|error| failed(error, ""))?;
    } else {
        done?;
    }
    let mut counted = Counted::default();
    let texts: Vec<String> = sums.iter().map(i64::to_string).collect();
    for (column, sum) in columns.iter().zip(&sums) {
        counted.note(&column.name, *sum);
    }
    let rows = StoredRows::of_texts(&[texts]);
    let mut finished = finished(query, session, &columns, rows, kind);
    finished.stats = changes_rows(kind).then(|| counted.stats());
    Ok(Arc::new(finished))
}

/// Runs several statements of one request, one after the other; each has a query id and a result of its own.
fn run_several(
    app: &Shared,
    query: &Query,
    session: &mut Session,
    several: &[ParsedStatement],
    script: &str,
    asked: &Asked,
) -> Outcome {
    let (mut ids, mut kinds) = (Vec::new(), Vec::new());
    for parsed in several {
        if query.stopped().is_some() {
            return Err(Failure::cancelled());
        }
        let id = app.engine.new_query_id();
        session.give_query_id(id.clone());
        let text = parsed.span.of(script);
        let alone = ParsedStatement {
            statement: parsed.statement.clone(),
            span: Span::new(0, text.len()),
        };
        let child = Arc::new(Query::new(
            id.clone(),
            Arc::clone(&query.session),
            text.to_owned(),
            query.request_id.clone(),
            app.now_micros(),
        ));
        let outcome = run_one(app, query, session, &alone, text, asked, &id)
            .map_err(|failure| failure.of_query(&id));
        if let Ok(finished) = &outcome {
            app.queries
                .keep(&finished.rows, app.options.most_kept_bytes);
            kinds.push(finished.kind.to_string());
        }
        app.queries.add(&child, None);
        child.end(outcome.clone(), app.now_micros());
        outcome?;
        ids.push(id);
    }
    let rows = StoredRows::of_texts(&[vec![
        "Multiple statements executed successfully.".to_owned(),
    ]]);
    let columns = [OutputColumn {
        name: "multiple statement execution".to_owned(),
        data_type: snowmelt_sql::DataType::TEXT,
        narrow: false,
        nullable: true,
        origins: Vec::new(),
    }];
    let mut finished = finished(query, session, &columns, rows, MULTIPLE);
    finished.several = Some((ids.join(","), kinds.join(",")));
    Ok(Arc::new(finished))
}
