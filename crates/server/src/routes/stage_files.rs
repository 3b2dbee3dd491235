//! /stage-files/SECRET/NAME: a file of a stage, written by PUT or read by GET, as fast as the client sends or takes it.

use crate::failure::Failure;
use crate::state::App;
use crate::transfer::Ticket;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Drivers look first whether the file is there, by GET or HEAD on the address to which they will write: it is not.
pub(super) async fn read(
    State(app): State<App>,
    Path((secret, _name)): Path<(String, String)>,
) -> Response {
    let found = app.tickets.find(&secret, app.now_micros());
    let Some(Ticket::Download { path }) = found.as_deref() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match File::open(path).and_then(|file| Ok((file.metadata()?.len(), file))) {
        Ok((length, file)) => {
            let headers = [
                (CONTENT_TYPE, "application/octet-stream".to_owned()),
                (CONTENT_LENGTH, length.to_string()),
            ];
            (headers, Body::from_stream(crate::result::read(file))).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The file appears in its stage whole, or not at all.
pub(super) async fn write(
    State(app): State<App>,
    Path((secret, _name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(ticket) = app.tickets.find(&secret, app.now_micros()) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    if matches!(
        *ticket,
        Ticket::Upload {
            is_final: false,
            ..
        }
    ) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    // OVERWRITE = FALSE: only if there is no such file.
    if headers
        .get("x-goog-if-generation-match")
        .is_some_and(|generation| generation == "0")
        && exists(&ticket)
    {
        return StatusCode::PRECONDITION_FAILED.into_response();
    }
    match receive(&app, ticket, body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => {
            tracing::warn!(%error, "an upload failed");
            let mut response = Failure::internal(error.to_string()).into_response();
            *response.status_mut() = StatusCode::CONFLICT;
            response
        }
    }
}

fn exists(ticket: &Ticket) -> bool {
    match ticket {
        Ticket::Upload { bucket, path, .. } => matches!(bucket.head(path), Ok(Some(_))),
        Ticket::Download { .. } => false,
    }
}

async fn receive(app: &App, ticket: Arc<Ticket>, body: Body) -> io::Result<()> {
    let path = app.results.new_file(
        &app.new_secret()
            .map_err(|failure| io::Error::other(failure.message))?,
    );
    let file = tokio::task::spawn_blocking({
        let path = path.clone();
        move || File::create(path)
    });
    let mut file = file.await.map_err(io::Error::other)??;
    let mut stream = body.into_data_stream();
    let received = async || -> io::Result<()> {
        while let Some(bytes) = stream.next().await {
            let bytes = bytes.map_err(io::Error::other)?;
            let work = move || file.write_all(&bytes).map(|()| file);
            file = tokio::task::spawn_blocking(work)
                .await
                .map_err(io::Error::other)??;
        }
        Ok(())
    };
    let result = received().await;
    let work = move || {
        let stored = result.and_then(|()| match &*ticket {
            Ticket::Upload {
                bucket,
                path: object,
                ..
            } => Ok(bucket
                .put_file(object, &path, &AtomicBool::new(false))
                .map(|_| ())?),
            Ticket::Download { .. } => Err(io::Error::other("this address is for reading")),
        });
        // Left behind, it is removed when a server starts.
        let _ = std::fs::remove_file(&path);
        stored
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}
