//! What drivers do beside running statements: values by a stage, statements stopped by system functions.

use crate::support::{House, send};
use serde_json::{Value, json};
use std::cell::Cell;

/// A driver's session.
struct Driver<'h> {
    house: &'h House,
    token: String,
    requests: Cell<u64>,
}

impl<'h> Driver<'h> {
    fn log_in(house: &'h House) -> Self {
        let came =
            house.log_in(&json!({ "LOGIN_NAME": "ana", "PASSWORD": "x", "CLIENT_APP_ID": "Go" }));
        Self {
            house,
            token: came["data"]["token"].as_str().unwrap().to_owned(),
            requests: Cell::new(0),
        }
    }

    fn ask(&self, body: &Value) -> Value {
        let request = self.requests.replace(self.requests.get() + 1);
        let path = format!("/queries/v1/query-request?requestId=request-{request}");
        self.send("POST", &path, body)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let headers = [
            (
                "Authorization",
                format!("Snowflake Token=\"{}\"", self.token),
            ),
            ("Content-Type", "application/json".to_owned()),
        ];
        let address = self.house.server.address();
        send(address, method, path, &headers, body.to_string().as_bytes()).json()
    }

    /// The rows of a statement that goes well, as JSON.
    fn rows(&self, sql: &str) -> Value {
        let parameters = json!({ "GO_QUERY_RESULT_FORMAT": "JSON" });
        let answer = self.ask(&json!({ "sqlText": sql, "parameters": parameters }));
        assert_eq!(answer["success"], true, "{sql}: {answer}");
        answer["data"]["rowset"].clone()
    }

    /// Puts a file into a stage, as drivers do.
    fn put(&self, name: &str, stage: &str, bytes: &[u8]) {
        let sql =
            format!("PUT file://{name} {stage} AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = NONE");
        let answer = self.ask(&json!({ "sqlText": sql }));
        let url = answer["data"]["stageInfo"]["presignedUrl"]
            .as_str()
            .unwrap();
        let address = self.house.server.address();
        let path = url.split_once(&address.to_string()).unwrap().1;
        let sent = send(address, "PUT", path, &[], bytes);
        assert_eq!(sent.status, 200, "{}", sent.text());
    }
}

#[test]
fn values_come_from_a_stage() {
    let house = House::open();
    let driver = Driver::log_in(&house);
    driver.rows("CREATE DATABASE d");
    driver.rows("CREATE TABLE t (a INT, b VARCHAR, d DATE)");
    driver.rows(
        "CREATE OR REPLACE TEMPORARY STAGE SYSTEM$BIND file_format=( type=csv field_optionally_enclosed_by='\"')",
    );
    driver.put(
        "1",
        "@SYSTEM$BIND/one",
        b"1,\"a,\"\"\",1704153600000\n2,,\n3,\"\",1704153600000\n",
    );
    let stage = "@SYSTEM$BIND/one";
    let answer = driver.ask(&json!({
        "sqlText": "INSERT INTO t (b, a, d) VALUES (UPPER(?), ?, ?)",
        "bindStage": stage,
    }));
    assert_eq!(
        answer["code"], "100038",
        "the first value is no number: {answer}"
    );
    let answer = driver.ask(&json!({
        "sqlText": "INSERT INTO t (a, b, d) VALUES (?, UPPER(?), :3) -- all",
        "bindStage": stage,
    }));
    assert_eq!(answer["data"]["rowset"], json!([["3"]]), "{answer}");
    assert_eq!(answer["data"]["statementTypeId"], 0x3100);
    assert_eq!(answer["data"]["stats"]["numRowsInserted"], 3);
    assert_eq!(
        driver.rows("SELECT a, b, TO_CHAR(d) FROM t ORDER BY a"),
        json!([
            ["1", "A,\"", "2024-01-02"],
            ["2", null, null],
            ["3", "", "2024-01-02"]
        ])
    );
    // Any other statement runs once for each row.
    driver.put("1", "@SYSTEM$BIND/two", b"x,1\ny,3\n");
    let answer = driver.ask(&json!({
        "sqlText": "UPDATE t SET b = ? WHERE a = ?",
        "bindStage": "@SYSTEM$BIND/two",
    }));
    assert_eq!(answer["data"]["stats"]["numRowsUpdated"], 2, "{answer}");
    assert_eq!(
        driver.rows("SELECT b FROM t ORDER BY a"),
        json!([["x"], [null], ["y"]])
    );
    // A stage in quotes is one too.
    assert_eq!(
        driver.rows("SELECT $2 FROM '@SYSTEM$BIND/two' ORDER BY 1"),
        json!([["1"], ["3"]])
    );
}

#[test]
fn statements_are_stopped_by_system_functions() {
    let house = House::open();
    let (driver, other) = (Driver::log_in(&house), Driver::log_in(&house));
    let begin = |sql: &str| {
        let answer = driver.ask(&json!({ "sqlText": sql, "asyncExec": true }));
        answer["data"]["queryId"].as_str().unwrap().to_owned()
    };
    let ended = |id: &str| driver.send("GET", &format!("/queries/{id}/result"), &Value::Null);
    // The second waits for the first, which is of the same session.
    let (first, second) = (
        begin("CALL SYSTEM$WAIT(10, 'MINUTES')"),
        begin("SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 1000000000000))"),
    );
    for id in [&second, &first] {
        assert_eq!(
            driver.rows(&format!("SELECT SYSTEM$CANCEL_QUERY('{id}')")),
            json!([[format!("query [{id}] terminated.")]])
        );
        assert_eq!(ended(id)["code"], "000604");
    }
    assert_eq!(
        driver.rows(&format!("SELECT SYSTEM$CANCEL_QUERY('{first}')")),
        json!([["Identified SQL statement is not currently executing."]])
    );
    let waiting = begin("SELECT SYSTEM$WAIT(1000)");
    let session = driver.rows("SELECT SYSTEM$CANCEL_ALL_QUERIES(CURRENT_SESSION()) AS done");
    assert_eq!(session, json!([["1 cancelled."]]));
    assert_eq!(ended(&waiting)["code"], "000604");
    assert_eq!(
        driver.rows("CALL SYSTEM$WAIT(1, 'NANOSECONDS')"),
        json!([["waited 1 nanoseconds"]])
    );
    for (sql, code) in [
        ("SELECT SYSTEM$WAIT('x')", "001044"),
        ("SELECT SYSTEM$CANCEL_QUERY('nope')", "000709"),
        ("SELECT SYSTEM$ABORT_SESSION(77)", "000707"),
    ] {
        assert_eq!(
            driver.ask(&json!({ "sqlText": sql }))["code"],
            code,
            "{sql}"
        );
    }
    let id = driver.rows("SELECT CURRENT_SESSION()")[0][0]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        other.rows(&format!("SELECT SYSTEM$ABORT_SESSION({id})")),
        json!([[format!("session [{id}] terminated.")]])
    );
    assert_eq!(
        driver.ask(&json!({ "sqlText": "SELECT 1" }))["code"],
        "390111"
    );
}
