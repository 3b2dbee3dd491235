//! What whoever watches the server sees.

use crate::support::{House, send};
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn health_readiness_and_numbers() {
    let house = House::open();
    assert_eq!(house.get("/healthz", None).text(), "ok\n");
    assert_eq!(house.get("/readyz", None).text(), "ready\n");
    std::fs::create_dir_all(house.path("stages")).unwrap();
    let mut session = house.engine.session().unwrap();
    for sql in [
        "CREATE DATABASE d",
        "CREATE TABLE d.public.t (a INTEGER)",
        "CREATE STAGE d.public.s",
        "CREATE PIPE d.public.p AS COPY INTO d.public.t FROM @d.public.s",
    ] {
        session.execute(sql).unwrap();
    }
    let token = house.owner();
    for sql in ["SELECT 1", "SELECT nope"] {
        house.post(
            "/api/v2/statements",
            Some(&token),
            &json!({ "statement": sql }),
        );
    }
    house.log_in(&json!({ "LOGIN_NAME": "x", "PASSWORD": "y" }));
    let answer = house.get("/metrics", None);
    let kind = answer.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let mut lines: Vec<String> = answer
        .text()
        .lines()
        .filter(|line| !line.contains("_bucket{") && !line.contains("_seconds_sum{"))
        .map(str::to_owned)
        .collect();
    // In no order of their own within a family.
    lines.sort();
    assert_snapshot!(lines.join("\n"));
}

#[test]
fn requests_have_an_id_from_end_to_end() {
    let house = House::open();
    let address = house.server.address();
    let given = [("X-Request-Id", "abc-1".to_owned())];
    let answer = send(address, "GET", "/healthz", &given, b"");
    assert_eq!(answer.header("x-request-id"), Some("abc-1"));
    let bad = [("X-Request-Id", "a b\"c".to_owned())];
    let answer = send(address, "GET", "/healthz", &bad, b"");
    assert_eq!(answer.header("x-request-id").map(str::len), Some(36));
    let token = house.owner();
    let statement = json!({ "statement": "SELECT 1" });
    let path = "/api/v2/statements?requestId=5a8a9a5c-0000-4000-8000-000000000001";
    house.post(path, Some(&token), &statement);
    let audit = house.audit();
    let line = audit
        .iter()
        .find(|line| line["what"] == "statement")
        .unwrap();
    assert_eq!(line["request_id"], "5a8a9a5c-0000-4000-8000-000000000001");
}
