//! The SQL API: POST /api/v2/statements and what follows it. Each request has a session of its own, which ends with its
//! statements; what is kept of them is found by handle, by the user whose they are.

use super::peer::{Peer, RequestId};
use crate::access::{Identity, Proof};
use crate::failure::Failure;
use crate::query::{Asked, Finished, Outcome, Query, Stop};
use crate::result::Shown;
use crate::session::SQL_API;
use crate::state::App;
use crate::wire::login::{LoginData, LoginPlace};
use crate::wire::statements::{
    PartitionInfo, PartitionPlace, ResultSet, ResultSetMetaData, StatementRequest, StatementStatus,
    SubmitPlace,
};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query as Url, State};
use axum::http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, LINK, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::value::RawValue;
use snowmelt_sql::parse::parse_script;
use std::io::{self, Write};
use std::sync::Arc;

/// How long a client that comes too often waits before it comes again, in seconds.
const RETRY_AFTER_SECS: u64 = 1;
const OPENAPI: &str = include_str!("openapi.json");
/// The session parameters that the API takes.
const PARAMETERS: [&str; 13] = [
    "BINARY_OUTPUT_FORMAT",
    "CLIENT_RESULT_CHUNK_SIZE",
    "DATE_OUTPUT_FORMAT",
    "MULTI_STATEMENT_COUNT",
    "QUERY_TAG",
    "ROWS_PER_RESULTSET",
    "TIME_OUTPUT_FORMAT",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT",
    "TIMESTAMP_OUTPUT_FORMAT",
    "TIMESTAMP_TZ_OUTPUT_FORMAT",
    "TIMEZONE",
    "USE_CACHED_RESULT",
];

/// Parameters that say how this request is run, and nothing of its session.
const OF_REQUEST: [&str; 2] = ["MULTI_STATEMENT_COUNT", "STATEMENT_TIMEOUT_IN_SECONDS"];

