//! SQS over HTTP, in its JSON protocol: four requests, signed by the same code that signs those to S3
//! (docs/decisions/0020-sqs-without-an-sdk.md).

use crate::bucket::{credentials, runtime};
use crate::error::{EngineError, Result};
use object_store::ClientOptions;
use object_store::aws::{AmazonS3ConfigKey, AwsAuthorizer, AwsCredentialProvider};
use object_store::client::{HttpClient, HttpConnector, HttpRequestBody, ReqwestConnector};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

/// How long the queue waits for a message before it says that there is none, in seconds: SQS's longest.
const WAIT_SECS: u64 = 20;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than the wait.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Where the queue's own URL does not say.
const DEFAULT_REGION: &str = "us-east-1";

/// A message as it was received.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    /// What deletes it.
    #[serde(rename = "ReceiptHandle")]
    pub(super) handle: String,
    #[serde(rename = "Body")]
    pub(super) body: String,
}

#[derive(Deserialize)]
struct Received {
    #[serde(rename = "Messages", default)]
    messages: Vec<Message>,
}

/// One queue.
#[derive(Clone)]
pub(super) struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    url: String,
    /// The server, without the queue's own path.
    endpoint: String,
    region: String,
    http: HttpClient,
    credentials: AwsCredentialProvider,
}

impl Client {
    /// A client of the queue at this URL. Nothing is asked of it yet.
    pub(super) fn open(url: &str, region: Option<&str>) -> Result<Self> {
        let wrong = |cause: String| {
            EngineError::storage(format!("the queue `{url}` cannot be read"))
                .with_detail(cause)
                .with_hint("check the bucket's `queue` in snowmelt.toml: it is the queue's URL")
        };
        let parsed: http::Uri = url
            .parse()
            .map_err(|error: http::uri::InvalidUri| wrong(error.to_string()))?;
        let (Some(scheme), Some(authority)) = (parsed.scheme_str(), parsed.authority()) else {
            return Err(wrong("it is no http or https URL".to_owned()));
        };
        let builder = credentials::builder(None)?;
        let configured = builder
            .get_config_value(&AmazonS3ConfigKey::Region)
            .or_else(|| builder.get_config_value(&AmazonS3ConfigKey::DefaultRegion));
        let region = region_in(authority.host())
            .or_else(|| region.map(str::to_owned))
            .or(configured)
            .unwrap_or_else(|| DEFAULT_REGION.to_owned());
        // Only its credentials are used: keys, a role's, a container's, renewed before they expire.
        let store = builder
            .with_bucket_name("queue")
            .with_region(&region)
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        let options = ClientOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_timeout(REQUEST_TIMEOUT)
            .with_allow_http(scheme == "http");
        let http = ReqwestConnector::default()
            .connect(&options)
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self {
            shared: Arc::new(Shared {
                url: url.to_owned(),
                endpoint: format!("{scheme}://{authority}/"),
                region,
                http,
                credentials: Arc::clone(store.credentials()),
            }),
        })
    }

    /// Asks for messages; the answer comes when there are some, or after a while without. They are hidden from then on.
    pub(super) fn receive(&self, hidden: Duration) -> Result<Receiver<Result<Vec<Message>>>> {
        let (sender, receiver) = sync_channel(1);
        let shared = Arc::clone(&self.shared);
        let body = json!({
            "QueueUrl": shared.url,
            "MaxNumberOfMessages": 10,
            "WaitTimeSeconds": WAIT_SECS,
            "VisibilityTimeout": hidden.as_secs(),
        });
        runtime::handle()
            .ok_or_else(|| EngineError::storage("the network cannot be used"))?
            .spawn(async move {
                let answer = shared.ask("ReceiveMessage", body).await;
                let messages = answer.and_then(|answer| {
                    serde_json::from_value(answer)
                        .map(|received: Received| received.messages)
                        .map_err(|error| shared.failed("ReceiveMessage", error.to_string()))
                });
                // Nobody asks any more at the end.
                let _ = sender.send(messages);
            });
        Ok(receiver)
    }

    /// Deletes messages.
    pub(super) fn delete(&self, handles: &[&str]) -> Result<()> {
        self.batch("DeleteMessageBatch", handles, &json!({}))
    }

    /// Hides messages for so long from now.
    pub(super) fn hide(&self, handles: &[&str], hidden: Duration) -> Result<()> {
        let more = json!({ "VisibilityTimeout": hidden.as_secs() });
        self.batch("ChangeMessageVisibilityBatch", handles, &more)
    }

    /// A message that is gone, or was shown again meanwhile, is no error: it is what SQS says of its entry alone.
    fn batch(&self, action: &'static str, handles: &[&str], more: &Value) -> Result<()> {
        let entries: Vec<Value> = handles
            .iter()
            .enumerate()
            .map(|(id, handle)| {
                let mut entry = more.clone();
                entry["Id"] = json!(id.to_string());
                entry["ReceiptHandle"] = json!(handle);
                entry
            })
            .collect();
        let body = json!({ "QueueUrl": self.shared.url, "Entries": entries });
        let shared = Arc::clone(&self.shared);
        runtime::wait(async move { shared.ask(action, body).await })
            .ok_or_else(|| EngineError::storage("the network cannot be used"))?
            .map(drop)
    }
}

