//! Who comes in, over the wire: logins of drivers, roles, and what the audit log says of them.

use crate::support::{House, NOW_MICROS, constant, send};
use insta::assert_snapshot;
use serde_json::{Value, json};
use snowmelt_engine::users::UserRole;

/// Runs a statement as drivers do.
fn query(house: &House, token: &str, sql: &str) -> Value {
    // One request id a statement: a request that is sent again is not run again.
    let id = sql.bytes().fold(0_u64, |id, byte| {
        id.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    let headers = [
        ("Authorization", format!("Snowflake Token=\"{token}\"")),
        ("Content-Type", "application/json".to_owned()),
    ];
    let body = json!({ "sqlText": sql }).to_string();
    let path = format!("/queries/v1/query-request?requestId=11111111-2222-{id:x}");
    let address = house.server.address();
    send(address, "POST", &path, &headers, body.as_bytes()).json()
}

#[test]
fn a_warehouse_without_users_asks_nobody_and_one_with_users_asks() {
    let house = House::open();
    let login = json!({ "LOGIN_NAME": "anybody", "PASSWORD": "anything" });
    let came = house.log_in(&login);
    assert_snapshot!(serde_json::to_string_pretty(&constant(came)).unwrap());
    house.add_user("ana", UserRole::Owner, "correct horse");
    assert_eq!(house.log_in(&login)["code"], "390100");
    for (login, code) in [
        (
            json!({ "LOGIN_NAME": "ana", "PASSWORD": "wrong horse" }),
            "390100",
        ),
        (json!({ "LOGIN_NAME": "ana" }), "390100"),
        (
            json!({ "LOGIN_NAME": "ana", "AUTHENTICATOR": "SNOWFLAKE_JWT", "TOKEN": "x" }),
            "390144",
        ),
        (
            json!({ "LOGIN_NAME": "ana", "AUTHENTICATOR": "OAUTH", "TOKEN": "x" }),
            "394400",
        ),
        (
            json!({ "LOGIN_NAME": "ana", "AUTHENTICATOR": "EXTERNALBROWSER" }),
            "390190",
        ),
    ] {
        let refused = house.log_in(&login);
        assert_eq!(
            (&refused["code"], &refused["success"]),
            (&json!(code), &json!(false)),
            "{login}"
        );
    }
    let came = house.log_in(&json!({ "LOGIN_NAME": "Ana", "PASSWORD": "correct horse" }));
    assert_eq!(came["data"]["displayUserName"], "ANA");
}

#[test]
fn a_reader_reads_and_is_out_when_removed() {
    let house = House::open();
    house.add_user("ana", UserRole::Owner, "correct horse");
    let pat = house.add_user("bo", UserRole::Reader, "battery staple");
    let login =
        json!({ "LOGIN_NAME": "bo", "AUTHENTICATOR": "PROGRAMMATIC_ACCESS_TOKEN", "TOKEN": pat });
    let came = house.log_in(&login);
    assert_eq!(came["data"]["sessionInfo"]["roleName"], "READER", "{came}");
    let token = came["data"]["token"].as_str().unwrap();
    let read = query(&house, token, "SELECT CURRENT_USER(), CURRENT_ROLE()");
    assert_eq!(read["data"]["rowset"], json!([["BO", "READER"]]));
    let written = query(&house, token, "CREATE DATABASE d");
    assert_eq!(
        (&written["code"], &written["success"]),
        (&json!("003001"), &json!(false))
    );
    let command = json!({ "set_disabled": { "name": "bo", "is_disabled": true } });
    let refused = house.post("/local/users", Some(&pat), &command);
    assert_eq!(refused.status, 401, "{}", refused.text());
    let done = house.post("/local/users", Some(&house.owner()), &command);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(query(&house, token, "SELECT 1")["code"], "390111");
    assert_eq!(house.log_in(&login)["code"], "390101");
}

#[test]
fn the_audit_log_has_who_what_when_and_how_it_ended_and_no_secret() {
    let house = House::open();
    house.add_user("ana", UserRole::Owner, "correct horse");
    house.log_in(&json!({ "LOGIN_NAME": "ana", "PASSWORD": "a guess of mine" }));
    let came = house.log_in(&json!({ "LOGIN_NAME": "ana", "PASSWORD": "correct horse" }));
    let token = came["data"]["token"].as_str().unwrap().to_owned();
    query(&house, &token, "SELECT 1");
    let sql = "CREATE STAGE s URL = 's3://b/' CREDENTIALS = (AWS_KEY_ID = 'AKIA1' AWS_SECRET_KEY = 'hush hush')";
    query(&house, &token, sql);
    let lines = house.audit();
    let text: Vec<String> = lines
        .iter()
        .map(|line| {
            let mut line = line.clone();
            for changing in ["session_id", "query_id", "seconds"] {
                assert!(line.get(changing).is_some());
                line[changing] = Value::Null;
            }
            serde_json::to_string(&line).unwrap()
        })
        .collect();
    assert_eq!(NOW_MICROS, 1_800_000_000_000_000);
    assert_snapshot!(text.join("\n"));
    for secret in [
        "correct horse",
        "a guess of mine",
        "hush hush",
        "AKIA1",
        &token,
    ] {
        assert!(!text.join("\n").contains(secret), "{secret}");
    }
}

#[test]
fn pages_of_other_sites_are_refused() {
    let house = House::open();
    let headers = [("Origin", "https://example.com".to_owned())];
    let answer = send(house.server.address(), "GET", "/healthz", &headers, b"");
    assert_eq!(answer.status, 403);
}

#[test]
fn others_are_let_in_only_with_users() {
    let house = House::open();
    let mut options = snowmelt_server::ServerOptions::new(house.path("other"));
    options.address = "0.0.0.0:0".parse().unwrap();
    let refused = snowmelt_server::Server::start(&house.engine, options.clone());
    let message = refused.err().unwrap().to_string();
    assert_eq!(
        message,
        "`0.0.0.0` can be reached by others, and the warehouse has no users"
    );
    house.add_user("ana", UserRole::Owner, "correct horse");
    let refused = snowmelt_server::Server::start(&house.engine, options.clone());
    assert!(refused.err().unwrap().to_string().contains("in the clear"));
    options.plain_text = true;
    let server = snowmelt_server::Server::start(&house.engine, options).unwrap();
    assert!(server.local_address().ip().is_loopback());
    // Without users nobody is let in from outside.
    house.engine.users().remove("ana").unwrap();
    let body = json!({ "data": { "LOGIN_NAME": "x", "PASSWORD": "y" } }).to_string();
    let path = "/session/v1/login-request";
    let refused = send(server.local_address(), "POST", path, &[], body.as_bytes());
    assert_eq!(refused.json()["code"], "390100");
}