/// GET /api/v2/openapi.json.
pub(super) async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// POST /api/v2/statements.
pub(super) async fn submit(
    State(app): State<App>,
    Peer(peer): Peer,
    Extension(request_id): Extension<RequestId>,
    place: Result<Url<SubmitPlace>, QueryRejection>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refused> {
    let identity = caller(&app, &headers, peer).await?;
    let Url(place) = place.map_err(|error| Refused::bad_request(error.body_text()))?;
    let request = read(&headers, body)?;
    // What is no request is refused, even if one of its id was sent before.
    let asked = asked(request, place.nullable != Some(false))?;
    app.check_length(&asked.asked.sql)?;
    let key = place
        .request_id
        .as_deref()
        .map(|id| format!("{}/{id}", identity.user));
    if let Some(key) = key.as_deref().filter(|_| place.retry == Some(true))
        && let Some(query) = app.queries.find_api_request(key)
    {
        return answer(&app, &query, place.is_async == Some(true)).await;
    }
    if app.queued() >= app.options.most_queued {
        return Err(Refused::too_many());
    }
    let session = {
        let (app, login, place) = (Arc::clone(&app), asked.login, asked.place);
        tokio::task::spawn_blocking(move || app.sessions.open(&app, identity, &login, &place, peer))
            .await
            .map_err(|_| Failure::internal("a request ended with a defect of snowmelt"))??
    };
    let query = Arc::new(Query::new(
        app.engine.new_query_id(),
        Arc::clone(&session),
        asked.asked.sql.clone(),
        Some(request_id.0),
        app.now_micros(),
    ));
    app.queries.add_api(&query, key);
    crate::query::submit(&app, Arc::clone(&query), asked.asked);
    {
        // The session goes with its statements, whoever waits for them.
        let query = Arc::clone(&query);
        tokio::spawn(async move {
            let _ = query.wait().await;
            session.close().await;
        });
    }
    answer(&app, &query, place.is_async == Some(true)).await
}

/// GET /api/v2/statements/HANDLE.
pub(super) async fn look(
    State(app): State<App>,
    Peer(peer): Peer,
    Path(handle): Path<String>,
    place: Result<Url<PartitionPlace>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let identity = caller(&app, &headers, peer).await?;
    let Url(place) = place.map_err(|error| Refused::bad_request(error.body_text()))?;
    let query = find(&app, &identity, &handle)?;
    match (query.outcome(), place.partition) {
        (None, _) => Ok(running(&query)),
        (Some(outcome), Some(partition)) if partition > 0 => {
            let finished = outcome.map_err(|failure| Refused::of_statement(failure, &query))?;
            rest(&query, finished, partition).await
        }
        (Some(outcome), _) => done(&query, outcome),
    }
}

/// POST /api/v2/statements/HANDLE/cancel.
pub(super) async fn cancel(
    State(app): State<App>,
    Peer(peer): Peer,
    Path(handle): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let identity = caller(&app, &headers, peer).await?;
    let query = find(&app, &identity, &handle)?;
    query.stop(Stop::Cancelled);
    let status = StatementStatus {
        code: "000604",
        sql_state: Some("57014"),
        message: "SQL execution canceled",
        statement_handle: Some(&query.id),
        created_on: Some(query.started_at_micros / 1000),
        statement_status_url: Some(status_url(&query)),
    };
    Ok(Json(status).into_response())
}

/// Who sends a request: the bearer of a token.
async fn caller(
    app: &App,
    headers: &HeaderMap,
    peer: std::net::IpAddr,
) -> Result<Identity, Refused> {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok())
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
        .map(|(_, token)| token.trim().to_owned())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| Refused::unauthorized("390104", "no bearer token was sent"))?;
    let kind = headers.get("X-Snowflake-Authorization-Token-Type");
    let is_key_pair = match kind.map(|kind| kind.to_str().unwrap_or_default()) {
        Some("KEYPAIR_JWT") => true,
        Some("OAUTH" | "PROGRAMMATIC_ACCESS_TOKEN") => false,
        // As in Snowflake, the token says it: a signed one has three parts.
        None => token.matches('.').count() == 2,
        Some(_) => return Err(Refused::bad_request("the kind of token is not known")),
    };
    let app = Arc::clone(app);
    let work = move || {
        let proof = match is_key_pair {
            true => Proof::KeyPair(&token),
            false => Proof::AccessToken(&token),
        };
        app.log_in("", proof, peer)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::internal("a login ended with a defect of snowmelt"))?
        .map_err(|refusal| Refused::unauthorized(refusal.code(), &refusal.to_string()))
}

/// Reads the body of a submission.
fn read(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatementRequest, Refused> {
    let kind = headers
        .get(CONTENT_TYPE)
        .map(|kind| kind.to_str().unwrap_or_default());
    let is_json = kind.is_none_or(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json")
    });
    if !is_json {
        let message = "the body is to be `application/json`";
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "391903",
            message,
        ));
    }
    let body = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "390400",
            "the request is too large",
        ),
        _ => Refused::bad_request(error.body_text()),
    })?;
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Refused::bad_request("the body is to be a JSON object"));
    }
    serde_json::from_slice(&body).map_err(Refused::bad_request)
}

/// A submission, understood.
struct AskedFor {
    asked: Asked,
    login: LoginData,
    place: LoginPlace,
}

