//! GET /results/ID/N: a part of a large result, read from its file as fast as the client takes it.

use crate::failure::Failure;
use crate::result::no_such_part;
use crate::state::App;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use subtle::ConstantTimeEq;

/// What a part's address must name.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    key: String,
}

pub(super) async fn part(
    State(app): State<App>,
    Path((id, part)): Path<(String, usize)>,
    Query(Key { key }): Query<Key>,
) -> Response {
    match find(&app, &id, part, &key) {
        Ok((path, bytes)) => {
            let Ok(file) = std::fs::File::open(path) else {
                return missing(no_such_part());
            };
            let headers = [
                // Rows of JSON are only a part of a JSON text, which drivers put together themselves.
                (CONTENT_TYPE, "application/octet-stream".to_owned()),
                (CONTENT_LENGTH, bytes.to_string()),
            ];
            (headers, Body::from_stream(crate::result::read(file))).into_response()
        }
        Err(failure) => missing(failure),
    }
}

/// Storage says with its status that something is not there.
fn missing(failure: Failure) -> Response {
    let mut response = failure.into_response();
    *response.status_mut() = axum::http::StatusCode::NOT_FOUND;
    response
}

fn find(app: &App, id: &str, part: usize, key: &str) -> Result<(std::path::PathBuf, u64), Failure> {
    let query = app.queries.find(id).ok_or_else(no_such_part)?;
    let Some(Ok(finished)) = query.outcome() else {
        return Err(no_such_part());
    };
    let rows = &finished.rows;
    let is_right: bool = rows.secret.as_bytes().ct_eq(key.as_bytes()).into();
    let stored = rows
        .parts
        .get(part)
        .filter(|_| is_right)
        .ok_or_else(no_such_part)?;
    Ok((stored.path.clone(), stored.bytes))
}
