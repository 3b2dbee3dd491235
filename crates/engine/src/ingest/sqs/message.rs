//! What a message of a queue says. In: its body. Out: the objects that it tells of.
//!
//! S3 writes to the queue itself, or through SNS (which wraps the text, or not), or EventBridge does, whose events look
//! different.

use serde::Deserialize;
use serde_json::Value;

/// What a message is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Objects that were written.
    Objects(Vec<ObjectEvent>),
    /// About something that no pipe cares for: the test event, a deletion.
    Nothing,
    /// No event of S3.
    Unknown,
}

/// An object was written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ObjectEvent {
    pub(super) bucket: String,
    pub(super) key: String,
    /// When, microseconds since 1970.
    pub(super) at_micros: Option<i64>,
}

#[derive(Deserialize)]
struct Records {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_name: String,
    event_time: Option<String>,
    s3: Place,
}

#[derive(Deserialize)]
struct Place {
    bucket: Named,
    object: Keyed,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Keyed {
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct BridgeEvent {
    detail_type: String,
    source: String,
    time: Option<String>,
    detail: Place,
}

/// How deep a message may be wrapped.
const MOST_WRAPPERS: usize = 3;

/// Reads a message.
pub(super) fn read(body: &str) -> Content {
    read_inside(body, MOST_WRAPPERS)
}

fn read_inside(body: &str, wrappers: usize) -> Content {
    let Ok(value) = serde_json::from_str::<Value>(body) else {
        return Content::Unknown;
    };
    if value.get("Type").is_some()
        && let Some(inner) = value.get("Message").and_then(Value::as_str)
    {
        return match wrappers {
            0 => Content::Unknown,
            more => read_inside(inner, more - 1),
        };
    }
    if value.get("Event").and_then(Value::as_str) == Some("s3:TestEvent") {
        return Content::Nothing;
    }
    if value.get("detail-type").is_some() {
        return bridge(value);
    }
    let Ok(records) = Records::deserialize(value) else {
        return Content::Unknown;
    };
    let events: Vec<ObjectEvent> = records
        .records
        .into_iter()
        .filter(|record| {
            let name = record.event_name.as_str();
            name.strip_prefix("s3:")
                .unwrap_or(name)
                .starts_with("ObjectCreated:")
        })
        .map(|record| ObjectEvent {
            bucket: record.s3.bucket.name,
            // As in a form: a space is a plus sign.
            key: decoded(&record.s3.object.key),
            at_micros: record.event_time.as_deref().and_then(micros),
        })
        .collect();
    match events.is_empty() {
        true => Content::Nothing,
        false => Content::Objects(events),
    }
}

fn bridge(value: Value) -> Content {
    let Ok(event) = BridgeEvent::deserialize(value) else {
        return Content::Unknown;
    };
    if event.source != "aws.s3" {
        return Content::Unknown;
    }
    if event.detail_type != "Object Created" {
        return Content::Nothing;
    }
    Content::Objects(vec![ObjectEvent {
        bucket: event.detail.bucket.name,
        // EventBridge has it as it is.
        key: event.detail.object.key,
        at_micros: event.time.as_deref().and_then(micros),
    }])
}

fn micros(text: &str) -> Option<i64> {
    let timestamp: jiff::Timestamp = text.parse().ok()?;
    Some(timestamp.as_microsecond())
}

/// `a+b%2Bc` → `a b+c`. What is no escape stands for itself.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digit = |offset: usize| {
            let digit = bytes.get(at + offset).copied().map(char::from);
            digit.and_then(|digit| digit.to_digit(16))
        };
        match (byte, digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'+', ..) => out.push(b' '),
            (other, ..) => out.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plain(name: &str) -> Value {
        json!({"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": name,
            "eventTime": "2024-05-06T07:08:09.123Z", "s3": {"bucket": {"name": "lake"},
            "object": {"key": "raw/a+b%2Bc/%C3%A9.csv", "size": 3, "eTag": "x", "sequencer": "1"}}}]})
    }

    fn objects(key: &str, at_micros: i64) -> Content {
        Content::Objects(vec![ObjectEvent {
            bucket: "lake".to_owned(),
            key: key.to_owned(),
            at_micros: Some(at_micros),
        }])
    }

    #[test]
    fn events_in_each_of_their_forms() {
        let event = plain("ObjectCreated:Put").to_string();
        let expected = objects("raw/a b+c/é.csv", 1_714_979_289_123_000);
        assert_eq!(read(&event), expected);
        let wrapped =
            json!({"Type": "Notification", "MessageId": "1", "Message": event}).to_string();
        assert_eq!(read(&wrapped), expected);
        let bridge = json!({"version": "0", "detail-type": "Object Created", "source": "aws.s3", "time": "2024-05-06T07:08:09Z",
            "detail": {"version": "0", "bucket": {"name": "lake"}, "object": {"key": "raw/a+b%20c.csv", "size": 1}}});
        assert_eq!(
            read(&bridge.to_string()),
            objects("raw/a+b%20c.csv", 1_714_979_289_000_000)
        );
    }

    #[test]
    fn what_tells_of_no_new_object() {
        let test =
            json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "lake"}).to_string();
        assert_eq!(read(&test), Content::Nothing);
        assert_eq!(
            read(&json!({"Type": "Notification", "Message": test}).to_string()),
            Content::Nothing
        );
        assert_eq!(
            read(&plain("ObjectRemoved:Delete").to_string()),
            Content::Nothing
        );
        for other in [
            "",
            "x",
            "{}",
            "[]",
            "{\"Records\":[{}]}",
            "{\"detail-type\":\"x\"}",
        ] {
            assert_eq!(read(other), Content::Unknown, "{other}");
        }
        let mut deep = plain("ObjectCreated:Put").to_string();
        for _ in 0..9 {
            deep = json!({"Type": "Notification", "Message": deep}).to_string();
        }
        assert_eq!(read(&deep), Content::Unknown);
    }
}