fn asked(request: StatementRequest, nullable: bool) -> Result<AskedFor, Refused> {
    let format = request.result_set_meta_data.and_then(|asked| asked.format);
    if format.is_some_and(|format| !format.eq_ignore_ascii_case("jsonv2")) {
        return Err(Refused::bad_request("rows are given as `jsonv2` only"));
    }
    let sql = request.statement.unwrap_or_default();
    let mut parameters = request.parameters.unwrap_or_default();
    for name in parameters.keys() {
        if !PARAMETERS.contains(&name.to_ascii_uppercase().as_str()) {
            return Err(Refused::bad_request(format!(
                "the parameter `{}` is none that the SQL API takes",
                name.chars().take(80).collect::<String>()
            )));
        }
    }
    let bindings = request.bindings.unwrap_or_default();
    if bindings
        .values()
        .any(|binding| !binding.value.is_string() && !binding.value.is_null())
    {
        return Err(Refused::bad_request("bound values are to be texts"));
    }
    if !bindings.is_empty() && parse_script(&sql).is_ok_and(|several| several.len() > 1) {
        let message = "values cannot be bound in a request of several statements";
        return Err(Refused::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "000002",
            message,
        ));
    }
    match request.timeout {
        None => {}
        Some(seconds @ 0..=604_800) => {
            let seconds = if seconds == 0 { 604_800 } else { seconds };
            parameters.insert("STATEMENT_TIMEOUT_IN_SECONDS".to_owned(), seconds.into());
        }
        Some(_) => return Err(Refused::bad_request("`timeout` is 0 to 604800 seconds")),
    }
    let quoted =
        |name: Option<String>| name.map(|name| format!("\"{}\"", name.replace('"', "\"\"")));
    Ok(AskedFor {
        login: LoginData {
            client_app_id: Some(SQL_API.to_owned()),
            session_parameters: Some(
                parameters
                    .iter()
                    .filter(|(name, _)| !OF_REQUEST.contains(&name.to_ascii_uppercase().as_str()))
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            ),
            ..LoginData::default()
        },
        place: LoginPlace {
            database: quoted(request.database),
            schema: quoted(request.schema),
            warehouse: quoted(request.warehouse),
            role: quoted(request.role),
        },
        asked: Asked {
            sql,
            bindings,
            bind_stage: None,
            shown: Some(Shown::asked(&parameters, nullable)),
            parameters,
            describe_only: false,
            // Snowflake's SQL API moves no files.
            base_url: None,
        },
    })
}

/// A statement of the caller.
fn find(app: &App, identity: &Identity, handle: &str) -> Result<Arc<Query>, Refused> {
    app.queries
        .find(handle)
        .filter(|query| query.session.identity.user == identity.user)
        .ok_or_else(|| {
            let shown: String = handle.chars().take(80).collect();
            let message = format!("Statement {shown} not found");
            let mut refused = Refused::new(StatusCode::UNPROCESSABLE_ENTITY, "000709", message);
            refused.failure.sqlstate = "02000".into();
            refused
        })
}

/// Waits a while for the statement's end.
async fn answer(app: &App, query: &Arc<Query>, is_async: bool) -> Result<Response, Refused> {
    if is_async {
        return Ok(running(query));
    }
    match tokio::time::timeout(app.options.answer_within, query.wait()).await {
        Ok(outcome) => done(query, outcome),
        Err(_) => Ok(running(query)),
    }
}

fn status_url(query: &Query) -> String {
    format!("/api/v2/statements/{}", query.id)
}

fn running(query: &Query) -> Response {
    let status = StatementStatus {
        code: "333334",
        sql_state: None,
        message: "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.",
        statement_handle: Some(&query.id),
        created_on: Some(query.started_at_micros / 1000),
        statement_status_url: Some(status_url(query)),
    };
    (StatusCode::ACCEPTED, Json(status)).into_response()
}

fn done(query: &Query, outcome: Outcome) -> Result<Response, Refused> {
    let finished = outcome.map_err(|failure| Refused::of_statement(failure, query))?;
    let rows = &finished.rows;
    let data: &RawValue = serde_json::from_str(&rows.first)
        .map_err(|_| Failure::internal("kept rows cannot be read"))?;
    let first = PartitionInfo {
        row_count: rows.first_count,
        uncompressed_size: rows.first.len() as u64,
    };
    let others = rows.parts.iter().map(|part| PartitionInfo {
        row_count: part.row_count,
        uncompressed_size: part.bytes,
    });
    let partition_info: Vec<PartitionInfo> = std::iter::once(first).chain(others).collect();
    let link = links(query, 0, partition_info.len());
    let set = ResultSet {
        result_set_meta_data: ResultSetMetaData {
            num_rows: rows.total,
            format: "jsonv2",
            row_type: &finished.columns,
            partition_info,
        },
        data,
        code: "090001",
        statement_handles: finished
            .several
            .as_ref()
            .map(|(ids, _)| ids.split(',').collect()),
        statement_status_url: status_url(query),
        sql_state: "00000",
        statement_handle: &query.id,
        message: "Statement executed successfully.",
        created_on: query.started_at_micros / 1000,
        stats: finished.stats.clone().map(|mut stats| {
            if let Some(stats) = stats.as_object_mut()
                && let Some(duplicates) = stats.remove("numDmlDuplicates")
            {
                stats.insert("numDuplicateRowsUpdated".to_owned(), duplicates);
            }
            stats
        }),
    };
    Ok(([(LINK, link)], Json(set)).into_response())
}