impl Shared {
    async fn ask(&self, action: &str, body: Value) -> Result<Value> {
        let credential = self
            .credentials
            .get_credential()
            .await
            .map_err(|error| self.failed(action, error.to_string()))?;
        let bytes = body.to_string().into_bytes();
        let mut request = http::Request::builder()
            .method(http::Method::POST)
            .uri(&self.endpoint)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("AmazonSQS.{action}"))
            .body(HttpRequestBody::from(bytes))
            .map_err(|error| self.failed(action, error.to_string()))?;
        AwsAuthorizer::new(&credential, "sqs", &self.region)
            .try_authorize(&mut request, None)
            .map_err(|error| self.failed(action, error.to_string()))?;
        let response = self
            .http
            .execute(request)
            .await
            .map_err(|error| self.failed(action, chain(&error)))?;
        let status = response.status();
        let answer = response
            .into_body()
            .bytes()
            .await
            .map_err(|error| self.failed(action, chain(&error)))?;
        if !status.is_success() {
            let said = String::from_utf8_lossy(&answer);
            let said: String = said.chars().take(500).collect();
            return Err(self.failed(action, format!("{status}: {said}")));
        }
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer).map_err(|error| self.failed(action, error.to_string()))
    }

    fn failed(&self, action: &str, cause: String) -> EngineError {
        EngineError::storage(format!("the queue `{}` does not answer", self.url))
            .with_detail(format!("{action}: {cause}"))
            .with_hint("check the bucket's `queue` in snowmelt.toml and the right to sqs:ReceiveMessage, sqs:DeleteMessage and sqs:ChangeMessageVisibility; files are found by listings meanwhile")
    }
}

/// `sqs.eu-west-1.amazonaws.com`, `sqs.cn-north-1.amazonaws.com.cn`, `eu-west-1.queue.amazonaws.com`.
fn region_in(host: &str) -> Option<String> {
    let parts: Vec<&str> = host.split('.').collect();
    match parts.as_slice() {
        ["sqs" | "sqs-fips", region, "amazonaws", ..] | [region, "queue", "amazonaws", ..] => {
            Some((*region).to_owned())
        }
        _ => None,
    }
}

/// The error and what is underneath, each said once.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_stands_in_the_address() {
        let region = |host| region_in(host);
        assert_eq!(
            region("sqs.eu-west-1.amazonaws.com").as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(
            region("sqs.cn-north-1.amazonaws.com.cn").as_deref(),
            Some("cn-north-1")
        );
        assert_eq!(
            region("us-east-2.queue.amazonaws.com").as_deref(),
            Some("us-east-2")
        );
        assert_eq!(region("localhost"), None);
    }
}
