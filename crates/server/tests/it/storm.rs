//! A storm of requests that nobody should send, from a seed: each is answered or its connection closed, nothing panics,
//! and the server answers as before when it is over.

use crate::support::{House, raw};
use serde_json::json;
use snowmelt_engine::users::UserRole;

/// How many requests.
const REQUESTS: usize = 600;

/// Numbers from a seed (xorshift): the same storm each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "BREW"];
const PATHS: [&str; 18] = [
    "/session/v1/login-request",
    "/session/token-request",
    "/session?delete=true",
    "/session/heartbeat",
    "/queries/v1/query-request?requestId=%00%ff",
    "/queries/v1/abort-request",
    "/queries/../../etc/passwd/result",
    "/queries/%2e%2e%2f/result",
    "/monitoring/queries//x",
    "/results/x/18446744073709551616?key=",
    "/results/../0",
    "/api/v2/statements?async=%zz&nullable=7",
    "/api/v2/statements/%c3%28?partition=-1",
    "/api/v2/statements/x/cancel",
    "/local/users",
    "/metrics",
    "/telemetry/send",
    "/\u{1}?a=b#c",
];
const BODIES: [&str; 16] = [
    "",
    "{",
    "null",
    "[]",
    "{}",
    "\"\\ud800\"",
    "{\"data\":null}",
    "{\"data\":{\"LOGIN_NAME\":{},\"PASSWORD\":[1]}}",
    "{\"data\":{\"LOGIN_NAME\":\"\\u0000\",\"PASSWORD\":\"x\",\"SESSION_PARAMETERS\":{\"TIMEZONE\":[]}}}",
    "{\"data\":{\"AUTHENTICATOR\":\"SNOWFLAKE_JWT\",\"TOKEN\":\"a.b.c\"}}",
    "{\"sqlText\":\"select ?\",\"bindings\":{\"1\":{\"type\":\"FIXED\",\"value\":{\"a\":1}}}}",
    "{\"statement\":\"select 1\",\"timeout\":9223372036854775807}",
    "{\"statement\":\"select 1\",\"bindings\":{\"\":{\"type\":\"\",\"value\":null}}}",
    "{\"add\":{\"name\":\"x\",\"role\":\"owner\"}}",
    "{\"a\":1e999999}",
    "\u{feff}{}",
];
const HEADERS: [&str; 12] = [
    "Authorization: Bearer ",
    "Authorization: Bearer a.b.c",
    "Authorization: Snowflake Token=\"",
    "Authorization: Snowflake Token=\"None\"",
    "Content-Type: application/json",
    "Content-Type: text/html; charset=\u{fffd}",
    "Content-Encoding: gzip",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: chunked",
    "X-Request-Id: \u{7f}",
    "Expect: 100-continue",
    "X-Snowflake-Authorization-Token-Type: ;;;",
];

/// A request, and whether the server can tell where it ends.
fn request(dice: &mut Dice) -> (Vec<u8>, bool) {
    if dice.roll(12) == 0 {
        let noise = (0..dice.roll(4000)).map(|_| dice.roll(256) as u8);
        return (noise.collect(), false);
    }
    let mut text = format!("{} {} HTTP/1.1\r\n", dice.pick(&METHODS), dice.pick(&PATHS));
    text.push_str("Host: x\r\nConnection: close\r\n");
    for _ in 0..dice.roll(4) {
        text.push_str(dice.pick::<&str>(&HEADERS));
        text.push_str("\r\n");
    }
    if dice.roll(20) == 0 {
        for number in 0..300 {
            text.push_str(&format!("X-{number}: {}\r\n", "y".repeat(dice.roll(2000))));
        }
    }
    let mut body = dice.pick(&BODIES).as_bytes().to_vec();
    match dice.roll(10) {
        0 => body = "[".repeat(100_000).into_bytes(),
        1 => {
            body = json!({ "statement": "(".repeat(50_000), "sqlText": "(".repeat(50_000) })
                .to_string()
                .into_bytes();
        }
        2 => body = [b"\x1f\x8b".as_slice(), &body].concat(),
        _ => {}
    }
    if dice.roll(8) > 0 {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    let mut bytes = [text.as_bytes(), &body].concat();
    if dice.roll(10) == 0 {
        bytes.truncate(dice.roll(bytes.len()));
        return (bytes, false);
    }
    (bytes, !text.contains("chunked"))
}

#[test]
fn a_storm_of_malformed_requests_leaves_no_trace() {
    let house = House::open();
    let token = house.add_user("ana", UserRole::Owner, "correct horse");
    let mut dice = Dice(0x5eed);
    for number in 0..REQUESTS {
        let (request, is_whole) = request(&mut dice);
        let answer = raw(house.server.address(), &request, !is_whole);
        let answer = String::from_utf8_lossy(&answer);
        let head = answer.lines().next().unwrap_or_default();
        let status = head.split(' ').nth(1).unwrap_or("closed");
        assert!(
            !status.starts_with('5') && !answer.contains("370001"),
            "{number}: {} → {answer}",
            String::from_utf8_lossy(&request[..request.len().min(500)])
        );
    }
    let rows = house
        .post(
            "/api/v2/statements",
            Some(&token),
            &json!({ "statement": "SELECT 1" }),
        )
        .json();
    assert_eq!(rows["data"], json!([["1"]]), "{rows}");
    let metrics = house.get("/metrics", None).text();
    assert!(metrics.contains("snowmelt_sessions 0"), "{metrics}");
    house.stop();
}