/// A partition but the first: its rows alone, packed.
async fn rest(
    query: &Query,
    finished: Arc<Finished>,
    partition: usize,
) -> Result<Response, Refused> {
    let count = finished.rows.parts.len() + 1;
    if partition >= count {
        let message = format!("the statement has {count} partitions, counted from 0");
        return Err(Refused::new(StatusCode::BAD_REQUEST, "391918", message));
    }
    let work = move || {
        let part = &finished.rows.parts[partition - 1];
        let mut file = std::fs::File::open(&part.path)?;
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(b"{\"data\":[")?;
        io::copy(&mut file, &mut packed)?;
        packed.write_all(b"]}")?;
        packed.finish()
    };
    let packed = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::internal("a partition cannot be read"))?
        .map_err(|error| {
            tracing::warn!(query_id = query.id, %error, "a partition cannot be read");
            crate::result::no_such_part()
        })?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CONTENT_ENCODING, HeaderValue::from_static("gzip")),
        (LINK, links(query, partition, count)),
    ];
    Ok((headers, packed).into_response())
}

/// Where the partitions are.
fn links(query: &Query, at: usize, count: usize) -> HeaderValue {
    let link = |partition: usize, rel: &str| {
        format!(
            "<{}?partition={partition}>; rel=\"{rel}\"",
            status_url(query)
        )
    };
    let mut links = vec![link(0, "first")];
    if at > 0 {
        links.push(link(at - 1, "prev"));
    }
    if at + 1 < count {
        links.push(link(at + 1, "next"));
    }
    links.push(link(count - 1, "last"));
    HeaderValue::try_from(links.join(",")).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A request that is not answered with rows.
pub(super) struct Refused {
    status: StatusCode,
    failure: Failure,
    /// The statement's handle and beginning, if there is one.
    statement: Option<(String, i64)>,
}

impl Refused {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            failure: Failure::new(code, "08001", message),
            statement: None,
        }
    }

    fn bad_request(why: impl std::fmt::Display) -> Self {
        let why: String = why.to_string().chars().take(500).collect();
        let message = format!("Incoming request does not contain a valid payload: {why}");
        Self::new(StatusCode::BAD_REQUEST, "390142", message)
    }

    fn unauthorized(code: &'static str, message: &str) -> Self {
        let status = match code {
            "390102" => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::UNAUTHORIZED,
        };
        Self::new(status, code, message)
    }

    fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "390505",
            "Too many requests.",
        )
    }

    fn of_statement(failure: Failure, query: &Query) -> Self {
        let status = match &*failure.code {
            "000630" => StatusCode::REQUEST_TIMEOUT,
            "390116" => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self {
            status,
            failure,
            statement: Some((query.id.clone(), query.started_at_micros / 1000)),
        }
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            failure,
            statement: None,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let handle = self.statement.as_ref().map(|(handle, _)| handle.as_str());
        let status = StatementStatus {
            code: &self.failure.code,
            sql_state: Some(&self.failure.sqlstate),
            message: &self.failure.message,
            statement_handle: handle.or(self.failure.query_id.as_deref()),
            created_on: self.statement.as_ref().map(|(_, created_on)| *created_on),
            statement_status_url: handle.map(|handle| format!("/api/v2/statements/{handle}")),
        };
        let mut response = (self.status, Json(status)).into_response();
        let headers = response.headers_mut();
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(RETRY_AFTER, RETRY_AFTER_SECS.into());
            }
            StatusCode::UNAUTHORIZED => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}
