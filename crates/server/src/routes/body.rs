//! Request bodies: JSON, packed with gzip or not.

use crate::failure::Failure;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use std::io::Read;

use crate::state::App;

/// The JSON body of a request; an empty one is `{}`.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let most = app.options.most_body_bytes;
        let bytes = Bytes::from_request(request, app).await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                too_large(most)
            } else {
                Failure::bad_request(error)
            }
        })?;
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            unpacked(&bytes, most)?
        } else {
            bytes
        };
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(text)
            .map(JsonBody)
            .map_err(Failure::bad_request)
    }
}

fn too_large(most: usize) -> Failure {
    Failure::new(
        "390400",
        "08001",
        format!("the request is larger than {most} bytes, which is the server's limit"),
    )
}

fn unpacked(bytes: &[u8], most: usize) -> Result<Bytes, Failure> {
    let mut unpacked = Vec::new();
    GzDecoder::new(bytes)
        .take(most as u64 + 1)
        .read_to_end(&mut unpacked)
        .map_err(Failure::bad_request)?;
    if unpacked.len() > most {
        return Err(too_large(most));
    }
    Ok(unpacked.into())
}
