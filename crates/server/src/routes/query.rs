//! Statements: submit, wait, cancel, look up.

use super::body::JsonBody;
use super::caller::{Caller, base_url};
use crate::failure::Failure;
use crate::query::{Asked, Finished, Query, Stop};
use crate::result::Format;
use crate::session::DriverSession;
use crate::state::App;
use crate::wire::envelope::Envelope;
use crate::wire::query::{
    AbortRequest, Chunk, QueryAnswer, QueryRequest, RequestId, RunningAnswer,
};
use axum::Json;
use axum::extract::{Path, Query as Url, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::value::RawValue;
use std::sync::Arc;

/// The codes of a statement that still runs: the client waits for it, or has let go of it.
const IN_PROGRESS: &str = "333333";
const DETACHED: &str = "333334";

/// POST /queries/v1/query-request.
pub(super) async fn submit(
    State(app): State<App>,
    Caller(session): Caller,
    Url(place): Url<RequestId>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<QueryRequest>,
) -> Result<Response, Failure> {
    // A request that is sent again because its answer was lost is not run again.
    let sent_before = place
        .request_id
        .as_deref()
        .and_then(|request| app.queries.find_request(session.id, request));
    let is_async = request.async_exec.unwrap_or(false);
    let query = match sent_before {
        Some(query) => query,
        None => {
            let asked = Asked::from_wire(request, base_url(&headers, &app));
            begin(&app, session, place.request_id.as_deref(), asked)?
        }
    };
    if is_async {
        return Ok(running(&query, DETACHED));
    }
    answer(&app, &query, &headers).await
}

fn begin(
    app: &App,
    session: Arc<DriverSession>,
    request_id: Option<&str>,
    asked: Asked,
) -> Result<Arc<Query>, Failure> {
    if app.queued() >= app.options.most_queued {
        return Err(Failure::too_much(format!(
            "{} statements wait for their turn, which is the server's limit; run it again later",
            app.options.most_queued
        )));
    }
    app.check_length(&asked.sql)?;
    let query = Arc::new(Query::new(
        app.engine.new_query_id(),
        session,
        asked.sql.clone(),
        request_id.map(str::to_owned),
        app.now_micros(),
    ));
    app.queries.add(&query, request_id);
    crate::query::submit(app, Arc::clone(&query), asked);
    Ok(query)
}

/// Waits a while for the statement's end.
async fn answer(app: &App, query: &Arc<Query>, headers: &HeaderMap) -> Result<Response, Failure> {
    match tokio::time::timeout(app.options.answer_within, query.wait()).await {
        Ok(outcome) => done(app, query, &*outcome?, headers),
        Err(_) => Ok(running(query, IN_PROGRESS)),
    }
}

fn running(query: &Query, code: &str) -> Response {
    Json(Envelope {
        data: Some(RunningAnswer {
            query_id: query.id.clone(),
            get_result_url: format!("/queries/{}/result", query.id),
            query_aborts_after_secs: 300,
            progress_desc: None,
        }),
        code: Some(code.to_owned()),
        message: Some("Query execution in progress".to_owned()),
        success: true,
    })
    .into_response()
}

fn done(
    app: &App,
    query: &Query,
    finished: &Finished,
    headers: &HeaderMap,
) -> Result<Response, Failure> {
    let rows = &finished.rows;
    let base = base_url(headers, app);
    let chunks: Vec<Chunk> = rows
        .parts
        .iter()
        .enumerate()
        .map(|(index, part)| Chunk {
            url: format!("{base}/results/{}/{index}?key={}", query.id, rows.secret),
            row_count: part.row_count,
            uncompressed_size: part.bytes,
            compressed_size: part.bytes,
        })
        .collect();
    let rowset: Option<&RawValue> = match rows.format {
        Format::Json => Some(
            serde_json::from_str(&rows.first)
                .map_err(|_| Failure::internal("kept rows cannot be read"))?,
        ),
        Format::Arrow => None,
    };
    let info = &finished.info;
    let answer = QueryAnswer {
        parameters: &finished.parameters,
        rowtype: &finished.columns,
        rowset,
        rowset_base64: (rows.format == Format::Arrow).then_some(rows.first.as_str()),
        total: finished.total,
        returned: rows.total,
        query_id: &query.id,
        database_provider: None,
        final_database_name: info.database_name.as_deref(),
        final_schema_name: info.schema_name.as_deref(),
        final_warehouse_name: info.warehouse_name.as_deref(),
        final_role_name: info.role_name.as_deref(),
        number_of_binds: finished.bind_count,
        array_bind_supported: finished.kind == 0x3100,
        statement_type_id: finished.kind,
        version: 1,
        send_result_time: app.now_micros() / 1000,
        query_result_format: rows.format.name(),
        // Without headers of their own, drivers would look for a key to decrypt with.
        chunk_headers: (!chunks.is_empty()).then(serde_json::Map::new),
        chunks,
        result_ids: finished.several.as_ref().map(|(ids, _)| ids.as_str()),
        result_types: finished.several.as_ref().map(|(_, kinds)| kinds.as_str()),
        stats: finished.stats.as_ref(),
        transfer: finished.transfer.as_ref(),
    };
    Ok(Json(Envelope::success(answer)).into_response())
}

/// GET /queries/ID/result.
pub(super) async fn result(
    State(app): State<App>,
    Caller(session): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let query = find(&app, &session, &id)?;
    answer(&app, &query, &headers).await
}

/// A statement of the caller's user.
pub(super) fn find(app: &App, session: &DriverSession, id: &str) -> Result<Arc<Query>, Failure> {
    app.queries
        .find(id)
        .filter(|query| query.session.identity.user == session.identity.user)
        .ok_or_else(|| Failure::new("000709", "02000", format!("Statement {id} not found")))
}

/// POST /queries/v1/abort-request: by request id.
pub(super) async fn abort(
    State(app): State<App>,
    Caller(session): Caller,
    Url(place): Url<RequestId>,
    JsonBody(request): JsonBody<AbortRequest>,
) -> Result<Json<Envelope<()>>, Failure> {
    // What the body names is to be stopped; the URL names this request itself.
    let named = request.request_id.or(place.request_id);
    if let Some(query) = named.and_then(|id| app.queries.find_request(session.id, &id)) {
        query.stop(Stop::Cancelled);
    }
    Ok(Json(Envelope::nothing()))
}

/// POST /queries/ID/abort-request.
pub(super) async fn abort_by_id(
    State(app): State<App>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Json<Envelope<()>>, Failure> {
    find(&app, &session, &id)?.stop(Stop::Cancelled);
    Ok(Json(Envelope::nothing()))
}
