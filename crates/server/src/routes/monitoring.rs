//! GET /monitoring/queries/ID: how a statement is doing.

use super::caller::Caller;
use crate::query::Query;
use crate::state::App;
use crate::wire::envelope::Envelope;
use crate::wire::monitoring::{QueriesAnswer, QueryStatus};
use axum::Json;
use axum::extract::{Path, State};

/// An unknown query is an empty list, as in Snowflake.
pub(super) async fn status(
    State(app): State<App>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Json<Envelope<QueriesAnswer>> {
    let found = super::query::find(&app, &session, &id).ok();
    let queries = found
        .iter()
        .map(|query| described(query, app.now_micros()))
        .collect();
    Json(Envelope::success(QueriesAnswer { queries }))
}

fn described(query: &Query, now_micros: i64) -> QueryStatus {
    let outcome = query.outcome();
    let failure = match &outcome {
        Some(Err(failure)) => Some(failure),
        _ => None,
    };
    let status = match &outcome {
        Some(Ok(_)) => "SUCCESS",
        Some(Err(failure)) if failure.code == "000604" => "FAILED_WITH_INCIDENT",
        Some(Err(_)) => "FAILED_WITH_ERROR",
        None if query.is_running() => "RUNNING",
        None => "QUEUED",
    };
    let ended = query.ended_at_micros();
    QueryStatus {
        id: query.id.clone(),
        status,
        state: match status {
            "SUCCESS" => "SUCCEEDED",
            "RUNNING" | "QUEUED" => "FILE_SET_INITIALIZATION",
            _ => "FAILED",
        },
        start_time: query.started_at_micros / 1000,
        end_time: ended.unwrap_or(0) / 1000,
        total_duration: (ended.unwrap_or(now_micros) - query.started_at_micros) / 1000,
        sql_text: query.sql.clone(),
        session_id: query.session.id,
        error_code: failure.map(|failure| failure.code.to_string()),
        error_message: failure.map(|failure| failure.message.clone()),
        stats: None,
        client_send_time: None,
        query_tag: None,
        warehouse_name: query.session.context().warehouse.clone(),
    }
}
