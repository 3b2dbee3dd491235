//! The SQL API, against its reference: <https://docs.snowflake.com/en/developer-guide/sql-api/reference>.

use crate::support::{House, send};
use flate2::read::GzDecoder;
use insta::assert_snapshot;
use serde_json::{Value, json};
use snowmelt_engine::users::UserRole;
use std::io::Read;

const PATH: &str = "/api/v2/statements";

/// Answers one after the other, each with its request.
fn transcript(house: &House, token: &str, requests: &[(&str, Value)]) -> String {
    let mut text = String::new();
    for (place, body) in requests {
        let answer = house.post(&format!("{PATH}{place}"), Some(token), body);
        let shown = serde_json::to_string_pretty(&answer.json()).unwrap();
        text.push_str(&format!(
            "POST {place} {body}\n{} {shown}\n\n",
            answer.status
        ));
    }
    text
}

#[test]
fn statements_are_run_and_their_rows_given() {
    let house = House::open();
    let token = house.owner();
    let text = transcript(
        &house,
        &token,
        &[
            ("", json!({ "statement": "SELECT 1 AS n, NULL AS nothing" })),
            (
                "",
                json!({
                    "statement": "SELECT ? AS a, ? AS b, ?::DATE AS c, ? AS d",
                    "bindings": {
                        "1": { "type": "FIXED", "value": "123" }, "2": { "type": "TEXT", "value": "it's" },
                        "3": { "type": "TEXT", "value": "2021-04-15" }, "4": { "type": "BOOLEAN", "value": "true" },
                    },
                }),
            ),
            (
                "?nullable=false",
                json!({
                    "statement": "SELECT NULL AS n, '2019-03-27'::DATE AS d, '01:02:03'::TIME AS t, FALSE AS f,
                        '2021-01-28 22:09:37.123456'::TIMESTAMP_NTZ AS ts, '2021-03-19 18:26:59 +0100'::TIMESTAMP_TZ AS tz",
                    "parameters": { "DATE_OUTPUT_FORMAT": "MM/DD/YYYY" },
                }),
            ),
        ],
    );
    assert_snapshot!(text);
}

#[test]
fn what_is_wrong_is_said_with_a_status() {
    let house = House::with(|options| options.most_statement_bytes = 1000);
    let token = house.owner();
    let long = format!("SELECT '{}'", "x".repeat(1000));
    let text = transcript(
        &house,
        &token,
        &[
            ("", json!({ "statement": "SELECT nope" })),
            ("", json!({})),
            (
                "",
                json!({ "statement": "SELECT 1", "statemnt": "SELECT 1" }),
            ),
            ("", json!({ "statement": 1 })),
            ("", json!([])),
            ("", json!({ "statement": "SELECT 1; SELECT 2" })),
            ("", json!({ "statement": "SELECT 1", "timeout": -1 })),
            (
                "",
                json!({ "statement": "SELECT 1", "parameters": { "AUTOCOMMIT": "false" } }),
            ),
            (
                "",
                json!({ "statement": "SELECT 1", "resultSetMetaData": { "format": "json" } }),
            ),
            ("?async=maybe", json!({ "statement": "SELECT 1" })),
            ("/x/cancel", json!({})),
        ],
    );
    assert_snapshot!(text);
    assert_eq!(
        house
            .post(PATH, Some(&token), &json!({ "statement": long }))
            .status,
        422
    );
    let statement = json!({ "statement": "SELECT 1" });
    assert_eq!(house.post(PATH, None, &statement).status, 401);
    assert_eq!(
        house.post(PATH, Some("snowmelt_pat_x"), &statement).status,
        200,
        "no users yet"
    );
    house.add_user("ana", UserRole::Owner, "correct horse");
    let refused = house.post(PATH, Some("snowmelt_pat_x"), &statement);
    assert_eq!(
        (refused.status, refused.header("www-authenticate")),
        (401, Some("Bearer"))
    );
    let kinds = [
        ("Authorization", format!("Bearer {token}")),
        ("Content-Type", "text/plain".to_owned()),
    ];
    let address = house.server.address();
    assert_eq!(send(address, "POST", PATH, &kinds, b"{}").status, 415);
    assert_eq!(send(address, "DELETE", PATH, &kinds[..1], b"").status, 405);
    let kinds = [
        ("Authorization", format!("Bearer {token}")),
        ("X-Snowflake-Authorization-Token-Type", "MAGIC".to_owned()),
    ];
    assert_eq!(send(address, "POST", PATH, &kinds, b"{}").status, 400);
}

#[test]
fn several_statements_have_a_handle_each() {
    let house = House::open();
    let token = house.owner();
    let body = json!({
        "statement": "CREATE DATABASE d; USE SCHEMA d.public; CREATE TEMPORARY TABLE t AS SELECT 7 AS n; SELECT n FROM t",
        "parameters": { "MULTI_STATEMENT_COUNT": "4" },
    });
    let answer = house.post(PATH, Some(&token), &body).json();
    let handles = answer["statementHandles"].as_array().unwrap();
    assert_eq!(handles.len(), 4, "{answer}");
    let last = handles[3].as_str().unwrap();
    let rows = house.get(&format!("{PATH}/{last}"), Some(&token)).json();
    assert_eq!(rows["data"], json!([["7"]]));
    let body = json!({
        "statement": "SELECT ?; SELECT 2", "bindings": { "1": { "type": "FIXED", "value": "1" } },
        "parameters": { "MULTI_STATEMENT_COUNT": "0" },
    });
    assert_eq!(house.post(PATH, Some(&token), &body).status, 422);
}

#[test]
fn a_statement_is_waited_for_cancelled_and_seen_by_its_user_alone() {
    let house = House::open();
    let ana = house.add_user("ana", UserRole::Owner, "correct horse");
    let bo = house.add_user("bo", UserRole::Reader, "battery staple");
    let forever = json!({
        "statement": "SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 100000)) a, TABLE(GENERATOR(ROWCOUNT => 100000)) b, TABLE(GENERATOR(ROWCOUNT => 100)) c WHERE RANDOM() = 5",
    });
    let answer = house.post(&format!("{PATH}?async=true"), Some(&ana), &forever);
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (202, &json!("333334"))
    );
    let handle = answer.json()["statementHandle"]
        .as_str()
        .unwrap()
        .to_owned();
    let place = format!("{PATH}/{handle}");
    assert_eq!(house.get(&place, Some(&ana)).status, 202);
    assert_eq!(
        house.get(&place, Some(&bo)).status,
        422,
        "another's statement"
    );
    assert_eq!(
        house
            .post(&format!("{place}/cancel"), Some(&bo), &json!({}))
            .status,
        422
    );
    let cancelled = house.post(&format!("{place}/cancel"), Some(&ana), &json!({}));
    assert_eq!(
        (cancelled.status, &cancelled.json()["code"]),
        (200, &json!("000604"))
    );
    let ended = loop {
        let answer = house.get(&place, Some(&ana));
        if answer.status != 202 {
            break answer;
        }
    };
    assert_eq!(
        (ended.status, &ended.json()["code"]),
        (422, &json!("000604"))
    );
    let mut short = forever.clone();
    short["timeout"] = json!(1);
    let late = house.post(PATH, Some(&ana), &short);
    assert_eq!(
        (late.status, &late.json()["code"]),
        (408, &json!("000630")),
        "{}",
        late.text()
    );
}

#[test]
fn a_request_that_is_sent_again_is_not_run_again() {
    let house = House::open();
    let token = house.owner();
    for sql in ["CREATE DATABASE d", "CREATE TABLE d.public.t (a INT)"] {
        house.post(PATH, Some(&token), &json!({ "statement": sql }));
    }
    let insert =
        json!({ "statement": "INSERT INTO t VALUES (1)", "database": "D", "schema": "PUBLIC" });
    let id = "requestId=5a8a9a5c-0000-4000-8000-000000000001";
    let first = house
        .post(&format!("{PATH}?{id}"), Some(&token), &insert)
        .json();
    assert_eq!(first["stats"]["numRowsInserted"], 1, "{first}");
    let again = house
        .post(&format!("{PATH}?{id}&retry=true"), Some(&token), &insert)
        .json();
    assert_eq!(first["statementHandle"], again["statementHandle"]);
    let wrong = json!({ "statement": "SELECT 1", "resultSetMetaData": { "format": "csv" } });
    let refused = house.post(&format!("{PATH}?{id}&retry=true"), Some(&token), &wrong);
    assert_eq!(refused.status, 400);
    house.post(&format!("{PATH}?{id}"), Some(&token), &insert);
    let count = json!({ "statement": "SELECT COUNT(*) FROM d.public.t" });
    assert_eq!(
        house.post(PATH, Some(&token), &count).json()["data"],
        json!([["2"]])
    );
}

#[test]
fn large_results_come_in_partitions_packed() {
    let house = House::open();
    let token = house.owner();
    let body = json!({
        "statement": "SELECT SEQ8() AS n, REPEAT('x', 1000) AS x FROM TABLE(GENERATOR(ROWCOUNT => 3000))",
    });
    let first = house.post(PATH, Some(&token), &body);
    let link = first.header("link").unwrap().to_owned();
    let first = first.json();
    let parts = first["resultSetMetaData"]["partitionInfo"]
        .as_array()
        .unwrap();
    assert!(parts.len() > 1 && link.contains("rel=\"next\""), "{link}");
    let counts: u64 = parts
        .iter()
        .map(|part| part["rowCount"].as_u64().unwrap())
        .sum();
    assert_eq!(
        (counts, &first["resultSetMetaData"]["numRows"]),
        (3000, &json!(3000))
    );
    let mut rows = first["data"].as_array().unwrap().len();
    let handle = first["statementHandle"].as_str().unwrap();
    for partition in 1..parts.len() {
        let place = format!("{PATH}/{handle}?partition={partition}");
        let answer = house.get(&place, Some(&token));
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        let mut text = String::new();
        GzDecoder::new(answer.body.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        rows += value["data"].as_array().unwrap().len();
    }
    assert_eq!(rows, 3000);
    let beyond = house.get(&format!("{PATH}/{handle}?partition=99"), Some(&token));
    assert_eq!(beyond.status, 400);
}

#[test]
fn the_description_is_served_and_names_every_route() {
    let house = House::open();
    let description = house.get("/api/v2/openapi.json", None).json();
    let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            PATH,
            "/api/v2/statements/{statementHandle}",
            "/api/v2/statements/{statementHandle}/cancel"
        ]
    );
}
